/** Chooses the queue engine that belongs to a store. Must not know what an entry means. */
import type { Clock } from '../ports/clock.ts';
import type { Lanes } from '../ports/lanes.ts';
import type { Log } from '../ports/log.ts';
import type { SharedDatabase } from './boss.ts';
import { createEmbeddedLanes } from './embedded.ts';
import type { LaneDatabase } from './lane-table.ts';
import type { QueueFacts } from './queue-facts.ts';

/** Where the entries are kept: in the file of the one process that owns it, or in a database that many share. */
type Engine =
  | { readonly kind: 'sqlite'; readonly database: LaneDatabase }
  | { readonly kind: 'postgres'; readonly database: SharedDatabase };

type Options = { readonly engine: Engine; readonly clock: Clock; readonly log: Log };

export type OpenLanes = {
  readonly lanes: Lanes;
  /** How the queue stands that several processes share; null where this process runs all that it adds. */
  readonly readQueue: (() => Promise<QueueFacts>) | null;
  /** After `stop` and before the store is closed. Nothing can be added afterwards. */
  close(): Promise<void>;
};

/** Rejects with StoreError when the entries cannot be reached. */
export const openLanes = async ({ engine, clock, log }: Options): Promise<OpenLanes> => {
  if (engine.kind === 'postgres') {
    const { database } = engine;
    // pg-boss is loaded where it is used.
    const { openPostgresLanes } = await import('./postgres.ts');
    const { readQueueFacts } = await import('./queue-facts.ts');
    const opened = await openPostgresLanes({ database, clock, log });
    return { ...opened, readQueue: () => readQueueFacts(database) };
  }
  return {
    lanes: createEmbeddedLanes({ database: engine.database, clock, log }),
    readQueue: null,
    close: async () => {},
  };
};
