/** Everything that is remembered as lines of JSON, without what opens anything: for looking into it, and for people who ask what is kept. */
import type { StoreReading } from './store-reading.ts';

const leftOut = '(left out)';

/** Tokens and client ids are credentials; what stands behind the question mark of a file's address lets anybody fetch it for a day. */
const withoutSecrets = (name: string, value: unknown): unknown => {
  if (value === null || typeof value !== 'string') return value;
  if (name === 'token' || name === 'clientId') return leftOut;
  return name === 'url' ? value.replace(/\?.*$/su, `?${leftOut}`) : value;
};

export type Exported = { readonly writtenCount: number; readonly complaints: readonly string[] };

/** Calls `write` with a line for each record and each lane entry; what does not read is complained of and left out. */
export const exportStore = (store: StoreReading, write: (line: string) => void): Exported => {
  const complaints: string[] = [];
  let writtenCount = 0;
  const put = (line: Readonly<Record<string, unknown>>): void => {
    write(JSON.stringify(line, withoutSecrets));
    writtenCount += 1;
  };
  for (const { kind, id, read } of store.records()) {
    if (read.ok) put({ kind, id, record: read.record });
    else complaints.push(read.why);
  }
  const entries = store.connection.prepare(
    'SELECT id, lane, kind, finished_at_ms FROM lane_entries ORDER BY seq',
  );
  for (const { id, lane, kind, finished_at_ms: finishedAtMs } of entries.iterate()) {
    put({ kind: 'lane entry', id, record: { lane, kind, finishedAtMs } });
  }
  return { writtenCount, complaints };
};
