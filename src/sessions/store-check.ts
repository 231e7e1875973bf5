/** Examines a store: is the file whole, does every record read, is its key there. Changes nothing. */
import { existsSync } from 'node:fs';
import { proofName } from './keys.ts';
import { migrations } from './migrations.ts';
import { keyPathOf } from './open-sqlite.ts';
import type { StoreReading } from './store-reading.ts';

/** Complaints of one kind that are printed; the rest is counted. */
const complaintsMax = 20;

export type Report = { readonly lines: readonly string[]; readonly problemCount: number };

const megabytes = (sizeBytes: number): string => `${(sizeBytes / 1_048_576).toFixed(1)} MB`;

const few = (complaints: readonly string[]): string[] => {
  const left = complaints.length - complaintsMax;
  const shown = complaints.slice(0, complaintsMax).map((line) => `  ${line}`);
  return left > 0 ? [...shown, `  and ${left} more`] : shown;
};

const checkFile = ({ connection }: StoreReading): Report => {
  const found = connection
    .prepare('PRAGMA integrity_check')
    .all()
    .map((row) => String(row['integrity_check']));
  const complaints = found.filter((line) => line !== 'ok');
  if (complaints.length === 0) return { lines: ['file: whole'], problemCount: 0 };
  const advice =
    'file: damaged. Keep a copy of it, then restore a backup or recover it with "sqlite3 FILE .recover".';
  return { lines: [advice, ...few(complaints)], problemCount: complaints.length };
};

const checkRecords = (store: StoreReading): Report => {
  const counts = new Map<string, number>();
  const complaints: string[] = [];
  for (const { kind, read } of store.records()) {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (!read.ok) complaints.push(read.why);
  }
  const lines = [...counts].map(([kind, count]) => `${kind}: ${count}`);
  const unread = complaints.length === 0 ? [] : [`records that do not read: ${complaints.length}`];
  return { lines: [...lines, ...unread, ...few(complaints)], problemCount: complaints.length };
};

const checkLanes = ({ connection }: StoreReading): Report => {
  const count = (condition: string): number =>
    Number(
      connection
        .prepare(`SELECT count(*) AS count FROM lane_entries WHERE finished_at_ms IS ${condition}`)
        .get()?.['count'],
    );
  return {
    lines: [`lanes: ${count('NULL')} waiting or running, ${count('NOT NULL')} over`],
    problemCount: 0,
  };
};

const checkKey = ({ connection, path }: StoreReading, hasSecret: boolean): Report => {
  const isSealed = connection.prepare('SELECT 1 FROM facts WHERE name = ?').get(proofName) !== undefined;
  const keyPath = keyPathOf(path);
  if (!isSealed || hasSecret || existsSync(keyPath)) return { lines: ['key: there'], problemCount: 0 };
  const lines = [
    `key: missing. Put ${keyPath} back or set STORE_SECRET; without it the bot refuses to start.`,
  ];
  return { lines, problemCount: 1 };
};

export const checkStore = (store: StoreReading, { hasSecret }: { hasSecret: boolean }): Report => {
  const { path, version, sizeBytes } = store;
  const older =
    version < migrations.length ? `, brought to ${migrations.length} at the next start, after a copy` : '';
  const reports = [checkFile(store), checkRecords(store), checkLanes(store), checkKey(store, hasSecret)];
  const problemCount = reports.reduce((sum, report) => sum + report.problemCount, 0);
  return {
    lines: [
      `store: ${path} (version ${version}${older}; ${megabytes(sizeBytes)})`,
      ...reports.flatMap(({ lines }) => lines),
      problemCount === 0 ? 'All is well.' : `Problems: ${problemCount}`,
    ],
    problemCount,
  };
};
