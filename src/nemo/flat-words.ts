/** Words of the flat shape (nemo-api §4.1), which no source calls pieces or wholes: told apart by how they meet. Knows no other shape. */
import type { BackendEvent } from '../core/turn.ts';

type Words = { readonly author: string; readonly text: string };

/** What grows at present, and the events that were made of its last piece. */
export type FlatWords = { growing: Words | null; last: readonly BackendEvent[] };

export const createFlatWords = (): FlatWords => ({ growing: null, last: [] });

const endsSentence = /[.!?…。！？:：;；)）"”*\]]$/u;
const hasSpaceAtEnd = /\s$/u;
const hasSpaceAtBegin = /^\s/u;

/** Pieces meet in the middle of a sentence, or bring the space between two along; a whole text begins after the end of another. */
const belongs = (before: string, after: string): boolean =>
  !endsSentence.test(before) || hasSpaceAtEnd.test(before) || hasSpaceAtBegin.test(after);

/** The whole text, when something else comes or the stream ends. */
export const conclude = (flat: FlatWords): readonly BackendEvent[] => {
  if (flat.growing === null) return [];
  const whole = { type: 'text', ...flat.growing, isPartial: false } as const;
  flat.growing = null;
  return [whole];
};

/** The event of some more words, and before it the whole text that they do not belong to. */
export const moreWords = (flat: FlatWords, { author, text }: Words): readonly BackendEvent[] => {
  const { growing } = flat;
  const isSame = growing?.author === author && belongs(growing.text, text);
  const before = isSame ? [] : conclude(flat);
  flat.growing = { author, text: `${isSame ? growing.text : ''}${text}` };
  flat.last = [...before, { type: 'text', author, text, isPartial: true }];
  return flat.last;
};

/** Whether these events are what `moreWords` gave last. */
export const hasGiven = (flat: FlatWords, events: readonly BackendEvent[]): boolean => events === flat.last;
