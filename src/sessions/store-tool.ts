/** `npm run store`: what an operator may ask of a store file, beside the bot that uses it. Must not know the environment or the process. */
import { StoreError } from '../ports/store.ts';
import { copyDatabase } from './backup.ts';
import { keyPathOf } from './open-sqlite.ts';
import { checkStore } from './store-check.ts';
import { exportStore } from './store-export.ts';
import { withStore } from './store-reading.ts';

export type StoreTool = {
  /** STORE_URL. */
  readonly storeUrl: string;
  /** STORE_SECRET is set. */
  readonly hasSecret: boolean;
  readonly nowMs: number;
  /** The answer, line by line. */
  readonly write: (line: string) => void;
  /** What the operator has to know beside it. */
  readonly complain: (line: string) => void;
};

/** 0: all is well. 1: problems were found. As the bot's own (BSD sysexits): 64 EX_USAGE, 74 EX_IOERR. */
const exitCodes = { fine: 0, problems: 1, usage: 64, store: 74 } as const;

const usage = [
  'Usage: npm run --silent store -- COMMAND',
  '',
  'check   examines the file, every record and the key; changes nothing',
  'backup  copies the store to a dated file beside it, while the bot runs',
  'export  prints every record as a line of JSON, without tokens and keys',
  'rotate  seals everything with a new key; the bot must be stopped, and STORE_SECRET_PREVIOUS set if STORE_SECRET changed',
  '',
  'The store is the one of STORE_URL (environment or .env). Exit codes: 0 all is well, 1 problems were found, 64 not understood,',
  '74 the store cannot be used.',
];

const check = (tool: StoreTool): number =>
  withStore(tool.storeUrl, (store) => {
    const { lines, problemCount } = checkStore(store, tool);
    for (const line of lines) tool.write(line);
    return problemCount === 0 ? exitCodes.fine : exitCodes.problems;
  });

/** `2026-11-22T15-55-00Z`: sorts by time, and no system minds it in the name of a file. */
const dateIn = (nowMs: number): string =>
  new Date(nowMs).toISOString().replace(/\.\d+/u, '').replaceAll(':', '-');

const backUp = (tool: StoreTool): number =>
  withStore(tool.storeUrl, ({ connection, path }) => {
    tool.write(copyDatabase(connection, `${path}.backup-${dateIn(tool.nowMs)}`));
    tool.complain(
      `Keep it on another disk, with the key: STORE_SECRET or ${keyPathOf(path)}. Without the key nobody's account opens again.`,
    );
    return exitCodes.fine;
  });

const exportAll = (tool: StoreTool): number =>
  withStore(tool.storeUrl, (store) => {
    const { writtenCount, complaints } = exportStore(store, tool.write);
    for (const complaint of complaints) tool.complain(complaint);
    tool.complain(
      `Records written: ${writtenCount}. They hold what people wrote: treat them like the store itself.`,
    );
    return complaints.length === 0 ? exitCodes.fine : exitCodes.problems;
  });

const commands: Readonly<Record<string, (tool: StoreTool) => number>> = {
  check,
  backup: backUp,
  export: exportAll,
};

const isHelp = (word: string | undefined): boolean => ['help', '--help', '-h'].includes(word ?? '');

/** Runs one command and says how the process is to end. Never rejects with a StoreError: that is printed. */
export const runStoreTool = (words: readonly string[], tool: StoreTool): number => {
  const [name, ...rest] = words;
  const command =
    name !== undefined && Object.hasOwn(commands, name) && rest.length === 0 ? commands[name] : undefined;
  if (command === undefined) {
    for (const line of usage) (isHelp(name) ? tool.write : tool.complain)(line);
    return isHelp(name) ? exitCodes.fine : exitCodes.usage;
  }
  try {
    return command(tool);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    tool.complain(error.message);
    return exitCodes.store;
  }
};
