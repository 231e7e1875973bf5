import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createNemoStandIn, type NemoStandIn } from '../../playground/nemo/stand-in.ts';
import type { BackendEvent } from '../../src/core/turn.ts';
import { asOperator, asPerson, createTestClient, errorOf } from './kit.ts';

/** The client against the stand-in that others wrote from the same documents. */
const speed = 200;
let standIn: NemoStandIn;
let test: ReturnType<typeof createTestClient>;

beforeAll(async () => {
  standIn = await createNemoStandIn({ clock: { nowMs: Date.now }, speed, filmLongEdgePx: 64 });
});

afterAll(() => standIn.close());

beforeEach(() => {
  test = createTestClient(standIn.url, { settings: { operatorToken: standIn.operatorToken } });
});

afterEach(async () => {
  standIn.scenarios.use('default', { for: 'everything' });
  await test.client.close();
});

/** A client of people without an account, each of whom is somebody else than in all other tests. */
const createPersonClient = () =>
  createTestClient(standIn.url, { settings: { operatorToken: null }, newId: randomUUID });

const film = 'make a video of the sea, 2 seconds';

type Turn = { readonly events: readonly BackendEvent[]; readonly error: unknown; readonly sessionId: string };

const openSession = async (): Promise<string> =>
  (await test.client.openSession({ ...asOperator(), language: 'en' })).sessionId;

const listen = async (stream: AsyncIterable<BackendEvent>, events: BackendEvent[]): Promise<unknown> => {
  try {
    for await (const event of stream) events.push(event);
    return null;
  } catch (error) {
    return error;
  }
};

/** One turn under a scenario that holds for its session alone. */
const turnUnder = async (scenario: string, text = film): Promise<Turn> => {
  const sessionId = await openSession();
  standIn.scenarios.use(scenario, { for: sessionId });
  const events: BackendEvent[] = [];
  const stream = await test.client.openStream({ ...asOperator(), sessionId, text });
  return { events, error: await listen(stream, events), sessionId };
};

const wholeWords = (events: readonly BackendEvent[]): string =>
  events
    .map((event) => (event.type === 'text' && !event.isPartial ? event.text : ''))
    .filter((words) => words !== '')
    .join('\n');

const partialWords = (events: readonly BackendEvent[]): string =>
  events.map((event) => (event.type === 'text' && event.isPartial ? event.text : '')).join('');

const countOf = (events: readonly BackendEvent[], type: BackendEvent['type']): number =>
  events.filter((event) => event.type === type).length;

/** Every call has its one result, and no words are technical. */
const expectInOrder = (events: readonly BackendEvent[]): void => {
  const calls = events.filter((event) => event.type === 'toolCall').map(({ id }) => id);
  const results = events.filter((event) => event.type === 'toolResult').map(({ id }) => id);
  expect(new Set(calls).size).toBe(calls.length);
  expect(results.toSorted()).toEqual(calls.toSorted());
};

describe('a film is made and told of', () => {
  const shapes = [
    'default',
    'adk events',
    'whole events',
    'python events',
    'snake events',
    'flat events',
    'flat pieces',
    'progressive calls',
    'parallel calls',
    'thoughts',
    'artifact split',
    'heartbeat object',
    'heartbeat empty data',
    'heartbeat word',
    'heartbeat comment',
    'heartbeat event',
    'heartbeat event with data',
    'crlf',
    'one byte a write',
    'comments between',
    'line of 74 KB',
    'line separator in text',
    'two stages',
    'error code then success',
    'pause of three minutes',
    'long answer',
    'huge answer',
    'odd tracks',
  ];

  it.each(shapes)('in the scenario "%s"', async (scenario) => {
    const { events, error, sessionId } = await turnUnder(scenario);
    expect(error).toBeNull();
    expect(wholeWords(events)).not.toBe('');
    expect(events.some((event) => event.type === 'error' && event.isFinal)).toBe(false);
    expectInOrder(events);
    expect(standIn.ledger.submissions(sessionId)).toHaveLength(1);
  });

  it('in deltas that add up to the whole words', async () => {
    const { events } = await turnUnder('adk events');
    expect(countOf(events, 'toolCall')).toBeGreaterThan(0);
    expect(partialWords(events).replaceAll('\n', '')).toBe(wholeWords(events).replaceAll('\n', ''));
  });

  it('in the same words whatever the shape is', async () => {
    const spoken = new Set<string>();
    for (const shape of [
      'adk events',
      'whole events',
      'python events',
      'snake events',
      'flat events',
      'flat pieces',
      'progressive calls',
      'crlf',
    ]) {
      spoken.add(wholeWords((await turnUnder(shape)).events).trim());
    }
    expect(spoken.size).toBe(1);
  });
});

describe('a turn without words', () => {
  it.each(['silent edit', 'silent and unchanged', 'late write'])(
    'is calls and results in "%s"',
    async (scenario) => {
      const { events, error } = await turnUnder(scenario);
      expect(error).toBeNull();
      expect(wholeWords(events).trim()).toBe('');
      expect(countOf(events, 'toolCall')).toBeGreaterThan(0);
      expectInOrder(events);
    },
  );

  it('is nothing at all in "empty body"', async () => {
    expect(await turnUnder('empty body')).toMatchObject({ events: [], error: null });
  });

  it('is signs of life in "heartbeats only"', async () => {
    const { events } = await turnUnder('heartbeats only');
    expect(countOf(events, 'heartbeat')).toBe(events.length);
    expect(events.length).toBeGreaterThan(10);
  });

  it('asks the person in "confirmation asked"', async () => {
    const { events } = await turnUnder('confirmation asked');
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'question', text: 'Overwrite the timeline?' }),
    );
  });
});

describe('an error inside the stream', () => {
  it.each([
    ['error event', 'upstream model failed: "quota" 配额不足'],
    ['error event broken json', 'upstream said "quota" \\ 配额不足'],
    ['error event spilled', 'first line'],
    ['error event with details', 'ValueError: clip is empty'],
    ['error event at once', 'Event loop is closed'],
    ['empty object at the end', null],
    ['error code at the end', 'upstream model failed: "quota" \\ 配额不足\nsecond line'],
    ['error as system text', 'Error: clip is empty'],
  ])('is the last event of "%s"', async (scenario, detail) => {
    const { events, error } = await turnUnder(scenario);
    expect(error).toBeNull();
    expect(events.at(-1)).toMatchObject({
      type: 'error',
      isFinal: true,
      detail,
      problem: { kind: 'agentError' },
    });
    expect(wholeWords(events)).not.toContain('Error:');
  });

  it('is none in "max tokens", where the answer is cut', async () => {
    const { events } = await turnUnder('max tokens');
    expect(wholeWords(events)).toContain('This answer is cut off he');
    expect(countOf(events, 'error')).toBe(0);
    expect(events.at(-1)).toMatchObject({ type: 'cut' });
  });

  it('of a tool is told as such in "tool error"', async () => {
    const { events } = await turnUnder('tool error');
    expect(events).toContainEqual(expect.objectContaining({ type: 'toolResult', isFailed: true }));
    expect(countOf(events, 'error')).toBe(0);
  });
});

describe('a stream that breaks', () => {
  it.each([
    'cut, never changed',
    'cut, changed later',
    'cut between events',
    'cut after the write',
    'cut before a word',
  ])('is a network error in "%s", and was sent once', async (scenario) => {
    const { error, sessionId } = await turnUnder(scenario);
    expect(error).toMatchObject({ kind: 'network', sent: true });
    expect(standIn.ledger.submissions(sessionId)).toHaveLength(1);
  });

  it.each([
    ['reset before headers', 0],
    ['reset though accepted', 1],
  ])('before its headers may have been sent: "%s"', async (scenario, submissions) => {
    const sessionId = await openSession();
    standIn.scenarios.use(scenario, { for: sessionId });
    const error = await errorOf(test.client.openStream({ ...asOperator(), sessionId, text: film }));
    expect(error).toMatchObject({ kind: 'network', sent: true });
    expect(standIn.ledger.submissions(sessionId)).toHaveLength(submissions);
  });

  it('because it is too long says so in "huge line"', async () => {
    expect(await turnUnder('huge line')).toMatchObject({
      error: { kind: 'tooLarge', sent: true, problem: { kind: 'answerTooLong' } },
    });
  });

  it('because nobody wants to hear more ends an "endless stream"', async () => {
    const stop = new AbortController();
    const sessionId = await openSession();
    standIn.scenarios.use('endless stream', { for: sessionId });
    const stream = await test.client.openStream({ ...asOperator(stop.signal), sessionId, text: film });
    const listening = listen(stream, []);
    stop.abort(new Error('enough'));
    expect(await listening).toBe(stop.signal.reason);
  });
});

describe('a refused message', () => {
  it.each([
    ['session lost', 'sessionLost', 'afterRemedy', false],
    ['adk session not found', 'sessionLost', 'afterRemedy', false],
    ['out of credits', 'outOfCredits', 'never', false],
    ['message 402', 'planBlocked', 'never', false],
    ['message 429 always', 'rateLimited', 'never', false],
    ['message 500', 'backendUnavailable', 'never', true],
    ['message 502 page', 'backendUnavailable', 'never', true],
    ['token expired always', 'operatorTokenRefused', 'never', false],
  ])('in "%s" means %s', async (scenario, kind, retry, sent) => {
    const sessionId = await openSession();
    standIn.scenarios.use(scenario, { for: sessionId });
    const error = await errorOf(test.client.openStream({ ...asOperator(), sessionId, text: film }));
    expect(error).toMatchObject({ kind: 'refused', sent, problem: { kind, retry } });
    expect(standIn.ledger.submissions(sessionId)).toEqual([]);
  });

  it('with statuses beside the codes means the same', async () => {
    const sessionId = await openSession();
    standIn.scenarios.use('http statuses', { for: 'everything' });
    standIn.scenarios.use('session lost', { for: sessionId });
    const error = await errorOf(test.client.openStream({ ...asOperator(), sessionId, text: film }));
    expect(error).toMatchObject({ problem: { kind: 'sessionLost' } });
  });

  it('is taken after the wait in "message 429 once"', async () => {
    const { events } = await turnUnder('message 429 once');
    expect(wholeWords(events)).not.toBe('');
    expect(test.clock.sleeps).toEqual([30_000]);
  });

  it.each(['session lost in the stream', 'session lost as plain text'])(
    'that comes in the stream means the same in "%s"',
    async (scenario) => {
      const { events, error } = await turnUnder(scenario);
      expect(events).toEqual([]);
      expect(error).toMatchObject({ kind: 'refused', sent: false, problem: { kind: 'sessionLost' } });
    },
  );

  it.each(['token expired once', 'token expired in the stream'])(
    'is taken with a new token in "%s"',
    async (scenario) => {
      const person = createPersonClient();
      const call = asPerson('p');
      const { sessionId } = await person.client.openSession({ ...call, language: 'en' });
      standIn.scenarios.use(scenario, { for: sessionId });
      const events: BackendEvent[] = [];
      const error = await listen(await person.client.openStream({ ...call, sessionId, text: film }), events);
      expect(error).toBeNull();
      expect(wholeWords(events)).not.toBe('');
      await person.client.close();
    },
  );
});

describe('starter accounts', () => {
  it('have credits, and an id for the registration link', async () => {
    const person = createPersonClient();
    expect(await person.client.credits(asPerson('q'))).toEqual({ available: 100, frozen: 0, total: 100 });
    const { userId } = await person.client.openSession({ ...asPerson('q'), language: 'en' });
    expect(userId).toBe(person.records.records.get('anonymous:q')?.userId);
    expect(userId).not.toBeNull();
    await person.client.close();
  });

  it('are limited in "token 429"', async () => {
    standIn.scenarios.use('token 429', { for: 'everything' });
    expect(await errorOf(test.client.connect(asPerson('r')))).toMatchObject({
      problem: { kind: 'accountLimit', retry: 'never' },
    });
  });

  it('come after the wait in "token 429 once"', async () => {
    standIn.scenarios.use('token 429 once', { for: 'everything' });
    await test.client.connect(asPerson('s'));
    expect(test.clock.sleeps).toEqual([30_000]);
  });
});

describe('the state', () => {
  it.each(['state null', 'state without draft', 'state null draft', 'state empty draft'])(
    'is nothing yet in "%s"',
    async (scenario) => {
      const sessionId = await openSession();
      standIn.scenarios.use(scenario, { for: sessionId });
      expect(await test.client.snapshot({ ...asOperator(), sessionId })).toMatchObject({
        draft: null,
        mediaCount: 0,
        timeline: { tracks: [] },
      });
    },
  );

  it.each(['hostile draft', 'huge draft', 'odd tracks', 'session id as number'])(
    'is read in "%s"',
    async (scenario) => {
      const sessionId = await openSession();
      standIn.scenarios.use(scenario, { for: sessionId });
      const snapshot = await test.client.snapshot({ ...asOperator(), sessionId });
      expect(snapshot.fingerprint).toHaveLength(43);
    },
  );

  it('is read again in "state 502 once", and given up in "state 500"', async () => {
    const sessionId = await openSession();
    standIn.scenarios.use('state 502 once', { for: sessionId });
    await expect(test.client.snapshot({ ...asOperator(), sessionId })).resolves.toBeDefined();
    standIn.scenarios.use('state 500', { for: sessionId });
    expect(await errorOf(test.client.snapshot({ ...asOperator(), sessionId }))).toMatchObject({
      problem: { kind: 'backendUnavailable' },
    });
  });

  it('is another one after an edit, and the same one without', async () => {
    const { sessionId } = await turnUnder('default');
    const before = await test.client.snapshot({ ...asOperator(), sessionId });
    expect(before.timeline.tracks.length).toBeGreaterThan(0);
    expect((await test.client.snapshot({ ...asOperator(), sessionId })).fingerprint).toBe(before.fingerprint);
    await listen(
      await test.client.openStream({ ...asOperator(), sessionId, text: 'add a title "Paradise Found"' }),
      [],
    );
    expect((await test.client.snapshot({ ...asOperator(), sessionId })).fingerprint).not.toBe(
      before.fingerprint,
    );
  });

  it('opens a session whose id comes as a number', async () => {
    standIn.scenarios.use('session id as number', { for: 'everything' });
    expect(await openSession()).toMatch(/^\d{19}$/u);
  });
});

describe('files', () => {
  let host: Server;
  let hostUrl: string;

  beforeAll(async () => {
    const { samplePictures } = await import('../../playground/nemo/sample-pictures.ts');
    const pictures = await Promise.all(samplePictures.slice(0, 3).map((picture) => picture.draw()));
    host = createServer((request, response) => response.end(pictures[Number(request.url?.slice(1, 2))]));
    host.listen(0, '127.0.0.1');
    await once(host, 'listening');
    const address = host.address();
    hostUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });

  afterAll(async () => {
    host.closeAllConnections();
    host.close();
    await once(host, 'close');
  });

  const handOver = (sessionId: string) =>
    test.client.handOver({
      ...asOperator(),
      sessionId,
      files: [0, 1, 2].map((index) => ({
        name: `picture-${index}`,
        url: `${hostUrl}/${index}`,
        sizeBytes: 1000,
        contentType: null,
      })),
    });

  it.each([
    ['default', [true, true, true]],
    ['upload cannot fetch', [true, true, true]],
    ['upload answer without files', [true, true, true]],
    ['upload 4001', [false, false, false]],
    ['upload 4002', [false, false, false]],
    ['upload 413 page', [false, false, false]],
    ['upload 500', [false, false, false]],
  ])('are told apart in "%s"', async (scenario, accepted) => {
    const sessionId = await openSession();
    standIn.scenarios.use(scenario, { for: sessionId });
    expect((await handOver(sessionId)).map((result) => result.accepted)).toEqual(accepted);
  });

  it('that the first answer passes over are handed over alone, and none twice', async () => {
    const sessionId = await openSession();
    standIn.scenarios.use('upload one of several refused', { for: sessionId });
    expect((await handOver(sessionId)).map((result) => result.accepted)).toEqual([true, true, true]);
    expect(standIn.ledger.uploads(sessionId)).toHaveLength(3);
  });

  it('are all taken after the token was renewed in "token expired at upload"', async () => {
    const person = createPersonClient();
    const { sessionId } = await person.client.openSession({ ...asPerson('f'), language: 'en' });
    standIn.scenarios.use('token expired at upload', { for: sessionId });
    const files = [{ name: 'picture', url: `${hostUrl}/0`, sizeBytes: 1000, contentType: null }];
    expect(await person.client.handOver({ ...asPerson('f'), sessionId, files })).toEqual([
      { name: 'picture', accepted: true },
    ]);
    expect(standIn.ledger.uploads(sessionId)).toHaveLength(1);
    await person.client.close();
  });
});

const submitUnder = async (scenario: string) => {
  const { sessionId } = await turnUnder('default');
  const { draft } = await test.client.snapshot({ ...asOperator(), sessionId });
  standIn.scenarios.use(scenario, { for: sessionId });
  const renderId = `render_${sessionId}`;
  return {
    renderId,
    sessionId,
    work: test.client.submitRender({ ...asOperator(), renderId, sessionId, draft }),
  };
};

const finishRender = async (renderId: string) => {
  // The film is really made; on a busy machine that takes its time. The limit is the test's own.
  for (;;) {
    const status = await test.client.renderStatus({ ...asOperator(), renderId });
    if (status?.status === 'completed' || status?.status === 'failed') return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe('a render', () => {
  it.each([
    'default',
    'poll 502 then fine',
    'poll reset then fine',
    'completed without url first',
    'slow render',
    'film gone',
    'shape B',
  ])('becomes a film in "%s"', async (scenario) => {
    const { renderId, work } = await submitUnder(scenario);
    await work;
    const { url } = await finishRender(renderId);
    const bytes = await test.client.downloadRender({
      ...asOperator(),
      renderId,
      url: url ?? '',
      sizeBytesMax: 10_000_000,
    });
    expect(Buffer.from(bytes).subarray(4, 8).toString('latin1')).toBe('ftyp');
  });

  it('fails in "render failed always"', async () => {
    const { renderId, work } = await submitUnder('render failed always');
    await work;
    expect(await finishRender(renderId)).toMatchObject({ status: 'failed', url: null });
  });

  it('is unknown in "render lost"', async () => {
    const { renderId, work } = await submitUnder('default');
    await work;
    standIn.scenarios.use('render lost', { for: 'everything' });
    expect(await test.client.renderStatus({ ...asOperator(), renderId })).toBeNull();
  });

  it.each([
    ['render 402', { problem: { kind: 'planBlocked', retry: 'never' }, sent: false }],
    ['render submit 500', { problem: { kind: 'backendUnavailable' }, sent: true }],
    ['render answer lost', { kind: 'network', sent: true }],
  ])('is refused in "%s"', async (scenario, expected) => {
    const { work } = await submitUnder(scenario);
    expect(await errorOf(work)).toMatchObject(expected);
  });

  it('is taken after the wait in "render 429 once"', async () => {
    const { work } = await submitUnder('render 429 once');
    await expect(work).resolves.toBeUndefined();
    expect(test.clock.sleeps).toEqual([30_000]);
  });

  it('can be cancelled, and is over then', async () => {
    const { renderId, work } = await submitUnder('slow render');
    // At the pace of life it waits in line for a second; a film that is made cannot be cancelled any more.
    standIn.pace.setSpeed(1);
    await work;
    await test.client.cancelRender({ ...asOperator(), renderId });
    standIn.pace.setSpeed(speed);
    expect(await finishRender(renderId)).toMatchObject({ status: 'failed' });
  });

  it('has a link to its project, and none in "claim token fails"', async () => {
    const session = await test.client.openSession({ ...asOperator(), language: 'en' });
    expect(await test.client.projectLink({ ...asOperator(), ...session })).toMatch(
      /^https:\/\/nemovideo\.com\/workspace\/claim\?ct=clm_/u,
    );
    standIn.scenarios.use('claim token fails', { for: 'everything' });
    expect(await test.client.projectLink({ ...asOperator(), ...session })).toBeNull();
  });
});

it('breaks no rule of the backend in all of these', () => {
  expect(standIn.ledger.violations()).toEqual([]);
});
