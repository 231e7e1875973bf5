import nock from 'nock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NemoClient } from '../../src/nemo/client.ts';
import { NemoError } from '../../src/ports/backend.ts';
import { asOperator, asPerson, collect, createTestClient, errorOf, operatorToken } from './kit.ts';

const apiUrl = 'https://backend.invalid';
const sessionId = '5529798706024415232';

/** What answers may be packed with: nothing (src/nemo/http.ts never unpacks). */
const unpacked = { 'accept-encoding': 'identity' };
const attribution = {
  ...unpacked,
  'x-skill-source': 'for-beginners-ai-image',
  'x-skill-version': '1.0.0',
  'x-skill-platform': 'unknown',
};
const bearer = { authorization: `Bearer ${operatorToken}` };
const asJson = { 'content-type': 'application/json' };

type Seen = { method: string; path: string; headers: Record<string, string>; body: string };

/** Every header of HTTP's own accord is left out: what stays is what the client says. */
const transportHeaders = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);

let test: ReturnType<typeof createTestClient>;
let client: NemoClient;
let seen: Seen[];

/** Answers one request and keeps exactly what was asked. */
const answer = (
  method: 'GET' | 'POST',
  path: string,
  reply: { status?: number; body: unknown; type?: string; origin?: string },
): void => {
  const scope = nock(reply.origin ?? apiUrl);
  const interceptor = method === 'GET' ? scope.get(path) : scope.post(path);
  interceptor.reply(async (request: Request) => {
    const headers = [...request.headers].filter(([name]) => !transportHeaders.has(name));
    seen.push({ method, path, headers: Object.fromEntries(headers), body: await request.text() });
    const isText = typeof reply.body === 'string';
    const type = reply.type ?? 'application/json';
    return [
      reply.status ?? 200,
      isText ? String(reply.body) : JSON.stringify(reply.body),
      { 'Content-Type': type },
    ];
  });
};

const bodyOf = (index: number): unknown => JSON.parse(seen[index]?.body ?? '');

beforeAll(() => {
  nock.disableNetConnect();
});

beforeEach(() => {
  seen = [];
  test = createTestClient(apiUrl, { settings: { fileHosts: ['files.invalid'] } });
  client = test.client;
});

afterEach(async () => {
  await client.close();
  nock.cleanAll();
});

afterAll(() => {
  nock.restore();
});

/** Eight bytes that begin like every MP4. */
const film = '....ftyp';

describe('every request of the client', () => {
  it('asks for a starter token with the client id alone', async () => {
    const body = {
      code: 0,
      data: { token: 'nmv_usr_fresh', user_id: 'anon_1', expires_at: '2026-11-29T12:00:00Z', credits: 100 },
    };
    answer('POST', '/api/auth/anonymous-token', { body });
    await client.connect(asPerson('person'));
    expect(seen).toEqual([
      {
        method: 'POST',
        path: '/api/auth/anonymous-token',
        headers: {
          accept: 'application/json',
          ...attribution,
          'x-client-id': '00000000-0000-4000-8000-000000000001',
        },
        body: '',
      },
    ]);
  });

  it('opens a session with task name and language', async () => {
    const path = '/api/tasks/me/with-session/nemo_agent';
    answer('POST', path, {
      body: { code: 0, data: { task_id: 'task_1', session_id: sessionId, user_id: 'anon_1' } },
    });
    const session = await client.openSession({ ...asOperator(), language: 'zh-CN' });
    expect(session).toEqual({ sessionId, taskId: 'task_1', userId: 'anon_1' });
    expect(seen[0]?.headers).toEqual({ accept: 'application/json', ...attribution, ...bearer, ...asJson });
    expect(bodyOf(0)).toEqual({ task_name: 'project', language: 'zh-CN' });
  });

  it('sends an instruction with the keys of the seed and no other', async () => {
    answer('POST', '/run_sse', {
      body: 'data: {"author":"nemo","content":{"role":"model","parts":[{"text":"Hello"}]}}\n\n',
      type: 'text/event-stream; charset=utf-8',
    });
    const events = await collect(
      await client.openStream({ ...asOperator(), sessionId, text: 'add a title "你好"' }),
    );
    expect(events).toEqual([{ type: 'text', author: 'nemo', text: 'Hello', isPartial: false }]);
    expect(seen[0]?.headers).toEqual({ accept: 'text/event-stream', ...attribution, ...bearer, ...asJson });
    expect(seen[0]?.body).toBe(
      `{"app_name":"nemo_agent","user_id":"me","session_id":"${sessionId}","new_message":{"parts":[{"text":"add a title \\"你好\\""}]}}`,
    );
  });

  it('hands files over by their addresses in one request', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    for (const name of ['a.png', 'b.png']) {
      nock('https://files.invalid').get(`/${name}`).query({ sig: 'x' }).reply(206, png);
    }
    const path = `/api/upload-video/nemo_agent/me/${sessionId}`;
    const files = [
      { filename: 'a.png', file_type: 'image' },
      { filename: 'b.png', file_type: 'image' },
    ];
    answer('POST', path, { body: { code: 0, data: { files, session_state_applied: true } } });
    const results = await client.handOver({
      ...asOperator(),
      sessionId,
      files: ['a.png', 'b.png'].map((name) => ({
        name,
        url: `https://files.invalid/${name}?sig=x`,
        sizeBytes: 70,
        contentType: null,
      })),
    });
    expect(results).toEqual([
      { name: 'a.png', accepted: true },
      { name: 'b.png', accepted: true },
    ]);
    expect(seen[0]?.headers).toEqual({ accept: 'application/json', ...attribution, ...bearer, ...asJson });
    expect(bodyOf(0)).toEqual({
      urls: ['https://files.invalid/a.png?sig=x', 'https://files.invalid/b.png?sig=x'],
      source_type: 'url',
    });
  });

  it('reads the state of a session', async () => {
    const draft = { t: [{ tt: 0, sg: [{ d: 10_000, m: { title: 'city' } }] }] };
    const path = `/api/state/nemo_agent/me/${sessionId}/latest`;
    answer('GET', path, {
      body: {
        code: 0,
        data: { session_id: sessionId, state: { draft, video_infos: [{}], generated_media: { a: 1 } } },
      },
    });
    const snapshot = await client.snapshot({ ...asOperator(), sessionId });
    expect(snapshot).toMatchObject({ draft, mediaCount: 2, userId: null });
    expect(snapshot.timeline.tracks).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      headers: { accept: 'application/json', ...attribution, ...bearer },
      body: '',
    });
  });

  it('reads a state that is nothing yet', async () => {
    answer('GET', `/api/state/nemo_agent/me/${sessionId}/latest`, { body: { code: 0, data: null } });
    const snapshot = await client.snapshot({ ...asOperator(), sessionId });
    expect(snapshot).toMatchObject({ draft: null, mediaCount: 0, timeline: { tracks: [] } });
  });

  it('reads the credits', async () => {
    answer('GET', '/api/credits/balance/simple', {
      body: { code: 0, data: { available: 25_000, frozen: 40, total: 25_040 } },
    });
    expect(await client.credits(asOperator())).toEqual({ available: 25_000, frozen: 40, total: 25_040 });
    expect(seen[0]).toMatchObject({
      headers: { accept: 'application/json', ...attribution, ...bearer },
      body: '',
    });
  });

  it('submits a render with the one camelCase key and the draft as it came', async () => {
    const draft = { t: [{ tt: 0, sg: [{ d: 1, zz: { unknown: [1, 2.5, null] } }] }] };
    answer('POST', '/api/render/proxy/lambda', {
      body: { success: true, data: { id: 'render_1', status: 'pending', progress: 5 } },
    });
    await client.submitRender({ ...asOperator(), renderId: 'render_1', sessionId, draft });
    expect(seen[0]?.headers).toEqual({ accept: 'application/json', ...attribution, ...bearer, ...asJson });
    expect(bodyOf(0)).toEqual({
      id: 'render_1',
      sessionId,
      draft,
      output: { format: 'mp4', quality: 'high' },
    });
  });

  it('polls a render', async () => {
    answer('GET', '/api/render/proxy/lambda/render_1', {
      body: { taskId: 'render_1', status: 'processing', progress: 40 },
    });
    expect(await client.renderStatus({ ...asOperator(), renderId: 'render_1' })).toEqual({
      status: 'processing',
      progress: 40,
      url: null,
    });
    expect(seen[0]).toMatchObject({
      headers: { accept: 'application/json', ...attribution, ...bearer },
      body: '',
    });
  });

  it('cancels a render without a body', async () => {
    answer('POST', '/api/render/proxy/lambda/render_1/cancel', { body: { code: 0 } });
    await client.cancelRender({ ...asOperator(), renderId: 'render_1' });
    expect(seen[0]).toMatchObject({
      headers: { accept: 'application/json', ...attribution, ...bearer },
      body: '',
    });
  });

  it('fetches a film from its own host without any token', async () => {
    answer('GET', '/render_1.mp4', { origin: 'https://cdn.invalid', body: film, type: 'video/mp4' });
    const bytes = await client.downloadRender({
      ...asOperator(),
      renderId: 'render_1',
      url: 'https://cdn.invalid/render_1.mp4',
      sizeBytesMax: 10,
    });
    expect(bytes).toEqual(Buffer.from(film));
    expect(seen[0]?.headers).toEqual(unpacked);
  });

  it('fetches a film from the backend when its own host has lost it', async () => {
    answer('GET', '/render_1.mp4', {
      origin: 'https://cdn.invalid',
      body: 'gone',
      status: 404,
      type: 'text/plain',
    });
    answer('GET', '/api/render/proxy/render_1/download', { body: film, type: 'video/mp4' });
    const bytes = await client.downloadRender({
      ...asOperator(),
      renderId: 'render_1',
      url: 'https://cdn.invalid/render_1.mp4',
      sizeBytesMax: 10,
    });
    expect(bytes).toEqual(Buffer.from(film));
    expect(seen[1]?.headers).toEqual({ accept: '*/*', ...attribution, ...bearer });
  });

  it('asks for a claim token and puts it, not the account token, into the link', async () => {
    answer('POST', '/api/auth/claim-token', {
      body: { code: 0, data: { claim_token: 'clm_abc', expires_in: 604_800 } },
    });
    const link = await client.projectLink({ ...asOperator(), sessionId, taskId: 'task_1', userId: null });
    expect(link).toBe('https://nemovideo.com/workspace/claim?ct=clm_abc');
    expect(bodyOf(0)).toEqual({ task_id: 'task_1', session_id: sessionId });
    expect(seen[0]?.headers).toEqual({ accept: 'application/json', ...attribution, ...bearer, ...asJson });
  });
});

describe('answers', () => {
  it('keep a session id that arrives as a bare number of 19 digits', async () => {
    const body = `{"code":0,"data":{"task_id":17,"session_id":${sessionId}}}`;
    answer('POST', '/api/tasks/me/with-session/nemo_agent', { body });
    expect(await client.openSession({ ...asOperator(), language: 'en' })).toEqual({
      sessionId,
      taskId: '17',
      userId: null,
    });
  });

  it('give a draft back with every digit that it came with', async () => {
    answer('GET', '/api/state/nemo_agent/me/1/latest', {
      body: '{"code":0,"data":{"state":{"draft":{"t":[{"tt":0,"sg":[{"id":9007199254740993123,"d":0.1}]}]}}}}',
    });
    const { draft } = await client.snapshot({ ...asOperator(), sessionId: '1' });
    answer('POST', '/api/render/proxy/lambda', { body: { code: 0 } });
    await client.submitRender({ ...asOperator(), renderId: 'r', sessionId: '1', draft });
    expect(seen[1]?.body).toContain('"draft":{"t":[{"tt":0,"sg":[{"id":9007199254740993123,"d":0.1}]}]}');
  });

  it.each([
    ['{}', '{"draft":{}}'],
    ['null', '{"draft":null}'],
    ['absent', '{}'],
    ['no state at all', 'null'],
  ])('read an empty draft that is %s as the same nothing', async (_spelling, state) => {
    const path = '/api/state/nemo_agent/me/1/latest';
    answer('GET', path, { body: `{"code":0,"data":{"state":${state}}}` });
    answer('GET', path, {
      body: '{"code":0,"data":{"state":{"draft":{},"video_infos":[],"generated_media":[]}}}',
    });
    const [first, second] = [
      await client.snapshot({ ...asOperator(), sessionId: '1' }),
      await client.snapshot({ ...asOperator(), sessionId: '1' }),
    ];
    expect(first.fingerprint).toBe(second.fingerprint);
    expect(first).toMatchObject({ draft: null, mediaCount: 0, timeline: { tracks: [] } });
  });

  it('tell two drafts apart that differ in a digit JavaScript cannot hold', async () => {
    const path = '/api/state/nemo_agent/me/1/latest';
    const prints = new Set<string>();
    for (const digits of ['9007199254740993123', '9007199254740993124']) {
      answer('GET', path, { body: `{"code":0,"data":{"state":{"draft":{"t":[${digits}]}}}}` });
      prints.add((await client.snapshot({ ...asOperator(), sessionId: '1' })).fingerprint);
    }
    expect(prints.size).toBe(2);
  });

  it.each([
    [
      { available: -5, frozen: null },
      { available: 0, frozen: 0, total: 0 },
    ],
    [{}, 'unknown'],
    [{ available: null, frozen: null, total: null }, 'unknown'],
    [{ available: '', frozen: 0 }, 'unknown'],
    [{ available: 'plenty', total: 12 }, 'unknown'],
    [{ balance: 25_000 }, 'unknown'],
    [{ available: 0 }, { available: 0, frozen: 0, total: 0 }],
    [
      { available: '12', frozen: 3 },
      { available: 12, frozen: 3, total: 15 },
    ],
  ])('count credits %j as %j', async (data, credits) => {
    answer('GET', '/api/credits/balance/simple', { body: { code: 0, data } });
    expect(await client.credits(asOperator())).toEqual(credits);
  });

  it.each([
    [
      'shape A',
      { status: 'completed', progress: 100, output: { url: 'https://cdn.invalid/a.mp4' } },
      { status: 'completed', progress: 100, url: 'https://cdn.invalid/a.mp4' },
    ],
    [
      'shape B',
      { success: true, data: { status: 'completed', progress: 100, outputUrl: 'https://cdn.invalid/b.mp4' } },
      { status: 'completed', progress: 100, url: 'https://cdn.invalid/b.mp4' },
    ],
    [
      'A within B',
      { code: 0, data: { status: 'completed', output: { url: 'https://cdn.invalid/c.mp4' } } },
      { status: 'completed', progress: null, url: 'https://cdn.invalid/c.mp4' },
    ],
    [
      'the address at the top',
      { status: 'COMPLETED', outputUrl: 'https://cdn.invalid/d.mp4' },
      { status: 'completed', progress: null, url: 'https://cdn.invalid/d.mp4' },
    ],
    [
      'completed without an address',
      { status: 'completed', progress: 100 },
      { status: 'processing', progress: 100, url: null },
    ],
    [
      'an address that is none',
      { status: 'completed', output: { url: 'javascript:1' } },
      { status: 'processing', progress: null, url: null },
    ],
    [
      'progress out of range',
      { status: 'processing', progress: 140 },
      { status: 'processing', progress: 100, url: null },
    ],
    [
      'progress as words',
      { status: 'pending', progress: 'soon' },
      { status: 'pending', progress: null, url: null },
    ],
    ['failed', { status: 'failed', error: 'invalid draft' }, { status: 'failed', progress: null, url: null }],
    [
      'failed in shape B',
      { success: false, data: { status: 'failed', error: 'invalid draft' } },
      { status: 'failed', progress: null, url: null },
    ],
    ['a new word', { status: 'compositing' }, { status: 'unknown', progress: null, url: null }],
  ])('of a render are read in %s', async (_shape, body, status) => {
    answer('GET', '/api/render/proxy/lambda/r', { body });
    expect(await client.renderStatus({ ...asOperator(), renderId: 'r' })).toEqual(status);
  });

  it.each([
    [404, { detail: 'not found' }],
    [200, { code: 1002, message: 'unknown' }],
    [200, { code: 404 }],
  ])('say that a render id is unknown (%i %j)', async (status, body) => {
    answer('GET', '/api/render/proxy/lambda/r', { status, body });
    expect(await client.renderStatus({ ...asOperator(), renderId: 'r' })).toBeNull();
  });

  it('of a film are shown by HTTPS, and as an address that breaks no link', async () => {
    const url = 'http://cdn.invalid/a b.mp4?x=>)';
    answer('GET', '/api/render/proxy/lambda/r', { body: { status: 'completed', output: { url } } });
    expect(await client.renderStatus({ ...asOperator(), renderId: 'r' })).toMatchObject({
      url: 'https://cdn.invalid/a%20b.mp4?x=%3E)',
    });
  });

  it('of a submitted render count as taken when they are 2xx with nothing to read', async () => {
    answer('POST', '/api/render/proxy/lambda', { status: 202, body: '', type: 'text/plain' });
    await expect(
      client.submitRender({ ...asOperator(), renderId: 'r', sessionId, draft: {} }),
    ).resolves.toBeUndefined();
  });

  it('of a submitted render that say no success are refusals', async () => {
    answer('POST', '/api/render/proxy/lambda', { body: { success: false, error: 'invalid draft' } });
    const error = await errorOf(
      client.submitRender({ ...asOperator(), renderId: 'r', sessionId, draft: {} }),
    );
    expect(error).toMatchObject({ kind: 'refused', sent: false, problem: { kind: 'unknown' } });
  });

  it.each([
    ['fails', { status: 500, body: { detail: 'oops' } }],
    ['brings an account token', { body: { code: 0, data: { claim_token: 'nmv_usr_secret' } } }],
  ])('give no link when the claim token %s', async (_case, reply) => {
    answer('POST', '/api/auth/claim-token', reply);
    expect(
      await client.projectLink({ ...asOperator(), sessionId, taskId: 'task_1', userId: null }),
    ).toBeNull();
    expect(JSON.stringify(test.log.lines)).not.toContain('nmv_usr_');
  });

  it('give no link without a task, and nothing is asked', async () => {
    expect(await client.projectLink({ ...asOperator(), sessionId, taskId: null, userId: null })).toBeNull();
    expect(seen).toEqual([]);
  });

  it('without the promised shape are protocol errors', async () => {
    answer('POST', '/api/tasks/me/with-session/nemo_agent', { body: { code: 0, data: { id: 'x' } } });
    const error = await errorOf(client.openSession({ ...asOperator(), language: 'en' }));
    expect(error).toBeInstanceOf(NemoError);
    expect(error).toMatchObject({ kind: 'protocol', problem: { kind: 'backendUnavailable' }, sent: true });
  });

  it('of a film that names another address are followed without the token', async () => {
    answer('GET', '/gone.mp4', { origin: 'https://cdn.invalid', body: '', status: 403 });
    answer('GET', '/api/render/proxy/r/download', {
      body: { output: { url: 'https://cdn.invalid/again.mp4' } },
    });
    answer('GET', '/again.mp4', { origin: 'https://cdn.invalid', body: film, type: 'video/mp4' });
    const bytes = await client.downloadRender({
      ...asOperator(),
      renderId: 'r',
      url: 'https://cdn.invalid/gone.mp4',
      sizeBytesMax: 10,
    });
    expect(bytes).toEqual(Buffer.from(film));
    expect(seen[2]?.headers).toEqual(unpacked);
  });

  it('of a film that is too large end early', async () => {
    answer('GET', '/long.mp4', { origin: 'https://cdn.invalid', body: 'a long film', type: 'video/mp4' });
    const bytes = await client.downloadRender({
      ...asOperator(),
      renderId: 'r',
      url: 'https://cdn.invalid/long.mp4',
      sizeBytesMax: 10,
    });
    expect(bytes).toBe('tooLarge');
  });

  it.each([
    'http://cdn.invalid/film.mp4',
    'http://127.0.0.1:1/film.mp4',
    'https://127.0.0.1:1/film.mp4',
    'file:///etc/passwd',
  ])('that lead to %s are not followed', async (url) => {
    answer('GET', '/api/render/proxy/r/download', { body: film, type: 'video/mp4' });
    expect(await client.downloadRender({ ...asOperator(), renderId: 'r', url, sizeBytesMax: 10 })).toEqual(
      Buffer.from(film),
    );
  });
});
