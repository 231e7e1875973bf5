/** Answers of the backend, of any status, type and body: read as the port promises, or refused with its error. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { problemText } from '../../src/core/problem-text.ts';
import { viewResult } from '../../src/core/result-view.ts';
import { describeChanges } from '../../src/core/timeline-change-words.ts';
import { compareTimelines } from '../../src/core/timeline-changes.ts';
import { describeTimeline } from '../../src/core/timeline-words.ts';
import { textView } from '../../src/core/view.ts';
import { messagePayload } from '../../src/discord/outbound.ts';
import { createApi } from '../../src/nemo/api.ts';
import { downloadFilm } from '../../src/nemo/download.ts';
import { secureOrBeside } from '../../src/nemo/foreign.ts';
import type { Http, HttpAnswer } from '../../src/nemo/http.ts';
import { requestLimits } from '../../src/nemo/limits.ts';
import { readRenderStatus, submitRender } from '../../src/nemo/render.ts';
import { createRepeat } from '../../src/nemo/repeat.ts';
import { claimLink, openSession } from '../../src/nemo/session.ts';
import { readCredits, readSnapshot } from '../../src/nemo/state.ts';
import { openStream } from '../../src/nemo/stream.ts';
import { createTokenRequest } from '../../src/nemo/token-request.ts';
import { NemoError } from '../../src/ports/backend.ts';
import { contextOf } from '../core/stage.ts';
import { collect, createFakeClock, createRecordingLog, settingsFor } from '../nemo/kit.ts';
import { cases } from './cases.ts';
import { complaintsAboutMessage } from './discord-limits.ts';

const token = 'nmv_usr_the_token_of_this_test_00000000';
const apiUrl = 'https://api.example';
const context = contextOf();

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(
    token,
    'completed',
    'failed',
    '5529798706024415232',
    'https://cdn.example/a.mp4',
    'http://10.0.0.1/a.mp4',
    'javascript:1',
    `https://cdn.example/${'a'.repeat(3_000)}.mp4?x=)>`,
    '[x](https://evil.example)',
    '@everyone',
    '',
  ),
);

const keys =
  'code data message success error detail token user_id bind_id expires_at session_id task_id state draft video_infos generated_media t tt sg d m s src available frozen total status progress output outputUrl url claim_token files __proto__'.split(
    ' ',
  );

const { object: anyObject } = fc.letrec<{ object: unknown; value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    text,
    fc.oneof(
      fc.integer(),
      fc.double(),
      fc.constantFrom(null, true, false, 0, 1001, 1002, 2001, 4001, 429, -1),
    ),
    tie('object'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
  object: fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 7 }),
}));

/** A draft with tracks, so that every case has something to read. */
const aDraft = fc
  .array(
    fc.record({
      tt: fc.integer({ min: -1, max: 9 }),
      sg: fc.array(anyObject, { maxLength: 4 }),
      m: anyObject,
    }),
    { maxLength: 5 },
  )
  .map((t) => ({ code: 0, data: { state: { draft: { t, d: 10_000 } } } }));

const body = fc.oneof(
  fc
    .oneof(
      anyObject,
      aDraft,
      anyObject.map((data) => ({ code: 0, data })),
    )
    .map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '{',
    '<html>',
    'null',
    '[]',
    '"x"',
    '{"data":'.repeat(500),
    `data: {"text":"${token}"}\n\n`,
    '....ftyp',
  ),
);

const answered = fc.record({
  status: fc.constantFrom(
    200,
    200,
    200,
    200,
    201,
    204,
    301,
    302,
    400,
    401,
    402,
    403,
    404,
    413,
    429,
    500,
    502,
    503,
  ),
  contentType: fc.constantFrom('application/json', 'text/event-stream', 'text/html', 'video/mp4', ''),
  location: fc.constantFrom(
    null,
    '/elsewhere',
    'https://10.0.0.1/',
    'http://169.254.0.1/',
    '::',
    'https://cdn.example/b.mp4',
  ),
  contentLength: fc.constantFrom(null, '10', '-1', 'many', '99999999999999'),
  body,
});
type Answered = typeof answered extends fc.Arbitrary<infer Value> ? Value : never;

async function* piecesOf(given: string): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = Buffer.from(given);
  const middle = bytes.length >> 1;
  yield bytes.subarray(0, middle);
  yield bytes.subarray(middle);
}

/** Every request gets the same answer; it is noted where each went, and whether with a token. */
const createAnswering = (given: Answered) => {
  const asked: { url: URL; hasToken: boolean }[] = [];
  const http: Http = {
    exchange: async ({ url, headers }): Promise<HttpAnswer> => {
      asked.push({ url, hasToken: 'Authorization' in headers });
      const answers: Readonly<Record<string, string | null>> = {
        location: given.location,
        'content-length': given.contentLength,
      };
      return {
        url,
        status: given.status,
        contentType: given.contentType,
        header: (name) => answers[name] ?? null,
        chunks: piecesOf(given.body),
        discard: () => undefined,
      };
    },
    close: async () => undefined,
  };
  const clock = createFakeClock();
  const log = createRecordingLog();
  const limits = requestLimits;
  const repeat = createRepeat({ limits, clock, random: () => 0.5, log });
  const api = createApi({ settings: settingsFor(apiUrl), limits, http, repeat });
  const requestToken = createTokenRequest({ rateLimitWaitMs: 1, api, clock, log });
  return { http, api, requestToken, asked, log };
};

const address = z.union([z.url({ protocol: /^https$/u }), z.null()]);
const idOrNull = z.string().min(1).nullable();
const amount = z.number().nonnegative();

/** What each call promises (src/ports/backend.ts). */
const callsOf = ({ http, api, requestToken, log }: ReturnType<typeof createAnswering>) => {
  const { signal } = new AbortController();
  const call = { token, signal, sessionId: 's', renderId: 'render_1', taskId: 't', limitMs: 1_000 };
  return [
    [
      () => requestToken('client', signal),
      z.object({ token: z.string().min(1), expiresAtMs: z.number(), userId: idOrNull }),
    ],
    [
      () => openSession(api, { ...call, language: 'en' }),
      z.object({ sessionId: z.string().min(1), taskId: idOrNull, userId: idOrNull }),
    ],
    [
      () => readCredits(api, call),
      z.union([z.literal('unknown'), z.object({ available: amount, frozen: amount, total: amount })]),
    ],
    [
      () => readRenderStatus(api, call),
      z
        .object({ status: z.string(), progress: z.number().min(0).max(100).nullable(), url: address })
        .nullable(),
    ],
    [() => submitRender(api, { ...call, draft: {} }), z.undefined()],
    [
      () => claimLink(api, { ...call, webUrl: 'https://nemovideo.com' }),
      z.string().startsWith('https://nemovideo.com/workspace/claim?ct=clm_'),
    ],
    [
      async () =>
        collect(
          await openStream(
            api,
            { ...call, text: 'words', remedy: (refusal) => Promise.reject(refusal) },
            log,
          ),
        ),
      z.array(z.object({ type: z.string() })),
    ],
    [
      () =>
        downloadFilm(api, http, {
          ...call,
          url: 'https://cdn.example/a.mp4',
          sizeBytesMax: 100,
          isAllowed: secureOrBeside(apiUrl),
        }),
      z.union([z.literal('tooLarge'), z.instanceof(Uint8Array)]),
    ],
  ] as const;
};

/** What people read of a refusal, and of what was read. */
const expectTold = (said: string): void => {
  expect({ said, complaints: complaintsAboutMessage(messagePayload(textView(said)).body) }).toEqual({
    said,
    complaints: [],
  });
  expect(said).not.toContain(token);
};

const expectRefusal = (error: unknown): void => {
  if (!(error instanceof NemoError)) throw error;
  expectTold(problemText(error.problem, { ...context, turnId: 't1', isSent: false }));
  expect(error.message).not.toContain(token);
};

const expectDraftTold = async ({ api }: ReturnType<typeof createAnswering>): Promise<void> => {
  const { signal } = new AbortController();
  try {
    const { timeline, fingerprint, mediaCount } = await readSnapshot(api, { token, signal, sessionId: 's' });
    expect(fingerprint).toMatch(/./u);
    expect(mediaCount).toBeGreaterThanOrEqual(0);
    const empty = { tracks: [], durationMs: 0, width: null, height: null };
    const { timeline: words } = context.messages;
    const told = describeTimeline(timeline, words, { layout: 'lines' });
    for (const said of [told, describeChanges(compareTimelines(empty, timeline), words)])
      if (said !== '') expectTold(said);
    const result = {
      renderId: 'r',
      threadId: '1',
      requesterId: '2',
      videoUrl: 'https://cdn.example/a.mp4',
      projectUrl: null,
      title: told,
      timelineText: told,
      timelinePicture: null,
      file: null,
    };
    const { body: message } = messagePayload(viewResult(result, context.messages));
    expect(complaintsAboutMessage(message)).toEqual([]);
  } catch (error) {
    expectRefusal(error);
  }
};

/** Answers that were no refusals: without some of them nothing would be tried. */
let understood = 0;

const one = async (given: Answered, which: number): Promise<void> => {
  const backend = createAnswering(given);
  const all = callsOf(backend);
  const [run, promise] = all[which % all.length] ?? all[0];
  try {
    const result: unknown = await run();
    expect(promise.safeParse(result)).toMatchObject({ success: true });
    understood += 1;
  } catch (error) {
    expectRefusal(error);
  }
  await expectDraftTold(backend);
  for (const { url, hasToken } of backend.asked) {
    expect(url.protocol).toBe('https:');
    expect(url.hostname).not.toMatch(/^(?:10|169)\./u);
    expect(hasToken && url.origin !== apiUrl).toBe(false);
  }
};

it('any answer is read as the port promises, or refused with its error', async () => {
  await fc.assert(fc.asyncProperty(answered, fc.nat(7), one), cases(0.3));
  expect(understood).toBeGreaterThan(cases(0.3).numRuns / 50);
});
