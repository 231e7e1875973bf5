import { readdir, readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BackendEvent } from '../../src/core/turn.ts';
import { createFrameReader, type Frame } from '../../src/nemo/sse.ts';
import { createWireReader } from '../../src/nemo/wire.ts';

const limits = { frameLengthMax: 1024 * 1024, sizeBytesMax: 8 * 1024 * 1024 };
const streams = new URL('../fixtures/streams/', import.meta.url);

/** All events of a stream that arrives in these pieces and ends cleanly. */
const eventsOf = (pieces: readonly Uint8Array[]): BackendEvent[] => {
  const frames = createFrameReader(limits);
  const wire = createWireReader();
  const events = pieces.flatMap((piece) => frames.read(piece)).flatMap((frame) => wire.read(frame));
  const last = frames.end().flatMap((frame) => wire.read(frame));
  return [...events, ...last, ...wire.end()];
};

const of = (stream: string): BackendEvent[] => eventsOf([Buffer.from(stream)]);

/** The events of one `data:` line, without signs of life. */
const ofData = (value: unknown): BackendEvent[] =>
  of(`data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`).filter(
    ({ type }) => type !== 'heartbeat',
  );

/** The events of a stream of these values, signs of life among them. */
const stream = (...values: readonly unknown[]): BackendEvent[] =>
  of(values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join(''));

const heartbeat = { type: 'heartbeat' };
const agentError = (code: string | null = null) => ({
  kind: 'agentError',
  retry: 'never',
  code,
  bindId: null,
});
const text = (words: string, isPartial = false) => ({ type: 'text', author: '', text: words, isPartial });
/** Words of the flat shape: shown at once, whole when something else comes or the stream ends. */
const flat = (...pieces: readonly string[]) => [
  ...pieces.map((piece) => text(piece, true)),
  text(pieces.join('')),
];

const said = (events: readonly BackendEvent[]): string =>
  events.map((event) => (event.type === 'text' && !event.isPartial ? event.text : '')).join('');

/** The frames of a stream that arrives in these pieces: all that its events are made of. */
const framesOf = (pieces: readonly Uint8Array[]): Frame[] => {
  const reader = createFrameReader(limits);
  return [...pieces.flatMap((piece) => reader.read(piece)), ...reader.end()];
};

const isSameFrame = (one: Frame | undefined, other: Frame): boolean =>
  one?.kind === other.kind &&
  (one.kind === 'comment' ||
    other.kind === 'comment' ||
    (one.data === other.data && one.name === other.name));

const namesOfStreams = (await readdir(streams)).filter((name) => name.endsWith('.sse'));

describe('recorded streams', () => {
  it.each(namesOfStreams)(
    '%s gives the same events wherever it is cut in two, at every byte',
    async (name) => {
      const bytes = await readFile(new URL(name, streams));
      const whole = framesOf([bytes]);
      const wrong: number[] = [];
      for (let cut = 0; cut <= bytes.length; cut += 1) {
        const frames = framesOf([bytes.subarray(0, cut), bytes.subarray(cut)]);
        const isSame =
          frames.length === whole.length && whole.every((frame, at) => isSameFrame(frames[at], frame));
        if (!isSame) wrong.push(cut);
      }
      expect(wrong).toEqual([]);
    },
  );

  it.each(namesOfStreams)('%s gives the same events one byte at a time', async (name) => {
    const bytes = await readFile(new URL(name, streams));
    const pieces = Array.from({ length: bytes.length }, (_, index) => bytes.subarray(index, index + 1));
    expect(eventsOf(pieces)).toEqual(eventsOf([bytes]));
  });

  it.each([
    ['text.stream.sse', 'Hello, I am Nemo.'],
    ['text.whole.sse', 'Hello, I am Nemo.'],
    ['one.stream.sse', 'Only one chunk.'],
    ['thought.stream.sse', 'Hi there!'],
    ['max_tokens.stream.sse', 'This answer is cut off he'],
    ['tool_error.stream.sse', 'The tool failed, sorry.'],
    ['silent.stream.sse', ''],
    ['empty.stream.sse', ''],
  ])('%s says "%s"', async (name, words) => {
    expect(said(eventsOf([await readFile(new URL(name, streams))]))).toBe(words);
  });

  it('long.stream.sse keeps Chinese, joined emoji, line separators and "data:" inside the words', async () => {
    const words = said(eventsOf([await readFile(new URL('long.stream.sse', streams))]));
    for (const part of ['\u2028', '\u200d', 'data:', '\r\n']) expect(words).toContain(part);
  });

  it('tools.stream.sse tells parallel calls and their results by id', async () => {
    const events = eventsOf([await readFile(new URL('tools.stream.sse', streams))]);
    const calls = events.filter((event) => event.type === 'toolCall').map(({ id }) => id);
    const results = events.filter((event) => event.type === 'toolResult').map(({ id }) => id);
    expect(new Set(calls).size).toBe(calls.length);
    expect(results.toSorted()).toEqual(calls.toSorted());
    expect(calls.length).toBeGreaterThanOrEqual(3);
  });

  it('tool_error.stream.sse marks the failed tool', async () => {
    const events = eventsOf([await readFile(new URL('tool_error.stream.sse', streams))]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'toolResult', name: 'broken_tool', isFailed: true }),
    );
  });

  it('error.stream.sse ends with an error that nothing followed', async () => {
    const events = eventsOf([await readFile(new URL('error.stream.sse', streams))]);
    const errors = events.filter((event) => event.type === 'error');
    expect(errors).toMatchObject([
      { problem: agentError('UNKNOWN_ERROR'), isFinal: false },
      { problem: agentError('UNKNOWN_ERROR'), isFinal: true },
    ]);
    expect(errors[0]?.detail).toContain('配额不足\nsecond line');
  });

  it('crash.stream.sse ends with an error', async () => {
    const events = eventsOf([await readFile(new URL('crash.stream.sse', streams))]);
    expect(events.at(-1)).toEqual({ type: 'error', problem: agentError(), detail: null, isFinal: true });
  });
});

describe('signs of life', () => {
  it.each([
    'data:\n\n',
    'data: \n\n',
    'data: heartbeat\n\n',
    'data: {"type":"heartbeat"}\n\n',
    ': heartbeat\n\n',
    ': keep-alive\n\n',
    'event: heartbeat\ndata: \n\n',
    'event: heartbeat\ndata: {"at":1}\n\n',
    'data: ping\n\n',
  ])('%j is a heartbeat and nothing else', (stream) => {
    expect(of(stream)).toEqual([heartbeat]);
  });

  it.each([
    ['usage only', { invocationId: 'e', author: 'nemo', usageMetadata: {}, finishReason: 'STOP' }],
    ['an empty text', { author: 'nemo', content: { role: 'model', parts: [{ text: '' }] } }],
    ['a thought', { author: 'nemo', content: { role: 'model', parts: [{ text: 'hm', thought: true }] } }],
    ['an empty success', { author: 'nemo', errorCode: 'STOP', finishReason: 'STOP' }],
    ['parts absent', { author: 'nemo', content: { role: 'model' } }],
    ['what the person said', { author: 'user', content: { role: 'user', parts: [{ text: 'make a film' }] } }],
    [
      'a preview of a call',
      { author: 'nemo', partial: true, content: { parts: [{ functionCall: { id: '', name: 'edit' } }] } },
    ],
    ['an unknown flat type', { type: 'progress', percent: 5 }],
  ])('%s shows that the run lives', (_what, value) => {
    expect(of(`data: ${JSON.stringify(value)}\n\n`)).toEqual([heartbeat]);
  });

  it('[DONE] is no event', () => {
    expect(of('data: [DONE]\n\n')).toEqual([]);
  });
});

describe('words', () => {
  it.each([
    ['ADK', { author: 'nemo', content: { role: 'model', parts: [{ text: 'Hi' }] } }, 'nemo'],
    [
      'snake_case envelope',
      {
        invocation_id: 'e',
        author: 'nemo',
        content: { parts: [{ text: 'Hi' }] },
        actions: { state_delta: {} },
      },
      'nemo',
    ],
    ['flat, and said to be whole', { type: 'text', content: 'Hi', partial: false }, ''],
  ])('are read from the %s shape', (_shape, value, author) => {
    expect(ofData(value)).toEqual([{ type: 'text', author, text: 'Hi', isPartial: false }]);
  });

  it('of several parts come as one whole, without the thoughts between', () => {
    const parts = [{ text: 'a' }, { text: 'hm', thought: true }, { text: 'b' }];
    expect(ofData({ content: { role: 'model', parts } })).toEqual([text('ab')]);
  });

  it.each([
    ['flat', (content: string) => ({ type: 'text', content })],
    ['bare', (words: string) => ({ text: words })],
  ])('of the shape %s are shown at once, and are whole when something else comes', (_shape, event) => {
    const call = { type: 'tool_call', name: 'edit' };
    expect(stream(event('On it.'), call, event('Done.')).filter(({ type }) => type === 'text')).toEqual([
      ...flat('On it.'),
      ...flat('Done.'),
    ]);
    expect(stream(event('Hel'), event('lo'), event(' world.'), event(' And'), event(' more'))).toEqual(
      flat('Hel', 'lo', ' world.', ' And', ' more'),
    );
    expect(stream(event('正在'), { type: 'heartbeat' }, event('生成视频'))).toEqual([
      text('正在', true),
      heartbeat,
      text('生成视频', true),
      text('正在生成视频'),
    ]);
    expect(stream(event("I'll make it now..."), event('Your video is ready!'))).toEqual([
      ...flat("I'll make it now..."),
      ...flat('Your video is ready!'),
    ]);
    expect(stream(event('One.'), { ...event('Two.'), author: 'other' }, { error: 'no' })).toMatchObject([
      ...flat('One.'),
      { author: 'other', isPartial: true },
      { author: 'other', text: 'Two.', isPartial: false },
      { type: 'error' },
    ]);
  });

  it('that are a delta say so', () => {
    expect(ofData({ partial: true, content: { role: 'model', parts: [{ text: 'a' }] } })).toEqual([
      text('a', true),
    ]);
    expect(ofData({ partial: false, content: { role: 'model', parts: [{ text: 'a' }] } })).toEqual([
      text('a'),
    ]);
  });

  it('and a call in one event come in that order', () => {
    const parts = [{ functionCall: { id: 'c1', name: 'edit_multitrack', args: {} } }, { text: 'On it.' }];
    expect(ofData({ content: { role: 'model', parts } })).toEqual([
      text('On it.'),
      { type: 'toolCall', id: 'c1', name: 'edit_multitrack' },
    ]);
  });

  it('survive odd neighbours', () => {
    const value = {
      author: 5,
      partial: 'yes',
      timestamp: {},
      errorCode: null,
      content: { role: [], parts: [7, null, { text: 'Hi' }] },
    };
    expect(ofData(value)).toEqual([text('Hi')]);
  });

  describe('that ran into the token limit', () => {
    const content = { role: 'model', parts: [{ text: 'cut of' }] };
    const cut = { type: 'cut' };
    const limit = 'MAX_TOKENS';

    it.each([
      { errorCode: limit, finishReason: limit, content },
      { finishReason: limit, content },
      { author: '', finishReason: limit, content },
      { finish_reason: limit, content },
      { error_code: limit, content },
    ])('are words and no error, and end as a cut answer: %j', (value) => {
      expect(ofData(value)).toEqual([text('cut of'), cut]);
    });

    it('are told once, also where a delta says so and where the code comes alone', () => {
      expect(stream({ finishReason: limit, partial: true, content }, { errorCode: limit, content })).toEqual([
        text('cut of', true),
        text('cut of'),
        cut,
      ]);
      expect(stream({ content }, { author: 'nemo', errorCode: limit })).toEqual([
        text('cut of'),
        heartbeat,
        cut,
      ]);
    });

    it('are no cut answer when the agent went on', () => {
      expect(ofData({ finishReason: 'STOP', content })).toEqual([text('cut of')]);
      expect(stream({ errorCode: limit, content }, callOf('c1'), resultOf('c1', {}))).not.toContainEqual(cut);
    });

    it('are an error where there are none', () => {
      expect(ofData({ author: 'nemo', errorCode: limit })).toEqual([
        { type: 'error', problem: agentError(limit), detail: null, isFinal: true },
      ]);
    });
  });
});

const callOf = (id: string) => ({
  content: { role: 'model', parts: [{ functionCall: { id, name: 'edit', args: {} } }] },
});
const resultOf = (id: string, response: unknown) => ({
  content: { role: 'user', parts: [{ functionResponse: { id, name: 'edit', response } }] },
});
const streamOf = (...values: unknown[]): string =>
  values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join('');

describe('tools', () => {
  it('are told once although calls and results repeat', () => {
    const events = of(
      streamOf(callOf('c1'), callOf('c1'), resultOf('c1', {}), resultOf('c1', {}), callOf('c2')),
    );
    expect(events.filter(({ type }) => type !== 'heartbeat')).toEqual([
      { type: 'toolCall', id: 'c1', name: 'edit' },
      { type: 'toolResult', id: 'c1', name: 'edit', isFailed: false },
      { type: 'toolCall', id: 'c2', name: 'edit' },
    ]);
  });

  it('without ids are paired by name and order', () => {
    const flat = { type: 'tool_call', name: 'generate_video_with_seedance', args: {} };
    const done = { type: 'tool_result', name: 'generate_video_with_seedance', result: { error: 'no GPU' } };
    expect(of(streamOf(flat, flat, done))).toEqual([
      { type: 'toolCall', id: 'generate_video_with_seedance#1', name: 'generate_video_with_seedance' },
      { type: 'toolCall', id: 'generate_video_with_seedance#2', name: 'generate_video_with_seedance' },
      {
        type: 'toolResult',
        id: 'generate_video_with_seedance#1',
        name: 'generate_video_with_seedance',
        isFailed: true,
      },
    ]);
  });

  it.each([
    [{ status: 'success' }, false],
    [{ error: null }, false],
    [{ error: 'broken' }, true],
    [{ status: 'error' }, true],
    ['just words', false],
    [null, false],
  ])('that answer %j have failed: %s', (response, isFailed) => {
    expect(ofData(resultOf('c', response))).toEqual([
      { type: 'toolResult', id: 'c', name: 'edit', isFailed },
    ]);
  });

  it.each([
    [{ toolConfirmation: { hint: 'Really delete it?' } }, 'Really delete it?'],
    [{ message: 'Which one?' }, 'Which one?'],
    [{}, null],
    [undefined, null],
  ])('that ask the person (%j) become a question', (args, asked) => {
    const parts = [{ functionCall: { id: 'q', name: 'adk_request_confirmation', args } }];
    expect(ofData({ content: { role: 'model', parts }, longRunningToolIds: ['q'] })).toEqual([
      { type: 'question', id: 'q', text: asked },
    ]);
  });

  it('split over two frames of one id come once', () => {
    const event = { id: 'same', ...callOf('c1') };
    const events = of(streamOf(event, { id: 'same', actions: { artifactDelta: { a: 1 } }, author: 'nemo' }));
    expect(events).toEqual([{ type: 'toolCall', id: 'c1', name: 'edit' }, heartbeat]);
  });
});

describe('errors inside the stream', () => {
  it.each([
    ['a text', '{"error": "quota"}', 'quota'],
    [
      'with details',
      '{"error": "ValueError: no", "error_details": {"error_type": "ValueError"}}',
      'ValueError: no',
    ],
    ['an object', '{"error": {"message": "no", "code": 3}}', 'no'],
    ['not escaped', '{"error": "he said "no" \\ and left"}', 'he said "no" \\ and left'],
    ['cut by a line break', '{"error": "first line', 'first line'],
    ['flat', '{"type":"error","message":"no"}', 'no'],
    ['flat with a code of nobody', '{"type":"error","message":"no","code":7777}', 'no'],
    ["an object with a model's code", '{"error": {"message": "no", "code": 429}}', 'no'],
  ])('that are %s end the run', (_shape, data, detail) => {
    expect(ofData(data)).toEqual([{ type: 'error', problem: agentError(), detail, isFinal: true }]);
  });

  it('whose text spills into a line without a field are read as far as their line goes', () => {
    const events = of('data: {"error": "first line\nsecond line"}\n\n');
    expect(events).toEqual([{ type: 'error', problem: agentError(), detail: 'first line', isFinal: true }]);
  });

  it('with a code may be survived', () => {
    const stream = [
      { errorCode: '429', errorMessage: 'slow down' },
      { content: { role: 'model', parts: [{ text: 'Done.' }] } },
    ];
    expect(of(stream.map((value) => `data: ${JSON.stringify(value)}\n\n`).join(''))).toEqual([
      { type: 'error', problem: agentError('429'), detail: 'slow down', isFinal: false },
      text('Done.'),
    ]);
  });

  it('with a code that nothing follows are final in the end', () => {
    expect(ofData({ errorCode: 'SAFETY' })).toMatchObject([
      { type: 'error', isFinal: false },
      { type: 'error', isFinal: true },
    ]);
  });

  it('written as words of the system are errors and not words', () => {
    const value = {
      author: 'system',
      content: { role: 'model', parts: [{ text: 'Error: session crashed' }] },
    };
    const error = { type: 'error', problem: agentError(), detail: 'Error: session crashed' };
    expect(ofData(value)).toEqual([
      { ...error, isFinal: false },
      { ...error, isFinal: true },
    ]);
  });

  it.each([
    { type: 'error', code: 2001, message: 'no credits' },
    { type: 'error', error: { code: '2001' } },
    { error: { code: 2001, message: 'no credits' } },
  ])('that carry a code of the backend mean what it means (%j)', (value) => {
    expect(ofData(value)).toMatchObject([
      { type: 'error', isFinal: true, problem: { kind: 'outOfCredits', code: '2001' } },
    ]);
  });

  it.each([
    [1001, 'tokenRefused'],
    [1002, 'sessionLost'],
    ['2001', 'outOfCredits'],
    [777, 'unknown'],
  ])('that are an envelope with code %s mean %s', (code, kind) => {
    expect(ofData({ code, message: 'no' })).toMatchObject([
      { type: 'error', problem: { kind }, detail: 'no', isFinal: true },
    ]);
  });

  it('that are an empty object followed by words were none', () => {
    expect(of('data: {}\n\ndata: {"text":"Hi"}\n\n')).toEqual([heartbeat, ...flat('Hi')]);
  });
});

describe('what no shape fits', () => {
  it('is an error when nothing else came', () => {
    expect(of('data: <html>\n\ndata: [1,2]\n\n')).toMatchObject([
      { type: 'error', problem: { kind: 'backendUnavailable' }, isFinal: true },
    ]);
  });

  it('is ignored when the stream makes sense otherwise', () => {
    expect(of('data: <html>\n\ndata: {"text":"Hi"}\n\n')).toEqual(flat('Hi'));
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(of(`data: ${JSON.stringify(value)}\n\n`)).toBeInstanceOf(Array);
      }),
    );
  });
});

/** Events as a healthy agent sends them, but for one or two keys. */
const nearlyUsual = (() => {
  const word = fc.constantFrom('', 'nemo', 'system', 'user', 'STOP', 'MAX_TOKENS', 'Error: no', 'edit');
  const odd = fc.oneof(fc.constantFrom<unknown>(null, 7, true, [], {}, { error: 'no' }), word);
  const some = (shape: Readonly<Record<string, fc.Arbitrary<unknown>>>, ...oddKeys: readonly string[]) =>
    fc
      .tuple(
        fc.record(shape, { requiredKeys: [] }),
        fc.dictionary(fc.constantFrom(...Object.keys(shape), ...oddKeys), odd, { maxKeys: 1 }),
      )
      .map(([usual, oddity]) => ({ ...usual, ...oddity }));
  const call = fc.oneof(some({ id: word, name: word, args: odd, response: odd }), odd);
  const calls = { functionCall: call, functionResponse: call };
  const part = fc.oneof(
    some({ text: word }, 'thought'),
    some({ text: word, thought: fc.boolean() }, 'functionCall'),
    some(calls, 'function_call', 'function_response'),
  );
  const content = some({ role: word, parts: fc.array(part, { maxLength: 3 }) });
  const others = [
    'errorCode',
    'errorMessage',
    'error_code',
    'finishReason',
    'finish_reason',
    'type',
    'text',
    'error',
    'code',
    'message',
    'id',
  ];
  return fc.oneof(
    some({ author: word, partial: fc.boolean(), content, finishReason: word }, ...others),
    some({ author: word, errorCode: word, errorMessage: word }, ...others),
    some({ invocationId: word }, 'invocation_id', ...others),
  );
})();

describe('the quick way', () => {
  it('reads an event as the tolerant way does', () => {
    fc.assert(
      fc.property(nearlyUsual, (event) => {
        // An empty object has a meaning of its own.
        fc.pre(Object.keys(event).length > 0);
        // The key that is added says nothing; it only bars the quick way.
        expect(ofData(event)).toEqual(ofData({ ...event, error_message: null }));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('framing', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'data: {"text":"你好 👩‍👧"}',
      'data:',
      ': note',
      'event: heartbeat',
      '',
      'nonsense',
      'id: 1',
      'retry: 5',
      'data: {"error": "x',
    ),
    fc.string().map((words) => `data: ${JSON.stringify({ text: words })}`),
  );
  const ending = fc.constantFrom('\n', '\r\n', '\r');

  it('does not depend on how the bytes are split', () => {
    const stream = fc.array(fc.tuple(line, ending, fc.boolean()), { maxLength: 20 });
    fc.assert(
      fc.property(stream, fc.array(fc.nat(200), { maxLength: 30 }), (lines, cuts) => {
        const bytes = Buffer.from(
          lines.map(([words, end, isLast]) => words + end + (isLast ? end : '')).join(''),
        );
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted(
          (a, b) => a - b,
        );
        const pieces = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
        expect(eventsOf(pieces)).toEqual(eventsOf([bytes]));
      }),
      { numRuns: 500 },
    );
  });

  it('delivers a last event that lacks its blank line', () => {
    for (const end of ['', '\n', '\r', '\r\n']) expect(of(`data: {"text":"Hi"}${end}`)).toEqual(flat('Hi'));
  });

  it('joins the lines of one event', () => {
    expect(of('data: {"text":\ndata: "Hi"}\n\n')).toEqual(flat('Hi'));
  });

  it('ignores a mark of byte order at the start', () => {
    expect(of('\uFEFFdata: {"text":"Hi"}\n\n')).toEqual(flat('Hi'));
  });

  it('ends a line that is too long', () => {
    const frames = createFrameReader({ frameLengthMax: 100, sizeBytesMax: 10_000 });
    expect(() => {
      for (let piece = 0; piece < 20; piece += 1) frames.read(Buffer.from(`data: ${'x'.repeat(50)}`));
    }).toThrow(
      expect.objectContaining({
        kind: 'tooLarge',
        problem: expect.objectContaining({ kind: 'answerTooLong' }),
      }),
    );
  });

  it('ends a stream that is too long', () => {
    const frames = createFrameReader({ frameLengthMax: 100, sizeBytesMax: 1000 });
    expect(() => {
      for (let piece = 0; piece < 200; piece += 1) frames.read(Buffer.from(': note\n\n'));
    }).toThrow(expect.objectContaining({ kind: 'tooLarge' }));
  });
});
