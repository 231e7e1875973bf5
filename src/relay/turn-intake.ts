/** Puts a turn into the lane of its thread: stored first, told second (invariant I1). */
import { filesMax, instructionLengthMax } from '../core/limits.ts';
import type { Locale } from '../core/locale.ts';
import { queuedTurn } from '../core/turn.ts';
import type { AnsweredAt, Attachment } from '../ports/chat.ts';
import type { Acceptance } from '../ports/relay.ts';
import type { ThreadRecord, TurnRecord } from '../ports/store.ts';
import type { RelayDeps } from './deps.ts';
import type { HandOver } from './hand-over.ts';
import type { LiveTurns } from './live-turns.ts';

export type NewTurn = {
  readonly eventId: string;
  readonly threadId: string;
  readonly guildId: string | null;
  readonly requesterId: string;
  readonly locale: Locale;
  readonly instruction: string;
  readonly attachments: readonly Attachment[];
  readonly source: AnsweredAt | null;
};

export type TurnIntake = {
  /** Rejects with StoreError when it could not be stored; then nothing was started. */
  add(turn: NewTurn): Promise<Acceptance>;
  /** Shows the waiting turns of a thread their new place. */
  announcePlaces(threadId: string): Promise<void>;
};

type IntakeDeps = RelayDeps & {
  readonly liveTurns: LiveTurns;
  readonly handOver: HandOver;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
};

/** Short enough for a button's custom id, and the same for the same event. */
const turnIdOf = (eventId: string): string => `t${eventId}`;

const toRecord = (turn: NewTurn, acceptedAtMs: number): TurnRecord => ({
  turnId: turnIdOf(turn.eventId),
  threadId: turn.threadId,
  guildId: turn.guildId,
  requesterId: turn.requesterId,
  locale: turn.locale,
  instruction: turn.instruction.slice(0, instructionLengthMax),
  files: turn.attachments.slice(0, filesMax).map((attachment) => ({ attachment, outcome: null })),
  acceptedAtMs,
  source: turn.source,
  state: queuedTurn,
  statusMessages: [],
  before: null,
  renderId: null,
  isRenderOffered: false,
  credits: null,
});

const newThread = (turn: NewTurn, createdAtMs: number): ThreadRecord => ({
  threadId: turn.threadId,
  guildId: turn.guildId,
  requesterId: turn.requesterId,
  locale: turn.locale,
  account: null,
  session: null,
  files: [],
  isRenderDue: false,
  isExportBlocked: false,
  renderIds: [],
  createdAtMs,
});

export const createTurnIntake = (deps: IntakeDeps): TurnIntake => {
  const { store, lanes, liveTurns, clock, log } = deps;

  const bind = async (turn: NewTurn): Promise<ThreadRecord> => {
    const known = await store.threads.get(turn.threadId);
    const thread = known ?? newThread(turn, clock.nowMs());
    if (known === null) await store.threads.set(thread.threadId, thread);
    return thread;
  };

  /** Starts on the files of a turn that has to wait, while their addresses are fresh; the turn itself tries again what fails here. */
  const handOverEarly = (turnId: string, thread: ThreadRecord): void => {
    const live = liveTurns.find(turnId);
    if (live === null || live.record().files.length === 0 || thread.session === null) return;
    deps.handOver.ensure(live, thread, deps.stopping).catch((error: unknown) => {
      log.warn({ err: error, turnId }, 'files could not be handed over early');
    });
  };

  const announcePlaces = async (threadId: string): Promise<void> => {
    const entries = await lanes.unfinished(threadId);
    for (const [ahead, entry] of entries.entries()) {
      if (ahead > 0) liveTurns.find(entry.id)?.setAhead(ahead);
    }
  };

  const add = async (turn: NewTurn): Promise<Acceptance> => {
    const record = toRecord(turn, clock.nowMs());
    const { turnId, threadId } = record;
    if ((await store.turns.get(turnId)) !== null) return 'known';
    const thread = await bind(turn);
    await store.turns.set(turnId, record);
    liveTurns.adopt(record);
    const added = await lanes.add({ id: turnId, lane: threadId, kind: 'turn' });
    if (added !== 'added') {
      liveTurns.drop(turnId);
      if (added === 'full') await store.turns.delete(turnId);
      return added;
    }
    log.info({ turnId, threadId, files: record.files.length }, 'a turn is accepted');
    handOverEarly(turnId, thread);
    await announcePlaces(threadId);
    return 'accepted';
  };

  return { add, announcePlaces };
};
