/** The turns that wait behind one that runs here: shown their place, their files handed over, taken back. Knows not what a turn does. */
import type { LaneEntry } from '../../ports/lanes.ts';
import type { Signal } from '../../ports/signals.ts';
import type { RelayDeps } from '../deps.ts';
import type { HandOver } from './hand-over.ts';
import type { LiveTurn, LiveTurns } from './live-turns.ts';
import type { Wishes } from './wishes.ts';

export type Lines = {
  /**
   * Runs a lane entry of kind `turn` and looks after those behind it for as long. They are all given back before it resolves, so that
   * in the whole cluster only one process ever writes a turn: the one that runs its lane.
   */
  during(entry: LaneEntry, stopping: AbortSignal, run: () => Promise<void>): Promise<void>;
  /** Somebody said something that may concern a turn in the hands of this process. */
  hear(signal: Signal): void;
};

type LineDeps = RelayDeps & {
  readonly liveTurns: LiveTurns;
  readonly handOver: HandOver;
  readonly wishes: Wishes;
};

type Line = {
  /** Takes those that wait in hand and tells them their place. */
  look(): void;
  /** Somebody wants something of one of them. */
  heed(live: LiveTurn): void;
  isWaiting(turnId: string): boolean;
  /** Resolves when nothing of theirs is written any more. */
  close(): Promise<void>;
};

/** The last words of a turn that is taken back wait this long for the platform. */
const flushLimitMs = 10_000;

/** Starts on the files of a turn that has to wait, while their addresses are fresh (invariant I8); the turn itself tries again what fails here. */
const handOverEarly = async (deps: LineDeps, live: LiveTurn, stopping: AbortSignal): Promise<void> => {
  const { turnId, threadId, files } = live.record();
  if (files.every(({ outcome }) => outcome !== null)) return;
  const thread = await deps.store.threads.get(threadId);
  if (thread === null || thread.session === null) return;
  await deps.handOver.ensure(live, thread, stopping).catch((error: unknown) => {
    deps.log.warn({ err: error, turnId }, 'files could not be handed over early');
  });
};

/** The waiting turns that this process has in hand. */
const createHands = (deps: LineDeps) => {
  const { lanes, liveTurns } = deps;
  const waiting = new Map<string, LiveTurn>();

  const giveBack = (turnId: string): void => {
    if (waiting.delete(turnId)) liveTurns.release(turnId);
  };

  /** Settled first: if the process dies in between, the lane finds a turn that is over. */
  const takeBack = async (live: LiveTurn): Promise<void> => {
    const { turnId } = live.record();
    live.dispatch({ type: 'cancelled' });
    await live.save();
    await lanes.withdraw(turnId);
    await live.flush(AbortSignal.timeout(flushLimitMs));
    giveBack(turnId);
  };

  const heed = async (live: LiveTurn): Promise<void> => {
    await deps.wishes.heed(live);
    if (live.stopSignal.aborted) await takeBack(live);
  };

  return {
    waiting,
    giveBack,
    heed,
    /** null when it is not kept any more, or when it was taken back. */
    take: async (turnId: string): Promise<LiveTurn | null> => {
      const known = waiting.get(turnId);
      if (known !== undefined) return known;
      const live = await liveTurns.acquire(turnId);
      if (live === null) return null;
      waiting.set(turnId, live);
      await heed(live);
      return waiting.get(turnId) ?? null;
    },
  };
};

const openLine = (deps: LineDeps, head: LaneEntry, stopping: AbortSignal): Line => {
  const { waiting, take, heed, giveBack } = createHands(deps);
  const handedOver: Promise<void>[] = [];
  let working = Promise.resolve();
  let isClosed = false;

  /** One piece of work after the other; none of them may keep the running turn from ending. */
  const enqueue = (work: () => Promise<void>): void => {
    if (isClosed) return;
    working = working.then(work).catch((error: unknown) => {
      deps.log.error({ err: error, threadId: head.lane }, 'waiting turns could not be looked after');
    });
  };

  const look = async (): Promise<void> => {
    const behind = (await deps.lanes.unfinished(head.lane)).filter(({ id }) => id !== head.id);
    let ahead = 0;
    for (const { id } of behind) {
      const live = await take(id);
      if (live === null) continue;
      ahead += 1;
      live.setAhead(ahead);
      handedOver.push(handOverEarly(deps, live, stopping));
    }
  };

  return {
    look: () => enqueue(look),
    heed: (live) =>
      enqueue(async () => {
        if (!waiting.has(live.record().turnId)) return;
        await heed(live);
        await look();
      }),
    isWaiting: (turnId) => waiting.has(turnId),
    close: async () => {
      isClosed = true;
      await working;
      await Promise.allSettled(handedOver);
      // Their next place is shown by whoever runs the lane next.
      await Promise.all([...waiting.values()].map((live) => live.letGo()));
      for (const turnId of waiting.keys()) giveBack(turnId);
    },
  };
};

export const createLines = (deps: LineDeps): Lines => {
  const open = new Map<string, Line>();

  const onWish = (turnId: string, threadId: string): void => {
    // Whoever takes the turn in hand later reads the wish then.
    const live = deps.liveTurns.find(turnId);
    if (live === null) return;
    const line = open.get(threadId);
    if (line?.isWaiting(turnId) === true) {
      line.heed(live);
      return;
    }
    deps.wishes.heed(live).catch((error: unknown) => {
      deps.log.warn({ err: error, turnId }, 'wishes could not be read');
    });
  };

  return {
    during: async (entry, stopping, run) => {
      const line = openLine(deps, entry, stopping);
      open.set(entry.lane, line);
      line.look();
      try {
        await run();
      } finally {
        open.delete(entry.lane);
        await line.close();
      }
    },
    hear: (signal) => {
      if (signal.kind === 'queued') open.get(signal.threadId)?.look();
      else onWish(signal.turnId, signal.threadId);
    },
  };
};
