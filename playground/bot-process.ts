/** The bot as a child process: start, stop, kill, and what it printed last. It must not know what the bot does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { BotProcessState } from './bot-state.ts';

export type BotProcess = {
  state(): BotProcessState;
  /** Starts it unless it runs. */
  start(): void;
  /** Asks it to end (SIGTERM) and kills it when `stopWithinMs` is over. Resolves when it is gone. */
  stop(): Promise<void>;
  /** Kills it at once (SIGKILL), as a power cut would. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Called after every change of the state. Returns the way to stop. */
  onChange(listener: () => void): () => void;
};

export type BotProcessOptions = {
  program: string;
  arguments: readonly string[];
  folder: string;
  /** The whole environment of the child, asked for at every start: nothing is inherited. */
  environment: () => Readonly<Record<string, string>>;
  clock: { nowMs(): number };
  stopWithinMs: number;
  /** The newest lines of its output that are kept; 200 where nothing is said. */
  outputLinesMax?: number;
};

const usualOutputLinesMax = 200;
const lineLengthMax = 2000;

const notStarted: BotProcessState = {
  phase: 'stopped',
  processId: null,
  startedAtMs: null,
  endedAtMs: null,
  exitCode: null,
  signal: null,
  output: [],
};

export function createBotProcess(options: BotProcessOptions): BotProcess {
  let state = notStarted;
  let running: { child: ChildProcess; gone: Promise<void> } | null = null;
  const listeners = new Set<() => void>();
  const { outputLinesMax = usualOutputLinesMax } = options;

  const update = (change: Partial<BotProcessState>): void => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  const print = (line: string): void => {
    update({ output: [...state.output, line.slice(0, lineLengthMax)].slice(-outputLinesMax) });
  };
  const ended = (exitCode: number | null, signal: string | null): void => {
    running = null;
    const phase = state.phase === 'stopping' ? 'stopped' : 'died';
    update({ phase, processId: null, endedAtMs: options.clock.nowMs(), exitCode, signal });
  };

  const start = (): void => {
    if (running !== null) return;
    const child = spawnBot(options);
    follow(child.stdout, print);
    follow(child.stderr, print);
    const gone = untilGone(child, { print, ended });
    running = { child, gone };
    const startedAtMs = options.clock.nowMs();
    update({
      ...notStarted,
      phase: 'running',
      processId: child.pid ?? null,
      startedAtMs,
      output: state.output,
    });
  };

  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (running === null) return;
    const { child, gone } = running;
    update({ phase: 'stopping' });
    child.kill(signal);
    const patience = setTimeout(() => child.kill('SIGKILL'), options.stopWithinMs);
    await gone;
    clearTimeout(patience);
  };

  return {
    state: () => state,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function spawnBot(options: BotProcessOptions) {
  return spawn(options.program, options.arguments, {
    cwd: options.folder,
    env: { ...options.environment() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A program that cannot be started emits `error` and never `exit`; `close` comes after both and after the last output. */
function untilGone(
  child: ChildProcess,
  tell: { print(line: string): void; ended(exitCode: number | null, signal: string | null): void },
): Promise<void> {
  child.on('error', (error) => tell.print(error.message));
  return new Promise((resolve) => {
    child.once('close', (exitCode, signal) => {
      tell.ended(exitCode, signal);
      resolve();
    });
  });
}

function follow(stream: Readable, print: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', print);
}
