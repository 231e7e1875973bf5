/** The environment as a contract: names, defaults, ranges, advice. */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { configDefaults, configVariableNames, readConfig } from '../src/config.ts';

const token = 'a.discord.token';

const configOf = (environment: Record<string, string | undefined> = {}) => {
  const read = readConfig({ DISCORD_TOKEN: token, ...environment });
  if (!read.ok) throw new Error(read.message);
  return read.config;
};

const messageOf = (environment: Record<string, string | undefined>): string => {
  const read = readConfig({ DISCORD_TOKEN: token, ...environment });
  return read.ok ? '' : read.message;
};

const isFrozenDeep = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (Object.isFrozen(value) && Object.values(value).every(isFrozenDeep));

const pairs = (text: string, line: RegExp): [string, string][] =>
  [...text.matchAll(line)].map((match) => [match[1] ?? '', match[2] ?? '']);

describe('defaults', () => {
  it('needs nothing but the Discord token', () => {
    expect(configOf()).toEqual({
      discord: {
        token,
        apiUrl: 'https://discord.com/api',
        guildId: null,
        dropChannelIds: [],
        wantsMessageContent: true,
        requestsPerSecond: 45,
        shards: 'auto',
      },
      attachmentHosts: ['cdn.discordapp.com', 'media.discordapp.net'],
      nemo: {
        operatorToken: null,
        apiUrl: 'https://mega-api-prod.nemovideo.ai',
        webUrl: 'https://nemovideo.com',
        attribution: { source: 'for-beginners-ai-image', version: '1.0.0', platform: 'unknown' },
      },
      store: { url: 'sqlite:data/makevideo.db', secret: null },
      roles: { gateway: true, worker: true },
      times: {
        noticeIntervalMs: 120_000,
        renderPollIntervalMs: 30_000,
        reconcileFirstMs: 30_000,
        reconcileIntervalMs: 60_000,
        streamMaxMs: 900_000,
        streamQuietMaxMs: 600_000,
        rateLimitWaitMs: 30_000,
        burstWindowMs: 2000,
        editIntervalMs: 1000,
      },
      limits: { atOncePerPerson: 10, atOncePerServer: 100, aDayPerPerson: 200 },
      http: { host: '127.0.0.1', port: 8080 },
      logLevel: 'info',
    });
  });

  it('belongs to a variable that exists, each of them', () => {
    expect(configVariableNames).toEqual(expect.arrayContaining(Object.keys(configDefaults)));
  });

  it('counts an empty and a blank value as not set', () => {
    const blank = Object.fromEntries(
      configVariableNames.map((name, index) => [name, index % 2 === 0 ? '' : ' ']),
    );
    expect(configOf({ ...blank, DISCORD_TOKEN: token })).toEqual(configOf());
  });

  it('is frozen through and through', () => {
    expect(isFrozenDeep(configOf({ DISCORD_DROP_CHANNELS: '1,2' }))).toBe(true);
  });
});

describe('values', () => {
  it('reads everything that an operator can set', () => {
    const config = configOf({
      DISCORD_API_URL: 'http://127.0.0.1:4000/api/',
      DISCORD_GUILD_ID: '123456789012345678',
      DISCORD_DROP_CHANNELS: '111, 222 333\n444',
      DISCORD_MESSAGE_CONTENT: 'off',
      DISCORD_REQUESTS_PER_SECOND: '10',
      ATTACHMENT_HOSTS: 'CDN.example.com, 127.0.0.1:4001',
      NEMO_TOKEN: 'nmv_operator',
      NEMO_API_URL: 'http://127.0.0.1:4002',
      NEMO_WEB_URL: 'http://127.0.0.1:4003/',
      NEMO_SKILL_SOURCE: 'source',
      NEMO_SKILL_VERSION: '2.0',
      NEMO_SKILL_PLATFORM: 'cursor',
      STORE_URL: 'memory:',
      STORE_SECRET: 'sixteen letters.',
      HTTP_ADDRESS: '[::1]:0',
      LOG_LEVEL: 'silent',
      NOTICE_INTERVAL_MS: '50',
      EDIT_INTERVAL_MS: '0',
      TURNS_AT_ONCE_PER_PERSON: '5',
      TURNS_AT_ONCE_PER_SERVER: 'none',
      TURNS_A_DAY_PER_PERSON: 'none',
    });
    expect(config.discord).toEqual({
      token,
      apiUrl: 'http://127.0.0.1:4000/api',
      guildId: '123456789012345678',
      dropChannelIds: ['111', '222', '333', '444'],
      wantsMessageContent: false,
      requestsPerSecond: 10,
      shards: 'auto',
    });
    expect(config.attachmentHosts).toEqual(['cdn.example.com', '127.0.0.1:4001']);
    expect(config.nemo).toEqual({
      operatorToken: 'nmv_operator',
      apiUrl: 'http://127.0.0.1:4002',
      webUrl: 'http://127.0.0.1:4003',
      attribution: { source: 'source', version: '2.0', platform: 'cursor' },
    });
    expect(config.store).toEqual({ url: 'memory:', secret: 'sixteen letters.' });
    expect(config.http).toEqual({ host: '::1', port: 0 });
    expect(config.logLevel).toBe('silent');
    expect(config.times.noticeIntervalMs).toBe(50);
    expect(config.times.editIntervalMs).toBe(0);
    expect(config.limits).toEqual({ atOncePerPerson: 5, atOncePerServer: null, aDayPerPerson: null });
  });

  it('opens no port when the address is "off"', () => {
    expect(configOf({ HTTP_ADDRESS: 'off' }).http).toBeNull();
  });

  it('accepts the roles in either order', () => {
    expect(configOf({ ROLES: 'worker, gateway', SHARDS: 'auto' })).toEqual(configOf());
  });

  it('lets processes on one Postgres share the roles and the shards', () => {
    const shared = { STORE_URL: 'postgres://someone@localhost/makevideo', STORE_SECRET: 'sixteen letters.' };
    const gateway = configOf({ ...shared, ROLES: 'gateway', SHARDS: '2-4/16' });
    expect(gateway.roles).toEqual({ gateway: true, worker: false });
    expect(gateway.discord.shards).toEqual({ ids: [2, 3, 4], count: 16 });
    expect(configOf({ ...shared, SHARDS: '15/16' }).discord.shards).toEqual({ ids: [15], count: 16 });
    expect(configOf({ ...shared, ROLES: 'worker' }).roles).toEqual({ gateway: false, worker: true });
    expect(configOf().roles).toEqual({ gateway: true, worker: true });
  });

  it.each([
    ['DISCORD_TOKEN', 'Bot abc'],
    ['TURNS_AT_ONCE_PER_PERSON', '0'],
    ['TURNS_AT_ONCE_PER_SERVER', 'few'],
    ['TURNS_A_DAY_PER_PERSON', '0'],
    ['DISCORD_API_URL', 'ftp://example.com'],
    ['DISCORD_API_URL', 'https://someone:word@example.com'],
    ['DISCORD_GUILD_ID', 'my server'],
    ['DISCORD_DROP_CHANNELS', '#pictures'],
    ['DISCORD_MESSAGE_CONTENT', 'maybe'],
    ['DISCORD_REQUESTS_PER_SECOND', '0'],
    ['DISCORD_REQUESTS_PER_SECOND', '4.5'],
    ['ATTACHMENT_HOSTS', ','],
    ['ATTACHMENT_HOSTS', 'https://cdn.example.com/files'],
    ['ATTACHMENT_HOSTS', 'cdn.example.com:99999'],
    ['NEMO_TOKEN', 'line\nbreak'],
    ['NEMO_API_URL', 'nemo'],
    ['NEMO_WEB_URL', 'https://example.com/?a=1'],
    ['NEMO_SKILL_SOURCE', 'füße'],
    ['STORE_URL', 'mysql://db'],
    ['STORE_URL', 'sqlite:'],
    ['STORE_URL', 'postgres:'],
    ['STORE_SECRET', 'short'],
    ['ROLES', 'cook'],
    ['SHARDS', 'some'],
    ['SHARDS', '4/4'],
    ['SHARDS', '3-1/4'],
    ['ROLES', 'gateway'],
    ['ROLES', 'worker'],
    ['SHARDS', '0-3/16'],
    ['NOTICE_INTERVAL_MS', '0'],
    ['STREAM_MAX_MS', '86400001'],
    ['RECONCILE_FIRST_MS', '-1'],
    ['HTTP_ADDRESS', '8080'],
    ['HTTP_ADDRESS', '127.0.0.1:70000'],
    ['LOG_LEVEL', 'loud'],
  ])('refuses %s=%j in one line that begins with its name', (name, value) => {
    const lines = messageOf({ [name]: value })
      .split('\n')
      .filter((line) => line.startsWith('- '));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^- ${name} .{8,}\\.$`, 'u'));
  });
});

describe('the message', () => {
  it('asks for STORE_SECRET where a Postgres database is shared', () => {
    const message = messageOf({ STORE_URL: 'postgres://someone@localhost/makevideo' });
    expect([...message.matchAll(/^- (\w+) is missing/gmu)].map((match) => match[1])).toEqual([
      'STORE_SECRET',
    ]);
  });

  it('reports every problem at once and ends with the way to try it without accounts', () => {
    const message = messageOf({ DISCORD_TOKEN: '', NEMO_API_URL: 'x', LOG_LEVEL: 'x', BURST_WINDOW_MS: 'x' });
    const names = [...message.matchAll(/^- (\w+)/gmu)].map((match) => match[1]);
    expect(names).toEqual(['DISCORD_TOKEN', 'NEMO_API_URL', 'BURST_WINDOW_MS', 'LOG_LEVEL']);
    expect(message).toContain('is missing');
    expect(message.endsWith('npm run playground')).toBe(true);
  });

  it('never repeats a value, whatever the variable', () => {
    // Any text of sixteen characters is a good STORE_SECRET: the one variable that has nothing to complain of here.
    const wrong = Object.fromEntries(configVariableNames.map((name) => [name, `leak-${name} ü`]));
    const message = messageOf(wrong);
    expect(message).not.toBe('');
    expect(message).not.toMatch(/leak|ü/u);
    expect([...message.matchAll(/^- /gmu)]).toHaveLength(configVariableNames.length - 1);
  });
});

describe('the lists for people', () => {
  const contract = new Map(configVariableNames.map((name) => [name, configDefaults[name] ?? '']));

  it('name every variable with its default in .env.example, and no other', () => {
    const listed = pairs(readFileSync('.env.example', 'utf8'), /^#?([A-Z][A-Z\d_]+)=(.*)$/gmu);
    expect(listed).toHaveLength(contract.size);
    expect(new Map(listed)).toEqual(contract);
  });

  it('name every variable with its default in docs/configuration.md, in the order of the code', () => {
    const listed = pairs(
      readFileSync('docs/configuration.md', 'utf8'),
      /^\| `([A-Z\d_]+)` \|(?: `([^`]*)`)? \|/gmu,
    );
    expect(listed).toEqual([...contract]);
  });

  it('make a file that Node reads as the defaults once the marks are taken away', () => {
    const text = readFileSync('.env.example', 'utf8').replaceAll(/^#([A-Z])/gmu, '$1');
    expect(readConfig({ ...parseEnv(text), DISCORD_TOKEN: token })).toEqual({ ok: true, config: configOf() });
  });
});
