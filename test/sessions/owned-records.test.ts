/** A person's records are found by an index: reading everybody's would hold up the whole process. */
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/sessions/database.ts';
import { sqliteOwnedQuery } from '../../src/sessions/owned-records.ts';
import { createRecordingLog } from './recording-log.ts';

it('asks the index of owners', () => {
  const database = openDatabase({ kind: 'memory' }, { log: createRecordingLog() });
  onTestFinished(() => database.close());
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${sqliteOwnedQuery}`).all('7"', '7#');
  expect(plan.map((row) => row['detail']).join()).toContain('USING INDEX records_owner');
});
