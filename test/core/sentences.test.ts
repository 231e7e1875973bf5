import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEnded, sentencesOf } from '../../src/core/sentences.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
fc.configureGlobal({ seed: 20_261_122 });

describe('sentencesOf', () => {
  it.each([
    ['', []],
    ['No end', ['No end']],
    ['One. Two', ['One. ', 'Two']],
    ['One.  Two. ', ['One.  ', 'Two. ']],
    ['Wait... what?! Yes!', ['Wait... ', 'what?! ', 'Yes!']],
    ['你好！吗？好。再见', ['你好！', '吗？', '好。', '再见']],
    ['你好。 再见', ['你好。 ', '再见']],
    ['**Done.** (Really.) Next', ['**Done.** ', '(Really.) ', 'Next']],
  ])('cuts %j into %j', (line, sentences) => {
    expect(sentencesOf(line)).toEqual(sentences);
  });

  it.each([
    'Pi is 3.14, and example.com is an address',
    'He said "Stop. Go" and left',
    'He said “Stop. Go” and left',
    '他说“好。走”然后离开',
    '他说「好。走」然后离开',
    '他说『好。走』然后离开',
    'Write `a. b` there',
  ])('leaves %j whole, because such dots are no ends', (line) => {
    expect(sentencesOf(line)).toEqual([line]);
  });

  it('ends a sentence with a quotation that ends one', () => {
    expect(sentencesOf('He said "Stop. Go." Then he left')).toEqual(['He said "Stop. Go." ', 'Then he left']);
    expect(sentencesOf('“好。”他说。')).toEqual(['“好。”', '他说。']);
  });

  it('takes a mark that is never closed, or only far away, for a letter', () => {
    expect(sentencesOf('5" wide. And')).toEqual(['5" wide. ', 'And']);
    expect(sentencesOf(`"${'x'.repeat(201)}. y" z`)).toEqual([`"${'x'.repeat(201)}. `, 'y" z']);
    expect(sentencesOf(`"${'x'.repeat(190)}. y" z`)).toHaveLength(1);
  });

  it('loses nothing of any line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => {
        expect(sentencesOf(line).join('')).toBe(line);
      }),
    );
  });
});

describe('isEnded', () => {
  it.each(['a.', 'a. ', 'a...', 'a?', '**a.**', 'a!)', 'a."', '好。', '好！', '好。” '])(
    'sees the end of %j',
    (text) => {
      expect(isEnded(text)).toBe(true);
    },
  );

  it.each(['', 'a', 'a,', 'a)', '好', '好”', 'a.b', 'a. b'])('expects more of %j', (text) => {
    expect(isEnded(text)).toBe(false);
  });
});
