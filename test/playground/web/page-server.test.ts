import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type BotProcess, createBotProcess } from '../../../playground/bot-process.ts';
import type { DiscordStandIn } from '../../../playground/discord/contract.ts';
import { createFaultDesk } from '../../../playground/discord/fault-desk.ts';
import { createDiscordStandIn } from '../../../playground/discord/stand-in.ts';
import { createNemoStandIn, type NemoStandIn } from '../../../playground/nemo/stand-in.ts';
import { createMonitor } from '../../../playground/web/monitor.ts';
import { createPageServer, type PageServer } from '../../../playground/web/page-server.ts';
import type { FeedEvent } from '../../../playground/web/protocol.ts';

const clock = { nowMs: () => Date.now() };
let discord: DiscordStandIn;
let nemo: NemoStandIn;
let bot: BotProcess;
let page: PageServer;
const closers: (() => void | Promise<void>)[] = [];

beforeAll(async () => {
  discord = await createDiscordStandIn({ botToken: 'token', clock });
  nemo = await createNemoStandIn({ clock, speed: 100 });
  bot = createBotProcess({
    program: process.execPath,
    arguments: ['-e', 'setInterval(() => {}, 1000)'],
    folder: process.cwd(),
    environment: () => ({}),
    clock,
    stopWithinMs: 60_000,
  });
  const { people, log: discordLog } = discord;
  const { ledger, scenarios, accounts, pace } = nemo;
  const faults = createFaultDesk({ faults: discord.faults, people });
  const monitor = createMonitor({ people, discordLog, ledger, scenarios, accounts, faults, pace, bot });
  page = await createPageServer({
    people,
    monitor,
    bot,
    scenarios,
    faults,
    accounts,
    pace,
    samples: [
      { name: 'dot.png', description: 'A dot', contentType: 'image/png', bytes: new Uint8Array([1, 2, 3]) },
    ],
    mediaOrigins: [discord.cdnUrl],
    firstViewerId: user('maya'),
    firstChannelId: channel('general'),
    port: 0,
    formSizeBytesMax: 100_000,
  });
  closers.push(
    () => page.close(),
    () => monitor.close(),
    () => bot.kill(),
    () => nemo.close(),
    () => discord.close(),
  );
});
afterAll(async () => {
  for (const close of closers) await close();
});

const idIn = (ids: Readonly<Record<string, string>>, key: string): string => z.string().parse(ids[key]);
const user = (key: string): string => idIn(discord.people.ids.users, key);
const channel = (key: string): string => idIn(discord.people.ids.channels, key);
const at = (path: string): string => new URL(path, page.url).href;

/** Maya in #general. */
const inGeneral = () => ({ userId: user('maya'), channelId: channel('general') });

async function post(path: string, input: unknown, files: File[] = []) {
  const form = new FormData();
  form.append('input', JSON.stringify(input));
  for (const file of files) form.append('file', file);
  const response = await fetch(at(path), { method: 'POST', body: form });
  const body: unknown = await response.json();
  return { status: response.status, body };
}

/** The headers that `fetch` does not let a program write. */
function statusWith(options: {
  method: string;
  path: string;
  headers: Record<string, string>;
}): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      at(options.path),
      { method: options.method, headers: options.headers },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    request.on('error', reject);
    request.end(options.method === 'POST' ? '{}' : undefined);
  });
}

/** Follows a viewer's feed until `look` is content with what came. */
async function feedUntil(
  viewerId: string,
  look: (events: FeedEvent[]) => boolean,
  act?: () => Promise<unknown>,
) {
  const stop = new AbortController();
  const response = await fetch(at(`/api/feed?viewer=${viewerId}`), { signal: stop.signal });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const events: FeedEvent[] = [];
  let text = '';
  const decoder = new TextDecoder();
  let hasActed = false;
  try {
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes, { stream: true });
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      events.push(
        ...parts
          .filter((part) => part.startsWith('data: '))
          .map((part): FeedEvent => JSON.parse(part.slice(6))),
      );
      if (!hasActed) await act?.();
      hasActed = true;
      if (look(events)) break;
    }
  } finally {
    stop.abort();
  }
  return events;
}

describe('the page', () => {
  test('comes with a policy that lets it load from itself and the stand-ins alone', async () => {
    const response = await fetch(page.url);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(discord.cdnUrl);
    const html = await response.text();
    const inline = /<script type="importmap">(.*)<\/script>/u.exec(html)?.[1] ?? '';
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(inline));
    expect(policy).toContain(`'sha256-${Buffer.from(digest).toString('base64')}'`);
  });

  test('finds every file that its files import', async () => {
    const html = await (await fetch(page.url)).text();
    const inline = /<script type="importmap">(.*)<\/script>/u.exec(html)?.[1] ?? '{}';
    const { imports } = z.object({ imports: z.record(z.string(), z.string()) }).parse(JSON.parse(inline));
    const open = [...html.matchAll(/(?:href|src)="(\/page\/[^"]+)"/gu)].map((match) => match[1] ?? '');
    const seen = new Set<string>();
    for (const path of open) {
      if (seen.has(path)) continue;
      seen.add(path);
      const response = await fetch(at(path));
      expect([path, response.status]).toEqual([path, 200]);
      if (!path.endsWith('.ts')) continue;
      expect(response.headers.get('content-type')).toContain('text/javascript');
      const source = await response.text();
      for (const [, name = ''] of source.matchAll(/^(?:import|\}) .*from '([^']+)'/gmu)) {
        const target = name.startsWith('.') ? new URL(name, at(path)).pathname : imports[name];
        expect([path, name, typeof target]).toEqual([path, name, 'string']);
        open.push(target ?? '');
      }
    }
    expect(seen.size).toBeGreaterThan(25);
  });

  test('shows what the bot’s links would open', async () => {
    const open = async (path: string) => (await fetch(at(path))).text();
    expect(await open('/website/workspace/claim?ct=<b>clm</b>')).toContain('Your project would open here');
    expect(await open('/website/workspace/claim?ct=<b>clm</b>')).not.toContain('clm');
    expect(await open('/website/register?bind=1')).toContain('Registration would open here');
    expect(await open('/website')).toContain('NemoVideo');
    expect((await fetch(at('/websites'))).status).toBe(404);
  });

  test('does not give away other files', async () => {
    for (const path of [
      '/page/../page-server.ts',
      '/page/..%2fpage-server.ts',
      '/page/tsconfig.json',
      '/package.json',
      '/modules/zod.js',
    ]) {
      expect([path, (await fetch(at(path))).status]).toEqual([path, 404]);
    }
  });

  test('tells who there is, what the backend can play, and what pictures there are', async () => {
    const response = await fetch(at('/api/about'));
    expect(await response.json()).toMatchObject({
      firstViewerId: user('maya'),
      people: expect.arrayContaining([expect.objectContaining({ username: 'maya' })]),
      scenarios: expect.arrayContaining([{ name: 'default', description: expect.any(String) }]),
      samples: [{ name: 'dot.png', description: 'A dot' }],
    });
    const sample = await fetch(at('/api/samples/dot.png'));
    expect(sample.headers.get('content-type')).toBe('image/png');
    expect(new Uint8Array(await sample.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
  });
});

describe('another web site', () => {
  test.each([
    ['a foreign origin', { origin: 'https://evil.test' }],
    ['the null origin of a sandbox', { origin: 'null' }],
    ['a name that was pointed at this machine', { host: 'evil.test' }],
    ['a request that the browser marks as foreign', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
  ])('cannot act: %s', async (_name, headers) => {
    const full = { 'content-type': 'application/json', ...headers };
    expect(await statusWith({ method: 'POST', path: '/api/bot', headers: full })).toBe(403);
  });

  test('cannot read, but may link to the page', async () => {
    const foreign = { 'sec-fetch-site': 'cross-site' };
    expect(await statusWith({ method: 'GET', path: '/api/about', headers: foreign })).toBe(403);
    expect(await statusWith({ method: 'GET', path: '/', headers: foreign })).toBe(200);
    expect(await statusWith({ method: 'GET', path: '/', headers: { host: 'evil.test' } })).toBe(403);
  });
});

describe('the feed', () => {
  test('begins with the world as the viewer sees it', async () => {
    const [first] = await feedUntil(user('maya'), (events) => events.length > 0);
    if (first?.type !== 'world') throw new Error('no world');
    expect(first.world.viewer.username).toBe('maya');
    expect(first.world.guilds[0]?.channels.map((one) => one.name)).not.toContain('staff');
    expect(Object.keys(first.commands.guilds)).toHaveLength(1);
  });

  test('brings a message with its picture to those who can see it', async () => {
    const events = await feedUntil(
      user('moss'),
      (events) => events.some((event) => event.type === 'change' && event.change.type === 'messageCreated'),
      () =>
        post(
          '/api/actions/sendMessage',
          { userId: user('maya'), channelId: channel('general'), content: 'look', files: [{ $file: 0 }] },
          [new File([new Uint8Array([137, 80, 78, 71])], 'a.png', { type: 'image/png' })],
        ),
    );
    const change = events.flatMap((event) => (event.type === 'change' ? [event.change] : [])).at(-1);
    expect(change).toMatchObject({
      type: 'messageCreated',
      message: { content: 'look', attachments: [{ filename: 'a.png', size: 4, content_type: 'image/png' }] },
    });
  });

  test('says how the bot and the backend fare', async () => {
    const events = await feedUntil(user('maya'), (all) => all.some((event) => event.type === 'traffic'));
    expect(events.find((event) => event.type === 'bot')).toMatchObject({ bot: { isOnline: false } });
    expect(events.find((event) => event.type === 'nemo')).toMatchObject({
      nemo: { submissions: 0, active: [] },
    });
    expect(events.find((event) => event.type === 'traffic')).toMatchObject({ entries: [] });
  });

  test('knows nobody else', async () => {
    expect((await fetch(at('/api/feed?viewer=123'))).status).toBe(404);
  });
});

describe('an action', () => {
  test('answers with what Discord made of it', async () => {
    const sent = await post('/api/actions/sendMessage', { ...inGeneral(), content: 'hello' });
    expect(sent).toMatchObject({ status: 200, body: { content: 'hello', author: { username: 'maya' } } });
    const { id } = z.object({ id: z.string() }).parse(sent.body);
    const edited = await post('/api/actions/editMessage', {
      ...inGeneral(),
      messageId: id,
      content: 'hello!',
    });
    expect(edited).toMatchObject({ status: 200, body: { content: 'hello!' } });
    expect(await post('/api/actions/addReaction', { ...inGeneral(), messageId: id, emoji: '👍' })).toEqual({
      status: 200,
      body: true,
    });
    expect(await post('/api/actions/deleteMessage', { ...inGeneral(), messageId: id })).toEqual({
      status: 200,
      body: true,
    });
  });

  test('passes on what Discord refuses, with its code', async () => {
    expect(await post('/api/actions/sendMessage', { ...inGeneral(), content: '' })).toMatchObject({
      status: 409,
      body: { code: 50006, error: expect.any(String) },
    });
  });

  test.each([
    ['an unknown name', '/api/actions/makeCoffee', {}, 404],
    ['a name of every object', '/api/actions/constructor', {}, 404],
    ['a missing field', '/api/actions/sendMessage', { content: 'x' }, 400],
    [
      'an id that is none',
      '/api/actions/deleteMessage',
      { userId: '1', channelId: '../x', messageId: '1' },
      400,
    ],
    ['a file that is not there', '/api/actions/sendMessage', { files: [{ $file: 3 }] }, 400],
    ['a path that is none', '/api/elsewhere', {}, 404],
  ])('is refused for %s', async (_name, path, input, status) => {
    expect(await post(path, input)).toMatchObject({
      status,
      body: { error: expect.any(String), code: null },
    });
  });

  test('is refused when it is bigger than the server takes', async () => {
    const file = new File([new Uint8Array(200_000)], 'big.bin');
    const input = { ...inGeneral(), files: [{ $file: 0 }] };
    expect(await post('/api/actions/sendMessage', input, [file])).toMatchObject({ status: 413 });
  });

  test('is refused when it is no form and no JSON', async () => {
    const send = (contentType: string, body: string) =>
      fetch(at('/api/bot'), { method: 'POST', headers: { 'content-type': contentType }, body });
    expect((await send('text/plain', '{}')).status).toBe(415);
    expect((await send('application/json', '{')).status).toBe(400);
    expect((await send('multipart/form-data; boundary=x', 'nothing of the kind')).status).toBe(400);
    expect((await fetch(at('/api/bot'), { method: 'PUT' })).status).toBe(405);
  });
});

describe('the side panel', () => {
  test('starts, stops and kills the bot', async () => {
    expect(await post('/api/bot', { do: 'start' })).toMatchObject({
      status: 200,
      body: { phase: 'running' },
    });
    const { processId } = bot.state();
    expect(await post('/api/bot', { do: 'kill' })).toMatchObject({
      body: { phase: 'stopped', signal: 'SIGKILL' },
    });
    expect(() => process.kill(processId ?? 0, 0)).toThrow('ESRCH');
    await post('/api/bot', { do: 'start' });
    expect(await post('/api/bot', { do: 'stop' })).toMatchObject({
      body: { phase: 'stopped', signal: 'SIGTERM' },
    });
    expect(await post('/api/bot', { do: 'dance' })).toMatchObject({ status: 400 });
  });

  test('chooses how the backend behaves', async () => {
    const scenario = nemo.scenarios.names.find((name) => name !== 'default') ?? '';
    const used = await post('/api/scenario', { name: scenario, for: 'everything' });
    expect(used).toEqual({ status: 200, body: [{ name: scenario, for: 'everything' }] });
    expect(await post('/api/scenario', { name: 'default', for: 'everything' })).toEqual({
      status: 200,
      body: [],
    });
    expect(await post('/api/scenario', { name: 'nonsense', for: 'everything' })).toMatchObject({
      status: 404,
    });
    expect(await post('/api/scenario', { name: scenario, for: 'ever' })).toMatchObject({ status: 400 });
  });

  test('chooses what goes wrong with Discord, and ends it', async () => {
    const used = await post('/api/fault', { name: 'gateway down', for: 'everything' });
    expect(used).toEqual({ status: 200, body: [{ name: 'gateway down', for: 'everything' }] });
    expect(await post('/api/fault', { name: null })).toEqual({ status: 200, body: [] });
    expect(await post('/api/fault', { name: 'earthquake' })).toMatchObject({ status: 404 });
    expect(await post('/api/fault', { name: 'gateway down', for: 'ever' })).toMatchObject({ status: 400 });
  });

  test('lets time go faster for the backend, and starts a running bot again', async () => {
    bot.start();
    const before = bot.state().processId;
    expect(await post('/api/clock', { speed: 60 })).toEqual({ status: 200, body: { speed: 60 } });
    expect(nemo.pace.speed()).toBe(60);
    expect(bot.state()).toMatchObject({ phase: 'running' });
    expect(bot.state().processId).not.toBe(before);
    expect(await post('/api/clock', { speed: 7 })).toMatchObject({ status: 400 });
    await bot.kill();
  });

  test('shows what is left in an account, and changes it', async () => {
    const [account] = nemo.accounts.all();
    const userId = z.string().parse(account?.userId);
    const wish = { userId, available: 30 };
    expect(await post('/api/credits', wish)).toEqual({ status: 200, body: wish });
    const balance = await fetch(`${nemo.url}/api/credits/balance/simple`, {
      headers: {
        authorization: `Bearer ${nemo.operatorToken}`,
        'x-skill-source': 'test',
        'x-skill-version': '1',
        'x-skill-platform': 'test',
      },
    });
    expect(await balance.json()).toMatchObject({ data: { available: 30 } });
    await vi.waitFor(async () => {
      const events = await feedUntil(user('maya'), (all) => all.some((event) => event.type === 'nemo'));
      const shown = events.flatMap((event) => (event.type === 'nemo' ? event.nemo.accounts : []));
      expect(shown).toContainEqual({ userId, kind: 'registered', available: 30, frozen: 0 });
    }, 60_000);
    expect(await post('/api/credits', { userId, available: -1 })).toMatchObject({ status: 400 });
    expect(await post('/api/credits', { userId: 'nobody', available: 1 })).toMatchObject({ status: 404 });
  });

  test('shows requests of both stand-ins without their queries', async () => {
    await fetch(`${discord.apiUrl}/v10/gateway?secret=1`);
    await fetch(`${nemo.url}/api/credits/balance/simple`);
    await vi.waitFor(async () => {
      const events = await feedUntil(user('maya'), (all) => all.some((event) => event.type === 'traffic'));
      const traffic = events.flatMap((event) => (event.type === 'traffic' ? event.entries : []));
      expect(new Set(traffic.map((entry) => entry.service))).toEqual(new Set(['discord', 'nemo']));
      expect(JSON.stringify(traffic)).not.toContain('secret');
    }, 60_000);
  });
});
