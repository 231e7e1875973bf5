// Each scenario is started once, and its bytes are checked for what its row says.
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { FormData, fetch, type Response } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { samplePictures } from '../../../playground/nemo/sample-pictures.ts';
import type { NemoStandIn } from '../../../playground/nemo/stand-in.ts';
import {
  type Answer,
  at,
  attribution,
  createRawClient,
  eventsOf,
  messageBody,
  type RawClient,
  startFast,
  wordsOf,
} from './raw-client.ts';

type Stream = { status: number; text: string; isCut: boolean };
type Stage = {
  standIn: NemoStandIn;
  client: RawClient;
  sessionId: string;
  /** Sends a message that makes a film and gives the raw bytes of the answer. */
  film(): Promise<Stream>;
  message(text: string): Promise<Stream>;
  /** Makes a film without a scenario, then submits its render under the scenario. */
  render(id: string): Promise<Answer>;
  pollUntil(id: string, status: string): Promise<Answer[]>;
};

const capturesDirectory = new URL('../../../playground/nemo/captures/', import.meta.url);
const filmMessage = 'make a video of the sea, 2 seconds';
let standIn: NemoStandIn;

beforeAll(async () => {
  standIn = await startFast({ filmLongEdgePx: 64 });
});
afterAll(() => standIn.close());

async function readStream(response: Response): Promise<Stream> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
    return { status: response.status, text, isCut: false };
  } catch {
    // A cut is what half of these scenarios are about.
    return { status: response.status, text, isCut: true };
  }
}

function postMessage(sessionId: string, text: string, signal?: AbortSignal): Promise<Response> {
  const headers = {
    authorization: `Bearer ${standIn.operatorToken}`,
    ...attribution,
    'content-type': 'application/json',
    accept: 'text/event-stream',
  };
  const body = JSON.stringify(messageBody(sessionId, text));
  return fetch(`${standIn.url}/run_sse`, {
    method: 'POST',
    headers,
    body,
    ...(signal === undefined ? {} : { signal }),
  });
}

async function stage(): Promise<Stage> {
  const client = createRawClient(standIn);
  const sessionId = await client.openSession();
  const message = async (text: string): Promise<Stream> => readStream(await postMessage(sessionId, text));
  const pollUntil = async (id: string, status: string): Promise<Answer[]> => {
    const answers: Answer[] = [];
    // Films are encoded in real time, on whatever machine; the limit is the test's own.
    for (;;) {
      const answer = await client
        .poll(id)
        .catch((): Answer => ({ status: 0, contentType: '', text: '', json: undefined }));
      answers.push(answer);
      if (at(answer.json, 'status') === status || at(answer.json, 'data', 'status') === status)
        return answers;
      await delay(25);
    }
  };
  const render = async (id: string): Promise<Answer> =>
    client.submitRender(sessionId, id, await client.draft(sessionId));
  return { standIn, client, sessionId, message, film: () => message(filmMessage), render, pollUntil };
}

const data = (text: string): string[] => text.split(/\r?\n/).filter((line) => line.startsWith('data:'));
function partsOf(event: unknown): unknown[] {
  const parts = at(event, 'content', 'parts');
  return Array.isArray(parts) ? parts : [];
}

const calls = (text: string): unknown[] =>
  eventsOf(text)
    .flatMap(partsOf)
    .filter((part) => at(part, 'functionCall') !== undefined);
const responses = (text: string): unknown[] =>
  eventsOf(text)
    .flatMap(partsOf)
    .filter((part) => at(part, 'functionResponse') !== undefined);
const hasFilm = async ({ client, sessionId }: Stage): Promise<boolean> =>
  Array.isArray(at(await client.draft(sessionId), 't'));
const upload = async ({ client, sessionId }: Stage, count = 1): Promise<Answer> => {
  const form = new FormData();
  for (const picture of samplePictures.slice(0, count))
    form.append('files', new Blob([new Uint8Array(await picture.draw())]), picture.filename);
  return client.call('POST', `/api/upload-video/nemo_agent/me/${sessionId}`, { body: form });
};

/** What a scenario is checked with: it is on for the session (or for everything, where there is no session yet). */
const rows: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  async default(on) {
    const { text } = await on.film();
    const partials = eventsOf(text).filter((event) => at(event, 'partial') === true);
    expect(partials.map((event) => at(event, 'content', 'parts', 0, 'text')).join('')).toBe(
      wordsOf(text).join(''),
    );
    expect(calls(text).map((part) => at(part, 'functionCall', 'id'))).toEqual(
      responses(text).map((part) => at(part, 'functionResponse', 'id')),
    );
    expect(text).toContain('data: {"type":"heartbeat"}\n\n');
    expect(text).toMatch(/^data:$/m);
    expect(await hasFilm(on)).toBe(true);
  },
  async 'adk events'(on) {
    expect(eventsOf((await on.film()).text).some((event) => at(event, 'partial') === true)).toBe(true);
  },
  async 'whole events'(on) {
    const { text } = await on.film();
    expect(text).not.toContain('"partial"');
    expect(wordsOf(text).length).toBe(3);
  },
  async 'python events'(on) {
    const events = eventsOf((await on.film()).text).filter((event) => at(event, 'id') !== undefined);
    expect(at(events.at(-1), 'content', 'parts')).toEqual([{ text: '' }]);
    for (const event of events) {
      expect(at(event, 'id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(at(event, 'timestamp')).toBeLessThan(1e11);
      expect(at(event, 'partial')).not.toBe(false);
    }
  },
  async 'snake events'(on) {
    const { text } = await on.film();
    expect(text).toContain('"invocation_id"');
    expect(text).toContain('"state_delta"');
    expect(text).toContain('"functionCall"');
    expect(text).not.toContain('"invocationId"');
  },
  async 'flat events'(on) {
    const types = eventsOf((await on.film()).text).map((event) => at(event, 'type'));
    expect(new Set(types)).toEqual(new Set(['text', 'tool_call', 'tool_result', 'heartbeat']));
  },
  async 'flat pieces'(on) {
    const events = eventsOf((await on.film()).text);
    const words = events.filter((event) => at(event, 'type') === 'text').map((event) => at(event, 'content'));
    expect(words.length).toBeGreaterThan(10);
    expect(words.every((piece) => String(piece).length < 40)).toBe(true);
  },
  async 'progressive calls'(on) {
    const { text } = await on.film();
    const withCalls = eventsOf(text).filter(
      (event) =>
        at(event, 'content', 'parts', 0, 'functionCall') !== undefined ||
        at(event, 'content', 'parts', 1, 'functionCall') !== undefined,
    );
    expect(withCalls.filter((event) => at(event, 'partial') === true).length).toBe(withCalls.length / 2);
    expect(withCalls.some((event) => typeof at(event, 'content', 'parts', 0, 'text') === 'string')).toBe(
      true,
    );
    expect(wordsOf(text).length).toBe(3);
  },
  async 'parallel calls'(on) {
    const counts = eventsOf((await on.film()).text).map(
      (event) => partsOf(event).filter((part) => at(part, 'functionResponse') !== undefined).length,
    );
    expect(counts.filter((count) => count > 0).every((count) => count >= 2)).toBe(true);
  },
  async thoughts(on) {
    const { text } = await on.film();
    const thought = eventsOf(text).filter((event) => at(event, 'content', 'parts', 0, 'thought') === true);
    expect(thought.some((event) => at(event, 'partial') === true)).toBe(true);
    expect(
      thought.some(
        (event) =>
          at(event, 'partial') === false && typeof at(event, 'content', 'parts', 1, 'text') === 'string',
      ),
    ).toBe(true);
    expect(wordsOf(text).join('')).not.toContain('The user wants');
  },
  async 'artifact split'(on) {
    const ids = eventsOf((await on.film()).text).map((event) => at(event, 'id'));
    expect(ids.some((id, index) => id !== undefined && id === ids[index + 1])).toBe(true);
  },
  async 'confirmation asked'(on) {
    const { text } = await on.film();
    expect(responses(text)).toEqual([]);
    const asked = eventsOf(text).find(
      (event) => at(event, 'content', 'parts', 0, 'functionCall', 'name') === 'adk_request_confirmation',
    );
    expect(at(asked, 'longRunningToolIds')).toEqual([at(asked, 'content', 'parts', 0, 'functionCall', 'id')]);
    expect(await hasFilm(on)).toBe(false);
  },
  async 'tool error'(on) {
    const { text } = await on.film();
    expect(at(responses(text)[0], 'functionResponse', 'response', 'error')).toContain(
      'render node unreachable',
    );
    expect(on.standIn.ledger.charges(on.sessionId)).toEqual([]);
  },
  'heartbeat object': beats('data: {"type":"heartbeat"}\n\n'),
  'heartbeat empty data': beats('data:\n\n'),
  'heartbeat word': beats('data: heartbeat\n\n'),
  'heartbeat comment': beats(': heartbeat\n\n'),
  'heartbeat event': beats('event: heartbeat\n\n'),
  'heartbeat event with data': beats('event: heartbeat\ndata: heartbeat\n\n'),
  async crlf(on) {
    const { text } = await on.film();
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
    expect(wordsOf(text).length).toBe(3);
  },
  async 'one byte a write'(on) {
    expect(wordsOf((await on.message('hello')).text)[0]).toContain('Hi!');
  },
  async 'comments between'(on) {
    const { text } = await on.film();
    expect(text.split('\n\n').filter((frame) => frame === ': keep-alive').length).toBeGreaterThan(10);
  },
  async 'line of 74 KB'(on) {
    expect(Math.max(...data((await on.film()).text).map((line) => line.length))).toBeGreaterThan(74_000);
  },
  async 'huge line'(on) {
    expect(Math.max(...data((await on.film()).text).map((line) => line.length))).toBeGreaterThan(5_000_000);
  },
  async 'line separator in text'(on) {
    const { text } = await on.film();
    expect(text).toContain('\u2028');
    expect(wordsOf(text)[0]).toContain('\r\ndata: this is still text.\n\n海边假期');
  },
  async 'silent edit'(on) {
    expect(wordsOf((await on.film()).text)).toEqual([]);
    expect(await hasFilm(on)).toBe(true);
  },
  async 'silent and unchanged'(on) {
    const { text } = await on.film();
    expect(wordsOf(text)).toEqual([]);
    expect(responses(text).length).toBeGreaterThan(0);
    expect(await hasFilm(on)).toBe(false);
  },
  async 'late write'(on) {
    expect(wordsOf((await on.film()).text)).toEqual([]);
    await expect.poll(() => hasFilm(on)).toBe(true);
    await expect.poll(() => on.standIn.ledger.charges(on.sessionId).length).toBe(1);
  },
  async 'two stages'(on) {
    expect(wordsOf((await on.film()).text)[1]).toContain('The raw clip is ready');
  },
  async 'trailing temporary issue'(on) {
    expect(wordsOf((await on.film()).text).at(-1)).toContain('I encountered a temporary issue');
    expect(await hasFilm(on)).toBe(true);
  },
  async 'only temporary issue'(on) {
    expect(wordsOf((await on.film()).text)).toEqual([
      expect.stringContaining('I encountered a temporary issue'),
    ]);
    expect(await hasFilm(on)).toBe(false);
  },
  async 'error event'(on) {
    const { text } = await on.film();
    expect(at(eventsOf(text).at(-1), 'error')).toBe('upstream model failed: "quota" 配额不足');
    expect(wordsOf(text).length).toBe(1);
  },
  async 'error event broken json'(on) {
    const last = data((await on.film()).text).at(-1) ?? '';
    expect(() => JSON.parse(last.slice(5)) as unknown).toThrow(SyntaxError);
  },
  async 'error event spilled'(on) {
    expect((await on.film()).text).toMatch(/\nsecond line: /);
  },
  async 'error event with details'(on) {
    expect(at(eventsOf((await on.film()).text).at(-1), 'error_details', 'error_type')).toBe('ValueError');
  },
  async 'error event at once'(on) {
    expect(eventsOf((await on.film()).text)).toEqual([{ error: 'Event loop is closed' }]);
  },
  async 'empty object at the end'(on) {
    expect(eventsOf((await on.film()).text).at(-1)).toEqual({});
  },
  async 'error code at the end'(on) {
    expect(at(eventsOf((await on.film()).text).at(-1), 'errorCode')).toBe('UNKNOWN_ERROR');
  },
  async 'error code then success'(on) {
    const { text } = await on.film();
    expect(at(eventsOf(text)[0], 'errorCode')).toBe('UNKNOWN_ERROR');
    expect(wordsOf(text).length).toBe(3);
  },
  async 'max tokens'(on) {
    const { text } = await on.film();
    expect(wordsOf(text)).toEqual(['This answer is cut off he']);
    expect(text).toContain('"errorCode":"MAX_TOKENS"');
  },
  async 'error as system text'(on) {
    expect(eventsOf((await on.film()).text).at(-1)).toMatchObject({
      author: 'system',
      content: { parts: [{ text: 'Error: clip is empty' }] },
    });
  },
  async 'empty body'(on) {
    expect(await on.film()).toEqual({ status: 200, text: '', isCut: false });
  },
  async 'reset before headers'(on) {
    await expect(on.film()).rejects.toThrow(TypeError);
    expect(on.standIn.ledger.submissions(on.sessionId)).toEqual([]);
  },
  async 'reset though accepted'(on) {
    await expect(on.film()).rejects.toThrow(TypeError);
    await expect.poll(() => on.standIn.ledger.charges(on.sessionId).length).toBe(1);
    expect(await hasFilm(on)).toBe(true);
  },
  async 'cut, changed later'(on) {
    const { text, isCut } = await on.film();
    expect(isCut).toBe(true);
    expect(text.endsWith('"I am just addi')).toBe(true);
    await expect.poll(() => hasFilm(on)).toBe(true);
  },
  async 'cut, never changed'(on) {
    const { text, isCut } = await on.film();
    expect([isCut, text.endsWith('"I am just addi')]).toEqual([true, true]);
    expect([await hasFilm(on), on.standIn.ledger.charges(on.sessionId).length]).toEqual([false, 0]);
  },
  async 'cut between events'(on) {
    const { text, isCut } = await on.film();
    expect([isCut, text.endsWith('\n\n')]).toEqual([true, true]);
    await expect.poll(() => hasFilm(on)).toBe(true);
  },
  async 'cut after the write'(on) {
    const { text, isCut } = await on.film();
    expect([isCut, wordsOf(text).length]).toEqual([true, 2]);
    expect(await hasFilm(on)).toBe(true);
  },
  async 'leaving cancels'(on) {
    on.standIn.scenarios.use('very slow', { for: on.sessionId });
    const leaving = new AbortController();
    await postMessage(on.sessionId, filmMessage, leaving.signal);
    leaving.abort();
    const frozen = async (): Promise<unknown> =>
      at((await on.client.call('GET', '/api/credits/balance/simple')).json, 'data', 'frozen');
    await expect.poll(frozen).toBe(0);
    expect([await hasFilm(on), on.standIn.ledger.charges(on.sessionId).length]).toEqual([false, 0]);
  },
  async 'cut before a word'(on) {
    expect(await on.film()).toEqual({ status: 200, text: '', isCut: true });
  },
  async 'heartbeats only'(on) {
    const { text } = await on.film();
    expect(data(text).length).toBe(65);
    expect(wordsOf(text)).toEqual([]);
  },
  async silence(on) {
    expect(await on.film()).toEqual({ status: 200, text: '', isCut: false });
  },
  async 'pause of three minutes'(on) {
    const { text } = await on.film();
    expect(text.indexOf('functionCall')).toBeGreaterThan(text.indexOf('heartbeat'));
    expect(wordsOf(text).length).toBe(3);
  },
  async 'endless stream'(on) {
    const leaving = new AbortController();
    const response = await postMessage(on.sessionId, 'hello', leaving.signal);
    let seen = 0;
    for await (const chunk of response.body ?? []) {
      seen += chunk.length;
      if (seen > 20_000) break;
    }
    leaving.abort();
    expect(seen).toBeGreaterThan(20_000);
  },
  async 'huge answer'(on) {
    expect(wordsOf((await on.film()).text)[0]?.length).toBe(100_000);
  },
  async 'long answer'(on) {
    expect(wordsOf((await on.film()).text)[0]?.length).toBe(5000);
  },
  async 'very slow'(on) {
    expect(wordsOf((await on.message('hello')).text).length).toBe(1);
  },
  async 'odd tracks'(on) {
    await on.film();
    const draft = await on.client.draft(on.sessionId);
    const tracks = at(draft, 't');
    expect(tracks).toContainEqual(expect.objectContaining({ tt: 11 }));
    expect(tracks).toContainEqual(expect.objectContaining({ sg: [] }));
    expect((await on.render('odd-1')).json).toMatchObject({ success: true });
    await on.pollUntil('odd-1', 'completed');
  },

  async 'token 429'({ client }) {
    const issue = () => client.call('POST', '/api/auth/anonymous-token', { headers: { 'x-client-id': 'a' } });
    expect([(await issue()).status, (await issue()).status]).toEqual([429, 429]);
  },
  async 'token 429 once'({ client }) {
    const issue = () => client.call('POST', '/api/auth/anonymous-token', { headers: { 'x-client-id': 'a' } });
    expect([(await issue()).status, (await issue()).status]).toEqual([429, 200]);
  },
  async 'token 500 once'({ client }) {
    const issue = () => client.call('POST', '/api/auth/anonymous-token', { headers: { 'x-client-id': 'a' } });
    expect([(await issue()).status, (await issue()).status]).toEqual([500, 200]);
  },
  'token expired once': refusesMessageOnce({ code: 1001 }),
  async 'token expired at session'({ client }) {
    const open = () => client.post('/api/tasks/me/with-session/nemo_agent', { task_name: 'project' });
    expect([at((await open()).json, 'code'), at((await open()).json, 'code')]).toEqual([1001, 0]);
  },
  async 'token expired at upload'(on) {
    expect([at((await upload(on)).json, 'code'), at((await upload(on)).json, 'code')]).toEqual([1001, 0]);
  },
  'token expired always': refusesMessages(200, { code: 1001 }),
  'session lost': refusesMessageOnce({ code: 1002 }),
  'token expired in the stream': refusesInStreamOnce(1001),
  'session lost in the stream': refusesInStreamOnce(1002),
  'session lost as plain text': refusesMessageOnce({ code: 1002 }),
  async 'session lost in state'({ client, sessionId }) {
    expect((await client.call('GET', `/api/state/nemo_agent/me/${sessionId}/latest`)).json).toMatchObject({
      code: 1002,
    });
  },
  async 'adk session not found'(on) {
    const { status, text } = await on.film();
    expect([status, JSON.parse(text)]).toEqual([404, { detail: `Session not found: ${on.sessionId}` }]);
  },
  'out of credits': refusesMessages(200, { code: 2001, data: { user_id: 'user_100001' } }),
  'message 402': refusesMessages(402, { code: 402 }),
  'message 429 once': refusesMessageOnce({ code: 429 }),
  'message 429 always': refusesMessages(429, { code: 429 }),
  'message 500': refusesMessages(500, { code: 500 }),
  async 'message 502 page'(on) {
    expect(await on.film()).toMatchObject({ status: 502, text: expect.stringContaining('<h1>') });
  },
  async 'http statuses'({ standIn, client }) {
    const bad = createRawClient(standIn, 'nmv_usr_invented');
    expect((await bad.call('GET', '/api/credits/balance/simple')).status).toBe(401);
    expect((await client.say('1234567890123456789', 'hello')).status).toBe(404);
  },
  async 'error text under msg'({ client }) {
    const { json } = await client.call('GET', '/api/state/nemo_agent/me/1234567890123456789/latest');
    expect(json).toEqual({ code: 1002, msg: 'session not found', data: null });
  },
  async 'backend down'(on) {
    expect((await on.film()).status).toBe(502);
    expect((await on.client.call('GET', '/api/credits/balance/simple')).contentType).toBe('text/html');
  },
  async 'backend unreachable'(on) {
    await expect(on.film()).rejects.toThrow(TypeError);
    await expect(on.client.call('GET', '/api/credits/balance/simple')).rejects.toThrow(TypeError);
  },

  async 'upload 4001'(on) {
    expect((await upload(on)).json).toMatchObject({ code: 4001 });
  },
  async 'upload 4002'(on) {
    expect((await upload(on)).json).toMatchObject({ code: 4002 });
  },
  async 'upload 413 page'(on) {
    expect(await upload(on)).toMatchObject({ status: 413, contentType: 'text/html' });
  },
  async 'upload 500'(on) {
    expect((await upload(on)).status).toBe(500);
  },
  async 'upload cannot fetch'(on) {
    const urls = [`${on.standIn.url}/cdn/generated/beach-at-sunset.jpg`];
    const path = `/api/upload-video/nemo_agent/me/${on.sessionId}`;
    expect((await on.client.post(path, { urls, source_type: 'url' })).json).toMatchObject({ code: 5001 });
    expect((await upload(on)).json).toMatchObject({ code: 0 });
  },
  async 'upload one of several refused'(on) {
    const { json } = await upload(on, 3);
    expect([at(json, 'data', 'files', 'length'), at(json, 'data', 'failed', 0, 'filename')]).toEqual([
      2,
      'city-at-night.webp',
    ]);
    expect(at(await on.client.state(on.sessionId), 'video_infos', 'length')).toBe(2);
  },
  async 'heic refused'(on) {
    const form = new FormData();
    const head = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
    form.append('files', new Blob([head]), 'IMG_0001.HEIC');
    expect(
      (await on.client.call('POST', `/api/upload-video/nemo_agent/me/${on.sessionId}`, { body: form })).json,
    ).toMatchObject({ code: 4001 });
    expect((await upload(on)).json).toMatchObject({ code: 0 });
  },
  async 'upload answer without files'(on) {
    expect((await upload(on)).json).toEqual({ code: 0, data: null });
  },

  async 'state 500'({ client, sessionId }) {
    expect((await client.call('GET', `/api/state/nemo_agent/me/${sessionId}/latest`)).status).toBe(500);
  },
  async 'state 502 once'({ client, sessionId }) {
    const look = () => client.call('GET', `/api/state/nemo_agent/me/${sessionId}/latest`);
    expect([(await look()).status, (await look()).status]).toEqual([502, 200]);
  },
  async 'state null'({ client, sessionId }) {
    expect(await client.state(sessionId)).toBeNull();
  },
  async 'state without draft'({ client, sessionId }) {
    expect(await client.state(sessionId)).not.toHaveProperty('draft');
  },
  async 'state null draft'({ client, sessionId }) {
    expect(await client.draft(sessionId)).toBeNull();
  },
  async 'state empty draft'({ client, sessionId }) {
    expect(await client.draft(sessionId)).toEqual({});
  },
  async 'hostile draft'({ client, sessionId }) {
    const draft = await client.draft(sessionId);
    expect(draft).toMatchObject({ d: 'NaN', m: { width: -1, height: 1e12 } });
    expect(at(draft, 't', 'length')).toBe(6);
  },
  async 'huge draft'({ client, sessionId }) {
    expect(
      (await client.call('GET', `/api/state/nemo_agent/me/${sessionId}/latest`)).text.length,
    ).toBeGreaterThan(5_000_000);
  },

  async 'session id as number'({ client }) {
    const { text } = await client.post('/api/tasks/me/with-session/nemo_agent', { task_name: 'project' });
    expect(text).toMatch(/"session_id":\d{19}[,}]/);
  },
  async 'claim token fails'({ client, sessionId }) {
    expect((await client.post('/api/auth/claim-token', { task_id: 'x', session_id: sessionId })).status).toBe(
      500,
    );
  },
  async 'credits none'(on) {
    expect(JSON.parse((await on.film()).text)).toMatchObject({ code: 2001, data: { available: 0 } });
  },
  async 'credits low'(on) {
    expect(JSON.parse((await on.film()).text)).toMatchObject({ code: 2001, data: { available: 40 } });
    expect(wordsOf((await on.message('hello')).text).length).toBe(1);
  },
  async 'credits missing'({ client }) {
    expect((await client.call('GET', '/api/credits/balance/simple')).json).toEqual({
      code: 0,
      data: { available: null },
    });
  },
  async 'credits 500'({ client }) {
    expect((await client.call('GET', '/api/credits/balance/simple')).status).toBe(500);
  },

  async 'poll 502 then fine'(on) {
    await on.film();
    await on.render('poll-502');
    const answers = await on.pollUntil('poll-502', 'completed');
    expect(answers.slice(0, 3).map((answer) => answer.status)).toEqual([502, 502, 200]);
  },
  async 'poll reset then fine'(on) {
    await on.film();
    await on.render('poll-reset');
    const answers = await on.pollUntil('poll-reset', 'completed');
    expect(answers.slice(0, 3).map((answer) => answer.status)).toEqual([0, 0, 200]);
  },
  async 'render failed once'(on) {
    await on.film();
    await on.render('failed-1');
    expect((await on.pollUntil('failed-1', 'failed')).at(-1)?.json).toMatchObject({ error: 'render failed' });
    await on.render('failed-2');
    await on.pollUntil('failed-2', 'completed');
  },
  async 'render failed always'(on) {
    await on.film();
    await on.render('always-1');
    expect((await on.pollUntil('always-1', 'failed')).at(-1)?.json).toMatchObject({ error: 'render failed' });
    await on.render('always-2');
    await on.pollUntil('always-2', 'failed');
  },
  async 'completed without url first'(on) {
    await on.film();
    await on.render('no-url');
    const first = (await on.pollUntil('no-url', 'completed')).at(-1);
    const [second, third] = [await on.client.poll('no-url'), await on.client.poll('no-url')];
    expect([first, second, third].map((answer) => typeof at(answer?.json, 'output', 'url'))).toEqual([
      'undefined',
      'undefined',
      'string',
    ]);
  },
  async 'slow render'(on) {
    await on.film();
    await on.render('slow');
    expect((await on.pollUntil('slow', 'completed')).length).toBeGreaterThanOrEqual(12);
  },
  async 'film gone'(on) {
    await on.film();
    await on.render('gone');
    const done = (await on.pollUntil('gone', 'completed')).at(-1);
    expect(
      (
        await on.client.call('GET', String(at(done?.json, 'output', 'url')), {
          headers: { authorization: '' },
        })
      ).status,
    ).toBe(404);
    expect((await on.client.call('GET', '/api/render/proxy/gone/download')).status).toBe(200);
  },
  async 'render answer lost'(on) {
    await on.film();
    await expect(on.render('lost')).rejects.toThrow(TypeError);
    await on.pollUntil('lost', 'completed');
  },
  async 'render 402'(on) {
    await on.film();
    expect([(await on.render('paid-1')).status, (await on.render('paid-2')).status]).toEqual([402, 402]);
  },
  async 'render 429 once'(on) {
    await on.film();
    expect([(await on.render('busy-1')).status, (await on.render('busy-1')).status]).toEqual([429, 200]);
  },
  async 'render submit 500'(on) {
    await on.film();
    expect((await on.render('broken')).status).toBe(500);
  },
  async 'render lost'(on) {
    await on.film();
    await on.render('vanished');
    expect((await on.client.poll('vanished')).status).toBe(404);
  },
  async 'shape B'(on) {
    await on.film();
    await on.render('shape-b');
    expect((await on.pollUntil('shape-b', 'completed')).at(-1)?.json).toEqual({
      success: true,
      data: {
        id: 'shape-b',
        status: 'completed',
        progress: 100,
        outputUrl: expect.stringMatching(/^http/),
        createdAt: expect.any(Number),
        completedAt: expect.any(Number),
      },
    });
  },
};

function beats(bytes: string) {
  return async (on: Stage): Promise<void> => {
    const { text } = await on.message('hello');
    expect(text.startsWith(bytes.repeat(3))).toBe(true);
    expect(wordsOf(text).length).toBe(1);
  };
}

function refusesMessages(status: number, body: object) {
  return async (on: Stage): Promise<void> => {
    for (let round = 0; round < 2; round += 1) {
      const answer = await on.film();
      expect([answer.status, JSON.parse(answer.text)]).toEqual([status, expect.objectContaining(body)]);
    }
    expect(on.standIn.ledger.submissions(on.sessionId)).toEqual([]);
  };
}

function refusesMessageOnce(body: object) {
  return async (on: Stage): Promise<void> => {
    expect(JSON.parse((await on.film()).text)).toMatchObject(body);
    expect(wordsOf((await on.film()).text).length).toBe(3);
  };
}

function refusesInStreamOnce(code: number) {
  return async (on: Stage): Promise<void> => {
    expect(eventsOf((await on.film()).text)).toMatchObject([{ code }]);
    expect(wordsOf((await on.film()).text).length).toBe(3);
  };
}

/** Scenarios of calls that belong to no session can only hold for everything. */
const sessionless =
  /^(token (429|500|expired at session)|http statuses|error text|backend|session id as|claim token|credits)/;

describe('scenario', () => {
  test.each(Object.entries(rows))('%s', async (name, check) => {
    expect.hasAssertions();
    const on = await stage();
    const target = sessionless.test(name) ? 'everything' : on.sessionId;
    on.standIn.scenarios.use(name, { for: target });
    try {
      await check(on);
    } finally {
      on.standIn.scenarios.use('default', { for: target });
    }
  });

  test('rows cover every scenario there is', () => {
    const named = standIn.scenarios.names.filter((name) => !name.startsWith('capture:'));
    expect(Object.keys(rows).toSorted()).toEqual(named.toSorted());
    for (const name of standIn.scenarios.names) expect(standIn.scenarios.describe(name)).toMatch(/\.$/);
  });
});

describe('the guide', () => {
  test('has a row for every scenario, with its own words', async () => {
    const guide = await readFile(new URL('../../../playground/nemo/README.md', import.meta.url), 'utf8');
    const listed = [...guide.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)].map(([, name, about]) => ({
      name,
      about,
    }));
    for (const name of Object.keys(rows))
      expect(listed).toContainEqual({ name, about: standIn.scenarios.describe(name) });
  });
});

describe('a recorded stream', () => {
  const names = readdirSync(capturesDirectory).map((file) => file.replace(/\.sse$/, ''));

  test.each(names)('%s is played byte for byte, a recorded cut as a cut', async (name) => {
    const on = await stage();
    on.standIn.scenarios.use(`capture:${name}`, { for: on.sessionId });
    const { text, isCut } = await on.film();
    const recorded = await readFile(new URL(`${name}.sse`, capturesDirectory), 'utf8');
    // Compared to a boolean: the difference of two such texts would fill the screen.
    expect(text === recorded).toBe(true);
    expect(isCut).toBe(name === 'fault-drop-2');
    on.standIn.scenarios.use('default', { for: on.sessionId });
  });
});

describe('the desk', () => {
  test('plays a scenario for the next turn once, for the first session that meets it', async () => {
    standIn.scenarios.use('default', { for: 'everything' });
    const [first, second] = [await stage(), await stage()];
    standIn.scenarios.use('empty body', { for: 'next turn' });
    expect(standIn.scenarios.active()).toEqual([{ name: 'empty body', for: 'next turn' }]);
    expect((await first.message('hello')).text).toBe('');
    expect((await first.message('hello')).text).not.toBe('');
    expect((await second.message('hello')).text).not.toBe('');
    expect(standIn.scenarios.active()).toEqual([]);
  });

  test('keeps a lasting scenario of the next turn to the session that met it first', async () => {
    const [first, second] = [await stage(), await stage()];
    standIn.scenarios.use('message 429 always', { for: 'next turn' });
    expect((await first.message('hello')).status).toBe(429);
    expect((await second.message('hello')).status).toBe(200);
    expect((await first.message('hello')).status).toBe(429);
    standIn.scenarios.use('default', { for: 'next turn' });
    expect((await first.message('hello')).status).toBe(200);
    expect(standIn.scenarios.active()).toEqual([]);
  });

  test('plays several scenarios together', async () => {
    const on = await stage();
    for (const name of ['crlf', 'whole events', 'silent edit', 'trailing temporary issue']) {
      standIn.scenarios.use(name, { for: on.sessionId });
    }
    const { text } = await on.film();
    expect(wordsOf(text)).toEqual([expect.stringContaining('temporary issue')]);
    expect(text).toContain('\r\n\r\n');
    expect(text).not.toContain('"partial"');
    standIn.scenarios.use('default', { for: on.sessionId });
  });

  test('lays out a bounded beginning of an endless stream that another scenario changes', async () => {
    const on = await stage();
    for (const name of ['endless stream', 'silent edit']) standIn.scenarios.use(name, { for: on.sessionId });
    expect(wordsOf((await on.film()).text)).toEqual([]);
    standIn.scenarios.use('default', { for: on.sessionId });
  });

  test('knows no other names', () => {
    expect(() => standIn.scenarios.use('sunshine', { for: 'everything' })).toThrow(RangeError);
    expect(() => standIn.scenarios.describe('sunshine')).toThrow(RangeError);
  });
});
