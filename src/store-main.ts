/** The process of `npm run store`. Needs none of the settings but those of the store, so that it works where the bot does not start. */
import { systemClock } from './clock.ts';
import { configDefaults } from './config.ts';
import { runRotation } from './sessions/rotate.ts';
import { runStoreTool } from './sessions/store-tool.ts';

/** An empty value counts as not set, as for the bot. */
const setting = (name: string): string | undefined => process.env[name]?.trim() || configDefaults[name];

const words = process.argv.slice(2);
const write = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);
const storeUrl = setting('STORE_URL') ?? '';

if (words.join(' ') === 'rotate') {
  process.exitCode = await runRotation({
    storeUrl,
    storeSecret: setting('STORE_SECRET') ?? null,
    previousSecret: setting('STORE_SECRET_PREVIOUS') ?? null,
    clock: systemClock,
    write,
    complain,
  });
} else {
  const hasSecret = setting('STORE_SECRET') !== undefined;
  process.exitCode = runStoreTool(words, { storeUrl, hasSecret, nowMs: Date.now(), write, complain });
}
