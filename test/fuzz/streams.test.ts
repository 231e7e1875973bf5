/** The backend's event stream, byte by byte whatever it likes: what people see of it is a message that Discord takes. */
import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { reduceTurn } from '../../src/core/reduce-turn.ts';
import { type BackendEvent, queuedTurn, type TurnState } from '../../src/core/turn.ts';
import { layOutTurn } from '../../src/core/turn-layout.ts';
import { viewTurn } from '../../src/core/turn-view.ts';
import { messagePayload } from '../../src/discord/outbound.ts';
import { createFrameReader } from '../../src/nemo/sse.ts';
import { createWireReader } from '../../src/nemo/wire.ts';
import { NemoError } from '../../src/ports/backend.ts';
import { contextOf, seedTiming } from '../core/stage.ts';
import { cases } from './cases.ts';
import { complaintsAboutMessage } from './discord-limits.ts';

const token = 'nmv_usr_Zm9vYmFyYmF6cXV4LTEyMzQ1Njc4OTAtYWJjZGVmZw';

const folder = new URL('../fixtures/streams/', import.meta.url);
const captures = readdirSync(folder)
  .filter((name) => name.endsWith('.sse') && !name.startsWith('big'))
  .map((name) => readFileSync(new URL(name, folder)));

const words = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    token,
    '```',
    '](https://evil.example)',
    '@everyone',
    '{"a":',
    '\n\n',
    '点击导出按钮。',
    'Click Export.',
    'x'.repeat(2_100),
  ),
);

/** Any JSON, with the keys that events have somewhere in it. */
const { event: anyEvent } = fc.letrec<{ event: unknown; value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    words,
    fc.constantFrom(null, true, 0, -1, 2 ** 60),
    tie('event'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
  event: fc.dictionary(
    fc.constantFrom(
      'author',
      'partial',
      'content',
      'parts',
      'text',
      'thought',
      'role',
      'functionCall',
      'functionResponse',
      'name',
      'id',
      'args',
      'response',
      'errorCode',
      'errorMessage',
      'error',
      'message',
      'type',
      'code',
      'hint',
      'status',
      '__proto__',
    ),
    tie('value'),
    { maxKeys: 6 },
  ),
}));

/** An event as the agent sends it, with any words. */
const saidEvent = fc
  .record({
    text: words,
    partial: fc.boolean(),
    name: fc.constantFrom('edit_multitrack', 'adk_request_confirmation', ''),
  })
  .map(({ text, partial, name }) => ({
    author: 'nemo_agent',
    partial,
    content: {
      role: 'model',
      parts: name === '' ? [{ text }] : [{ functionCall: { name, args: { hint: text } } }],
    },
  }));

const frame = fc.oneof(
  fc.oneof(anyEvent, saidEvent).map((event) => Buffer.from(`data: ${JSON.stringify(event)}\n\n`)),
  fc
    .constantFrom(
      'data:\n\n',
      ': hello\n\n',
      'event: ping\n',
      'data: [DONE]\n\n',
      'data: {"error": "a "quote""}\r\n\r\n',
      '\uFEFF',
      'id: 1\rdata: x\r\r',
    )
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);

/** A recorded stream from which a piece is cut or in which a byte is another. */
const damaged = fc
  .record({ capture: fc.constantFrom(...captures), at: fc.nat(7_000), length: fc.nat(60), byte: fc.nat(255) })
  .map(({ capture, at, length, byte }) =>
    Buffer.concat([capture.subarray(0, at), Buffer.of(byte), capture.subarray(at + length)]),
  );

const stream = fc.oneof(
  { weight: 3, arbitrary: fc.array(frame, { maxLength: 12 }).map((frames) => Buffer.concat(frames)) },
  { weight: 1, arbitrary: damaged },
);

type Read = { readonly events: readonly BackendEvent[]; readonly error: unknown };

const readIn = (bytes: Buffer, cutAt: number): Read => {
  const frames = createFrameReader({ frameLengthMax: 4_096, sizeBytesMax: 8_192 });
  const wire = createWireReader();
  const events: BackendEvent[] = [];
  try {
    for (const piece of [bytes.subarray(0, cutAt), bytes.subarray(cutAt)])
      for (const read of frames.read(piece)) events.push(...wire.read(read));
    for (const read of frames.end()) events.push(...wire.read(read));
    events.push(...wire.end());
    return { events, error: null };
  } catch (error) {
    return { events, error };
  }
};

const stateAfter = ({ events, error }: Read): TurnState => {
  const problem = error instanceof NemoError ? error.problem : null;
  const all = [
    { type: 'started' },
    { type: 'submitted' },
    ...events,
    { type: 'closed', isClean: error === null, problem },
  ] as const;
  return all.reduce<TurnState>(
    (state, event, index) => reduceTurn(state, { ...event, atMs: index }, seedTiming),
    queuedTurn,
  );
};

const expectShowable = (state: TurnState): void => {
  const context = contextOf({ nowMs: 200_000 }, 'zh');
  const views = layOutTurn(viewTurn(state, context), context.messages);
  expect(views.length).toBeGreaterThan(0);
  for (const view of views) {
    expect({ view, complaints: complaintsAboutMessage(messagePayload(view).body) }).toEqual({
      view,
      complaints: [],
    });
    expect(view.text).not.toContain(token);
    expect(view.text).not.toContain('](');
  }
};

it('any bytes become a message that Discord takes, or an error of the port', () => {
  fc.assert(
    fc.property(stream, fc.nat(9_000), (bytes, cutAt) => {
      const read = readIn(bytes, cutAt);
      expect(read.error === null || read.error instanceof NemoError).toBe(true);
      const state = stateAfter(read);
      expectShowable(state);
      expectShowable(reduceTurn(state, { type: 'cancelled', atMs: 10_000 }, seedTiming));
    }),
    cases(0.3),
  );
});
