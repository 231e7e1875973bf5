import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { translateGuiTalk } from '../../src/core/gui-language.ts';
import type { GuiWords } from '../../src/core/gui-words.ts';
import { guiWordsEn } from '../../src/core/messages/gui-en.ts';
import { guiWordsZh } from '../../src/core/messages/gui-zh.ts';
import { content, growing, guiTalkEn, guiTalkZh } from '../fixtures/gui-talk.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
fc.configureGlobal({ seed: 20_261_122 });

const translate = (text: string, words: GuiWords, isComplete = true): string =>
  translateGuiTalk(text, { words, isComplete });

const withOffers = (template: string, words: GuiWords): string =>
  Object.entries(words.offers).reduce(
    (text, [offer, sentence]) => text.replaceAll(`{${offer}}`, sentence),
    template,
  );

/** Answers made of everything in the corpus, Markdown and rubbish. */
const answer = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom(...guiTalkEn.map(([said]) => said), ...guiTalkZh.map(([said]) => said)),
      },
      { weight: 4, arbitrary: fc.constantFrom(...content) },
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          ' ',
          '\n',
          '\n\n',
          '\n- ',
          '\n1. ',
          ', ',
          '，',
          '**',
          '```',
          '`',
          '"',
          '“',
          '”',
          '(',
          ': ',
          'and ',
          '# ',
        ),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'nmv_usr_abc123',
          '{"a":1}',
          '[{"b": "',
          '5529798706024415232',
          'edit_multitrack',
          '\uE000',
        ),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
    ),
    { maxLength: 14, size: 'max' },
  )
  .map((pieces) => pieces.join(''));

describe('translateGuiTalk', () => {
  it('is tried on at least 120 sentences', () => {
    expect(
      new Set([...guiTalkEn, ...guiTalkZh].map(([said]) => said)).size + content.length,
    ).toBeGreaterThanOrEqual(120);
  });

  it.each(guiTalkEn)('says %j as %j', (said, read) => {
    expect(translate(said, guiWordsEn)).toBe(withOffers(read, guiWordsEn));
  });

  it.each(guiTalkZh)('says %j as %j', (said, read) => {
    expect(translate(said, guiWordsZh)).toBe(withOffers(read, guiWordsZh));
  });

  it.each(content)('leaves %j alone', (said) => {
    for (const words of [guiWordsEn, guiWordsZh]) {
      expect(translate(said, words)).toBe(said);
    }
  });

  it.each(growing)('shows of the unfinished %j only %j', (said, read) => {
    const words = /\p{Script=Han}/u.test(said) ? guiWordsZh : guiWordsEn;
    expect(translate(said, words, false)).toBe(withOffers(read, words));
  });

  it('makes no offer twice in one text, nor one that was made already', () => {
    const text = `${guiWordsEn.offers.export} Click Export.\n\nOpen the timeline. Preview it in the player.`;
    expect(translate(text, guiWordsEn)).toBe(`${guiWordsEn.offers.export}\n\n${guiWordsEn.offers.status}`);
  });

  it('never turns the words of the catalogue into other words', () => {
    for (const words of [guiWordsEn, guiWordsZh]) {
      for (const sentence of Object.values(words.offers)) {
        for (const other of [guiWordsEn, guiWordsZh]) expect(translate(sentence, other)).toBe(sentence);
      }
    }
  });

  it('gives the same again for what it gave', () => {
    fc.assert(
      fc.property(answer, fc.constantFrom(guiWordsEn, guiWordsZh), (text, words) => {
        const once = translate(text, words);
        expect(translate(once, words)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  it('loses nothing of a text without GUI talk', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...content), { maxLength: 12, size: 'max' }),
        fc.constantFrom(' ', '\n', '\n\n', '\n- '),
        (said, separator) => {
          const text = said
            .map((sentence) => (/[.!?。！？]$/u.test(sentence) ? sentence : `${sentence}.`))
            .join(separator);
          expect(translate(text, guiWordsEn)).toBe(text);
        },
      ),
    );
  });

  it('lets no instruction through, whatever stands around it', () => {
    const neighbour = fc.constantFrom(...content.filter((text) => !/["“「『:：]|https?:/u.test(text)));
    const instruction = fc.constantFrom(
      ...guiTalkEn.filter(([, read]) => /^\{\w+\}$/u.test(read)).map(([said]) => said),
    );
    fc.assert(
      fc.property(
        neighbour,
        instruction,
        neighbour,
        fc.constantFrom(' ', '\n', '\n\n'),
        (before, said, after, separator) => {
          const end = /[.!?。！？]$/u.test(before) ? '' : '.';
          expect(
            translate(`${before}${end}${separator}${said}${separator}${after}`, guiWordsEn),
          ).not.toContain(said);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('shows of a growing answer nothing that it would take back, but for words of the last line', () => {
    fc.assert(
      fc.property(answer, fc.nat(), (text, at) => {
        const growing = translate(text.slice(0, at % (text.length + 1)), guiWordsEn, false);
        const kept = growing
          .split('\n')
          .slice(0, -2)
          .filter((line) => line.trim() !== '');
        const finished = translate(text, guiWordsEn);
        for (const line of kept) expect(finished).toContain(line.trim());
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    'Click ',
    '点击',
    'you can ',
    '"',
    '`',
    '[{"',
    'a, ',
    '. ',
    '! ',
    '请',
    'export ',
    'drag and drop ',
    '**',
    '\n',
    '- ',
  ])(
    'reads a long row of %j in one pass',
    (piece) => {
      const text = piece.repeat(Math.ceil(200_000 / piece.length));
      expect(translate(text, guiWordsEn).length).toBeLessThanOrEqual(text.length + 1000);
    },
    10_000,
  );
});
