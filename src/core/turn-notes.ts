/** What a person must know of a turn beside its answer, in words and as long as it is news. Pure. */
import type { Messages } from './messages/catalogue.ts';
import type { TurnNote, TurnState } from './turn.ts';

type FileRefusal = Extract<TurnNote, { kind: 'fileRefused' }>;

/** Told at the end of the words. */
type CutAnswer = Extract<TurnNote, { kind: 'answerCut' }>;

const noteText = (note: Exclude<TurnNote, FileRefusal | CutAnswer>, messages: Messages): string => {
  switch (note.kind) {
    case 'sessionRenewed':
      return messages.note.sessionRenewed;
    case 'restarted':
      return messages.note.restarted;
    case 'wordsChanged':
      return messages.note.wordsChanged;
    case 'fewCredits':
      return messages.note.fewCredits(note.available);
    case 'filesReceived':
      return messages.note.filesReceived(note.count);
  }
};

/** Files that were left out for the same reason are named in one sentence. */
const refusalTexts = (refusals: readonly FileRefusal[], messages: Messages): readonly string[] =>
  [...Map.groupBy(refusals, ({ reason }) => reason)].map(([reason, files]) =>
    messages.note.filesRefused(
      files.map(({ name }) => name),
      reason,
    ),
  );

/** A change of words is told while they wait, few credits until it turned out that they were enough. */
const isTimely = ({ kind }: TurnNote, { phase, outcome }: TurnState): boolean => {
  if (kind === 'wordsChanged') return phase === 'queued';
  return kind !== 'fewCredits' || phase !== 'settled' || outcome === 'failed';
};

export const noteTexts = (state: TurnState, messages: Messages): readonly string[] => {
  const notes = state.notes.filter((note) => isTimely(note, state));
  const refusals = notes.filter((note) => note.kind === 'fileRefused');
  const others = notes.filter((note) => note.kind !== 'fileRefused' && note.kind !== 'answerCut');
  return [...others.map((note) => noteText(note, messages)), ...refusalTexts(refusals, messages)];
};
