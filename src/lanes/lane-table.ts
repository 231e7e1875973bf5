/** The rows behind the lanes: what is waiting, in which order, and what is finished. Must not know what runs when. */
import type { LaneEntry } from '../ports/lanes.ts';
import { StoreError } from '../ports/store.ts';

type SqlValue = string | number | null;

/**
 * What this room needs of the store's database: statements that throw StoreError, and word when their writes are on disk.
 * The table itself (`lane_entries`) is made with the file, because one file has one version.
 */
export type LaneDatabase = {
  prepare(sql: string): {
    get(...values: readonly SqlValue[]): Readonly<Record<string, unknown>> | undefined;
    all(...values: readonly SqlValue[]): readonly Readonly<Record<string, unknown>>[];
    /** How many rows it changed. */
    run(...values: readonly SqlValue[]): number;
  };
  /** Resolves when everything written so far is on disk; rejects with StoreError when none of it is. */
  flushed(): Promise<void>;
};

export type LaneTable = {
  /** The id must not be known. */
  insert(entry: LaneEntry, notBeforeMs: number): void;
  /** Added before, finished or not. */
  isKnown(id: string): boolean;
  /** null when it is finished or was never added. */
  findUnfinished(id: string): LaneEntry | null;
  /** Every unfinished entry, oldest first. */
  unfinished(): readonly { readonly entry: LaneEntry; readonly notBeforeMs: number }[];
  unfinishedOf(lane: string): readonly LaneEntry[];
  countUnfinished(lane: string): number;
  /** As if it had never been added. */
  remove(id: string): void;
  finish(id: string, atMs: number): void;
  /** Forgets at most `count` of the entries that finished before `beforeMs`. Returns how many. */
  forget(beforeMs: number, count: number): number;
};

/** Complete by its type: a kind added to the port does not compile until it is added here. */
const kinds: Readonly<Record<LaneEntry['kind'], true>> = { arrival: true, turn: true, render: true };

export const isLaneEntryKind = (value: unknown): value is LaneEntry['kind'] =>
  typeof value === 'string' && Object.hasOwn(kinds, value);

const readEntry = (row: Readonly<Record<string, unknown>>): LaneEntry => {
  const { id, lane, kind } = row;
  if (typeof id === 'string' && typeof lane === 'string' && isLaneEntryKind(kind)) return { id, lane, kind };
  throw new StoreError('corrupt', {
    message: `The lane entry ${String(id)} does not read. It was left as it is; restore a backup or delete it.`,
  });
};

const compile = (database: LaneDatabase) => ({
  insert: database.prepare('INSERT INTO lane_entries (id, lane, kind, not_before_ms) VALUES (?, ?, ?, ?)'),
  isKnown: database.prepare('SELECT 1 FROM lane_entries WHERE id = ?'),
  findUnfinished: database.prepare(
    'SELECT id, lane, kind FROM lane_entries WHERE id = ? AND finished_at_ms IS NULL',
  ),
  unfinished: database.prepare(
    'SELECT id, lane, kind, not_before_ms FROM lane_entries WHERE finished_at_ms IS NULL ORDER BY seq',
  ),
  unfinishedOf: database.prepare(
    'SELECT id, lane, kind FROM lane_entries WHERE lane = ? AND finished_at_ms IS NULL ORDER BY seq',
  ),
  countUnfinished: database.prepare(
    'SELECT count(*) AS count FROM lane_entries WHERE lane = ? AND finished_at_ms IS NULL',
  ),
  remove: database.prepare('DELETE FROM lane_entries WHERE id = ?'),
  finish: database.prepare(
    'UPDATE lane_entries SET finished_at_ms = ? WHERE id = ? AND finished_at_ms IS NULL',
  ),
  forget: database.prepare(
    `DELETE FROM lane_entries WHERE seq IN
     (SELECT seq FROM lane_entries WHERE finished_at_ms < ? ORDER BY finished_at_ms LIMIT ?)`,
  ),
});

/** Every method throws StoreError and nothing else. */
export const createLaneTable = (database: LaneDatabase): LaneTable => {
  const statements = compile(database);
  return {
    insert: ({ id, lane, kind }, notBeforeMs) => {
      statements.insert.run(id, lane, kind, notBeforeMs);
    },
    isKnown: (id) => statements.isKnown.get(id) !== undefined,
    findUnfinished: (id) => {
      const row = statements.findUnfinished.get(id);
      return row === undefined ? null : readEntry(row);
    },
    unfinished: () =>
      statements.unfinished
        .all()
        .map((row) => ({ entry: readEntry(row), notBeforeMs: Number(row['not_before_ms']) })),
    unfinishedOf: (lane) => statements.unfinishedOf.all(lane).map(readEntry),
    countUnfinished: (lane) => Number(statements.countUnfinished.get(lane)?.['count']),
    remove: (id) => {
      statements.remove.run(id);
    },
    finish: (id, atMs) => {
      statements.finish.run(atMs, id);
    },
    forget: (beforeMs, count) => statements.forget.run(beforeMs, count),
  };
};
