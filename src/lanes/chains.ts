/** The order of running in memory: one chain per busy lane, nothing for idle ones. Must not know of disks, nor what an entry means. */
import type { Clock } from '../ports/clock.ts';
import type { LaneEntry } from '../ports/lanes.ts';

export type WaitingEntry = { readonly entry: LaneEntry; readonly notBeforeMs: number };

export type Chains = {
  /** Puts an entry behind those of its lane and starts it when its turn has come. */
  push(waiting: WaitingEntry): void;
  isRunning(entry: { id: string; lane: string }): boolean;
  /** Takes an entry out that does not run. */
  remove(entry: { id: string; lane: string }): void;
  /** Starts nothing any more; resolves when what runs has ended. */
  stop(): Promise<void>;
  /** Lanes with something to do. */
  busyCount(): number;
};

type Chain = {
  /** The head stays here while it runs. */
  readonly waiting: WaitingEntry[];
  isRunning: boolean;
  /** Ends the sleep before a delayed head. */
  wake: AbortController | null;
  done: Promise<void>;
};

/** Timers hold at most 2^31 ms (about 24 days); a longer delay is slept in pieces. */
const sleepMaxMs = 24 * 60 * 60 * 1_000;

/** Sleeps a while before a delayed head; the caller looks again afterwards, whether it ended by time or was woken. */
const sleepBefore = async (chain: Chain, delayMs: number, clock: Clock): Promise<void> => {
  const wake = new AbortController();
  chain.wake = wake;
  try {
    await clock.sleep(Math.min(delayMs, sleepMaxMs), wake.signal);
  } catch (cause) {
    // Woken, because the head was withdrawn or everything stops. Any other failure of a clock is a bug.
    if (!wake.signal.aborted) throw cause;
  } finally {
    chain.wake = null;
  }
};

/** `run` must not reject: what a failure means is decided where entries are finished. */
export const createChains = (clock: Clock, run: (entry: LaneEntry) => Promise<void>): Chains => {
  const chains = new Map<string, Chain>();
  let isStopping = false;

  const nextOf = (chain: Chain): WaitingEntry | undefined => (isStopping ? undefined : chain.waiting[0]);

  const work = async (lane: string, chain: Chain): Promise<void> => {
    for (let head = nextOf(chain); head !== undefined; head = nextOf(chain)) {
      const delayMs = head.notBeforeMs - clock.nowMs();
      if (delayMs > 0) {
        await sleepBefore(chain, delayMs, clock);
        continue;
      }
      chain.isRunning = true;
      await run(head.entry);
      chain.isRunning = false;
      chain.waiting.shift();
    }
    chains.delete(lane);
  };

  return {
    push: (waiting) => {
      const { lane } = waiting.entry;
      const busy = chains.get(lane);
      if (busy !== undefined) {
        busy.waiting.push(waiting);
        return;
      }
      const chain: Chain = { waiting: [waiting], isRunning: false, wake: null, done: Promise.resolve() };
      chains.set(lane, chain);
      chain.done = work(lane, chain);
    },
    isRunning: ({ id, lane }) => {
      const chain = chains.get(lane);
      return chain?.isRunning === true && chain.waiting[0]?.entry.id === id;
    },
    remove: ({ id, lane }) => {
      const chain = chains.get(lane);
      const index = chain?.waiting.findIndex(({ entry }) => entry.id === id) ?? -1;
      if (chain === undefined || index === -1) return;
      chain.waiting.splice(index, 1);
      if (index === 0) chain.wake?.abort();
    },
    stop: async () => {
      isStopping = true;
      const open = [...chains.values()];
      for (const chain of open) chain.wake?.abort();
      await Promise.all(open.map(({ done }) => done));
    },
    busyCount: () => chains.size,
  };
};
