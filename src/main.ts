/** The process: environment, signals, exit codes. The only reader of process.env. */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { App, FailureReason } from './app.ts';

// Compiled code is kept for the next start, which it makes nearly twice as quick; that is why the rest is imported only now. Where it
// cannot be kept, nothing is lost. Not in the folder for temporary files: others of the machine could put code of theirs there.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url)));
const { describeFailure, startApp } = await import('./app.ts');
const { readConfig } = await import('./config.ts');
const { createLog } = await import('./log.ts');

/** After the BSD sysexits: EX_CONFIG, EX_IOERR, EX_TEMPFAIL, EX_SOFTWARE. */
const exitCodes: Readonly<Record<FailureReason, number>> = { settings: 78, store: 74, later: 75, bug: 70 };

/** Container engines kill after ten seconds by default. */
const stopDeadlineMs = 8_000;

/** STORE_URL may carry the password of a Postgres account. */
const passwordIn = (url: string): string | null => {
  const password = URL.parse(url)?.password ?? '';
  try {
    return decodeURIComponent(password);
  } catch {
    // Not encoded as it should be; then it is what stands there.
    return password;
  }
};

const end = (error: unknown): void => {
  const { reason, text } = describeFailure(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = exitCodes[reason];
};

const stopOnSignals = (stop: () => Promise<void>): void => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
};

/**
 * Open turns live for minutes, and V8 lets a heap grow to more than twice of what lives before it collects; a quarter more is enough, and
 * less costs much processor time. What it took while many turns began it keeps for the next time, unless memory is worth more to it than
 * speed: then it gives it back within seconds (docs/performance.md). Where garbage is young, V8 reads its limit before any code runs: that
 * is why whoever starts the bot gives --max-semi-space-size.
 */
const saveMemory = (): void => {
  // A start makes much garbage, and would take up to a fifth longer. V8 keeps compiled code for the flags of the moment: those of the next start.
  flushCompileCache();
  setFlagsFromString('--heap-growing-percent=25');
  setFlagsFromString('--optimize-for-size');
};

const main = async (): Promise<void> => {
  const read = readConfig(process.env);
  if (!read.ok) {
    process.stderr.write(`${read.message}\n`);
    process.exitCode = exitCodes.settings;
    return;
  }
  const { config } = read;
  const log = createLog({
    level: config.logLevel,
    secrets: [
      config.discord.token,
      config.nemo.operatorToken,
      config.store.secret,
      passwordIn(config.store.url),
    ],
  });
  let app: App | null = null;
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= Promise.resolve(app?.stop(stopDeadlineMs))
      .catch(end)
      .finally(() => process.exit());
    return stopping;
  };
  const onLost = (error: Error): void => {
    end(error);
    void stop();
  };
  stopOnSignals(stop);
  app = await startApp({ config, log, onLost });
  log.info({}, 'Makevideo is ready');
  saveMemory();
};

await main().catch((error: unknown) => {
  end(error);
  // Sockets and timers of a start that failed half-way must not keep the process.
  process.exit();
});
