/** The turns that wait behind one that runs here: shown their place, their files handed over, taken back. Knows not what a turn does. */
import type { LaneEntry } from '../../ports/lanes.ts';
import type { Signal } from '../../ports/signals.ts';
import type { RelayDeps } from '../deps.ts';
import type { HandOver } from './hand-over.ts';
import type { LiveTurn, LiveTurns } from './live-turns.ts';
import type { Wishes } from './wishes.ts';

export type Lines = {
  /**
   * Looks after those behind this entry of kind `turn` until `close`, which gives all of them back before it resolves, so that in the
   * whole cluster only one process ever writes a turn: the one that runs its lane.
   */
  open(head: LaneEntry, stopping: AbortSignal): Line;
  close(line: Line): Promise<void>;
  /** Somebody said something that may concern a turn in the hands of this process. */
  hear(signal: Signal): void;
};

/** The turns behind one that runs. Most lines stay empty for as long as they are open, so a line is only what it remembers. */
export type Line = {
  readonly head: LaneEntry;
  readonly stopping: AbortSignal;
  /** Those that this process has in hand. */
  readonly waiting: LiveTurn[];
  readonly handedOver: Promise<void>[];
  working: Promise<void>;
  isClosed: boolean;
};

type LineDeps = RelayDeps & {
  readonly liveTurns: LiveTurns;
  readonly handOver: HandOver;
  readonly wishes: Wishes;
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

/** Takes the turns of a line in hand and gives them back. */
const createHands = (deps: LineDeps) => {
  const { lanes, liveTurns } = deps;

  const giveBack = ({ waiting }: Line, live: LiveTurn): void => {
    const index = waiting.indexOf(live);
    if (index === -1) return;
    waiting.splice(index, 1);
    liveTurns.release(live.record().turnId);
  };

  /** Settled first: if the process dies in between, the lane finds a turn that is over. */
  const takeBack = async (line: Line, live: LiveTurn): Promise<void> => {
    const { turnId } = live.record();
    live.dispatch({ type: 'cancelled' });
    await live.save();
    await lanes.withdraw(turnId);
    await live.flush(AbortSignal.timeout(flushLimitMs));
    giveBack(line, live);
  };

  const heed = async (line: Line, live: LiveTurn): Promise<void> => {
    await deps.wishes.heed(live);
    if (live.stopSignal.aborted) await takeBack(line, live);
  };

  return {
    heed,
    /** null when it is not kept any more, or when it was taken back. */
    take: async (line: Line, turnId: string): Promise<LiveTurn | null> => {
      const { waiting } = line;
      const known = waiting.find((live) => live.record().turnId === turnId);
      if (known !== undefined) return known;
      const live = await liveTurns.acquire(turnId);
      if (live === null) return null;
      waiting.push(live);
      await heed(line, live);
      return waiting.includes(live) ? live : null;
    },
  };
};

const createLineWork = (deps: LineDeps) => {
  const { take, heed } = createHands(deps);

  /** One piece of work after the other; none of them may keep the running turn from ending. */
  const enqueue = (line: Line, work: () => Promise<void>): void => {
    if (line.isClosed) return;
    line.working = line.working.then(work).catch((error: unknown) => {
      deps.log.error({ err: error, threadId: line.head.lane }, 'waiting turns could not be looked after');
    });
  };

  const lookNow = async (line: Line): Promise<void> => {
    const { head, handedOver, stopping } = line;
    const behind = (await deps.lanes.unfinished(head.lane)).filter(({ id }) => id !== head.id);
    let ahead = 0;
    for (const { id } of behind) {
      const live = await take(line, id);
      if (live === null) continue;
      ahead += 1;
      live.setAhead(ahead);
      handedOver.push(handOverEarly(deps, live, stopping));
    }
  };

  return {
    /** Takes those that wait in hand and tells them their place. */
    look: (line: Line): void => enqueue(line, () => lookNow(line)),
    /** Somebody wants something of one of them. */
    heed: (line: Line, live: LiveTurn): void =>
      enqueue(line, async () => {
        if (!line.waiting.includes(live)) return;
        await heed(line, live);
        await lookNow(line);
      }),
    /** Resolves when nothing of theirs is written any more. */
    close: async (line: Line): Promise<void> => {
      const { waiting } = line;
      line.isClosed = true;
      await line.working;
      await Promise.allSettled(line.handedOver);
      // Their next place is shown by whoever runs the lane next.
      await Promise.all(waiting.map((live) => live.letGo()));
      for (const live of waiting.splice(0)) deps.liveTurns.release(live.record().turnId);
    },
  };
};

export const createLines = (deps: LineDeps): Lines => {
  const open = new Map<string, Line>();
  const work = createLineWork(deps);

  const onWish = (turnId: string, threadId: string): void => {
    // Whoever takes the turn in hand later reads the wish then.
    const live = deps.liveTurns.find(turnId);
    if (live === null) return;
    const line = open.get(threadId);
    if (line?.waiting.includes(live) === true) {
      work.heed(line, live);
      return;
    }
    deps.wishes.heed(live).catch((error: unknown) => {
      deps.log.warn({ err: error, turnId }, 'wishes could not be read');
    });
  };

  return {
    open: (head, stopping) => {
      const working = Promise.resolve();
      const line = { head, stopping, waiting: [], handedOver: [], working, isClosed: false };
      open.set(head.lane, line);
      work.look(line);
      return line;
    },
    close: (line) => {
      open.delete(line.head.lane);
      return work.close(line);
    },
    hear: (signal) => {
      if (signal.kind === 'wish') return onWish(signal.turnId, signal.threadId);
      const line = open.get(signal.threadId);
      if (line !== undefined) work.look(line);
    },
  };
};
