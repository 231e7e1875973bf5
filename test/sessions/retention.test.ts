/** What has expired is removed from the disk, not only hidden: in batches, beside the work, whatever else is written. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StoreError } from '../../src/ports/store.ts';
import { openSessions } from '../../src/sessions/open.ts';
import { keepRetention } from '../../src/sessions/retention.ts';
import { createFakeClock } from '../lanes/fake-clock.ts';
import { createRecordingLog } from './recording-log.ts';
import { sampleTurn } from './sample-records.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Removals that answer with these counts, one after the other, then with none. */
const keep = (answers: (number | StoreError)[]) => {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const asked: number[] = [];
  const retention = keepRetention({
    clock,
    log,
    remove: async (count) => {
      asked.push(count);
      const answer = answers.shift() ?? 0;
      if (answer instanceof StoreError) throw answer;
      return answer;
    },
  });
  onTestFinished(() => retention.close());
  return { clock, log, asked, retention };
};

describe('retention', () => {
  it('leaves the first minute of a process to those who waited for it', async () => {
    const { clock, asked } = keep([]);
    await clock.advance(minute - 1);
    expect(asked).toEqual([]);
    await clock.advance(1);
    expect(asked).toHaveLength(1);
  });

  it('goes on in batches while there is more, with a pause between them', async () => {
    const { clock, asked } = keep([500, 500, 20]);
    await clock.advance(minute);
    expect(asked).toEqual([500]);
    await clock.advance(200);
    await clock.advance(200);
    expect(asked).toEqual([500, 500, 500]);
    await clock.advance(10 * minute);
    expect(asked).toHaveLength(3);
  });

  it('looks again every hour, also after the store failed', async () => {
    const { clock, asked, log } = keep([new StoreError('full', { message: 'The disk is full.' })]);
    await clock.advance(minute);
    expect(log.lines.map(({ message }) => message)).toEqual([
      'records that have expired could not be removed',
    ]);
    await clock.advance(hour);
    expect(asked).toHaveLength(2);
  });

  it('ends with the store', async () => {
    const { clock, asked, retention } = keep([]);
    retention.close();
    await clock.advance(3 * hour);
    expect(asked).toEqual([]);
  });

  it('takes expired records from the file and leaves the others', async () => {
    const path = join(makeTemporaryFolder(), 'makevideo.db');
    const clock = createFakeClock();
    const log = createRecordingLog();
    const sessions = await openSessions({
      storeUrl: `sqlite:${path}`,
      storeSecret: null,
      clock,
      log,
      onLeaseLost: () => {},
    });
    onTestFinished(() => sessions.close());
    for (const id of ['old', 'new']) await sessions.store.turns.set(id, sampleTurn(id));
    const raw = new DatabaseSync(path);
    onTestFinished(() => raw.close());
    raw.prepare("UPDATE records SET expires_at_ms = ? WHERE id = 'old'").run(Date.now() - 1);
    await clock.advance(minute);
    const left = (): unknown[] =>
      raw
        .prepare('SELECT id FROM records')
        .all()
        .map((row) => row['id']);
    await expect.poll(left).toEqual(['new']);
  });
});
