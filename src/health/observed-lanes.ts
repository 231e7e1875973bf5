/** The lanes, with waiting and running entries known and the oldest that could run and does not. Passes everything on unchanged. */
import type { LaneEntry, Lanes } from '../ports/lanes.ts';
import type { Metrics } from './metrics.ts';

/** What this process knows of its lanes. */
export type LaneWatch = {
  /** Never rejects: what cannot be read now is as it was. */
  look(): Promise<LaneFacts>;
};

export type LaneFacts = {
  /** In this process, or in the whole queue where several processes share one. */
  readonly waiting: number;
  readonly running: number;
  /** Age of the oldest entry that nothing keeps from running; null when there is none. */
  readonly oldestRunnableMs: number | null;
  /** This process runs entries; one that only takes requests in never does. */
  readonly areRunHere: boolean;
};

/** How a queue stands that several processes share; rejects when it cannot be read. */
export type ReadQueue = () => Promise<{ readonly waiting: number; readonly oldestRunnable: string | null }>;

type Deps = {
  readonly metrics: Metrics;
  readonly nowMs: () => number;
  /** null: this process runs all that it adds, so nobody else has to be asked. */
  readonly readQueue: ReadQueue | null;
};

type Waiting = { readonly entry: LaneEntry; readonly addedAtMs: number; readonly dueAtMs: number };

const createBook = (nowMs: () => number) => {
  const waiting = new Map<string, Waiting>();
  const running = new Map<string, LaneEntry>();
  const state = { areRunHere: false };
  /** When a lane became free; forgotten when nothing of it waits. */
  const freeSince = new Map<string, number>();
  const waitingIn = new Map<string, number>();
  const change = (lane: string, by: number): void => {
    const count = (waitingIn.get(lane) ?? 0) + by;
    if (count > 0) waitingIn.set(lane, count);
    else waitingIn.delete(lane);
    if (count <= 0) freeSince.delete(lane);
  };
  const forget = (id: string): Waiting | null => {
    const waited = waiting.get(id) ?? null;
    if (waiting.delete(id) && waited !== null) change(waited.entry.lane, -1);
    return waited;
  };
  return {
    waiting,
    running,
    state,
    note: (waits: Waiting): void => {
      waiting.set(waits.entry.id, waits);
      change(waits.entry.lane, 1);
    },
    forget,
    begin: (entry: LaneEntry): Waiting | null => {
      running.set(entry.id, entry);
      return forget(entry.id);
    },
    end: (entry: LaneEntry): void => {
      running.delete(entry.id);
      if (waitingIn.has(entry.lane)) freeSince.set(entry.lane, nowMs());
    },
    /** Since when the first of each free lane could have run. Map keeps the order of adding, so the first of a lane comes first. */
    runnableSince: (): number[] => {
      const busy = new Set([...running.values()].map(({ lane }) => lane));
      const since: number[] = [];
      for (const { entry, dueAtMs } of waiting.values()) {
        if (!busy.has(entry.lane)) since.push(Math.max(dueAtMs, freeSince.get(entry.lane) ?? 0));
        busy.add(entry.lane);
      }
      return since;
    },
  };
};

type Book = ReturnType<typeof createBook>;

const ownWatch = (book: Book, nowMs: () => number): LaneWatch => ({
  look: async () => {
    const since = book.runnableSince();
    const oldestRunnableMs = since.length === 0 ? null : Math.max(0, nowMs() - Math.min(...since));
    const { areRunHere } = book.state;
    return { waiting: book.waiting.size, running: book.running.size, oldestRunnableMs, areRunHere };
  },
});

/** An entry that is the oldest at look after look has been runnable since the first of them, at least. */
const sharedWatch = (book: Book, nowMs: () => number, readQueue: ReadQueue): LaneWatch => {
  let waiting = 0;
  let oldest: { readonly id: string; readonly sinceMs: number } | null = null;
  const update = async (): Promise<void> => {
    const facts = await readQueue();
    waiting = facts.waiting;
    const id = facts.oldestRunnable;
    if (id === null) oldest = null;
    else if (oldest?.id !== id) oldest = { id, sinceMs: nowMs() };
  };
  return {
    look: async () => {
      // The check of the store tells that it cannot be read.
      await update().catch(() => undefined);
      const oldestRunnableMs = oldest === null ? null : nowMs() - oldest.sinceMs;
      return { waiting, running: book.running.size, oldestRunnableMs, areRunHere: book.state.areRunHere };
    },
  };
};

/** The same lanes, observed. */
export const observeLanes = (lanes: Lanes, deps: Deps): { lanes: Lanes; watch: LaneWatch } => {
  const { metrics, nowMs, readQueue } = deps;
  const book = createBook(nowMs);
  const observed: Lanes = {
    ...lanes,
    add: async (entry, options) => {
      const addedAtMs = nowMs();
      const waits = { entry, addedAtMs, dueAtMs: Math.max(addedAtMs, options?.notBeforeMs ?? 0) };
      // Noted first: it may begin before `add` resolves.
      const isNoted = readQueue === null && !book.waiting.has(entry.id) && !book.running.has(entry.id);
      if (isNoted) book.note(waits);
      const forget = (): void => void (isNoted && book.forget(entry.id));
      try {
        const added = await lanes.add(entry, options);
        if (added !== 'added') forget();
        // A render is put in line again on purpose, to be sure after a crash.
        if (added === 'known' && entry.kind !== 'render')
          metrics.count('makevideo_duplicates_avoided_total', { what: 'request' });
        return added;
      } catch (error) {
        forget();
        throw error;
      }
    },
    start: (run) => {
      book.state.areRunHere = true;
      return lanes.start((entry, signal) => {
        const waited = book.begin(entry);
        if (waited !== null)
          metrics.observe(
            'makevideo_lane_wait_seconds',
            { kind: entry.kind },
            Math.max(0, nowMs() - waited.addedAtMs) / 1_000,
          );
        return run(entry, signal).finally(() => book.end(entry));
      });
    },
    withdraw: async (id) => {
      const isWithdrawn = await lanes.withdraw(id);
      if (isWithdrawn) book.forget(id);
      return isWithdrawn;
    },
  };
  const watch = readQueue === null ? ownWatch(book, nowMs) : sharedWatch(book, nowMs, readQueue);
  return { lanes: observed, watch };
};
