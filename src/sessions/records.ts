/** The kinds of records and their versions: how one is written, and how an older one is read. Must not know where records are kept. */
import { z } from 'zod';
import { StoreError } from '../ports/store.ts';
import {
  accountRecord,
  arrival,
  guild,
  listener,
  render,
  thread,
  turn,
  usage,
  wish,
} from './record-schemas.ts';
import { renderUpgrades, threadUpgrades, turnUpgrades, type Upgrade } from './record-upgrades.ts';

/** One kind of record. Its newest version is one more than there are upgrades. */
export type RecordShape<T> = {
  readonly kind: string;
  readonly schema: z.ZodType<T>;
  /** `upgrades[0]` reads version 1, and so on. A released one is never edited. */
  readonly upgrades: readonly Upgrade[];
};

export const recordShapes = {
  threads: { kind: 'threads', schema: thread, upgrades: threadUpgrades },
  turns: { kind: 'turns', schema: turn, upgrades: turnUpgrades },
  renders: { kind: 'renders', schema: render, upgrades: renderUpgrades },
  arrivals: { kind: 'arrivals', schema: arrival, upgrades: [] },
  wishes: { kind: 'wishes', schema: wish, upgrades: [] },
  guilds: { kind: 'guilds', schema: guild, upgrades: [] },
  usages: { kind: 'usages', schema: usage, upgrades: [] },
  accounts: { kind: 'accounts', schema: accountRecord, upgrades: [] },
  listeners: { kind: 'listeners', schema: listener, upgrades: [] },
} as const satisfies Record<string, RecordShape<unknown>>;

const envelope = z.looseObject({ v: z.int().min(1) });

const refuse = (kind: StoreError['kind'], record: string, what: string): StoreError =>
  new StoreError(kind, { message: `The record ${record} ${what}` });

/** Where a record does not match; paths and expectations only, never what it holds. */
const mismatches = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'record'}: ${issue.code}`).join(', ');

/** `{ v, … }` for the disk. @throws StoreError `corrupt` instead of writing what could not be read again. */
export const toVersioned = <T>(shape: RecordShape<T>, id: string, record: T): Record<string, unknown> => {
  const checked = shape.schema.safeParse(record);
  if (checked.success) return { v: shape.upgrades.length + 1, ...checked.data };
  const reasons = mismatches(checked.error);
  throw refuse(
    'corrupt',
    `${shape.kind}/${id}`,
    `was not stored, because it could not be read again (${reasons}).`,
  );
};

/** Reads `{ v, … }` of this or an older version. @throws StoreError `newer` or `corrupt`. */
export const fromVersioned = <T>(shape: RecordShape<T>, id: string, stored: unknown): T => {
  const name = `${shape.kind}/${id}`;
  const opened = envelope.safeParse(stored);
  if (!opened.success) throw refuse('corrupt', name, 'has no version number. It was left as it is.');
  const { v, ...fields } = opened.data;
  if (v > shape.upgrades.length + 1) {
    throw refuse(
      'newer',
      name,
      'was written by a newer version of the bot. Start that version, or restore a backup.',
    );
  }
  const upgraded = shape.upgrades
    .slice(v - 1)
    .reduce<Record<string, unknown>>((older, upgrade) => upgrade(older), fields);
  const read = shape.schema.safeParse(upgraded);
  if (read.success) return read.data;
  throw refuse('corrupt', name, `does not read (${mismatches(read.error)}). It was left as it is.`);
};
