/** What a person sees of a turn: always a function of its state, never of what was shown before. Pure. */
import { openLinks } from './foreign-text.ts';
import { translateGuiTalk } from './gui-language.ts';
import { messageLengthMax, messagePartsMax, type Timing } from './limits.ts';
import type { Messages } from './messages/catalogue.ts';
import { problemText } from './problem-text.ts';
import type { Problem } from './problems.ts';
import { isSlowRender, type RenderState } from './render.ts';
import { dropTrailingTemporaryIssue } from './temporary-issue.ts';
import { describeChanges } from './timeline-change-words.ts';
import { compareTimelines } from './timeline-changes.ts';
import { describeTimeline } from './timeline-words.ts';
import { hasWords, type LookReason, type Outcome, type TurnNote, type TurnState } from './turn.ts';
import { isRenderOpen, turnButtons } from './turn-buttons.ts';
import type { ButtonView } from './view.ts';

export type TurnViewContext = {
  readonly turnId: string;
  readonly threadId: string;
  readonly nowMs: number;
  readonly messages: Messages;
  readonly timing: Timing;
  readonly webUrl: string;
  /** Requests of the same thread before this one; 0 when it is its turn. */
  readonly ahead: number;
  /** The render that follows this turn, if any. */
  readonly render: RenderState | null;
  /** What the turn took, and what is left; null where it is not known. */
  readonly cost: { readonly took: number; readonly left: number | null } | null;
  /** The render waits for somebody to press a button. */
  readonly isRenderOffered: boolean;
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

type FileRefusal = Extract<TurnNote, { kind: 'fileRefused' }>;

const noteText = (note: Exclude<TurnNote, FileRefusal>, messages: Messages): string => {
  switch (note.kind) {
    case 'sessionRenewed':
      return messages.note.sessionRenewed;
    case 'restarted':
      return messages.note.restarted;
    case 'answerCut':
      return messages.note.answerCut;
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

const noteTexts = (notes: readonly TurnNote[], messages: Messages): readonly string[] => {
  const refusals = notes.filter((note) => note.kind === 'fileRefused');
  const others = notes.filter((note) => note.kind !== 'fileRefused');
  return [...others.map((note) => noteText(note, messages)), ...refusalTexts(refusals, messages)];
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

/** The video comes by itself: an offer to export it would make people ask for a second one. */
const withoutOffer = (text: string, offer: string): string =>
  text.includes(offer) ? text.replaceAll(offer, '').replaceAll(/ {2,}/gu, ' ').trim() : text;

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
  const growingAt = state.growing !== '' && state.phase === 'streaming' ? segments.length - 1 : -1;
  return segments
    .map((text, at) => translateGuiTalk(text, { words: messages.gui, isComplete: at !== growingAt }))
    .map((text) => (isOfferNeedless ? withoutOffer(text, messages.gui.offers.export) : text))
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

const outcomeLines = (
  state: TurnState,
  shown: readonly string[],
  context: TurnViewContext,
): readonly string[] => {
  const { messages } = context;
  if (state.phase !== 'settled') return [];
  const outcome = toldOutcome(state, shown);
  const isCut = shown.length > 0 && (outcome === 'failed' || outcome === 'edited');
  const broken = isCut ? [messages.keptIncomplete] : [];
  const problem = state.problem === null ? [] : [problemText(state.problem, context)];
  const unchanged = outcome === 'unchanged' ? [messages.unchanged] : [];
  const stopped = state.submittedAtMs === null ? messages.takenBack : messages.cancelled;
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

/** A change of words is told while they wait, few credits until it turned out that they were enough. */
const isTimely = ({ kind }: TurnNote, { phase, outcome }: TurnState): boolean => {
  if (kind === 'wordsChanged') return phase === 'queued';
  return kind !== 'fewCredits' || phase !== 'settled' || outcome === 'failed';
};

const notesNow = (state: TurnState): readonly TurnNote[] =>
  state.notes.filter((note) => isTimely(note, state));

/** What the agent asks is its own words too. */
const questionLines = ({ question }: TurnState, { messages }: TurnViewContext): readonly string[] => {
  if (question === null) return [];
  const asked = translateGuiTalk(question.text ?? '', { words: messages.gui, isComplete: true });
  return [`${messages.question} ${openLinks(asked)}`.trim()];
};

const paragraphs = (state: TurnState, context: TurnViewContext): readonly string[] => {
  const { messages } = context;
  const problem = renderProblem(context.render);
  const shown = words(state, context);
  return [
    ...noteTexts(notesNow(state), messages),
    ...openingLine(state, context),
    ...shown,
    ...(state.rawClip === 'ready' && state.phase === 'streaming' ? [messages.rawClipReady] : []),
    ...questionLines(state, context),
    ...(isBrokenOff(state) ? [messages.brokenOff] : []),
    ...(state.reply === null ? [] : [state.reply]),
    ...outcomeLines(state, shown, context),
    ...(problem === null ? [] : [problemText(problem, context)]),
  ];
};

const activityText = (state: TurnState, messages: Messages): string => {
  if (state.phase === 'reconciling') return messages.activity.checking;
  if (state.activity !== 'uploading') return messages.activity[state.activity];
  return messages.activity.uploading(state.uploads?.done ?? 0, state.uploads?.total ?? 0);
};

/** "⏳ Still working..." once for every notice interval that has passed since the turn began. */
const notice = (startedAtMs: number | null, context: TurnViewContext): string | null => {
  if (startedAtMs === null) return null;
  const elapsedMs = context.nowMs - startedAtMs;
  const { noticeIntervalMs } = context.timing;
  const notices = Math.floor(elapsedMs / noticeIntervalMs);
  return notices < 1 ? null : context.messages.stillWorking(notices * noticeIntervalMs);
};

const renderFooter = (render: RenderState, context: TurnViewContext): string | null => {
  const { messages } = context;
  switch (render.phase) {
    case 'prepared':
    case 'submitted':
    case 'rendering': {
      const progress = isSlowRender(render)
        ? messages.render.slow
        : messages.activity.rendering(render.progress);
      return [progress, notice(render.startedAtMs, context)].filter((part) => part !== null).join(' · ');
    }
    case 'ready':
      return messages.render.ready;
    case 'delivered':
      return messages.render.delivered;
    case 'cancelled':
      return messages.render.cancelled;
    case 'failed':
      return null;
  }
};

const settledFooter = (context: TurnViewContext): string | null => {
  const { render, cost, messages } = context;
  const parts = [
    render === null ? null : renderFooter(render, context),
    isRenderOpen(context) ? messages.renderOffer : null,
    cost === null ? null : messages.cost(cost.took, cost.left),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(' · ');
};

const footer = (state: TurnState, context: TurnViewContext): string | null => {
  if (state.phase === 'settled') return settledFooter(context);
  if (state.phase === 'queued') return null;
  // While connecting, the text itself says so.
  const isSaid = state.activity === 'connecting';
  const parts = [isSaid ? null : activityText(state, context.messages), notice(state.startedAtMs, context)];
  const shown = parts.filter((part) => part !== null);
  return shown.length === 0 ? null : shown.join(' · ');
};

/** The newest view of a turn and of the render that follows it. */
export const viewTurn = (state: TurnState, context: TurnViewContext): TurnView => ({
  text: paragraphs(state, context).join('\n\n'),
  footer: footer(state, context),
  buttons: turnButtons(state, context),
  isFinal: state.phase === 'settled',
});
