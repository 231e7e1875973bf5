/** Puts a turn into the lane of its thread: stored first, told second (invariant I1). */
import { filesMax, instructionLengthMax } from '../../core/limits.ts';
import type { Locale } from '../../core/locale.ts';
import { queuedTurn } from '../../core/turn.ts';
import type { AnsweredAt, Attachment } from '../../ports/chat.ts';
import type { Acceptance } from '../../ports/relay.ts';
import type { ThreadRecord, TurnRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import { forgetRefused } from '../persist.ts';
import { putInLine } from './line.ts';

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
  /**
   * Rejects with StoreError when it could not be stored; then nothing was started, and what is left of it is forgotten unless the same
   * request will come again.
   */
  add(turn: NewTurn, options?: { readonly comesAgain: boolean }): Promise<Acceptance>;
};

/** Short enough for a button's custom id, and the same for the same event. */
export const turnIdOf = (eventId: string): string => `t${eventId}`;

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
  vagueTurnId: null,
  renderIds: [],
  createdAtMs,
});

export const createTurnIntake = (deps: RelayDeps): TurnIntake => {
  const { store, lanes, signals, clock, log } = deps;

  const bind = async (turn: NewTurn): Promise<void> => {
    if ((await store.threads.get(turn.threadId)) !== null) return;
    await store.threads.set(turn.threadId, newThread(turn, clock.nowMs()));
  };

  /** Whoever runs the lane's first turn shows those behind it their place and hands their files over. */
  const announce = async (threadId: string): Promise<void> => {
    if ((await lanes.unfinished(threadId)).length > 1) await signals.send({ kind: 'queued', threadId });
  };

  const add = async (turn: NewTurn, { comesAgain = false } = {}): Promise<Acceptance> => {
    const record = toRecord(turn, clock.nowMs());
    const { turnId, threadId } = record;
    const known = await store.turns.get(turnId);
    if (known !== null && known.state.phase !== 'queued') {
      deps.tally.duplicateAvoided('request');
      return 'known';
    }
    // A queued one may be known because a process ended between storing it and putting it in line: adding it again is harmless.
    if (known === null) await bind(turn);
    const stored = known === null ? store.turns.set(turnId, record) : Promise.resolve();
    const added = await putInLine(deps, { id: turnId, lane: threadId, kind: 'turn' }, { stored }).catch(
      (error: unknown) => {
        if (known === null && !comesAgain) forgetRefused(deps, () => store.turns.delete(turnId));
        throw error;
      },
    );
    if (added === 'full') await store.turns.delete(turnId);
    if (added !== 'added') return added;
    log.info({ turnId, threadId, files: record.files.length }, 'a turn is accepted');
    // From here on the record belongs to the process that runs the lane.
    await announce(threadId).catch((error: unknown) => {
      log.warn({ err: error, turnId }, 'the place of a turn could not be announced');
    });
    return 'accepted';
  };

  return { add };
};
