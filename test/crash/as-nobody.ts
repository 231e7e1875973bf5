/** Loaded into the bot before anything else (`--import`): when it comes to its store, it is an account that may not write there. Root may write anything. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { mkdirSync } = fs;

/** Making the folder of the store is the first thing that the bot does with it; everything is loaded by then. */
fs.mkdirSync = (...values: Parameters<typeof mkdirSync>) => {
  if (process.geteuid?.() === 0) process.seteuid?.(65_534);
  return mkdirSync(...values);
};
syncBuiltinESMExports();
