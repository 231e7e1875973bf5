/** Greetings and questions what this is, told from wishes. */
import { describe, expect, it } from 'vitest';
import { isFirstWords } from '../../src/core/first-words.ts';
import { messagesFor } from '../../src/core/messages/messages.ts';
import { clear, vague } from '../fixtures/vague.ts';

const first: readonly string[] = [
  'hi',
  'Hello!',
  'hey there',
  'Hi Makevideo 👋',
  'good morning',
  'help',
  'Help me please!',
  'can you help me',
  'what can you do?',
  'Hi! What can you do?',
  'what can I do here',
  'what is this?',
  'who are you',
  'how does this work?',
  'how do i start',
  'How can I use this bot?',
  'thanks',
  'ok',
  '你好',
  '您好！',
  '嗨',
  '在吗？',
  '你好，怎么用？',
  '帮助',
  '你能做什么',
  '你可以做什么呢？',
  '这是什么',
  '你是谁？',
];

const wishes: readonly string[] = [
  'hello world as a title on a blue background',
  'hi, make a video of my dog',
  'help me make a birthday video',
  'make a help video for my shop',
  'what can you do with these photos of Rome',
  'a video that says hello to my mum',
  'how do i look on the beach: a film',
  'who are you? a short film about identity',
  'good morning video with sunrise',
  '你好，帮我做一个生日视频',
  '做一个“你好”开场的短片',
  '帮我做视频',
  '你能做一个旅行视频吗',
  '帮助宣传我的小店',
];

describe('isFirstWords', () => {
  it.each(first)('takes "%s" for a first contact', (words) => {
    expect(isFirstWords(words)).toBe(true);
  });

  it.each(wishes)('lets "%s" go through', (words) => {
    expect(isFirstWords(words)).toBe(false);
  });

  it('takes no edit and no example of ours for one, but politeness; and nothing for nothing', () => {
    const offered = (['en', 'zh'] as const).flatMap((locale) => messagesFor(locale).examples);
    const polite = clear.filter((words) => isFirstWords(words));
    expect([...vague, ...offered].filter((words) => isFirstWords(words))).toEqual([]);
    expect(polite).toEqual([
      'go ahead',
      'yes',
      'looks great',
      'I like it',
      'perfect!',
      'great, thanks',
      'thank you',
      'what can you do?',
      '好',
      '好了',
      '完美',
      '很满意',
      '很好',
      '好的',
      '可以',
      '谢谢',
    ]);
    expect(isFirstWords('')).toBe(false);
    // Eighty letters, and one more.
    expect(isFirstWords(`${'hello, '.repeat(11)}hi!`)).toBe(true);
    expect(isFirstWords(`${'hello, '.repeat(11)}hi!!`)).toBe(false);
  });
});
