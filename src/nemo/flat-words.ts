/** Words of the flat shape (nemo-api §4.1), which no source calls pieces or wholes: told apart by how they meet. Knows no other shape. */
import type { BackendEvent } from '../core/turn.ts';

type Words = { readonly author: string; readonly text: string };

export type FlatWords = {
  /** The event of some more words, and before it the whole text that they do not belong to. */
  more(words: Words): readonly BackendEvent[];
  /** Whether these events are what `more` gave last. */
  gave(events: readonly BackendEvent[]): boolean;
  /** The whole text, when something else comes or the stream ends. */
  conclude(): readonly BackendEvent[];
};

const endsSentence = /[.!?…。！？:：;；)）"”*\]]$/u;
const hasSpaceAtEnd = /\s$/u;
const hasSpaceAtBegin = /^\s/u;

/** Pieces meet in the middle of a sentence, or bring the space between two along; a whole text begins after the end of another. */
const belongs = (before: string, after: string): boolean =>
  !endsSentence.test(before) || hasSpaceAtEnd.test(before) || hasSpaceAtBegin.test(after);

export const createFlatWords = (): FlatWords => {
  let growing: Words | null = null;
  let last: readonly BackendEvent[] = [];
  const conclude = (): readonly BackendEvent[] => {
    if (growing === null) return [];
    const whole = { type: 'text', ...growing, isPartial: false } as const;
    growing = null;
    return [whole];
  };
  return {
    more: ({ author, text }) => {
      const isSame = growing?.author === author && belongs(growing.text, text);
      const before = isSame ? [] : conclude();
      growing = { author, text: `${growing?.text ?? ''}${text}` };
      last = [...before, { type: 'text', author, text, isPartial: true }];
      return last;
    },
    gave: (events) => events === last,
    conclude,
  };
};
