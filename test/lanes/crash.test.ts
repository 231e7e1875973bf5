/** Kill −9 between any two steps of the embedded lanes: nothing acknowledged is lost, the order stays, nothing runs twice at a time. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEmbeddedLanes } from '../../src/lanes/embedded.ts';
import { openDatabase } from '../../src/sessions/database.ts';
import { readStoreUrl } from '../../src/sessions/store-url.ts';
import { startChild } from '../sessions/children.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';
import { makeTemporaryFolder } from '../sessions/temporary-folder.ts';
import { goOn, judge } from './crash-judgement.ts';
import { createFakeClock, settle } from './fake-clock.ts';

const restart = async (path: string) => {
  const log = createRecordingLog();
  const database = openDatabase(readStoreUrl(`sqlite:${path}`), { log });
  const next = await goOn(createEmbeddedLanes({ database, clock: createFakeClock(), log }), settle);
  database.close();
  return next;
};

describe('lanes under kill −9', () => {
  it('lose nothing and keep their order wherever the process dies', async () => {
    const folder = makeTemporaryFolder();
    let deaths = 0;
    for (let fatalStep = 1; ; fatalStep += 1) {
      const path = join(folder, `${fatalStep}.db`);
      const ending = await startChild('../lanes/lanes-child.ts', [path, String(fatalStep)]).ended;
      judge(ending.lines, await restart(path));
      if (ending.lines.includes('done')) break;
      expect(ending.signal).toBe('SIGKILL');
      deaths += 1;
    }
    // Five additions, four endings and a withdrawal are two steps each, and four runs have two of their own.
    expect(deaths).toBeGreaterThanOrEqual(28);
  });
});
