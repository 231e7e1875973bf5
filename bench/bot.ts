/** Starts the real bot for a measurement. It must not know what is measured. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBotProcess } from '../playground/bot-process.ts';

const clock = { nowMs: () => Date.now() };
const startMsMax = 20_000;
/** As everybody starts it (test/ship/image.test.ts). */
const nodeFlags = ['--max-semi-space-size=4'];

export type MeasuredBot = {
  readonly processId: number | null;
  /** Asks it to end, which gives it time to leave things in order. */
  end(): Promise<void>;
  /** Kills it. */
  stop(): Promise<void>;
};

/** Resolves when the bot says that it is ready; `environment` names the stand-ins. */
export const startMeasuredBot = async (
  environment: Readonly<Record<string, string>>,
  { main = 'src/main.ts', imports = [] }: { main?: string; imports?: readonly string[] } = {},
): Promise<MeasuredBot> => {
  const folder = await mkdtemp(join(tmpdir(), 'makevideo-bench-'));
  const bot = createBotProcess({
    program: process.execPath,
    arguments: [...nodeFlags, ...imports.flatMap((module) => ['--import', module]), main],
    folder: new URL('..', import.meta.url).pathname,
    environment: () => ({
      STORE_URL: `sqlite:${join(folder, 'bot.db')}`,
      HTTP_ADDRESS: 'off',
      TURNS_AT_ONCE_PER_PERSON: 'none',
      TURNS_AT_ONCE_PER_SERVER: 'none',
      TURNS_A_DAY_PER_PERSON: 'none',
      ...environment,
    }),
    clock,
    stopWithinMs: 10_000,
  });
  const ready = Promise.withResolvers<void>();
  const stopListening = bot.onChange(() => {
    const { phase, output } = bot.state();
    if (output.some((line) => line.includes('Makevideo is ready'))) ready.resolve();
    if (phase === 'died') ready.reject(new Error(`The bot did not start:\n${output.join('\n')}`));
  });
  const patience = setTimeout(() => ready.reject(new Error('The bot did not start in time.')), startMsMax);
  bot.start();
  try {
    await ready.promise;
  } catch (error) {
    await bot.kill();
    throw error;
  } finally {
    clearTimeout(patience);
    stopListening();
  }
  const clear = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return {
    processId: bot.state().processId,
    end: async () => {
      await bot.stop();
      await clear();
    },
    stop: async () => {
      await bot.kill();
      await clear();
    },
  };
};
