/** A house whose bot talks through taps and carries a fuse: it dies, or the network breaks, at one named step of a story. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type House, openHouse } from '../e2e/house.ts';
import type { Story } from './chat-look.ts';
import { countPathOf, type Fuse } from './fuse.ts';
import { createTap, type Passage, type Verdict } from './tap.ts';

export type CrashHouse = House & {
  /** The store of the bot, which may be read from outside at any time. */
  readonly storePath: string;
  /** Stories that came to a good end, to be looked at once more when everything is over. */
  readonly told: Story[];
  /** Asked at every moment of every request, until it is replaced. */
  judge(ask: (passage: Passage) => Promise<Verdict> | Verdict): void;
  layFuse(fuse: Omit<Fuse, 'id'>): void;
  removeFuse(): void;
  /** Commits of the store since the fuse was laid. */
  commits(): number;
};

const preload = (name: string): string => `--import=${pathToFileURL(join(import.meta.dirname, name)).href}`;

const pass = (): Verdict => 'pass';

/** Both stand-ins at a quick pace, small films, and a bot that waits as little as the product allows. `more`: of its environment. */
export const openCrashHouse = async (
  more: () => Promise<Readonly<Record<string, string>>> = async () => ({}),
): Promise<CrashHouse> => {
  let asked: (passage: Passage) => Promise<Verdict> | Verdict = pass;
  let fusePath = '';
  let storePath = '';
  let fuses = 0;
  const closers: (() => Promise<void>)[] = [];
  const tap = async (targetUrl: string): Promise<string> => {
    const opened = await createTap(targetUrl, async (passage) => asked(passage));
    closers.push(() => opened.close());
    return opened.url;
  };
  const house = await openHouse({
    discord: { channelWrites: { requestsMax: 1_000, windowMs: 1_000 } },
    nemo: { speed: 40, filmLongEdgePx: 160, silentShare: 0 },
    environment: async ({ discord, nemo, folder }) => {
      fusePath = join(folder, 'fuse.json');
      storePath = join(folder, 'crash.db');
      return {
        STORE_URL: `sqlite:${storePath}`,
        NODE_OPTIONS: `${preload('../setup/loopback-only.ts')} ${preload('fuse.ts')}`,
        CRASH_FUSE: fusePath,
        DISCORD_API_URL: await tap(discord.apiUrl),
        NEMO_API_URL: await tap(nemo.url),
        EDIT_INTERVAL_MS: '100',
        RENDER_POLL_INTERVAL_MS: '200',
        RECONCILE_FIRST_MS: '600',
        RECONCILE_INTERVAL_MS: '600',
        ...(await more()),
      };
    },
  });
  return {
    ...house,
    storePath,
    told: [],
    judge: (ask) => {
      asked = ask;
    },
    layFuse: (fuse) => {
      fuses += 1;
      writeFileSync(fusePath, JSON.stringify({ id: fuses, ...fuse }));
    },
    removeFuse: () => {
      rmSync(fusePath, { force: true });
      rmSync(countPathOf(fusePath), { force: true });
    },
    commits: () =>
      existsSync(countPathOf(fusePath)) ? Number(readFileSync(countPathOf(fusePath), 'utf8')) : 0,
    close: async () => {
      await house.close();
      for (const close of closers) await close();
    },
  };
};
