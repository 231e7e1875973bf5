import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Seam, sealText, splitText, textStart } from '../../src/core/split-text.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
fc.configureGlobal({ seed: 20_261_122 });

const visible = (text: string): string => text.replace(/\s/gu, '');

/** Prose of two languages, emoji, lists, long words and blank stretches, without backticks. */
const piece = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'The film is ready. ',
      '视频已经做好了。',
      '，',
      'word ',
      '\n',
      '\n\n',
      '- item\n',
      '1. Cut. ',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('👨‍👩‍👧‍👦', '🏳️‍🌈', '👍🏽', 'é', 'नि', '𠮷', '      ', 'x'.repeat(90)),
  },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: 'binary', maxLength: 12 })
      .map((text) => text.replaceAll('`', "'").toWellFormed()),
  },
);
const prose = fc.array(piece, { maxLength: 120, size: 'max' }).map((pieces) => pieces.join(''));
const codePiece = fc.oneof(
  piece,
  fc.constantFrom('```ts\nconst a = 1;\n', '\n```\n', '```', '    indented();\n', '``'),
);
const withCode = fc.array(codePiece, { maxLength: 120, size: 'max' }).map((pieces) => pieces.join(''));
const lengthMax = fc.integer({ min: 2, max: 400 });

const codeWith = (indentation: number) =>
  `\`\`\`ts\n${'a();\n'.repeat(10)}\n\n${' '.repeat(indentation)}b();\n${'c();\n'.repeat(20)}\`\`\``;

describe('splitText', () => {
  it('leaves a text that fits alone', () => {
    expect(splitText('Your film is ready.', { lengthMax: 100 })).toEqual(['Your film is ready.']);
  });

  it('makes nothing of nothing', () => {
    expect(splitText(' \n\n ', { lengthMax: 100 })).toEqual([]);
  });

  it.each([
    ['paragraphs', `${'a'.repeat(30)}\n\n${'b'.repeat(10)} c\n${'d'.repeat(20)}`, 48],
    ['lines', `- ${'a'.repeat(30)}. x\n- ${'b'.repeat(20)}`, 48],
    ['sentences', `${'a'.repeat(30)}. b c ${'d'.repeat(20)}`, 48],
    ['Chinese sentences', `${'视'.repeat(30)}。一二，${'频'.repeat(20)}`, 48],
    ['Chinese clauses', `${'视'.repeat(30)}，一 二${'频'.repeat(20)}`, 48],
    ['words', `${'a'.repeat(30)} ${'b'.repeat(20)}`, 48],
  ])('cuts between %s', (_name, text, lengthMax) => {
    const seam = 1 + text.search(/(?<=a|视)[^a视]/u);
    const [first, second] = splitText(text, { lengthMax });
    expect(first?.length).toBeGreaterThanOrEqual(seam - 1);
    expect(`${first}|${second}`).toMatch(/[a视][.x。， ]*\|/u);
  });

  it('keeps the number of a list item with its words', () => {
    const text = `${'word '.repeat(10)}1. ${'long '.repeat(12)}`;
    expect(splitText(text, { lengthMax: 54 })[0]?.endsWith('1.')).toBe(false);
  });

  it('does not cut an address in the middle of a message', () => {
    const address = `https://example.com/${'a'.repeat(60)}`;
    expect(splitText(`Here: ${address} and more`, { lengthMax: 88 })).toEqual([
      'Here:',
      `${address} and`,
      'more',
    ]);
  });

  it('closes code that is cut and opens it again with its language', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `  const value${index} = ${index};`);
    const parts = splitText(`Look:\n\`\`\`ts\n${lines.join('\n')}\n\`\`\`\nDone.`, { lengthMax: 200 });
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) expect(part.split('```').length % 2).toBe(1);
    for (const part of parts.slice(1)) expect(part).toMatch(/^```ts\n {2}const value/u);
    expect(parts.at(-1)).toMatch(/\n```\nDone\.$/u);
  });

  it('opens no code block for nothing', () => {
    const text = `${'word '.repeat(20)}\n\`\`\`ts\n${'code();\n'.repeat(20)}\`\`\``;
    expect(splitText(text, { lengthMax: 112 }).join('')).not.toContain('```ts\n\n```');
    const closing = `\`\`\`ts\n${'x'.repeat(86)}\n\`\`\`\nand ${'words '.repeat(20)}`;
    expect(splitText(closing, { lengthMax: 100 })[1]?.startsWith('```')).toBe(false);
  });

  it('tears no backticks apart', () => {
    expect(splitText(`${'a'.repeat(59)}\`\`\`ts\ncode\n\`\`\``, { lengthMax: 64 })).toEqual([
      'a'.repeat(59),
      '```ts\ncode\n```',
    ]);
  });

  it('moves the opening of a block to the part with its code', () => {
    const text = `${'a'.repeat(50)}\n\`\`\`ts\n${'code();\n'.repeat(10)}\`\`\``;
    expect(splitText(text, { lengthMax: 64 })).toEqual([
      'a'.repeat(50),
      `\`\`\`ts\n${'code();\n'.repeat(6)}\`\`\``,
      `\`\`\`ts\n${'code();\n'.repeat(4)}\`\`\``,
    ]);
  });

  it('cuts the first line of code when it is too long, and leaves no empty block before it', () => {
    const parts = splitText(`\`\`\`ts\n${'x'.repeat(150)}`, { lengthMax: 100 });
    expect(parts).toEqual([`\`\`\`ts\n${'x'.repeat(90)}\n\`\`\``, `\`\`\`ts\n${'x'.repeat(60)}\n\`\`\``]);
  });

  it('goes on outside of code when the cut came before the closing backticks', () => {
    const text = `\`\`\`ts\n${'a();\n'.repeat(18)}\`\`\`\nand then some more words for people who like words`;
    expect(splitText(text, { lengthMax: 100 })).toEqual([
      `\`\`\`ts\n${'a();\n'.repeat(18)}\`\`\``,
      'and then some more words for people who like words',
    ]);
  });

  it('keeps the indentation of the line that a part begins with, unless it would fill the part', () => {
    expect(splitText(codeWith(8), { lengthMax: 100 })[1]).toMatch(/^```ts\n {8}b\(\);/u);
    expect(splitText(codeWith(70), { lengthMax: 100 })[1]).toMatch(/^```ts\nb\(\);/u);
  });

  it('fills a part to its last letter', () => {
    expect(splitText('a'.repeat(100), { lengthMax: 100 })).toEqual(['a'.repeat(100)]);
    expect(splitText('a'.repeat(40), { lengthMax: 20 })).toEqual(['a'.repeat(20), 'a'.repeat(20)]);
    expect(splitText(`${'a'.repeat(20)} ${'b'.repeat(20)}`, { lengthMax: 20 })).toEqual([
      'a'.repeat(20),
      'b'.repeat(20),
    ]);
    expect(splitText('x'.repeat(91) + '𠮷'.repeat(10), { lengthMax: 20 }).join('')).toBe(
      'x'.repeat(91) + '𠮷'.repeat(10),
    );
  });

  it('closes code that is still being written', () => {
    expect(splitText('```ts\nconst a', { lengthMax: 100 })).toEqual(['```ts\nconst a\n```']);
  });

  it('refuses a length without room for a letter', () => {
    expect(() => splitText('a', { lengthMax: 1 })).toThrow(RangeError);
  });

  it('makes parts that fit, hold something, and together show everything', () => {
    fc.assert(
      fc.property(prose, lengthMax, (text, lengthMax) => {
        const parts = splitText(text, { lengthMax });
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(lengthMax);
          expect(part.trim()).not.toBe('');
          expect(part.isWellFormed()).toBe(true);
        }
        expect(visible(parts.join(''))).toBe(visible(text));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps every character of code too, and leaves no part with an open block', () => {
    fc.assert(
      fc.property(withCode, fc.integer({ min: 64, max: 400 }), (text, lengthMax) => {
        const parts = splitText(text, { lengthMax });
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(lengthMax);
          expect(part.trim()).not.toBe('');
          expect(part.split('```').length % 2).toBe(1);
        }
        expect(parts.join('').replace(/\s|`|ts/gu, '')).toBe(text.replace(/\s|`|ts/gu, ''));
      }),
      { numRuns: 500 },
    );
  });

  it('never cuts a joined emoji that fits', () => {
    const family = '👨‍👩‍👧‍👦';
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: family.length, max: 90 }),
        (count, lengthMax) => {
          const parts = splitText(family.repeat(count), { lengthMax });
          for (const part of parts) expect(part.replaceAll(family, '')).toBe('');
        },
      ),
    );
  });

  it('comes to an end where one letter with its accents is longer than a part, also right behind an opening', () => {
    for (const before of ['', '```ts\n', `${'a'.repeat(40)}\n\`\`\`ts\n`]) {
      const text = `${before}a${'\u0301'.repeat(200)}`;
      const parts = splitText(text, { lengthMax: 64 });
      for (const part of parts) expect(part.length).toBeLessThanOrEqual(64);
      expect(parts.join('').match(/\u0301/gu)).toHaveLength(200);
    }
  });

  it('leaves all parts but the last two alone while the text grows', () => {
    fc.assert(
      fc.property(withCode, withCode, fc.integer({ min: 64, max: 400 }), (text, more, lengthMax) => {
        const before = splitText(text, { lengthMax }).slice(0, -2);
        expect(splitText(text + more, { lengthMax }).slice(0, before.length)).toEqual(before);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads megabytes in one pass', () => {
    const parts = splitText('视频 word. '.repeat(100_000), { lengthMax: 2000 });
    expect(parts.length).toBeGreaterThan(400);
    expect(splitText('`'.repeat(200_000), { lengthMax: 2000 }).join('')).toContain('`');
  });
});

describe('sealText', () => {
  const lengthMax = 200;

  it('takes all whole words, and leaves the last one as long as it may grow', () => {
    expect(sealText('Here is your fil', { lengthMax })).toEqual({
      parts: ['Here is your'],
      seam: { at: 13, fence: null },
    });
    expect(sealText('Here is your film ', { lengthMax })?.parts).toEqual(['Here is your film']);
    expect(sealText('Unfinished', { lengthMax })).toBeNull();
    expect(sealText('```ts\na();\n  b', { lengthMax, from: { at: 11, fence: '```ts\n' } })).toBeNull();
  });

  it('goes on behind what was sealed before', () => {
    const seam = { at: 5, fence: null };
    expect(sealText('Here  is your film. ', { lengthMax, from: seam })?.parts).toEqual(['is your film.']);
    expect(sealText('Here  ', { lengthMax, from: seam })).toBeNull();
  });

  it('takes as many parts as the words need, cut as they are while they grow', () => {
    const text = 'Words of a film. '.repeat(40);
    const { parts = [], seam } = sealText(text, { lengthMax }) ?? {};
    expect(parts).toEqual(splitText(text, { lengthMax }));
    expect(parts.length).toBeGreaterThan(3);
    expect(seam).toEqual({ at: text.length, fence: null });
  });

  it('leaves the opening of a code block to the part with the code', () => {
    expect(sealText('Look:\n```ts\n', { lengthMax })?.parts).toEqual(['Look:']);
    expect(sealText('```ts\n', { lengthMax })).toBeNull();
    expect(sealText('```ts\na', { lengthMax })).toBeNull();
  });

  it('fills a part to its last letter, with room for the end of a code block', () => {
    expect(sealText(`${'a'.repeat(195)} `, { lengthMax })?.parts[0]).toHaveLength(195);
    expect(sealText(`${'a'.repeat(196)} `, { lengthMax })).toBeNull();
    const code = `\`\`\`ts\n${'a'.repeat(189)}\n`;
    expect(sealText(code, { lengthMax })?.parts[0]).toHaveLength(lengthMax - 1);
  });

  it.each([
    ['indented code', 'Look:\n```ts\nif (a) {\n', '    b();\n```', ['```ts\n    b();\n```']],
    [
      'code in the middle of its indentation',
      'Look:\n```ts\na();\n  ',
      '  b();\n```',
      ['```ts\n    b();\n```'],
    ],
    ['code in the middle of a line', '```ts\n  const a', ' = 1;\n```', ['```ts\na = 1;\n```']],
    ['code that ended just then', 'Look:\n```ts\na();\n', '```\nDone.', ['Done.']],
    ['code of which only blank lines are left', 'Look:\n```ts\na();\n', '\n  \n', []],
  ])('lets the next part go on with %s', (_name, sealed, more, next) => {
    const { seam } = sealText(sealed, { lengthMax }) ?? {};
    expect(seam).toBeDefined();
    expect(splitText(sealed + more, { lengthMax, ...(seam && { from: seam }) })).toEqual(next);
  });

  it('loses nothing, whenever a part is sealed, and opens no block for nothing', () => {
    const line = fc.constantFrom('a();\n', '    indented();\n', 'if (word of text) {\n', '\n');
    const block = fc
      .array(line, { minLength: 1, maxLength: 12 })
      .map((lines) => `\`\`\`ts\nfirst();\n${lines.join('')}\`\`\`\n`);
    const text = fc
      .array(fc.oneof(block, fc.constantFrom('The film is ready. ', '视频已经做好了。', '\n\n')), {
        minLength: 1,
        maxLength: 12,
      })
      .map((pieces) => pieces.join(''));
    const cuts = fc.array(fc.nat(400), { maxLength: 8 });
    fc.assert(
      fc.property(text, cuts, (text, cuts) => {
        const parts: string[] = [];
        let from: Seam = textStart;
        for (const length of cuts.toSorted((one, other) => one - other)) {
          const sealed = sealText(text.slice(0, length), { lengthMax, from });
          if (sealed === null) continue;
          parts.push(...sealed.parts);
          from = sealed.seam;
        }
        parts.push(...splitText(text, { lengthMax, from }));
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(lengthMax);
          expect(part.split('```').length % 2).toBe(1);
          expect(part).not.toMatch(/```ts\s*```/u);
          for (const indented of part.match(/^.*indented\(\);$/gmu) ?? [])
            expect(indented).toBe('    indented();');
        }
        expect(parts.join('').replace(/\s|`|ts/gu, '')).toBe(text.replace(/\s|`|ts/gu, ''));
      }),
      { numRuns: 500 },
    );
  });
});
