// Scenarios about plain answers: refusals, lost tokens and sessions, odd snapshots. It must not know streams.
import { httpError, type Reply, refusal, success } from '../reply.ts';
import type { RouteName, Scenario } from './scenario.ts';

const badGateway: Reply = {
  kind: 'text',
  status: 502,
  contentType: 'text/html',
  text: '<html><body><h1>502 Bad Gateway</h1></body></html>',
};
const serverError: Reply = {
  kind: 'json',
  status: 500,
  body: { code: 500, message: 'internal server error' },
};

export const answerScenarios: readonly Scenario[] = [
  {
    name: 'token 429',
    about: 'No anonymous tokens for this address any more.',
    reply: answering('anonymous token', httpError(429, 'too many anonymous tokens')),
    times: Infinity,
  },
  {
    name: 'token 429 once',
    about: 'The first token call is refused with 429.',
    reply: answering('anonymous token', httpError(429, 'too many requests')),
    times: 1,
  },
  {
    name: 'token 500 once',
    about: 'The first token call fails.',
    reply: answering('anonymous token', serverError),
    times: 1,
  },
  {
    name: 'token expired once',
    about: 'The next message finds the token expired.',
    reply: answering('message', refusal(1001, 'token is invalid or expired')),
    times: 1,
  },
  {
    name: 'token expired at session',
    about: 'The next session finds the token expired.',
    reply: answering('create session', refusal(1001, 'token is invalid or expired')),
    times: 1,
  },
  {
    name: 'token expired at upload',
    about: 'The next upload finds the token expired.',
    reply: answering('upload', refusal(1001, 'token is invalid or expired')),
    times: 1,
  },
  {
    name: 'token expired always',
    about: 'No token is good enough for a message.',
    reply: answering('message', refusal(1001, 'token is invalid or expired')),
    times: Infinity,
  },
  {
    name: 'session lost',
    about: 'The next message finds its session gone.',
    reply: answering('message', refusal(1002, 'session not found')),
    times: 1,
  },
  {
    name: 'token expired in the stream',
    about: 'The next message is answered by a stream that says that the token is expired, and nothing else.',
    reply: answering('message', inStream(1001, 'token is invalid or expired')),
    times: 1,
  },
  {
    name: 'session lost in the stream',
    about: 'The next message is answered by a stream that says that its session is gone, and nothing else.',
    reply: answering('message', inStream(1002, 'session not found')),
    times: 1,
  },
  {
    name: 'session lost as plain text',
    about: 'The next message finds its session gone; the JSON that says so calls itself plain text.',
    reply: answering('message', {
      kind: 'text',
      status: 200,
      contentType: 'text/plain',
      text: '{"code":1002,"message":"session not found"}',
    }),
    times: 1,
  },
  {
    name: 'session lost in state',
    about: 'The snapshot of the session is gone.',
    reply: answering('state', refusal(1002, 'session not found')),
  },
  {
    name: 'adk session not found',
    about: 'The next message meets a 404 with a detail instead of code 1002.',
    reply: {
      route: 'message',
      make: ({ sessionId }) => ({
        kind: 'json',
        status: 404,
        body: { detail: `Session not found: ${sessionId ?? ''}` },
      }),
    },
    times: 1,
  },
  {
    name: 'out of credits',
    about: 'Messages are refused with 2001 and the user id for the registration link.',
    reply: {
      route: 'message',
      make: ({ userId }) => refusal(2001, 'insufficient credits', { user_id: userId }),
    },
  },
  {
    name: 'message 402',
    about: 'Messages are refused with 402.',
    reply: answering('message', httpError(402, 'subscription required')),
  },
  {
    name: 'message 429 once',
    about: 'The next message is refused with 429, the one after is taken.',
    reply: answering('message', httpError(429, 'too many requests')),
    times: 1,
  },
  {
    name: 'message 429 always',
    about: 'All messages are refused with 429.',
    reply: answering('message', httpError(429, 'too many requests')),
    times: Infinity,
  },
  { name: 'message 500', about: 'Messages meet a 500.', reply: answering('message', serverError) },
  {
    name: 'message 502 page',
    about: "Messages meet a gateway's HTML page.",
    reply: answering('message', badGateway),
  },
  {
    name: 'http statuses',
    about: 'Refusals carry fitting HTTP statuses beside the code in the body.',
    httpStatuses: true,
  },
  {
    name: 'error text under msg',
    about: 'Refusals carry their text under msg.',
    answer: { route: 'any', change: textUnderMsg },
    times: Infinity,
  },
  {
    name: 'backend down',
    about: "Everything meets a gateway's 502 page.",
    reply: answering('any', badGateway),
    times: Infinity,
  },
  {
    name: 'backend unreachable',
    about: 'Every connection is reset.',
    reply: answering('any', { kind: 'reset' }),
    times: Infinity,
  },

  {
    name: 'upload 4001',
    about: 'Uploads are refused as an unsupported type.',
    reply: answering('upload', refusal(4001, 'unsupported file type')),
  },
  {
    name: 'upload 4002',
    about: 'Uploads are refused as too large.',
    reply: answering('upload', refusal(4002, 'file too large')),
  },
  {
    name: 'upload 413 page',
    about: "Uploads meet a gateway's 413 page.",
    reply: answering('upload', {
      kind: 'text',
      status: 413,
      contentType: 'text/html',
      text: '<html><h1>413 Request Entity Too Large</h1></html>',
    }),
  },
  { name: 'upload 500', about: 'Uploads meet a 500.', reply: answering('upload', serverError) },
  {
    name: 'upload cannot fetch',
    about: 'The backend can fetch no URL; forms are taken.',
    unreachableUrls: true,
    times: Infinity,
  },
  {
    name: 'upload one of several refused',
    about: 'Of several files the last is refused, the others are taken.',
    refusesLastFile: true,
  },
  {
    name: 'heic refused',
    about: 'HEIC is not among the accepted types.',
    refusedTypes: ['image/heic', 'image/heif'],
    times: Infinity,
  },
  {
    name: 'upload answer without files',
    about: 'The answer is code 0 and nothing else.',
    answer: { route: 'upload', change: () => success(null) },
  },

  { name: 'state 500', about: 'The snapshot meets a 500.', reply: answering('state', serverError) },
  {
    name: 'state 502 once',
    about: 'The first look at the snapshot meets a 502.',
    reply: answering('state', badGateway),
    times: 1,
  },
  {
    name: 'state null',
    about: "The snapshot's state is null.",
    answer: { route: 'state', change: () => success({ state: null }) },
  },
  { name: 'state without draft', about: 'The snapshot has no draft.', answer: withDraft(() => undefined) },
  { name: 'state null draft', about: "The snapshot's draft is null.", answer: withDraft(() => null) },
  { name: 'state empty draft', about: "The snapshot's draft is {}.", answer: withDraft(() => ({})) },
  {
    name: 'hostile draft',
    about: 'The draft holds numbers as words, negative and monstrous lengths, and a pit of nested lists.',
    answer: withDraft(hostileDraft),
  },
  { name: 'huge draft', about: 'The draft weighs 5 MB.', answer: withDraft(hugeDraft) },

  {
    name: 'session id as number',
    about: 'The session id comes as a bare number of 19 digits.',
    answer: { route: 'any', change: sessionIdAsNumber },
    times: Infinity,
  },
  {
    name: 'claim token fails',
    about: 'No link to the project can be had.',
    reply: answering('claim token', serverError),
  },
  { name: 'credits none', about: 'The account has nothing left.', credits: 0 },
  {
    name: 'credits low',
    about: 'The account has 40 credits left: too few for anything but talk.',
    credits: 40,
  },
  {
    name: 'credits missing',
    about: 'The balance has no numbers in it.',
    answer: { route: 'credits', change: () => success({ available: null }) },
  },
  { name: 'credits 500', about: 'The balance meets a 500.', reply: answering('credits', serverError) },
];

function answering(route: RouteName | 'any', reply: Reply): NonNullable<Scenario['reply']> {
  return { route, make: () => reply };
}

function inStream(code: number, message: string): Reply {
  const frame = `data: ${JSON.stringify({ code, message })}\n\n`;
  return { kind: 'text', status: 200, contentType: 'text/event-stream', text: frame };
}

function textUnderMsg(reply: Reply): Reply {
  return reply.kind === 'refusal'
    ? { kind: 'json', status: 200, body: { code: reply.code, msg: reply.message, data: reply.data ?? null } }
    : reply;
}

/** JSON.stringify cannot write such a number without losing digits; the text of the answer can. */
function sessionIdAsNumber(reply: Reply): Reply {
  if (reply.kind !== 'json') return reply;
  const text = JSON.stringify(reply.body).replaceAll(/"session_id":"(\d+)"/g, '"session_id":$1');
  return { kind: 'text', status: reply.status, contentType: 'application/json', text };
}

function withDraft(makeDraft: () => unknown): NonNullable<Scenario['answer']> {
  const state = { video_infos: [], generated_media: [], canvas_config: {}, video_analyses: {} };
  // A draft that is undefined is a key that is missing: JSON knows no undefined.
  return {
    route: 'state',
    change: () => success({ task_name: 'project', state: { ...state, draft: makeDraft() } }),
  };
}

function hostileDraft(): unknown {
  let pit: unknown = [];
  for (let depth = 0; depth < 2000; depth += 1) pit = [pit];
  return {
    d: 'NaN',
    m: { title: { toString: 'x' }, width: -1, height: 1e12 },
    t: [
      {
        tt: '0',
        sg: [
          { d: '10000', m: null },
          { d: -5000 },
          { d: 1e12, m: { title: '@everyone <@1> `x` ```' } },
          null,
          7,
        ],
      },
      { tt: -3, sg: 'none' },
      { tt: 7, sg: [{ d: 0.1, m: { title: 'x'.repeat(10_000) } }] },
      { tt: 1, sg: [{ d: null, m: { title: '\u202egnp.exe\u0000', volume: 'Infinity' } }] },
      null,
      pit,
    ],
  };
}

function hugeDraft(): unknown {
  const sg = Array.from({ length: 42_000 }, (_, index) => ({
    id: `seg_${index}`,
    d: 40,
    m: { title: `clip ${index}` },
    note: 'x'.repeat(60),
  }));
  return { d: 1_600_000, m: { title: 'Huge' }, t: [{ tt: 0, sg }] };
}
