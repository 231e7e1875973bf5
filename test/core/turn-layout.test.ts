/** The messages that show a turn: how they are cut, and that those which are full stay as they are while words stream in. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesFor } from '../../src/core/messages/messages.ts';
import { layOutTurn, type Sealing, sealFull, unsealed } from '../../src/core/turn-layout.ts';
import { type TurnView, viewTurn } from '../../src/core/turn-view.ts';
import { textView } from '../../src/core/view.ts';
import { contextOf, renderOf, settledTurn } from './stage.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
fc.configureGlobal({ seed: 20_261_122 });

const messages = messagesFor('en');
/** A code block that is cut is closed and opened again, with its language. */
const visible = (text: string): string => text.replace(/```|ts|\s/gu, '');

const sentences = (count: number): string =>
  Array.from({ length: count }, (_, index) => `Word ${index} of an answer.`).join(' ');

const layOut = (view: Partial<TurnView>) =>
  layOutTurn({ text: 'Words.', footer: null, buttons: [], isFinal: true, ...view }, messages);

/** What cuts badly. */
const word = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    '👨‍👩‍👧‍👦',
    '```ts\n',
    '```',
    '- item\n',
    '\n\n',
    '你好。',
    '𠮷',
    'An ordinary sentence of words.',
  ),
);

describe('the messages of a view', () => {
  const button = { kind: 'link', label: 'Open', url: 'https://nemovideo.com' } as const;

  it('are one for short words, with the small line under them', () => {
    expect(layOut({ footer: '💭 Working on it', buttons: [button] })).toEqual([
      {
        text: 'Words.\n-# 💭 Working on it',
        buttons: [button],
        files: [],
        mentionUserId: null,
        isSilent: true,
      },
    ]);
    expect(layOut({}).map(({ text }) => text)).toEqual(['Words.']);
    expect(layOut({ text: '', footer: 'x' }).map(({ text }) => text)).toEqual(['-# x']);
  });

  it('fit whatever is said, with the longest footer there can be, and together show every word', () => {
    const said = fc.array(word, { maxLength: 60 }).map((words) => `${words.join(' ')}\n`.repeat(40));
    const render = renderOf({ phase: 'rendering', polls: 11, progress: 40, startedAtMs: 0 });
    fc.assert(
      fc.property(said, fc.constantFrom('en' as const, 'zh' as const), (text, locale) => {
        const context = contextOf(
          { nowMs: 86_340_000, render, cost: { took: 12_345, left: 99_999 } },
          locale,
        );
        const view = viewTurn(settledTurn({ said: [text] }), context);
        const shown = layOutTurn(view, context.messages);
        for (const message of shown) {
          expect(message.text.length).toBeLessThanOrEqual(2_000);
          expect(message.text.trim()).not.toBe('');
          expect(message.text.isWellFormed()).toBe(true);
        }
        expect(shown.length).toBeLessThanOrEqual(5);
        const [file] = shown.at(-1)?.files ?? [];
        const all =
          file === undefined ? shown.map((one) => one.text).join('\n') : new TextDecoder().decode(file.bytes);
        expect(visible(all)).toContain(visible(view.text));
      }),
      { numRuns: 60, seed: 20_261_122 },
    );
  });

  it('are several for long words; buttons and footer are on the last one', () => {
    const text = Array.from({ length: 90 }, (_, index) => `Sentence number ${index} of a long answer.`);
    const parts = layOut({ text: text.join(' '), footer: 'end', buttons: [button] });
    expect(parts.length).toBe(2);
    expect(parts.map(({ buttons }) => buttons.length)).toEqual([0, 1]);
    expect(parts.map((part) => part.text.endsWith('-# end'))).toEqual([false, true]);
    expect(parts.map((part) => part.text.replace('\n-# end', '')).join(' ')).toBe(text.join(' '));
    expect(parts.flatMap(({ files }) => files)).toEqual([]);
    for (const part of parts) expect(part.isSilent).toBe(true);
  });

  it('leave room for the footer in every part', () => {
    const parts = layOut({ text: 'word '.repeat(900), footer: 'x'.repeat(190) });
    for (const { text } of parts) expect(text.length).toBeLessThanOrEqual(2_000);
    expect(parts.slice(0, -1).every(({ text }) => text.length <= 1_700)).toBe(true);
  });

  it('are five at most; the rest comes as a file in the end, and as dots while it grows', () => {
    const text = `${sentences(2_000)} It ends with an answer.`;
    const final = layOut({ text, footer: 'end' });
    expect(final).toHaveLength(5);
    const shown = final.map((part) => part.text.replace(/\n\nThe rest is.*/su, ''));
    expect(text.startsWith(shown.join(' '))).toBe(true);
    expect(shown.every((part) => part.length > 1_600)).toBe(true);
    expect(final.at(-1)?.text).toMatch(/\n\nThe rest is in the file below\.\n-# end$/u);
    expect(final.flatMap(({ files }) => files).map(({ name }) => name)).toEqual(['answer.txt']);
    expect(new TextDecoder().decode(final.at(-1)?.files[0]?.bytes)).toBe(text);
    expect(final.at(-1)?.files[0]?.description).toBeNull();
    const growing = layOut({ text, isFinal: false });
    expect(growing).toHaveLength(5);
    expect(growing.at(-1)?.text).toMatch(/answer\.\n\n…$/u);
    expect(growing.flatMap(({ files }) => files)).toEqual([]);
  });

  it('are five without a file when that is just enough', () => {
    const text = Array.from({ length: 5 }, () => 'x'.repeat(1_695)).join('\n\n');
    const parts = layOut({ text });
    expect(parts).toHaveLength(5);
    expect(parts.flatMap(({ files }) => files)).toEqual([]);
    expect(parts.at(-1)?.text).toBe('x'.repeat(1_695));
  });
});

const growing = (text: string, isFinal = false): TurnView => ({
  text,
  footer: isFinal ? null : '💭 Working on it',
  buttons: isFinal ? [] : [{ kind: 'action', label: 'Stop', customId: 'stop:1', tone: 'neutral' }],
  isFinal,
});

type Drawing = { readonly length: number; readonly afterMs: number };

/** Every drawing of a text that grows, and the final one. */
const drawAll = (text: string, drawings: readonly Drawing[]) => {
  let nowMs = 1_000_000;
  let sealing: Sealing = unsealed(nowMs);
  const draw = (view: TurnView) => {
    sealing = sealFull(sealing, view, nowMs);
    return layOutTurn(view, messages, sealing);
  };
  const steps = drawings.map(({ length, afterMs }) => {
    nowMs += afterMs;
    return draw(growing(text.slice(0, length)));
  });
  return [...steps, draw(growing(text, true))];
};

const textsOf = (parts: readonly { readonly text: string }[]): string[] => parts.map(({ text }) => text);

/** Steps of so many letters, so far apart. */
const steadily = (text: string, letters: number, afterMs: number): Drawing[] =>
  Array.from({ length: Math.floor(text.length / letters) }, (_, index) => ({
    length: (index + 1) * letters,
    afterMs,
  }));

/** Requests that a board makes of these drawings: each part that is new or has changed. */
const requestsOf = (drawn: readonly (readonly { text: string }[])[]): number =>
  drawn.reduce((count, parts, index) => {
    const before = drawn[index - 1] ?? [];
    return count + parts.filter((part, at) => part.text !== before[at]?.text).length;
  }, 0);

/** Requests of each write of a board, which draws once for each: the first message that is new or has changed. */
const requestsOfBoard = (text: string, lengths: readonly number[], afterMs: number): number[] => {
  let sealing: Sealing = unsealed(0);
  const shown: string[] = [];
  return lengths.map((length, index) => {
    for (let requests = 1; ; requests += 1) {
      const view = growing(text.slice(0, length + requests * 5));
      sealing = sealFull(sealing, view, (index + 1) * afterMs + requests * 100);
      const texts = textsOf(layOutTurn(view, messages, sealing));
      const at = texts.findIndex((text, part) => text !== shown[part]);
      shown[at] = texts[at] ?? '';
      if (texts.every((text, part) => text === shown[part])) return requests;
    }
  });
};

describe('a message that is full', () => {
  const text = sentences(240);

  it('costs no second request where turns are drawn now and then', () => {
    const drawn = drawAll(text, steadily(text, 600, 6_000));
    expect(drawn.at(-1)?.length).toBeGreaterThan(3);
    expect(requestsOf(drawn)).toBe(drawn.length);
  });

  it('ends where paragraphs end while there is time for two requests', () => {
    const long = Array.from({ length: 12 }, () => sentences(12)).join('\n\n');
    const drawn = drawAll(long, steadily(long, 100, 1_000));
    expect(drawn.at(-1)).toEqual(layOutTurn(growing(long, true), messages));
  });

  it('costs none either where the first words come late', () => {
    const drawn = drawAll(text, steadily(text, 1_100, 22_000));
    expect(requestsOf(drawn)).toBe(drawn.length);
    expect(drawn.at(-1)?.length).toBe(drawn.length);
  });

  it('costs a second request once at most where each brings most of a message, whatever the first one held', () => {
    for (let first = 50; first < 1_600; first += 50) {
      const lengths = Array.from({ length: 6 }, (_, index) => first + index * 1_100);
      const requests = requestsOfBoard(text.repeat(2), lengths, 22_000);
      expect(requests.filter((count) => count > 1)).toBeOneOf([[], [2]]);
    }
  });

  it('has its footer again when no words follow', () => {
    const said = sentences(60);
    const length = said.length + 1;
    const [, bare, again] = drawAll(`${said} `, [
      { length: 800, afterMs: 0 },
      { length, afterMs: 6_000 },
      { length, afterMs: 1_000 },
    ]);
    expect(bare).toEqual([{ ...textView(said), isFull: true }]);
    expect(again?.at(-1)?.text).toContain('-# 💭');
    expect(again?.at(-1)?.buttons).toHaveLength(1);
  });

  it('stays as it is when its last words were the last of all', () => {
    const said = text.slice(0, 2_900).trimEnd();
    const lengths = [800, 1_500, said.length + 1];
    let sealing: Sealing = unsealed(0);
    for (const [index, length] of lengths.entries()) {
      sealing = sealFull(sealing, growing(`${said} `.slice(0, length)), index * 6_000);
    }
    expect([sealing.isBare, sealing.parts.length]).toEqual([true, 2]);
    const final = growing(said, true);
    const shown = layOutTurn(final, messages, sealFull(sealing, final, 20_000));
    expect(shown.map((part) => part.text)).toEqual(sealing.parts);
  });

  it.each([
    ['is not yet full when as many words as came last still fit', 1_000, 1_350, 3_000, 0],
    ['is full when they do not', 1_000, 1_351, 3_000, 1],
    ['is not yet full when there is time for another request', 1_000, 1_351, 2_999, 0],
    ['is not full of what is too long for it', 100, 1_800, 6_000, 0],
  ])('%s', (_name, first, second, afterMs, count) => {
    const before = sealFull(unsealed(0), growing(text.slice(0, first)), 0);
    expect(sealFull(before, growing(text.slice(0, second)), afterMs).parts).toHaveLength(count);
  });

  it('counts only what stands in it, and not what is in the messages before', () => {
    let sealing: Sealing = unsealed(0);
    const counts = [800, 1_500, 1_800, 2_100, 2_900].map((length, index) => {
      sealing = sealFull(sealing, growing(text.slice(0, length)), index * 6_000);
      return sealing.parts.length;
    });
    expect(counts).toEqual([0, 1, 1, 1, 2]);
  });

  it('is no stub before a word that has no end yet', () => {
    const address = `Here it is: https://example.com/${'a'.repeat(1_200)}`;
    const before = sealFull(unsealed(0), growing(address.slice(0, 300)), 0);
    expect(sealFull(before, growing(address.slice(0, 1_100)), 6_000).parts).toEqual([]);
  });

  it('takes back what it sealed when its text turns out to be another', () => {
    const first = sealFull(
      sealFull(unsealed(0), growing(text.slice(0, 900)), 0),
      growing(text.slice(0, 1_500)),
      6_000,
    );
    expect(first.parts).toHaveLength(1);
    const other = `A note. ${text.slice(0, 1_600)}`;
    const second = sealFull(first, growing(other), 7_000);
    expect(layOutTurn(growing(other), messages, second)).toEqual(layOutTurn(growing(other), messages));
  });

  it('stays as it is, and all words are shown, whenever the turn is drawn', () => {
    const said = fc
      .array(word, { minLength: 1, maxLength: 40, size: 'max' })
      .map((words) => `${words.join(' ')} `.repeat(12));
    const drawings = fc.array(
      fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), afterMs: fc.nat(9_000) }),
    );
    fc.assert(
      fc.property(said, drawings, (text, wished) => {
        const lengths = wished
          .map(({ share }) => Math.floor(share * text.length))
          .toSorted((one, other) => one - other);
        const drawn = drawAll(
          text,
          lengths.map((length, index) => ({ length, afterMs: wished[index]?.afterMs ?? 0 })),
        );
        expect(drawn.flat().filter((part) => part.text.length > 2_000)).toEqual([]);
        const last = drawn.at(-1) ?? [];
        const file = last.at(-1)?.files[0];
        const all = file === undefined ? textsOf(last).join('\n') : new TextDecoder().decode(file.bytes);
        expect(visible(all)).toBe(visible(text));
        // Of a view without buttons every message is full.
        for (const full of drawn
          .slice(0, -1)
          .filter((parts) => parts.every(({ buttons }) => buttons.length === 0))) {
          expect(textsOf(last).slice(0, full.length)).toEqual(textsOf(full));
        }
      }),
      { numRuns: 300 },
    );
  });
});
