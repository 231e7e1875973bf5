/** What people want of a turn after it was accepted: stored where they are heard, heeded where the turn runs. Knows no lanes. */
import type { TurnRecord, WishRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import type { LiveTurn } from './live-turns.ts';

export type Wishes = {
  /**
   * Resolves when it is stored: whichever process runs the turn, now or after a crash, will see it. Rejects with StoreError.
   * What `wish` leaves out stays as it was.
   */
  ask(
    turn: Pick<TurnRecord, 'turnId' | 'threadId'>,
    wish: Partial<Omit<WishRecord, 'turnId'>>,
  ): Promise<void>;
  /**
   * Does what was asked of a turn that this process has in hand. Called after taking it in hand, so that no wish falls between
   * the signal and the record. Rejects with StoreError.
   */
  heed(live: LiveTurn): Promise<void>;
  /** What looks now and then, because a signal may get lost: for `startTicking`. */
  follow(live: LiveTurn): () => void;
};

/** Signals are lost only while a connection is lost; a person who pressed Stop then waits this long at most. */
const lookIntervalMs = 15_000;

/** Writing a wish takes one round trip; others of the same turn wait this long at most. */
const askLimitMs = 10_000;

const nothingAsked = (turnId: string): WishRecord => ({ turnId, wantsStop: false, instruction: null });

const createAsk =
  ({ store, signals, exclusively, log }: RelayDeps): Wishes['ask'] =>
  async ({ turnId, threadId }, wish) => {
    await exclusively(`wish/${turnId}`, AbortSignal.timeout(askLimitMs), async () => {
      const before = (await store.wishes.get(turnId)) ?? nothingAsked(turnId);
      await store.wishes.set(turnId, { ...before, ...wish });
    });
    await signals.send({ kind: 'wish', turnId, threadId }).catch((error: unknown) => {
      // It is stored, and whoever runs the turn looks now and then.
      log.warn({ err: error, turnId }, 'a wish could not be told to the other processes');
    });
  };

const createHeed =
  ({ store }: RelayDeps): Wishes['heed'] =>
  async (live) => {
    const { turnId, instruction, state } = live.record();
    const wish = await store.wishes.get(turnId);
    if (wish === null) return;
    if (wish.wantsStop) live.stop();
    const isNew = wish.instruction !== null && wish.instruction !== instruction;
    if (!isNew || state.phase !== 'queued') return;
    await live.update({ instruction: wish.instruction });
    const isTold = state.notes.some(({ kind }) => kind === 'wordsChanged');
    if (!isTold) live.dispatch({ type: 'noted', note: { kind: 'wordsChanged' } });
  };

export const createWishes = (deps: RelayDeps): Wishes => {
  const heed = createHeed(deps);
  return {
    ask: createAsk(deps),
    heed,
    follow: (live) => {
      let lookedAtMs = deps.clock.nowMs();
      return () => {
        const nowMs = deps.clock.nowMs();
        if (nowMs - lookedAtMs < lookIntervalMs) return;
        lookedAtMs = nowMs;
        heed(live).catch((error: unknown) => {
          deps.log.warn({ err: error, turnId: live.record().turnId }, 'wishes could not be read');
        });
      };
    },
  };
};
