/** Instructions that say only "better": told from those that say what. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesFor } from '../../src/core/messages/messages.ts';
import { isVague } from '../../src/core/vague.ts';
import { clear, vague } from '../fixtures/vague.ts';

describe('isVague', () => {
  it('is tried on at least sixty vague and a hundred clear instructions, each once', () => {
    expect(vague.length).toBeGreaterThanOrEqual(60);
    expect(clear.length).toBeGreaterThanOrEqual(100);
    expect(new Set([...vague, ...clear]).size).toBe(vague.length + clear.length);
  });

  it.each(vague)('takes "%s" for vague', (words) => {
    expect(isVague(words)).toBe(true);
  });

  it.each(clear)('lets "%s" go through', (words) => {
    expect(isVague(words)).toBe(false);
  });

  it('ignores case, politeness, quotes and emoji', () => {
    for (const words of ['make it better', 'improve it', '优化一下']) {
      for (const variant of [
        words.toUpperCase(),
        `please ${words}`,
        `OK, ${words}, thanks!`,
        `“${words}” 🙏`,
      ]) {
        expect(isVague(variant)).toBe(true);
      }
    }
  });

  it('never takes what it offers itself for vague, so that a press is always an answer', () => {
    for (const locale of ['en', 'zh'] as const) {
      const messages = messagesFor(locale);
      const offered = [...messages.vague.wishes, ...messages.examples, messages.shapeWish('9:16')];
      for (const words of [...offered, messages.exportWord]) {
        expect(isVague(words)).toBe(false);
      }
    }
  });

  it('takes only what is short for vague', () => {
    const words = `${'make it better, '.repeat(6)}now!`;
    expect(words).toHaveLength(100);
    expect(isVague(words)).toBe(true);
    expect(isVague(`${words}!`)).toBe(false);
  });

  it.each(['please', 'ok, thanks', '请', '！'])('takes "%s", which wants nothing, for no wish', (words) => {
    expect(isVague(words)).toBe(false);
  });

  it('is no longer vague as soon as one clause says what', () => {
    for (const words of vague) expect(isVague(`${words}, add a red title`)).toBe(false);
  });

  it('takes anything, and time that grows with the length alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (words) => {
        expect(typeof isVague(words)).toBe('boolean');
      }),
      { seed: 20_261_122 },
    );
    expect(isVague('make it '.repeat(10_000))).toBe(false);
    expect(isVague(`make it ${'a bit '.repeat(15)}`)).toBe(false);
    expect(isVague(`${'更'.repeat(99)}x`)).toBe(false);
  });
});
