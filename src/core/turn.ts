/** The words and shapes of one turn: what may happen to it and what is known of it. Pure; the rules are in reduce-turn.ts. */
import type { Problem, ProblemKind } from './problems.ts';
import type { Timeline } from './timeline.ts';

/** What the backend's stream says, whatever its wire shape (nemo-api §4.1, sse-wire). Made by src/nemo/wire. */
export type BackendEvent =
  /** `partial`: a delta that grows the segment; otherwise the whole text of a segment, which replaces what was growing. */
  | { readonly type: 'text'; readonly author: string; readonly text: string; readonly isPartial: boolean }
  /** A tool started; previews (`partial: true`) are left out. */
  | { readonly type: 'toolCall'; readonly id: string; readonly name: string }
  | { readonly type: 'toolResult'; readonly id: string; readonly name: string; readonly isFailed: boolean }
  /** The run waits for an answer of the person (`adk_request_confirmation` and its kin); `text` is what it asks, if it says so. */
  | { readonly type: 'question'; readonly id: string; readonly text: string | null }
  /** The answer ended because the agent may say no more at once; its words are valid as far as they go. */
  | { readonly type: 'cut' }
  /** A sign of life without substance. */
  | { readonly type: 'heartbeat' }
  /** An error inside the stream. `isFinal`: nothing follows (an `{"error"}` frame); otherwise the run may go on (errorCode). */
  | {
      readonly type: 'error';
      readonly problem: Problem;
      readonly detail: string | null;
      readonly isFinal: boolean;
    };

export type TurnPhase = 'queued' | 'preparing' | 'streaming' | 'reconciling' | 'settled';

export type Outcome = 'answered' | 'edited' | 'unchanged' | 'failed' | 'cancelled';

/** What is going on right now, for the activity line. */
export type Activity =
  | 'connecting'
  | 'uploading'
  | 'thinking'
  | 'generating'
  | 'music'
  | 'editing'
  | 'analysing';

/** What our own answer offers as buttons: three things to try, or ways to say more exactly what was meant. */
export type Choices = 'none' | 'examples' | 'clearer';

/** Something the person must know about this turn beside its answer. */
export type TurnNote =
  | { readonly kind: 'sessionRenewed' }
  | { readonly kind: 'fileRefused'; readonly name: string; readonly reason: ProblemKind }
  | { readonly kind: 'filesReceived'; readonly count: number }
  | { readonly kind: 'fewCredits'; readonly available: number }
  /** The answer was too long, for the agent or for us; the words that came stand. */
  | { readonly kind: 'answerCut' }
  /** The person changed their message while it waited. */
  | { readonly kind: 'wordsChanged' }
  | { readonly kind: 'restarted' };

/** Why the state is being looked at: the words are there · none came · the stream broke, stalled, ran out of time, or we were restarted. */
export type LookReason = 'answered' | 'silent' | 'dropped' | 'stalled' | 'timeLimit' | 'restarted';

/** A series of looks at the backend's state instead of asking again. */
export type Looking = {
  readonly why: LookReason;
  /** Looks made so far, failed ones included. */
  readonly looks: number;
  readonly nextLookAtMs: number;
  /** What the last look that succeeded saw; null: none did, so "nothing changed" would be a guess. */
  readonly lastSeen: string | null;
};

/** Plain JSON: it is stored as it is at every change of phase. */
export type TurnState = {
  readonly phase: TurnPhase;
  readonly activity: Activity;
  readonly startedAtMs: number | null;
  /** The moment before the instruction was sent. From here on it is never sent again (invariant I1). */
  readonly submittedAtMs: number | null;
  readonly lastSubstanceAtMs: number | null;
  /** Finished segments of the agent's text, as the backend wrote them. */
  readonly said: readonly string[];
  readonly growing: string;
  readonly growingAuthor: string | null;
  /** Our own words instead of the agent's: credits, the timeline, help. */
  readonly reply: string | null;
  readonly choices: Choices;
  readonly uploads: { readonly done: number; readonly total: number } | null;
  readonly toolsSucceeded: number;
  /** A clip was generated and the agent goes on with music and titles (nemo-api §4.3, two stages); `told`: it said so itself. */
  readonly rawClip: 'none' | 'ready' | 'told';
  /** The agent waits for an answer; the text is what it asks, if it said so. */
  readonly question: { readonly text: string | null } | null;
  readonly notes: readonly TurnNote[];
  readonly looking: Looking | null;
  /** The timeline before and after, when it changed. */
  readonly change: { readonly before: Timeline; readonly after: Timeline } | null;
  readonly outcome: Outcome | null;
  readonly problem: Problem | null;
};

/** What a look at the state found; null: the look failed. */
export type Found = {
  readonly hasChanged: boolean;
  /** Equal for equal states. */
  readonly fingerprint: string;
  readonly before: Timeline;
  readonly after: Timeline;
} | null;

export type OwnEvent =
  | { readonly type: 'started' }
  | { readonly type: 'uploading'; readonly done: number; readonly total: number }
  | { readonly type: 'noted'; readonly note: TurnNote }
  | { readonly type: 'submitted' }
  /** The stream ended: cleanly, or cut; `problem` where the end has a reason of its own. */
  | { readonly type: 'closed'; readonly isClean: boolean; readonly problem: Problem | null }
  | { readonly type: 'looked'; readonly found: Found }
  /** Our own answer. */
  | { readonly type: 'replied'; readonly text: string; readonly choices: Choices }
  | { readonly type: 'failed'; readonly problem: Problem }
  | { readonly type: 'cancelled' }
  | { readonly type: 'restarted' }
  | { readonly type: 'tick' };

export type TurnEvent = (BackendEvent | OwnEvent) & { readonly atMs: number };

export const queuedTurn: TurnState = {
  phase: 'queued',
  activity: 'connecting',
  startedAtMs: null,
  submittedAtMs: null,
  lastSubstanceAtMs: null,
  said: [],
  growing: '',
  growingAuthor: null,
  reply: null,
  choices: 'none',
  uploads: null,
  toolsSucceeded: 0,
  rawClip: 'none',
  question: null,
  notes: [],
  looking: null,
  change: null,
  outcome: null,
  problem: null,
};

/** True when the agent said anything that a person can read. */
export const hasWords = (state: TurnState): boolean =>
  state.growing.trim() !== '' || state.said.some((segment) => segment.trim() !== '');
