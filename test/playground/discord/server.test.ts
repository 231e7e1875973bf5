/** The server around the routes: authorization, rate limits, faults, files, log. */
import { type RateLimitData, RESTEvents } from 'discord.js';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { noLimits, type RawAnswer, standingClock, start } from './stage.ts';

const attachmentsForm = z.object({
  attachments: z.array(
    z.object({ id: z.string(), url: z.string(), filename: z.string(), title: z.string().optional() }),
  ),
});

function attachmentOf({ body }: RawAnswer): z.infer<typeof attachmentsForm>['attachments'][number] {
  const [attachment] = attachmentsForm.parse(body).attachments;
  if (attachment === undefined) throw new Error('no attachment');
  return attachment;
}

function form(
  files: Record<string, { name: string; bytes: Uint8Array<ArrayBuffer> }>,
  payload?: unknown,
): FormData {
  const data = new FormData();
  if (payload !== undefined) data.append('payload_json', JSON.stringify(payload));
  for (const [field, { name, bytes }] of Object.entries(files)) data.append(field, new Blob([bytes]), name);
  return data;
}

const bytes = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);

const boosted = (boostLevel: 0 | 2) => ({
  people: [{ key: 'o', username: 'o', displayName: 'O', locale: 'en-US' }],
  guilds: [
    {
      key: 'g',
      name: 'G',
      ownerKey: 'o',
      boostLevel,
      members: { o: [] },
      channels: [{ key: 'room', name: 'room' }],
    },
  ],
});

describe('requests', () => {
  it('without the token are 401 with code 0, and count as invalid', async () => {
    const { raw, standIn } = await start();
    const answer = await raw('GET', '/users/@me', undefined, { authorization: 'Bot other' });
    expect(answer).toMatchObject({ status: 401, code: 0, body: { message: '401: Unauthorized' } });
    expect(standIn.log.invalidRequests()).toBe(1);
  });

  it('that nobody plays here are 501 and say so', async () => {
    const { raw, guildId } = await start();
    const answer = await raw('GET', `/guilds/${guildId}/audit-logs`);
    expect(answer.status).toBe(501);
    expect(answer.body).toMatchObject({ message: expect.stringContaining('audit-logs') });
  });

  it('with an id that is none are 50035', async () => {
    const { raw } = await start();
    const answer = await raw('GET', '/channels/undefined');
    expect(answer).toMatchObject({ status: 400, code: 50035, problems: ['channel_id: NUMBER_TYPE_COERCE'] });
  });

  it('for another version of the API are refused', async () => {
    const { standIn } = await start();
    const response = await fetch(`${standIn.apiUrl}/v6/gateway`);
    expect([response.status, await response.json()]).toMatchObject([400, { code: 50041 }]);
  });

  it('tell of the application, its user, servers, members, roles and channels', async () => {
    const stage = await start();
    const { raw, guildId, userId } = stage;
    const { botId } = stage.standIn.people;
    expect((await raw('GET', '/applications/@me')).body).toMatchObject({ id: botId, bot: { id: botId } });
    expect((await raw('GET', '/oauth2/applications/@me')).body).toMatchObject({ id: botId });
    expect((await raw('GET', '/users/@me')).body).toMatchObject({ id: botId, bot: true });
    expect((await raw('GET', '/users/@me/guilds')).body).toMatchObject([{ id: guildId }]);
    expect((await raw('GET', `/users/${userId('lin')}`)).body).toMatchObject({ global_name: '林晓' });
    expect((await raw('GET', `/guilds/${guildId}`)).body).toMatchObject({ name: 'Paradise Studio' });
    expect((await raw('GET', `/guilds/${guildId}/roles`)).body).toMatchObject([{ id: guildId }, {}, {}, {}]);
    expect((await raw('GET', `/guilds/${guildId}/channels`)).body).toHaveLength(4);
    expect((await raw('GET', `/guilds/${guildId}/members?limit=10`)).body).toHaveLength(6);
    expect((await raw('GET', `/guilds/${guildId}/members/${userId('lin')}`)).body).toMatchObject({
      user: { username: 'lin.xiao' },
    });
    expect(await raw('GET', `/guilds/${guildId}/members/1`)).toMatchObject({ status: 404, code: 10013 });
    expect(await raw('GET', '/guilds/1')).toMatchObject({ status: 404, code: 10004 });
    expect((await raw('GET', '/gateway/bot')).body).toMatchObject({
      shards: 1,
      session_start_limit: { max_concurrency: 1 },
    });
  });
});

it('waits before each answer as long as it is told to', async () => {
  const { raw, standIn } = await start({ latencyMs: 60_000 });
  const closing = vi.waitUntil(() => standIn.log.requests().length > 0, 60_000).then(() => standIn.close());
  await Promise.all([expect(raw('GET', '/users/@me')).rejects.toThrow('fetch failed'), closing]);
  expect(standIn.log.requests()).toMatchObject([{ path: '/users/@me', status: null }]);
});

it('takes rights, messages and channels away when a test asks for it', async () => {
  const { raw, standIn, channelId } = await start();
  const { faults, people } = standIn;
  const path = `/channels/${channelId('general')}`;
  const { id } = await raw('POST', `${path}/messages`, { content: 'a' });
  faults.deleteMessage(channelId('general'), id);
  expect(() => faults.deleteMessage(channelId('general'), id)).toThrow('Unknown Message');
  faults.revoke(channelId('general'), ['VIEW_CHANNEL']);
  expect(await raw('GET', path)).toMatchObject({ status: 403, code: 50001 });
  faults.deleteChannel(channelId('general'));
  expect(await raw('GET', path)).toMatchObject({ status: 404, code: 10003 });
  expect(() => faults.deleteChannel(channelId('general'))).toThrow('Unknown Channel');
  expect(people.world(people.all()[0]?.id ?? '').guilds[0]?.channels.map(({ name }) => name)).not.toContain(
    'general',
  );
});

describe('rate limits', () => {
  it('count creates and edits of a channel apart, and say so in headers', async () => {
    const { raw, channelId, standIn } = await start({ clock: standingClock() });
    const path = `/channels/${channelId('general')}/messages`;
    const answers: RawAnswer[] = [];
    for (let count = 0; count < 6; count += 1) answers.push(await raw('POST', path, { content: `${count}` }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual([
      '4',
      '3',
      '2',
      '1',
      '0',
      '0',
    ]);
    const refused = answers.at(-1);
    expect(refused?.body).toMatchObject({
      message: 'You are being rate limited.',
      global: false,
      retry_after: expect.any(Number),
    });
    expect(refused?.headers.get('x-ratelimit-scope')).toBe('user');
    expect((await raw('PATCH', `${path}/${answers[0]?.id}`, { content: 'edited' })).status).toBe(200);
    const elsewhere = `/channels/${channelId('showcase')}/messages`;
    expect((await raw('POST', elsewhere, { content: 'a' })).status).toBe(200);
    expect([standIn.log.rateLimited(), standIn.log.invalidRequests()]).toEqual([
      { perRoute: 1, global: 0 },
      1,
    ]);
  });

  it('end with their window', async () => {
    const { raw, channelId, clock } = await start({ channelWrites: { requestsMax: 1, windowMs: 600_000 } });
    const post = async () =>
      (await raw('POST', `/channels/${channelId('general')}/messages`, { content: 'a' })).status;
    expect([await post(), await post()]).toEqual([200, 429]);
    clock.advance(600_000);
    expect(await post()).toBe(200);
  });

  it('are obeyed by the real discord.js without a single 429', async () => {
    const { login, channelId, standIn } = await start({ channelWrites: { requestsMax: 2, windowMs: 300 } });
    const client = await login();
    const waited: RateLimitData[] = [];
    client.rest.on(RESTEvents.RateLimited, (data) => waited.push(data));
    const channel = await client.channels.fetch(channelId('general'));
    if (!channel?.isSendable()) throw new Error('no channel');
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((content) => channel.send(content)));
    expect(standIn.log.messages(channel.id)).toHaveLength(5);
    expect(waited.length).toBeGreaterThan(0);
    expect(standIn.log.rateLimited()).toEqual({ perRoute: 0, global: 0 });
  });

  it('hold for all routes together, answers to interactions excepted', async () => {
    const { raw, standIn } = await start({ globalRequestsPerSecond: 3, clock: standingClock() });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await raw('GET', '/users/@me')).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const refused = await raw('GET', '/gateway/bot');
    expect(refused.body).toMatchObject({ global: true });
    expect([refused.headers.get('x-ratelimit-global'), refused.headers.get('x-ratelimit-scope')]).toEqual([
      'true',
      'global',
    ]);
    expect(await raw('POST', '/interactions/1/token/callback', { type: 5 })).toMatchObject({
      status: 404,
      code: 10062,
    });
    expect(standIn.log.rateLimited().global).toBe(2);
  });
});

describe('faults', () => {
  it('answer instead, so many times, for what they name', async () => {
    const { raw, standIn } = await start();
    const fault = standIn.faults.next({
      method: 'GET',
      route: /^\/users/,
      times: 2,
      effect: { answer: { status: 503, code: 7, message: 'later' } },
    });
    expect((await raw('GET', '/gateway/bot')).status).toBe(200);
    expect(await raw('GET', '/users/@me')).toMatchObject({
      status: 503,
      code: 7,
      body: { message: 'later' },
    });
    expect((await raw('GET', '/users/@me')).status).toBe(503);
    expect((await raw('GET', '/users/@me')).status).toBe(200);
    expect(fault.hits()).toBe(2);
  });

  it('can be taken back', async () => {
    const { raw, standIn } = await start();
    const effect = { answer: { status: 500 } };
    standIn.faults.next({ route: /users/, effect }).remove();
    expect((await raw('GET', '/users/@me')).status).toBe(200);
    standIn.faults.next({ route: /users/, effect });
    standIn.faults.clear();
    expect((await raw('GET', '/users/@me')).status).toBe(200);
  });

  it.each(['drop', 'reset'] as const)('lose the answer of what was done: %s', async (afterwards) => {
    const { raw, standIn, channelId } = await start();
    standIn.faults.next({ route: /messages/, effect: { afterwards } });
    await expect(
      raw('POST', `/channels/${channelId('general')}/messages`, { content: 'done' }),
    ).rejects.toThrow('fetch failed');
    expect(standIn.log.messages(channelId('general'))).toHaveLength(1);
    expect(standIn.log.requests({ method: 'POST' })[0]).toMatchObject({
      status: null,
      body: { content: 'done' },
    });
  });

  it('answer 500 to what was done', async () => {
    const { raw, standIn, channelId } = await start();
    standIn.faults.next({ route: /messages/, effect: { afterwards: 'serverError' } });
    expect(
      (await raw('POST', `/channels/${channelId('general')}/messages`, { content: 'done' })).status,
    ).toBe(500);
    expect(standIn.log.messages(channelId('general'))).toHaveLength(1);
  });

  it('make a 429 as Discord does', async () => {
    const { raw, standIn } = await start();
    standIn.faults.next({
      route: /users/,
      effect: { answer: { status: 429, headers: { 'retry-after': '3', 'x-ratelimit-scope': 'shared' } } },
    });
    const answer = await raw('GET', '/users/@me');
    expect(answer).toMatchObject({ status: 429, body: { retry_after: 3, global: false } });
    expect(standIn.log.invalidRequests()).toBe(0);
  });

  it('delay, and a closing stand-in waits for nobody', async () => {
    const { raw, standIn } = await start();
    standIn.faults.next({ route: /users/, effect: { delayMs: 60_000 } });
    const closing = vi.waitUntil(() => standIn.log.requests().length > 0, 60_000).then(() => standIn.close());
    await Promise.all([expect(raw('GET', '/users/@me')).rejects.toThrow('fetch failed'), closing]);
    expect(standIn.log.requests()).toMatchObject([{ path: '/users/@me', status: null }]);
  });
});

describe('files', () => {
  it('are kept, named as Discord names them, and described', async () => {
    const { raw, channelId, standIn } = await start();
    const path = `/channels/${channelId('general')}/messages`;
    const payload = {
      attachments: [
        { id: 0, description: 'A cat' },
        { id: 1, filename: 'better name.mp4' },
      ],
    };
    const files = { 'files[0]': { name: '我的 cat.png', bytes }, 'files[1]': { name: 'x', bytes } };
    const answer = await raw('POST', path, form(files, payload));
    expect(answer.body).toMatchObject({
      content: '',
      attachments: [
        {
          filename: 'cat.png',
          title: '我的 cat',
          description: 'A cat',
          content_type: 'image/png',
          size: 10,
        },
        { filename: 'better_name.mp4', content_type: 'video/mp4' },
      ],
    });
    expect(standIn.log.requests({ method: 'POST' })[0]?.files).toEqual([
      { field: 'files[0]', name: '我的 cat.png', sizeBytes: 10, contentType: 'image/png' },
      { field: 'files[1]', name: 'x', sizeBytes: 10, contentType: 'application/octet-stream' },
    ]);
  });

  it.each([
    ['cat.png', 'cat.png', undefined],
    ['_a b.png', 'a_b.png', '_a b'],
    ['画像.png', 'unknown.png', '画像'],
    ['Café (1).JPG', 'Cafe_1.JPG', 'Café (1)'],
    ['(?)', 'unknown', '(?)'],
  ])('called %s become %s and keep their name as a title', async (name, filename, title) => {
    const { raw, channelId } = await start();
    const answer = await raw(
      'POST',
      `/channels/${channelId('general')}/messages`,
      form({ 'files[0]': { name, bytes } }),
    );
    const stored = attachmentOf(answer);
    expect([stored.filename, stored.title]).toEqual([filename, title]);
  });

  it('are sent by the real discord.js and come back byte for byte', async () => {
    const { login, channelId } = await start();
    const client = await login();
    const channel = await client.channels.fetch(channelId('general'));
    const file = { attachment: Buffer.from(bytes), name: 'film.mp4' };
    const message = channel?.isSendable() ? await channel.send({ files: [file] }) : undefined;
    const response = await fetch(message?.attachments.first()?.url ?? '');
    expect(response.headers.get('content-type')).toBe('video/mp4');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  it('stay, come and go with an edit that says so', async () => {
    const { raw, channelId } = await start(noLimits);
    const path = `/channels/${channelId('general')}/messages`;
    const first = await raw(
      'POST',
      path,
      form({ 'files[0]': { name: 'a.txt', bytes }, 'files[1]': { name: 'b.txt', bytes } }),
    );
    const one = `${path}/${first.id}`;
    const names = async (body: unknown) =>
      attachmentsForm.parse((await raw('PATCH', one, body)).body).attachments.map(({ filename }) => filename);
    expect(await names({ content: 'hello' })).toEqual(['a.txt', 'b.txt']);
    const { id } = attachmentOf(first);
    expect(
      await names(form({ 'files[0]': { name: 'c.txt', bytes } }, { attachments: [{ id }, { id: 0 }] })),
    ).toEqual(['a.txt', 'c.txt']);
    expect(await names({ attachments: [] })).toEqual([]);
    expect(await raw('PATCH', one, { attachments: [{ id: '1' }] })).toMatchObject({
      code: 50035,
      problems: ['attachments.0: ATTACHMENT_NOT_FOUND'],
    });
  });

  it('over the limit are 413 with code 40005; boosted servers have a higher one', async () => {
    for (const [boostLevel, status] of [
      [0, 413],
      [2, 200],
    ] as const) {
      const { raw, channelId } = await start({ uploadLimitBytes: 1000, world: boosted(boostLevel) });
      const answer = await raw(
        'POST',
        `/channels/${channelId('room')}/messages`,
        form({ 'files[0]': { name: 'a', bytes: new Uint8Array(1001) } }),
      );
      expect([answer.status, answer.code]).toEqual([status, status === 413 ? 40005 : undefined]);
    }
  });

  it('in a request of more than 25 MiB are 413, and more than ten are 50035', async () => {
    const { raw, channelId } = await start(noLimits);
    const path = `/channels/${channelId('general')}/messages`;
    const big = form({ 'files[0]': { name: 'a', bytes: new Uint8Array(25 * 1024 * 1024) } });
    expect(await raw('POST', path, big)).toMatchObject({ status: 413, code: 40005 });
    const many = Object.fromEntries(
      Array.from({ length: 11 }, (_, at) => [`files[${at}]`, { name: 'a', bytes }]),
    );
    expect(await raw('POST', path, form(many))).toMatchObject({ status: 400, code: 50035 });
  });

  it('have an address that ends, and a new one for whoever asks again', async () => {
    const { raw, channelId, clock } = await start({ fileUrlLifeMs: 60_000 });
    const path = `/channels/${channelId('general')}/messages`;
    const sent = await raw('POST', path, form({ 'files[0]': { name: 'a.txt', bytes } }));
    const { url } = attachmentOf(sent);
    expect((await fetch(url)).status).toBe(200);
    const { searchParams } = new URL(url);
    expect(Number.parseInt(searchParams.get('ex') ?? '', 16) * 1000).toBeGreaterThan(clock.nowMs());
    clock.advance(61_000);
    const late = await fetch(url);
    expect([late.status, await late.text()]).toEqual([404, 'This content is no longer available.']);
    const again = attachmentOf(await raw('GET', `${path}/${sent.id}`));
    expect((await fetch(again.url)).status).toBe(200);
    const refreshed = await raw('POST', '/attachments/refresh-urls', {
      attachment_urls: [url, 'https://example.org/a.png'],
    });
    const { refreshed_urls } = z
      .object({ refreshed_urls: z.array(z.object({ original: z.string(), refreshed: z.string() })) })
      .parse(refreshed.body);
    expect(refreshed_urls.map(({ original }) => original)).toEqual([url]);
    expect((await fetch(refreshed_urls[0]?.refreshed ?? '')).status).toBe(200);
  });

  it('are not given to whoever changes the address', async () => {
    const { raw, channelId } = await start();
    const sent = await raw(
      'POST',
      `/channels/${channelId('general')}/messages`,
      form({ 'files[0]': { name: 'a.txt', bytes } }),
    );
    const { url } = attachmentOf(sent);
    for (const changed of [
      url.split('?')[0] ?? '',
      url.replace(/ex=\w+/, 'ex=ffffffff'),
      url.replace('a.txt', 'b.txt'),
    ]) {
      expect((await fetch(changed)).status).toBe(404);
    }
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
  });

  it('are served in parts, as players ask for them', async () => {
    const { raw, channelId } = await start();
    const { url } = attachmentOf(
      await raw(
        'POST',
        `/channels/${channelId('general')}/messages`,
        form({ 'files[0]': { name: 'a.mp4', bytes } }),
      ),
    );
    const part = async (range: string) => {
      const response = await fetch(url, { headers: { range } });
      return [
        response.status,
        response.headers.get('content-range'),
        [...new Uint8Array(await response.arrayBuffer())].join(''),
      ];
    };
    expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await part('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await part('bytes=-2')).toEqual([206, 'bytes 8-9/10', '89']);
    expect(await part('bytes=20-')).toEqual([416, 'bytes */10', '']);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '10']);
  });
});

describe('people', () => {
  it('see what their rights allow, as it happens', async () => {
    const stage = await start(noLimits);
    const { people } = stage.standIn;
    const seen: Record<string, string[]> = { maya: [], moss: [] };
    for (const key of ['maya', 'moss']) {
      people.subscribe((change) => seen[key]?.push(change.type), stage.userId(key));
    }
    const moss = { userId: stage.userId('moss'), channelId: stage.channelId('staff') };
    await people.sendMessage({ ...moss, content: 'secret' });
    await expect(
      people.sendMessage({ ...moss, userId: stage.userId('maya'), content: 'a' }),
    ).rejects.toMatchObject({ code: 50001 });
    await people.sendMessage({ ...moss, channelId: stage.channelId('general'), content: 'hello' });
    expect(seen).toEqual({ maya: ['messageCreated'], moss: ['messageCreated', 'messageCreated'] });
    const names = (key: string) =>
      people.world(stage.userId(key)).guilds[0]?.channels.map(({ name }) => name);
    expect([names('maya')?.includes('staff'), names('moss')?.includes('staff')]).toEqual([false, true]);
  });

  it('stop seeing when they stop listening', async () => {
    const stage = await start();
    const { people } = stage.standIn;
    const seen: string[] = [];
    const stop = people.subscribe(({ type }) => seen.push(type));
    stop();
    await people.startTyping({ userId: stage.userId('maya'), channelId: stage.channelId('general') });
    expect(seen).toEqual([]);
  });

  it('see whether the bot is there', async () => {
    const stage = await start();
    const seen: boolean[] = [];
    stage.standIn.people.subscribe((change) => {
      if (change.type === 'botPresence') seen.push(change.isOnline);
    });
    const client = await stage.login();
    const left = new Promise<void>((resolve) => {
      stage.standIn.people.subscribe(({ type }) => type === 'botPresence' && resolve());
    });
    await Promise.all([client.destroy(), left]);
    expect(seen).toEqual([true, false]);
  });

  it('may change and delete what is theirs, and moderators what is not', async () => {
    const stage = await start();
    const { people } = stage.standIn;
    const maya = { userId: stage.userId('maya'), channelId: stage.channelId('general') };
    const lin = { ...maya, userId: stage.userId('lin') };
    const moss = { ...maya, userId: stage.userId('moss') };
    const { id: messageId } = await people.sendMessage({ ...maya, content: 'a' });
    await expect(people.editMessage({ ...lin, messageId, content: 'b' })).rejects.toMatchObject({
      code: 50005,
    });
    await expect(people.deleteMessage({ ...lin, messageId })).rejects.toMatchObject({ code: 50013 });
    await expect(people.editMessage({ ...maya, messageId, content: 'b' })).resolves.toMatchObject({
      content: 'b',
    });
    await people.deleteMessage({ ...moss, messageId });
    await expect(people.editMessage({ ...maya, messageId, content: 'c' })).rejects.toMatchObject({
      code: 10008,
    });
  });

  it.each([
    ['too many words', { content: 'x'.repeat(2001) }, 50035],
    ['nothing', { content: ' ' }, 50006],
    ['a file over the limit', { files: [{ name: 'a', bytes: new Uint8Array(101) }] }, 40005],
  ])('cannot send %s', async (_what, input, code) => {
    const stage = await start({ uploadLimitBytes: 100 });
    const here = { userId: stage.userId('maya'), channelId: stage.channelId('general') };
    await expect(stage.standIn.people.sendMessage({ ...here, ...input })).rejects.toMatchObject({ code });
  });

  it('wait for what they look for, and say in vain for what', async () => {
    const stage = await start();
    const { people } = stage.standIn;
    const here = { userId: stage.userId('maya'), channelId: stage.channelId('general') };
    const found = people.until('a greeting', () =>
      people.world(here.userId).messages[here.channelId]?.find(({ content }) => content === 'hi'),
    );
    await people.sendMessage({ ...here, content: 'hi' });
    expect((await found).author.id).toBe(here.userId);
    await expect(people.until('a miracle', () => null, 20)).rejects.toThrow('a miracle');
    const broken = people.until('anything', () => {
      if (people.world(here.userId).messages[here.channelId]?.length === 2) throw new Error('looked wrong');
      return null;
    });
    await Promise.all([
      expect(broken).rejects.toThrow('looked wrong'),
      people.sendMessage({ ...here, content: 'ho' }),
    ]);
  });
});

describe('the log', () => {
  it('forgets the oldest beyond its limit, and all when told', async () => {
    const { raw, standIn } = await start({ logEntriesMax: 10 });
    for (let count = 0; count < 30; count += 1) await raw('GET', `/users/${count}`);
    const paths = standIn.log.requests().map(({ path }) => path);
    expect(paths.length).toBeLessThanOrEqual(11);
    expect(paths.at(-1)).toBe('/users/29');
    standIn.log.clear();
    expect(standIn.log.requests()).toEqual([]);
  });
});

it('refuses a port that is taken', async () => {
  const { standIn } = await start();
  const port = Number(new URL(standIn.cdnUrl).port);
  await expect(start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
