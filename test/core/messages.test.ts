/** Both catalogues, sentence by sentence: nothing empty, nothing technical, nothing too long, and the right language. */
import { describe, expect, it } from 'vitest';
import type { Messages } from '../../src/core/messages/catalogue.ts';
import { messagesFor } from '../../src/core/messages/messages.ts';
import type { ProblemKind } from '../../src/core/problems.ts';
import { kinds, sentencesOf } from './catalogue-sentences.ts';

const en = messagesFor('en');
const zh = messagesFor('zh');
const catalogues = [
  ['English', en],
  ['Chinese', zh],
] as const;

const numbers = (text: string) => text.match(/\d+/gu);
const pathsOf = (messages: Messages) => sentencesOf(messages).map(({ path }) => path);

describe.each(catalogues)('%s', (_language, messages) => {
  const sentences = sentencesOf(messages);

  it('has many sentences, and none is empty or unfinished', () => {
    expect(sentences.length).toBeGreaterThan(150);
    for (const { path, text } of sentences) {
      expect({ path, text }).toEqual({ path, text: expect.stringMatching(/\S/u) });
      expect({ path, text }).not.toEqual({
        path,
        text: expect.stringMatching(/undefined|null|NaN|\[object|\$\{|Stryker/u),
      });
    }
  });

  it('fits into a message each, and its labels onto buttons', () => {
    for (const { text } of sentences) expect(text.length).toBeLessThanOrEqual(2_000);
    const labels = [
      ...Object.values(messages.buttons),
      ...messages.examples,
      messages.render.linkLabel,
      messages.render.projectLabel,
    ];
    for (const label of labels) expect(label.length).toBeLessThanOrEqual(80);
  });

  it('uses no word that only programmers know', () => {
    const technical =
      /\b(?:token|session|JSON|API|HTTP|server error|stack|exception|null|endpoint|timeout|SSE|stream|payload|backend|database|status code|\d{3} error)\b|会话|令牌|接口|后端|数据库|异常/iu;
    for (const { path, text } of sentences.filter((sentence) => !isForOperators(sentence.path)))
      expect({ path, text }).not.toEqual({ path, text: expect.stringMatching(technical) });
  });

  it('never asks anyone to click', () => {
    for (const { path, text } of sentences)
      expect({ path, text }).not.toEqual({
        path,
        text: expect.stringMatching(/\bclick|\bdrag\b|点击|拖动|面板/iu),
      });
  });

  it('has a text for every problem, each its own', () => {
    const texts = kinds.map((kind) => messages.problems[kind](references));
    expect(new Set(texts).size).toBe(kinds.length);
  });

  it('says in problems what happened to credits wherever it may be asked', () => {
    const free: readonly ProblemKind[] = [
      'tokenRefused',
      'operatorTokenRefused',
      'sessionLost',
      'rateLimited',
    ];
    for (const kind of free)
      expect(messages.problems[kind](references)).toMatch(/Nothing was charged|没有产生费用/u);
    expect(messages.problems.planBlocked(references)).not.toMatch(/not enough credits|积分不够/u);
  });

  it('leads on: registration, the site, or the id for the operator', () => {
    for (const kind of ['outOfCredits', 'planBlocked'] as const)
      expect(messages.problems[kind](references)).toContain(references.registerUrl);
    expect(messages.problems.tokenRefused(references)).toContain(references.siteUrl);
    for (const kind of ['requestRejected', 'internal', 'unknown'] as const)
      expect(messages.problems[kind](references)).toContain(references.reference);
    expect(messages.problems.accountLimit(references)).toContain('NEMO_TOKEN');
  });

  it('names the formats that work', () => {
    for (const format of [
      'MP4',
      'MOV',
      'AVI',
      'WebM',
      'MKV',
      'JPG',
      'PNG',
      'GIF',
      'WebP',
      'MP3',
      'WAV',
      'M4A',
      'AAC',
    ]) {
      expect(messages.problems.unsupportedFile(references)).toContain(format);
      expect(messages.note.filesRefused(['a.bmp'], 'unsupportedFile')).toContain(format);
    }
  });

  it('names a refused file and its reason', () => {
    const reasons = (
      ['unsupportedFile', 'fileTooLarge', 'fileUnreadable', 'backendUnavailable'] as const
    ).map((reason) => messages.note.filesRefused(['cat.bmp'], reason));
    for (const text of reasons) expect(text).toContain('**cat.bmp**');
    expect(new Set(reasons).size).toBe(4);
    expect(reasons[1]).toContain('200 MB');
  });

  it('counts uploads from one, and never beyond all', () => {
    expect(numbers(messages.activity.uploading(0, 3))).toEqual(['1', '3']);
    expect(numbers(messages.activity.uploading(2, 3))).toEqual(['3', '3']);
    expect(numbers(messages.activity.uploading(3, 3))).toEqual(['3', '3']);
  });

  it('rounds the progress of a render, and shows none that is not known', () => {
    expect(messages.activity.rendering(41.6)).toMatch(/42 ?%$/u);
    expect(messages.activity.rendering(0)).toMatch(/\b0 ?%$/u);
    expect(messages.activity.rendering(null)).not.toMatch(/\d|%/u);
  });

  it('names a thread after the wish, in one short line', () => {
    expect(messages.threadName('  make a\nfilm  ')).toBe('make a film');
    expect(messages.threadName('x'.repeat(500))).toHaveLength(80);
    expect(messages.threadName(' \n')).toBe(messages === en ? 'New video' : '新视频');
    expect(messages.starter('make a film')).toBe('🎬 make a film');
  });

  it('tells of frozen credits only when there are some', () => {
    expect(messages.credits(120, 30)).toMatch(/120.*30/su);
    expect(messages.credits(120, 0).match(/\d+/gu)).toEqual(['120']);
  });
});

describe('English', () => {
  it.each([
    [0, '0 s'],
    [45_400, '45 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [120_000, '2 min'],
    [239_000, '3 min'],
    [3_599_000, '59 min'],
    [3_600_000, '1 h'],
    [3_840_000, '1 h 4 min'],
    [7_200_000, '2 h'],
  ])('says of %d ms "%s"', (elapsedMs, duration) => {
    expect(en.stillWorking(elapsedMs)).toBe(`⏳ Still working... (${duration})`);
  });

  it('minds the plural', () => {
    expect(en.queued(1)).toContain('as soon as the request before this one is done');
    expect(en.queued(2)).toContain('as soon as the 2 requests before this one are done');
    expect(en.dropQuestion(1)).toMatch(/Got 1 file\. What shall I make of it\?/u);
    expect(en.dropQuestion(3)).toMatch(/Got 3 files\. What shall I make of them\?/u);
    expect(en.note.filesReceived(1)).toBe('📥 Got 1 file.');
    expect(en.note.filesReceived(2)).toBe('📥 Got 2 files.');
    expect(en.credits(1, 0)).toContain('1 credit left');
    expect(en.credits(0, 0)).toContain('0 credits left');
    expect(en.missingPermissions(['Send Messages'])).toContain('the permission **Send Messages**.');
    expect(en.missingPermissions(['A', 'B'])).toContain('the permissions **A**, **B**.');
  });

  it('has no Chinese in it', () => {
    for (const { text } of sentencesOf(en)) expect(text).not.toMatch(/\p{Script=Han}/u);
  });
});

describe('Chinese', () => {
  it.each([
    [45_400, '45 秒'],
    [59_600, '1 分钟'],
    [120_000, '2 分钟'],
    [3_599_000, '59 分钟'],
    [3_600_000, '1 小时'],
    [3_840_000, '1 小时 4 分钟'],
    [7_200_000, '2 小时'],
  ])('says of %d ms "%s"', (elapsedMs, duration) => {
    expect(zh.stillWorking(elapsedMs)).toBe(`⏳ 仍在处理中...（已 ${duration}）`);
  });

  it('has no sentence that is not Chinese: names, formats and commands are all that is Latin', () => {
    const names =
      /`[^`]+`|https:\S+|\b(?:NEMO_TOKEN|NemoVideo|Makevideo|Make video|Discord|cat\.bmp|MP[34]|M4A|MOV|AVI|WebM|MKV|JPG|PNG|GIF|WebP|WAV|AAC|MB)\b|nmv_usr_|1080p/gu;
    for (const { path, text } of sentencesOf(zh)) {
      const rest = text.replace(names, '');
      expect({ path, rest }).toEqual({ path, rest: expect.not.stringMatching(/[a-z]{2}/iu) });
    }
  });

  it('names the permissions one by one', () => {
    expect(zh.missingPermissions(['A', 'B'])).toContain('**A**、**B**');
    expect(zh.credits(1, 0)).toContain('剩余 1 积分');
  });
});

const references = {
  registerUrl: 'https://nemovideo.com/register?bind=x1',
  siteUrl: 'https://nemovideo.com',
  isSent: true,
  reference: 'x1',
};

/** Whoever runs the bot, or connects an account to it, must find the setting or the token under the name that it has. */
const isForOperators = (path: string): boolean =>
  /^(?:problems\.accountLimit$|forms\.connectToken|account\.|about$)/u.test(path);

describe('the two languages', () => {
  it('have the same sentences', () => {
    expect(pathsOf(zh)).toEqual(pathsOf(en));
  });

  it('have an example for each of the three buttons, and no two alike', () => {
    for (const [, messages] of catalogues) expect(new Set(messages.examples).size).toBe(3);
  });
});
