/** The storage under keyv: kinds kept apart, expiry honoured, old rows removed in batches. */
import { Keyv } from 'keyv';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Database, openDatabase } from '../../src/sessions/database.ts';
import type { RecordAdapter } from '../../src/sessions/record-adapter.ts';
import { createSqliteAdapter } from '../../src/sessions/sqlite-adapter.ts';
import { createRecordingLog } from './recording-log.ts';

const openMemory = (): Database => {
  const database = openDatabase({ kind: 'memory' }, { log: createRecordingLog() });
  onTestFinished(() => database.close());
  return database;
};

const adapterOf = (database: Database, kind: string): RecordAdapter => {
  const adapter = createSqliteAdapter(database);
  adapter.namespace = kind;
  return adapter;
};

const all = async (adapter: RecordAdapter): Promise<readonly [string, string][]> => {
  const rows: [string, string][] = [];
  for await (const row of adapter.iterator()) rows.push(row);
  return rows;
};

describe('the storage adapter', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000 });
    return () => vi.useRealTimers();
  });

  it('keeps kinds apart in every method', async () => {
    const database = openMemory();
    const [turns, renders] = [adapterOf(database, 'turns'), adapterOf(database, 'renders')];
    await turns.set('same', 'turn');
    await renders.set('same', 'render');
    await turns.set('other', 'turn 2');
    expect(await turns.get('same')).toBe('turn');
    expect(await renders.has('other')).toBe(false);
    expect(await all(turns)).toEqual([
      ['other', 'turn 2'],
      ['same', 'turn'],
    ]);
    expect(await turns.delete('same')).toBe(true);
    expect(await turns.delete('same')).toBe(false);
    await turns.clear();
    expect(await turns.has('other')).toBe(false);
    expect(await renders.get('same')).toBe('render');
  });

  it('has nothing any more from the very moment of expiry', async () => {
    const adapter = adapterOf(openMemory(), 'turns');
    await adapter.set('a', 'text', 2_000);
    vi.setSystemTime(1_999);
    expect(await adapter.get('a')).toBe('text');
    expect(await adapter.has('a')).toBe(true);
    vi.setSystemTime(2_000);
    expect(await adapter.get('a')).toBeUndefined();
    expect(await adapter.has('a')).toBe(false);
    expect(await all(adapter)).toEqual([]);
  });

  it('keeps for ever what is stored again without an expiry', async () => {
    const adapter = adapterOf(openMemory(), 'turns');
    await adapter.set('a', 'first', 2_000);
    await adapter.set('a', 'second');
    vi.setSystemTime(3_000);
    expect(await adapter.get('a')).toBe('second');
  });

  it('takes nothing but text', async () => {
    const adapter = adapterOf(openMemory(), 'turns');
    expect(await adapter.set('a', { not: 'text' })).toBe(false);
  });

  it('is used by keyv as it is, with keyv deciding the time to live', async () => {
    const adapter = createSqliteAdapter(openMemory());
    const keyv = new Keyv({ store: adapter, namespace: 'turns' });
    expect(keyv.store).toBe(adapter);
    await keyv.set('a', { text: 'hello' }, 500);
    expect(await keyv.get('a')).toEqual({ text: 'hello' });
    vi.setSystemTime(1_500);
    expect(await keyv.get('a')).toBeUndefined();
  });
});
