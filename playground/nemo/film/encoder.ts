// Runs ffmpeg as a child process: progress out, abort in, at most two at once. It must not know what is encoded.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import os from 'node:os';
import { createInterface } from 'node:readline';
import { z } from 'zod';

export type Encoder = {
  /** Rejects with EncoderError when ffmpeg fails, with the signal's reason when aborted. Progress is 0 to 1. */
  encode: (job: {
    args: readonly string[];
    durationMs: number;
    onProgress: (share: number) => void;
    signal: AbortSignal;
  }) => Promise<void>;
};

/** ffmpeg ended with an error; the message ends with its last words. */
export class EncoderError extends Error {
  override readonly name = 'EncoderError';
}

const childrenMax = 2;
const installed = z.object({ path: z.string() });

/** `FFMPEG_PATH` wins over the ffmpeg that was installed with the project. */
export function findFfmpeg(environment: Readonly<Record<string, string | undefined>>): string {
  const chosen = environment['FFMPEG_PATH'];
  if (chosen !== undefined && chosen !== '') return chosen;
  return installed.parse(createRequire(import.meta.url)('@ffmpeg-installer/ffmpeg')).path;
}

export function createEncoder(ffmpegPath: string): Encoder {
  const slots = createSlots(childrenMax);
  return {
    async encode(job) {
      await slots.enter(job.signal);
      try {
        await run(ffmpegPath, job);
      } finally {
        slots.leave();
      }
    },
  };
}

/** Lets so many in at once, the others in the order of their coming. */
function createSlots(count: number) {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    async enter(signal: AbortSignal): Promise<void> {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return;
      }
      await new Promise<void>((resolve, reject) => {
        const giveUp = (): void => {
          waiting.splice(waiting.indexOf(goOn), 1);
          reject(signal.reason);
        };
        const goOn = (): void => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        };
        waiting.push(goOn);
        signal.addEventListener('abort', giveUp, { once: true });
      });
    },
    leave(): void {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
}

async function run(ffmpegPath: string, job: Parameters<Encoder['encode']>[0]): Promise<void> {
  const args = ['-nostdin', '-nostats', '-v', 'error', '-progress', 'pipe:1', ...job.args];
  const child = spawn(ffmpegPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: job.signal,
    killSignal: 'SIGKILL',
  });
  // The film may take its time; the bot beside it must not starve.
  if (child.pid !== undefined) os.setPriority(child.pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
  let lastWords = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-2000);
  });
  // ffmpeg's out_time_ms is in microseconds, whatever its name says.
  createInterface({ input: child.stdout }).on('line', (line) => {
    const micros = /^out_time_ms=(\d+)$/.exec(line)?.[1];
    if (micros !== undefined) job.onProgress(Math.min(1, Number(micros) / 1000 / job.durationMs));
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new EncoderError(`ffmpeg ended with ${String(code)}: ${lastWords.trim()}`);
}
