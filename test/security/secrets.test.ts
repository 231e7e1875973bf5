/** Every secret that a bot has and gets is looked for wherever it writes: log, store, Discord, process list. Trouble included. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Snowflake } from '../../playground/discord/shapes.ts';
import { type House, openHouse, pictures } from '../e2e/house.ts';
import { createPersonIn, hasVideo, idOf, type Person } from '../e2e/person.ts';
import { secretsIn } from './secret-forms.ts';

const ownToken = 'nmv_usr_mayas_own_token_0000000000000000000000000001';
const refusedToken = 'nmv_usr_a_token_that_is_refused_00000000000000000000';
const operatorToken = 'nmv_usr_the_token_of_the_operator_000000000000000000';
const storeSecret = 'correct horse "battery" staple/1';

let operated: House;
let anonymous: House;
let folders: { readonly operated: string; readonly anonymous: string };

const preload = (path: string): string => `--import=${pathToFileURL(join(process.cwd(), path)).href}`;

const open = async (operator: string): Promise<{ house: House; folder: string }> => {
  let folder = '';
  const house = await openHouse({
    nemo: { speed: 400, filmLongEdgePx: 160, userTokens: [ownToken], operatorToken },
    environment: async (standIns) => {
      folder = standIns.folder;
      return {
        NEMO_TOKEN: operator,
        STORE_SECRET: storeSecret,
        STORE_URL: `sqlite:${join(folder, 'data/bot.db')}`,
        LOG_LEVEL: 'trace',
        RENDER_POLL_INTERVAL_MS: '100',
        KEPT_OUTPUT: join(folder, 'output'),
        NODE_OPTIONS: `${preload('test/setup/loopback-only.ts')} ${preload('test/security/keep-output.ts')}`,
      };
    },
  });
  return { house, folder };
};

const generalOf = ({ discord }: House): Snowflake => idOf(discord.people.ids.channels, 'general');

const asksForVideo = async (house: House, person: Person): Promise<Snowflake> => {
  const { people } = house.discord;
  const [image1] = await pictures(1);
  if (image1 === undefined) throw new Error('There is no picture.');
  const { id } = await people.runCommand({
    userId: person.userId,
    channelId: generalOf(house),
    name: 'makevideo',
    options: { prompt: 'make a film about rain', image1 },
  });
  return people.until('the answer', () => people.interaction(id)?.messageId);
};

const connects = async (house: House, person: Person, token: string): Promise<string> => {
  const { id } = await person.nemo('connect', generalOf(house));
  const { modalId } = await person.openModal('Connect your NemoVideo account');
  await person.fills(modalId, { token });
  return person.toldAfter(generalOf(house), id);
};

/** An own token that is refused and one that is taken, a starter account, an agent that fails, a Discord that loses answers. */
const liveAnonymously = async (house: House): Promise<void> => {
  const [maya, moss] = ['maya', 'moss'].map(createPersonIn(house));
  if (maya === undefined || moss === undefined) throw new Error('Nobody is there.');
  expect(await connects(house, maya, refusedToken)).toContain('does not accept this token');
  expect(await connects(house, maya, ownToken)).toContain('credits left');
  house.discord.faults.next({ method: 'POST', route: /\/messages$/u, effect: { afterwards: 'reset' } });
  const thread = await asksForVideo(house, maya);
  await house.waitForMessage(thread, hasVideo, 'the video');
  house.nemo.scenarios.use('token expired once', { for: 'everything' });
  house.nemo.scenarios.use('error event with details', { for: 'next turn' });
  const failed = await asksForVideo(house, moss);
  await house.waitForMessage(failed, ({ content }) => content.includes('ran into an error'), 'the error');
};

/** An operator's token that is refused, and a Discord that forbids. */
const liveOnTheOperator = async (house: House): Promise<void> => {
  const maya = createPersonIn(house)('maya');
  house.nemo.scenarios.use('token expired always', { for: 'everything' });
  const thread = await asksForVideo(house, maya);
  await house.waitForMessage(thread, ({ content }) => content.includes("this bot's account"), 'the refusal');
  const forbidden = house.discord.faults.next({
    method: 'PATCH',
    route: /\/messages\/\d+$/u,
    effect: { answer: { status: 403, code: 50_013, message: 'Missing Permissions' } },
  });
  // A turn that goes well has something new to show more than once.
  house.nemo.scenarios.use('default', { for: 'everything' });
  await asksForVideo(house, maya);
  await house.discord.people.until('the edit that is forbidden', () => forbidden.hits() > 0);
};

beforeAll(async () => {
  const [first, second] = await Promise.all([open(operatorToken), open('')]);
  operated = first.house;
  anonymous = second.house;
  folders = { operated: first.folder, anonymous: second.folder };
  await Promise.all([liveOnTheOperator(operated), liveAnonymously(anonymous)]);
});

afterAll(async () => {
  await Promise.all([operated.close(), anonymous.close()]);
});

const matchesIn = (value: unknown, pattern: RegExp): readonly string[] => [
  ...new Set([...JSON.stringify(value).matchAll(pattern)].map(([, found = '']) => found)),
];

/** What was secret in one house. */
const secretsOf = (house: House): Readonly<Record<string, readonly string[]>> => {
  const events = house.discord.log.dispatches();
  const interactions = events.filter(({ event }) => event === 'INTERACTION_CREATE');
  const clientIds = house.nemo.ledger.requests().flatMap(({ headers }) => headers['x-client-id'] ?? []);
  return {
    botToken: [house.botToken],
    storeSecret: [storeSecret],
    operatorToken: [operatorToken],
    ownToken: [ownToken],
    refusedToken: [refusedToken],
    clientIds: [...new Set(clientIds)],
    interactionTokens: matchesIn(interactions, /"token":"([^"]+)"/gu),
    signatures: matchesIn(events, /[?&]hm=([\da-f]+)/gu),
  };
};

/** Tokens that nobody here chose, those of starter accounts, begin like all others (nemo-api §2, §8.4). */
const tokensIn = (bytes: string | Uint8Array): readonly string[] =>
  Buffer.from(bytes)
    .toString('latin1')
    .match(/nmv_usr_[\w-]{4,}/gu) ?? [];

const houses = () => [
  { house: operated, folder: folders.operated },
  { house: anonymous, folder: folders.anonymous },
];

describe('after much trouble', () => {
  it('there were secrets of every kind, and in any form they would be found', () => {
    const secrets = secretsOf(anonymous);
    expect(Object.entries(secrets).filter(([, values]) => values.length === 0)).toEqual([]);
    for (const [name, [value = '']] of Object.entries(secrets)) {
      for (const text of [value, encodeURIComponent(value), Buffer.from(value).toString('base64')])
        expect(secretsIn(`x${text}x`, secrets)).toContain(name);
    }
  });

  it('no secret is in the log, at its finest level', async () => {
    for (const { house, folder } of houses()) {
      const output = await readFile(join(folder, 'output'));
      expect(output.includes('a turn')).toBe(true);
      expect(output.toString()).not.toMatch(/clm_[\w-]{4,}/u);
      expect(tokensIn(output)).toEqual([]);
      expect(secretsIn(output, secretsOf(house))).toEqual([]);
    }
  });

  it('no secret is in the store', async () => {
    for (const { house, folder } of houses()) {
      // The signature of a file's address is: the file may have to be handed over again, and Discord ends it after a day.
      const { signatures: _, ...secrets } = secretsOf(house);
      const names = await readdir(join(folder, 'data'));
      expect(names).toContain('bot.db-wal');
      for (const name of names) {
        const bytes = await readFile(join(folder, 'data', name));
        const found = [...secretsIn(bytes, secrets), ...tokensIn(bytes)];
        expect({ name, found }).toEqual({ name, found: [] });
      }
    }
  });

  it('no secret is in a message or in anything else that Discord was sent', () => {
    for (const { house } of houses()) {
      const { log, people } = house.discord;
      const requests = log.requests();
      expect(requests.length).toBeGreaterThan(10);
      expect(secretsIn(JSON.stringify(requests), secretsOf(house))).toEqual([]);
      expect(tokensIn(JSON.stringify(requests))).toEqual([]);
      // What others wrote carries addresses of Discord's own, signed by Discord.
      const { signatures: _, ...secrets } = secretsOf(house);
      const seen = people.all().map(({ id }) => people.world(id).messages);
      expect(secretsIn(JSON.stringify(seen), secrets)).toEqual([]);
    }
  });

  it('files are for their owner alone, and the process list tells nothing', async () => {
    for (const { house, folder } of houses()) {
      const data = join(folder, 'data');
      expect((await stat(data)).mode & 0o777).toBe(0o700);
      for (const name of await readdir(data))
        expect({ name, mode: (await stat(join(data, name))).mode & 0o077 }).toEqual({ name, mode: 0 });
      const command = await readFile(`/proc/${house.bot.state().processId}/cmdline`, 'utf8');
      expect(command.split('\0').slice(1)).toEqual(['src/main.ts', '']);
    }
  });
});
