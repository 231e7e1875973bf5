// What the stand-in understands of people's words.
import { describe, expect, test } from 'vitest';
import { readInstruction } from '../../../playground/nemo/instruction.ts';

describe('readInstruction', () => {
  test.each([
    'turn my photos into a short video with smooth transitions and background music',
    'turn three simple product photos or personal snapshots into a 1080p MP4',
    'turning still images into videos for beginners with no editing experience',
    'make a video from these',
    '用这些图片生成视频',
    '做一个短片',
    'regenerate',
    'a calm slideshow, please',
    "I'd like a film about the sea",
    '来一段海边的短片',
  ])('takes "%s" for a whole film', (text) => {
    expect(readInstruction(text).wantsFilm).toBe(true);
  });

  test.each([
    'make it shorter',
    'make the title "Video of my life"',
    'hello',
    'a shorter video please',
    '标题改为《生成视频》',
  ])('does not take "%s" for a whole film', (text) => {
    expect(readInstruction(text).wantsFilm).toBe(false);
  });

  test.each([
    ["add a title 'Paradise Found'", { kind: 'set title', text: 'Paradise Found' }],
    ['change the title to "It\'s summer"', { kind: 'set title', text: "It's summer" }],
    ['添加标题《海边假期》', { kind: 'set title', text: '海边假期' }],
    ['加一个标题“夏天”', { kind: 'set title', text: '夏天' }],
    ['标题改为 夏天', { kind: 'set title', text: '夏天' }],
    ['title: Summer at the lake', { kind: 'set title', text: 'Summer at the lake' }],
    ['remove the title', { kind: 'remove title' }],
    ['去掉标题', { kind: 'remove title' }],
    ['add lo-fi background music', { kind: 'set music', name: 'Lo-fi', volume: null }],
    ['music at 20%', { kind: 'set music', name: null, volume: 0.2 }],
    ['把背景音乐换成钢琴', { kind: 'set music', name: 'Quiet Piano', volume: null }],
    ['make the music louder', { kind: 'change volume', factor: 1.5 }],
    ['remove the music', { kind: 'remove music' }],
    ['不要音乐', { kind: 'remove music' }],
    ['make it 12 seconds long', { kind: 'set length', durationMs: 12_000 }],
    ['改成8秒', { kind: 'set length', durationMs: 8000 }],
    ['half a minute? no, 1 minute', { kind: 'set length', durationMs: 60_000 }],
    ['shorter please', { kind: 'scale length', factor: 0.7 }],
    ['长一点', { kind: 'scale length', factor: 1.4 }],
    ['9:16 please', { kind: 'set ratio', ratio: '9:16' }],
    ['改成竖屏', { kind: 'set ratio', ratio: '9:16' }],
    ['make it square', { kind: 'set ratio', ratio: '1:1' }],
    ['add captions', { kind: 'add captions' }],
    ['add a caption "hello world"', { kind: 'set caption', text: 'hello world' }],
    ['加上字幕“你好，世界”', { kind: 'set caption', text: '你好，世界' }],
    ['去掉字幕', { kind: 'remove captions' }],
    ['remove the second picture', { kind: 'remove picture', place: 1 }],
    ['删除最后一张图片', { kind: 'remove picture', place: 'last' }],
    ['remove picture 3', { kind: 'remove picture', place: 2 }],
    ['reverse the order', { kind: 'reverse pictures' }],
    ['put the last picture first', { kind: 'move to front', place: 'last' }],
    ['move the third photo to the front', { kind: 'move to front', place: 2 }],
    ['add the new pictures', { kind: 'add pictures' }],
  ])('reads "%s"', (text, edit) => {
    expect(readInstruction(text).edits).toEqual([edit]);
  });

  test('keeps several wishes of one sentence apart', () => {
    expect(readInstruction('remove the music and add a title "No music"').edits).toEqual([
      { kind: 'remove music' },
      { kind: 'set title', text: 'No music' },
    ]);
  });

  test.each([
    ['hello there', 'greeting'],
    ['你好', 'greeting'],
    ['thanks, lovely', 'thanks'],
    ['that looks really nice!', 'thanks'],
    ['do something nice with the ending please', 'unclear'],
    ['go on', 'go on'],
    ['继续', 'go on'],
    ['what can you do?', 'what can you do'],
    ['tell me about the weather', 'not about video'],
    ['hm', 'unclear'],
    ['what does "4K" mean?', 'unclear'],
  ])('finds no edit in "%s" and hears "%s"', (text, topic) => {
    expect(readInstruction(text)).toEqual({ wantsFilm: false, edits: [], topic });
  });
});
