/** What a person sees of a turn: always a function of its state, never of what was shown before. Pure. */
import { openLinks } from './foreign-text.ts';
import { translateGuiTalk } from './gui-language.ts';
import { messageLengthMax, messagePartsMax } from './limits.ts';
import type { Messages } from './messages/catalogue.ts';
import { problemText } from './problem-text.ts';
import type { Problem } from './problems.ts';
import type { RenderState } from './render.ts';
import { dropTrailingTemporaryIssue } from './temporary-issue.ts';
import { describeChanges } from './timeline-change-words.ts';
import { compareTimelines } from './timeline-changes.ts';
import { describeTimeline } from './timeline-words.ts';
import { hasWords, type LookReason, type Outcome, type TurnState } from './turn.ts';
import { turnButtons } from './turn-buttons.ts';
import { type FooterContext, turnFooter } from './turn-footer.ts';
import { noteTexts } from './turn-notes.ts';
import type { ButtonView } from './view.ts';

export type TurnViewContext = FooterContext & {
  readonly turnId: string;
  readonly threadId: string;
  readonly webUrl: string;
  /** Requests of the same thread before this one; 0 when it is its turn. */
  readonly ahead: number;
  /** Nobody knows yet whether a render follows: nothing is said that would be taken back when one does. */
  readonly isRenderUndecided: boolean;
};

/** `text` may be of any length; `footer` is one small line under it. */
export type TurnView = {
  readonly text: string;
  readonly footer: string | null;
  readonly buttons: readonly ButtonView[];
  /** The words will not grow any more. */
  readonly isFinal: boolean;
};

/** More than can be shown while words stream in: an endless answer is not read again and again from its start. */
const streamedLengthMax = 2 * messagePartsMax * messageLengthMax;

/** What of the agent's text is looked at now: all of it in the end, a bounded beginning while it grows. */
const spoken = (state: TurnState): readonly string[] => {
  if (state.phase === 'settled') return dropTrailingTemporaryIssue(state.said, state.toolsSucceeded > 0);
  let roomLeft = streamedLengthMax;
  const segments: string[] = [];
  for (const segment of [...state.said, state.growing]) {
    if (roomLeft <= 0) break;
    segments.push(segment.slice(0, roomLeft));
    roomLeft -= segment.length;
  }
  return segments;
};

const withoutOffer = (text: string, offer: string): string =>
  text.includes(offer) ? text.replaceAll(offer, '').replaceAll(/ {2,}/gu, ' ').trim() : text;

/**
 * The video comes by itself and brings the list of tracks: an offer of one would make people ask for a second one, and of the other read
 * the same twice.
 */
const withoutNeedless = (text: string, { export: video, status }: Messages['gui']['offers']): string =>
  withoutOffer(withoutOffer(text, video), status);

/** A change brings a video along; without one there is none to wait for. */
const mayRenderFollow = (
  { phase, change }: TurnState,
  { render, isRenderUndecided }: TurnViewContext,
): boolean => render !== null || (isRenderUndecided && (phase !== 'settled' || change !== null));

/** The agent's words in the chat's own terms. Only what still grows may hold an unfinished sentence back. */
const words = (state: TurnState, context: TurnViewContext): readonly string[] => {
  const { messages } = context;
  const isOfferNeedless = mayRenderFollow(state, context);
  const segments = spoken(state);
  const growingAt = state.phase === 'streaming' ? segments.length - 1 : -1;
  return segments
    .map((text, at) => translateGuiTalk(text, { words: messages.gui, isComplete: at !== growingAt }))
    .map((text) => (isOfferNeedless ? withoutNeedless(text, messages.gui.offers) : text))
    .map(openLinks)
    .filter((text) => text.trim() !== '');
};

/** An answer of which nothing can be shown, such as JSON alone, is told like an end without words: no message is empty. */
const toldOutcome = (state: TurnState, shown: readonly string[]): Outcome | null => {
  const isTold = shown.length > 0 || state.reply !== null || state.question !== null;
  if (state.outcome !== 'answered' || isTold) return state.outcome;
  return state.change === null ? 'unchanged' : 'edited';
};

/** The video that follows brings the timeline along: told here as well, it would be told twice. */
const isTimelineToFollow = (render: RenderState | null): boolean =>
  render !== null && render.phase !== 'failed' && render.phase !== 'cancelled';

/** What changed, for a turn whose agent said nothing; every track, when music and titles were added by themselves. */
const changeLines = (
  state: TurnState,
  outcome: Outcome | null,
  { messages, render, isRenderUndecided }: TurnViewContext,
): readonly string[] => {
  if (state.change === null) return [];
  const { before, after } = state.change;
  if (state.rawClip !== 'none' && after.tracks.length > 1) {
    const done = outcome === 'edited' ? [messages.done] : [];
    if (isTimelineToFollow(render)) return [...done, messages.tracksFollow];
    if (isRenderUndecided) return done;
    const tracks = describeTimeline(after, messages.timeline, { layout: 'lines' });
    return [...done, `${messages.tracksAdded}\n${tracks}`];
  }
  if (outcome !== 'edited') return [];
  const changes = describeChanges(compareTimelines(before, after), messages.timeline);
  return [changes === '' ? messages.somethingChanged : `${messages.silentEdit}\n${changes}`];
};

/** Under the words of an answer that is not whole. */
const brokenLines = (
  { notes }: TurnState,
  outcome: Outcome | null,
  messages: Messages,
): readonly string[] => {
  if (notes.some(({ kind }) => kind === 'answerCut')) return [messages.note.answerCut];
  return outcome === 'failed' || outcome === 'edited' ? [messages.keptIncomplete] : [];
};

const outcomeLines = (
  state: TurnState,
  shown: readonly string[],
  context: TurnViewContext,
): readonly string[] => {
  const { messages } = context;
  if (state.phase !== 'settled') return [];
  const outcome = toldOutcome(state, shown);
  const broken = shown.length === 0 ? [] : brokenLines(state, outcome, messages);
  const isSent = state.submittedAtMs !== null;
  const problem = state.problem === null ? [] : [problemText(state.problem, { ...context, isSent })];
  const unchanged = outcome === 'unchanged' ? [messages.unchanged] : [];
  const stopped = isSent ? messages.cancelled : messages.takenBack;
  const cancelled = outcome === 'cancelled' ? [stopped] : [];
  return [...broken, ...changeLines(state, outcome, context), ...problem, ...unchanged, ...cancelled];
};

const renderProblem = (render: RenderState | null): Problem | null =>
  render?.phase === 'failed' ? render.problem : null;

/** The line for a turn that has nothing to show yet. */
const openingLine = (state: TurnState, context: TurnViewContext): readonly string[] => {
  if (state.phase === 'queued' && context.ahead > 0) return [context.messages.queued(context.ahead)];
  if (state.phase === 'queued' || state.phase === 'preparing') return [context.messages.activity.connecting];
  const isBegun = state.phase === 'streaming' || (state.phase === 'reconciling' && !isBrokenOff(state));
  return isBegun && !hasWords(state) ? [context.messages.ready] : [];
};

const brokenReasons: ReadonlySet<LookReason> = new Set(['dropped', 'stalled', 'timeLimit']);

/** The answer ended before its end; after a restart a note of its own says what is going on. */
const isBrokenOff = ({ looking }: TurnState): boolean => looking !== null && brokenReasons.has(looking.why);

/** What the agent asks is its own words too. */
const questionLines = ({ question }: TurnState, { messages }: TurnViewContext): readonly string[] => {
  if (question === null) return [];
  const asked = translateGuiTalk(question.text ?? '', { words: messages.gui, isComplete: true });
  return [messages.question(openLinks(asked).trim())];
};

const paragraphs = (state: TurnState, context: TurnViewContext): readonly string[] => {
  const { messages } = context;
  const problem = renderProblem(context.render);
  const shown = words(state, context);
  return [
    ...noteTexts(state, messages),
    ...openingLine(state, context),
    ...shown,
    ...(state.rawClip === 'ready' && state.phase === 'streaming' ? [messages.rawClipReady] : []),
    ...questionLines(state, context),
    ...(isBrokenOff(state) ? [messages.brokenOff] : []),
    ...(state.reply === null ? [] : [state.reply]),
    ...outcomeLines(state, shown, context),
    ...(problem === null ? [] : [problemText(problem, { ...context, isSent: true })]),
  ];
};

/** The newest view of a turn and of the render that follows it. */
export const viewTurn = (state: TurnState, context: TurnViewContext): TurnView => ({
  text: paragraphs(state, context).join('\n\n'),
  footer: turnFooter(state, context),
  buttons: turnButtons(state, context),
  isFinal: state.phase === 'settled',
});
