/** The process of `npm run store`. Needs none of the settings but those of the store, so that it works where the bot does not start. */
import { configDefaults } from './config.ts';
import { runStoreTool } from './sessions/store-tool.ts';

/** An empty value counts as not set, as for the bot. */
const setting = (name: string): string | undefined => process.env[name]?.trim() || configDefaults[name];

process.exitCode = runStoreTool(process.argv.slice(2), {
  storeUrl: setting('STORE_URL') ?? '',
  hasSecret: setting('STORE_SECRET') !== undefined,
  nowMs: Date.now(),
  write: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
});
