/** Child processes that use the store and are killed on purpose. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type Ending = { readonly lines: readonly string[]; readonly signal: NodeJS.Signals | null };

export type Child = {
  readonly pid: number;
  /** Resolves when the child has printed a line; rejects when it ends before. */
  said(line: string): Promise<void>;
  kill(): Promise<Ending>;
  readonly ended: Promise<Ending>;
};

/** Starts one of the scripts of this folder (or beside it) with this very Node. Its errors go to our own. */
export const startChild = (script: string, args: readonly string[]): Child => {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  const listeners = new Set<() => void>();
  const lines = (): readonly string[] => text.split('\n').slice(0, -1);
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (const listener of listeners) listener();
  });
  const ended = new Promise<Ending>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_code, signal) => resolve({ lines: lines(), signal }));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    said: (line) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (lines().includes(line)) resolve();
        };
        listeners.add(look);
        look();
        child.on('close', () => reject(new Error(`the child ended without saying "${line}"`)));
      }),
    kill: async () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
};
