// Each endpoint keeps the rules of the backend it plays (nemo-api), looked at with a client that keeps none of its own.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { FormData } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { samplePictures } from '../../../playground/nemo/sample-pictures.ts';
import type { NemoStandIn } from '../../../playground/nemo/stand-in.ts';
import {
  at,
  createRawClient,
  messageBody,
  type RawClient,
  reordered,
  startFast,
  wordsOf,
} from './raw-client.ts';

const dayMs = 24 * 3_600_000;
let nowMs = 1_795_000_000_000;
let standIn: NemoStandIn;
let client: RawClient;
let files: Server;
let filesUrl: string;

beforeAll(async () => {
  const picture = await samplePictures[0]?.draw();
  files = createServer((request, response) => {
    if (request.url === '/redirect.jpg') response.writeHead(302, { location: '/beach.jpg' }).end();
    else if (request.url === '/notes.jpg') response.end('these are only words, whatever the name says');
    else if (request.url?.startsWith('/beach.jpg')) response.end(picture);
    else response.writeHead(404).end();
  });
  files.listen(0, '127.0.0.1');
  await once(files, 'listening');
  filesUrl = `http://127.0.0.1:${String(at(files.address(), 'port'))}`;
});
afterAll(async () => {
  files.closeAllConnections();
  files.close();
  await once(files, 'close');
});
beforeEach(async () => {
  standIn = await startFast({ clock: { nowMs: () => nowMs }, userTokens: ['nmv_usr_someone_else'] });
  client = createRawClient(standIn);
});
afterEach(() => standIn.close());

const issue = (clientId: string) =>
  client.call('POST', '/api/auth/anonymous-token', {
    headers: { authorization: '', 'x-client-id': clientId },
  });

const upload = (sessionId: string, urls: readonly string[]) =>
  client.post(`/api/upload-video/nemo_agent/me/${sessionId}`, { urls, source_type: 'url' });

const makeFilm = async (): Promise<{ sessionId: string; draft: unknown }> => {
  const sessionId = await client.openSession();
  await client.say(sessionId, 'make a video of the sea, 2 seconds');
  return { sessionId, draft: await client.draft(sessionId) };
};

describe('anonymous tokens', () => {
  test('come with a user id, an end and 100 credits', async () => {
    const { json } = await issue('client-1');
    expect(json).toMatchObject({
      code: 0,
      data: {
        token: expect.stringMatching(/^nmv_usr_.{40,}/),
        user_id: expect.stringMatching(/^anon_/),
        credits: 100,
      },
    });
    expect(at(json, 'data', 'expires_at')).toBe(new Date(nowMs + 7 * dayMs).toISOString());
  });

  test('need a client id of at most 64 characters', async () => {
    expect((await issue('')).status).toBe(400);
    expect((await issue('x'.repeat(65))).status).toBe(400);
    expect((await issue('x'.repeat(64))).status).toBe(200);
  });

  test('stay the same for a client id until they end, and are renewed for the same user then', async () => {
    const first = await issue('client-1');
    expect((await issue('client-1')).json).toEqual(first.json);
    nowMs += 7 * dayMs;
    const token = String(at(first.json, 'data', 'token'));
    expect(
      (await createRawClient(standIn, token).call('GET', '/api/credits/balance/simple')).json,
    ).toMatchObject({ code: 1001 });
    const renewed = await issue('client-1');
    expect(at(renewed.json, 'data', 'token')).not.toBe(token);
    expect(at(renewed.json, 'data', 'user_id')).toBe(at(first.json, 'data', 'user_id'));
  });

  test('are given to ten client ids an address and week', async () => {
    for (let index = 0; index < 10; index += 1) expect((await issue(`client-${index}`)).status).toBe(200);
    expect((await issue('client-10')).status).toBe(429);
    expect((await issue('client-3')).status).toBe(200);
    nowMs += 7 * dayMs;
    expect((await issue('client-10')).status).toBe(200);
  });

  test('pay for one film and no more', async () => {
    const { json } = await issue('client-1');
    const anonymous = createRawClient(standIn, String(at(json, 'data', 'token')));
    const sessionId = await anonymous.openSession();
    await anonymous.say(sessionId, 'make a video of the sea');
    expect((await anonymous.call('GET', '/api/credits/balance/simple')).json).toEqual({
      code: 0,
      data: { available: 0, frozen: 0, total: 0 },
    });
    const refused = await anonymous.say(sessionId, 'make it shorter');
    expect(refused.json).toMatchObject({ code: 2001, data: { user_id: at(json, 'data', 'user_id') } });
    expect(wordsOf((await anonymous.say(sessionId, 'hello')).text).join('')).toContain('Hi!');
  });
});

describe('sessions', () => {
  test('have ids of nineteen digits that no JavaScript number can hold', async () => {
    const { json } = await client.post('/api/tasks/me/with-session/nemo_agent', {
      task_name: 'project',
      language: 'en',
    });
    const sessionId = String(at(json, 'data', 'session_id'));
    expect(sessionId).toMatch(/^\d{19}$/);
    expect(BigInt(sessionId)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
    expect(at(json, 'data')).toMatchObject({
      task_id: expect.stringMatching(/^task_/),
      user_id: expect.any(String),
    });
  });

  test('are refused without a token, with a foreign token and without a name', async () => {
    const path = '/api/tasks/me/with-session/nemo_agent';
    expect((await client.call('POST', path, { headers: { authorization: '' } })).json).toMatchObject({
      code: 1001,
    });
    expect((await createRawClient(standIn, 'nmv_usr_invented').post(path, {})).json).toMatchObject({
      code: 1001,
    });
    expect((await client.post(path, { taskName: 'project' })).status).toBe(422);
  });

  test('belong to their account alone', async () => {
    const sessionId = await client.openSession();
    const stranger = createRawClient(standIn, 'nmv_usr_someone_else');
    expect((await stranger.say(sessionId, 'hello')).json).toMatchObject({ code: 1002 });
    expect((await stranger.call('GET', `/api/state/nemo_agent/me/${sessionId}/latest`)).json).toMatchObject({
      code: 1002,
    });
  });

  test('show an empty, a null and a missing draft by turns before there is a film', async () => {
    const sessionId = await client.openSession();
    const states = [
      await client.state(sessionId),
      await client.state(sessionId),
      await client.state(sessionId),
    ];
    expect(states).toMatchObject([{ draft: {} }, { draft: null }, { video_infos: [] }]);
    expect(states[2]).not.toHaveProperty('draft');
  });

  test('can be claimed with their task id', async () => {
    const { json } = await client.post('/api/tasks/me/with-session/nemo_agent', { task_name: 'project' });
    const [taskId, sessionId] = [at(json, 'data', 'task_id'), at(json, 'data', 'session_id')];
    const claimed = await client.post('/api/auth/claim-token', { task_id: taskId, session_id: sessionId });
    expect(claimed.json).toMatchObject({
      code: 0,
      data: { claim_token: expect.stringMatching(/^clm_/), expires_in: 604_800 },
    });
    expect(
      (await client.post('/api/auth/claim-token', { task_id: 'task_other', session_id: sessionId })).json,
    ).toMatchObject({ code: 1002 });
  });
});

describe('uploads', () => {
  test('by URL are really fetched, judged by content and shown in the snapshot', async () => {
    const sessionId = await client.openSession();
    const { json } = await upload(sessionId, [`${filesUrl}/beach.jpg?ex=1`]);
    expect(json).toMatchObject({
      code: 0,
      data: {
        session_state_applied: true,
        files: [{ filename: 'beach.jpg', file_type: 'image', width: 1600, height: 1067 }],
      },
    });
    expect(at(await client.state(sessionId), 'video_infos')).toEqual(at(json, 'data', 'files'));
    const copy = await client.call('GET', String(at(json, 'data', 'files', 0, 'cdn_url')), {
      headers: { authorization: '' },
    });
    expect(copy.contentType).toBe('image/jpeg');
    expect(standIn.ledger.uploads(sessionId)).toMatchObject([{ by: 'url', filename: 'beach.jpg' }]);
  });

  test('by URL fail with an unknown code for hosts that are not allowed, redirects and missing files', async () => {
    const sessionId = await client.openSession();
    for (const url of [
      'http://10.1.2.3/beach.jpg',
      `${filesUrl}/redirect.jpg`,
      `${filesUrl}/gone.jpg`,
      'file:///etc/hostname',
      'nonsense',
    ]) {
      expect((await upload(sessionId, [url])).json).toMatchObject({ code: 5001 });
    }
    expect(at(await client.state(sessionId), 'video_infos')).toEqual([]);
  });

  test('of a wrong type are refused by their content, not by their name, and take the good ones of the request with them', async () => {
    const sessionId = await client.openSession();
    expect((await upload(sessionId, [`${filesUrl}/beach.jpg`, `${filesUrl}/notes.jpg`])).json).toMatchObject({
      code: 4001,
      message: expect.stringContaining('notes.jpg'),
    });
    expect(at(await client.state(sessionId), 'video_infos')).toEqual([]);
  });

  test('as a form take the field "files" as often as it comes, and no other field', async () => {
    const sessionId = await client.openSession();
    const form = new FormData();
    for (const picture of samplePictures.slice(0, 2))
      form.append('files', new Blob([new Uint8Array(await picture.draw())]), picture.filename);
    form.append('file', new Blob(['x']), 'wrong-field.jpg');
    const { json } = await client.call('POST', `/api/upload-video/nemo_agent/me/${sessionId}`, {
      body: form,
    });
    expect(at(json, 'data', 'files')).toMatchObject([
      { filename: 'beach-at-sunset.jpg' },
      { filename: 'mountain-lake.png' },
    ]);
    expect(standIn.ledger.violations()).toMatchObject([{ rule: 'upload field name', detail: 'file' }]);
    const empty = new FormData();
    empty.append('other', 'x');
    expect(
      (await client.call('POST', `/api/upload-video/nemo_agent/me/${sessionId}`, { body: empty })).status,
    ).toBe(422);
  });

  test('need a session and a body of the documented form', async () => {
    expect((await upload('1234567890123456789', [`${filesUrl}/beach.jpg`])).json).toMatchObject({
      code: 1002,
    });
    const sessionId = await client.openSession();
    expect(
      (await client.post(`/api/upload-video/nemo_agent/me/${sessionId}`, { urls: `${filesUrl}/beach.jpg` }))
        .status,
    ).toBe(422);
  });
});

describe('messages', () => {
  test('need the documented body in snake_case, and an Accept header', async () => {
    const sessionId = await client.openSession();
    const good = messageBody(sessionId, 'hello');
    const camel = { appName: 'nemo_agent', userId: 'me', sessionId, newMessage: good.new_message };
    const stream = { accept: 'text/event-stream' };
    expect((await client.post('/run_sse', camel, stream)).status).toBe(422);
    expect((await client.post('/run_sse', { ...good, user_id: 'someone' }, stream)).status).toBe(422);
    expect((await client.post('/run_sse', { ...good, new_message: { parts: [] } }, stream)).status).toBe(422);
    expect((await client.call('POST', '/run_sse', { body: '{"app_name":', headers: stream })).status).toBe(
      422,
    );
    expect((await client.post('/run_sse', good, { accept: 'application/json' })).status).toBe(406);
    expect(standIn.ledger.submissions()).toEqual([]);
    expect(standIn.ledger.violations().length).toBe(5);
  });

  test('are read as JSON only under its content type, and noted when they hold more keys than documented', async () => {
    const sessionId = await client.openSession();
    const stream = { accept: 'text/event-stream' };
    const body = messageBody(sessionId, 'hello');
    expect(
      (await client.call('POST', '/run_sse', { body: JSON.stringify(body), headers: stream })).status,
    ).toBe(422);
    expect((await client.post('/run_sse', { ...body, streaming: true }, stream)).status).toBe(200);
    expect(standIn.ledger.violations().map((violation) => violation.rule)).toEqual([
      'message body',
      'message keys',
    ]);
  });

  test('to an unknown session are refused with 1002', async () => {
    expect((await client.say('1234567890123456789', 'hello')).json).toMatchObject({ code: 1002 });
  });

  test('freeze credits while a turn runs, and deduct them after it', async () => {
    const slow = await startFast({ speed: 20 });
    const slowClient = createRawClient(slow);
    const sessionId = await slowClient.openSession();
    const turn = slowClient.say(sessionId, 'make a video of the sea');
    await expect
      .poll(async () => at((await slowClient.call('GET', '/api/credits/balance/simple')).json, 'data'))
      .toEqual({ available: 24_900, frozen: 100, total: 25_000 });
    await turn;
    await expect
      .poll(async () => at((await slowClient.call('GET', '/api/credits/balance/simple')).json, 'data'))
      .toEqual({ available: 24_900, frozen: 0, total: 24_900 });
    expect(slow.ledger.charges(sessionId)).toMatchObject([{ credits: 100 }]);
    await slow.close();
  });

  test('cost 50 for an edit and nothing for talk', async () => {
    const sessionId = await client.openSession();
    await client.say(sessionId, 'make a video of the sea');
    await client.say(sessionId, 'add a title "Sea"');
    await client.say(sessionId, 'thank you');
    expect(standIn.ledger.charges(sessionId).map((charge) => charge.credits)).toEqual([100, 50]);
  });

  test('of the same words, or while another turn runs, are taken and charged, and show up as violations', async () => {
    const sessionId = await client.openSession();
    await Promise.all([client.say(sessionId, 'make a video'), client.say(sessionId, 'make a video')]);
    expect(standIn.ledger.submissions(sessionId).length).toBe(2);
    expect(standIn.ledger.charges(sessionId).length).toBe(2);
    expect(standIn.ledger.violations().map((violation) => violation.rule)).toEqual([
      'one running turn per session',
      'same message twice',
    ]);
  });

  test('are answered in the language of the session', async () => {
    const chinese = await client.openSession('zh-CN');
    expect(wordsOf((await client.say(chinese, '做一个视频')).text).at(-1)).toContain('点击导出按钮');
    const english = await client.openSession('en');
    expect(wordsOf((await client.say(english, 'make a video')).text).at(-1)).toContain('click Export');
  });
});

describe('renders', () => {
  test('go from pending to completed, show progress, and give the film at an address that refuses the token', async () => {
    const { sessionId, draft } = await makeFilm();
    expect((await client.submitRender(sessionId, 'render_1', draft)).json).toMatchObject({
      success: true,
      data: { id: 'render_1', status: 'pending', progress: 5 },
    });
    await expect.poll(async () => at((await client.poll('render_1')).json, 'status')).toBe('completed');
    const { json } = await client.poll('render_1');
    expect(json).toMatchObject({
      taskId: 'render_1',
      status: 'completed',
      progress: 100,
      output: { duration: 2, size: expect.any(Number) },
    });
    const url = String(at(json, 'output', 'url'));
    const film = await client.call('GET', url, { headers: { authorization: '' } });
    expect([film.status, film.contentType]).toEqual([200, 'video/mp4']);
    expect((await client.call('GET', url)).status).toBe(400);
    expect((await client.call('GET', '/api/render/proxy/render_1/download')).contentType).toBe('video/mp4');
    expect((await client.call('GET', '/api/render/proxy/lambda/render_1/download')).status).toBe(404);
    expect(
      (await client.call('GET', '/api/render/proxy/render_1/download', { headers: { authorization: '' } }))
        .json,
    ).toMatchObject({ code: 1001 });
    expect(standIn.ledger.charges(sessionId).length).toBe(1);
  });

  test('are refused with 402 when one of the three headers is missing', async () => {
    const { sessionId, draft } = await makeFilm();
    for (const header of ['x-skill-source', 'x-skill-version', 'x-skill-platform']) {
      expect((await client.submitRender(sessionId, `render_${header}`, draft, { [header]: '' })).status).toBe(
        402,
      );
    }
    expect(standIn.ledger.renders()).toEqual([]);
  });

  test('need a camel-case session id, a fresh id and the draft as it was given', async () => {
    const { sessionId, draft } = await makeFilm();
    const body = { id: 'render_1', session_id: sessionId, draft, output: { format: 'mp4', quality: 'high' } };
    expect((await client.post('/api/render/proxy/lambda', body)).status).toBe(422);
    await client.submitRender(sessionId, 'render_1', draft);
    expect((await client.submitRender(sessionId, 'render_1', draft)).json).toMatchObject({
      code: 400,
      message: 'duplicate id',
    });
    const altered = reordered(draft, 'cfg');
    expect((await client.submitRender(sessionId, 'render_2', altered)).json).toMatchObject({
      code: 400,
      message: 'invalid draft',
    });
    expect((await client.submitRender(sessionId, 'render_3', { t: [] })).json).toMatchObject({ code: 400 });
    expect(standIn.ledger.violations().map((violation) => violation.rule)).toEqual([
      'render body',
      'unique render id',
      'draft sent back unchanged',
      'exportable draft',
    ]);
  });

  test('take the keys of a draft in any order', async () => {
    const { sessionId, draft } = await makeFilm();
    const shuffled = reordered(draft);
    expect((await client.submitRender(sessionId, 'render_1', shuffled)).json).toMatchObject({
      success: true,
    });
  });

  test('can be cancelled, and are unknown to others', async () => {
    const { sessionId, draft } = await makeFilm();
    // At the pace of life it waits in line for a second; a film that is made cannot be cancelled any more.
    standIn.pace.setSpeed(1);
    await client.submitRender(sessionId, 'render_1', draft);
    expect((await createRawClient(standIn, 'nmv_usr_someone_else').poll('render_1')).status).toBe(404);
    expect((await client.call('POST', '/api/render/proxy/lambda/render_1/cancel')).json).toMatchObject({
      success: true,
    });
    await expect.poll(async () => at((await client.poll('render_1')).json, 'status')).toBe('cancelled');
    expect((await client.poll('render_2')).status).toBe(404);
  });
});

describe('the server', () => {
  test('says so when its port is taken', async () => {
    const port = Number(new URL(standIn.url).port);
    await expect(startFast({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('the ledger', () => {
  test('keeps no token, and tells listeners of every entry', async () => {
    const kinds: string[] = [];
    const stop = standIn.ledger.onChange((change) => kinds.push(change.kind));
    const sessionId = await client.openSession();
    await client.say(sessionId, 'make a video');
    stop();
    await client.say(sessionId, 'thanks');
    expect(JSON.stringify(standIn.ledger.requests())).not.toContain(standIn.operatorToken);
    expect(
      standIn.ledger.requests().map(({ method, path, status }) => `${method} ${path} ${status}`),
    ).toContain('POST /run_sse 200');
    expect(new Set(kinds)).toEqual(new Set(['requests', 'submissions', 'charges']));
    expect(kinds.filter((kind) => kind === 'submissions')).toEqual(['submissions']);
  });

  test('notes calls without attribution and calls of unknown paths', async () => {
    await client.call('GET', '/api/credits/balance/simple', { headers: { 'x-skill-version': '' } });
    expect((await client.call('GET', '/api/render/proxy/draft')).status).toBe(404);
    expect(standIn.ledger.violations().map((violation) => violation.rule)).toEqual([
      'attribution headers',
      'known path',
    ]);
  });
});
