/** Inside a child: steps that are counted, one of which is the last thing this process ever does. */
import { writeSync } from 'node:fs';
import type { Database } from '../../src/sessions/database.ts';

/** Prints at once: what was printed before a kill −9 is seen by the parent. */
export const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

/** Counts steps; at `fatalStep` the process is gone as by kill −9, without any chance to clean up. */
export const createFate = (fatalStep: number): (() => void) => {
  let step = 0;
  return () => {
    step += 1;
    if (step === fatalStep) process.kill(process.pid, 'SIGKILL');
  };
};

/** The same database, with a step before and after each write and each wait for the disk. */
export const withFate = (database: Database, step: () => void): Database => ({
  ...database,
  prepare: (sql) => {
    const statement = database.prepare(sql);
    return {
      ...statement,
      run: (...values) => {
        step();
        const changes = statement.run(...values);
        step();
        return changes;
      },
    };
  },
  flushed: async () => {
    step();
    await database.flushed();
    step();
  },
});
