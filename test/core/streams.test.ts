/** Every captured stream, and every prefix of it, as a person would see it: always a valid view. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { messagesFor } from '../../src/core/messages/messages.ts';
import { reduceTurn } from '../../src/core/reduce-turn.ts';
import { type BackendEvent, type OwnEvent, queuedTurn, type TurnState } from '../../src/core/turn.ts';
import { layOutTurn } from '../../src/core/turn-layout.ts';
import { viewTurn } from '../../src/core/turn-view.ts';
import { createFrameReader } from '../../src/nemo/sse.ts';
import { createWireReader } from '../../src/nemo/wire.ts';

const folder = new URL('../fixtures/streams/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.sse') && !name.startsWith('js-'));

const timing = {
  noticeIntervalMs: 120_000,
  reconcileFirstMs: 30_000,
  reconcileIntervalMs: 60_000,
  streamMaxMs: 900_000,
  streamQuietMaxMs: 600_000,
  renderPollIntervalMs: 30_000,
};

const eventsOf = (name: string): readonly BackendEvent[] => {
  const frames = createFrameReader({ frameLengthMax: 1 << 20, sizeBytesMax: 1 << 23 });
  const wire = createWireReader();
  const all = [...frames.read(readFileSync(new URL(name, folder))), ...frames.end()];
  return [...all.flatMap((frame) => wire.read(frame)), ...wire.end()];
};

const start: readonly OwnEvent[] = [{ type: 'started' }, { type: 'submitted' }];
const timeline = { tracks: [], durationMs: 0, width: null, height: null };
const end: readonly OwnEvent[] = [
  { type: 'closed', isClean: true, problem: null },
  { type: 'looked', found: { hasChanged: true, fingerprint: 'b', before: timeline, after: timeline } },
];

const fold = (events: readonly (BackendEvent | OwnEvent)[]): TurnState =>
  events.reduce<TurnState>(
    (state, event, index) => reduceTurn(state, { ...event, atMs: index }, timing),
    queuedTurn,
  );

const show = (state: TurnState): readonly string[] => {
  const messages = messagesFor('en');
  const context = {
    turnId: 't1',
    threadId: '1',
    nowMs: 1,
    messages,
    timing,
    webUrl: 'https://nemovideo.com',
    ahead: 0,
    cost: null,
    isRenderOffered: false,
    isRenderUndecided: false,
    render: null,
  };
  return layOutTurn(viewTurn(state, context), messages).map(({ text }) => text);
};

const expectValid = (texts: readonly string[]): void => {
  expect(texts.length).toBeGreaterThan(0);
  for (const text of texts) {
    expect(text.trim()).not.toBe('');
    expect(text.length).toBeLessThanOrEqual(2_000);
    expect(text.isWellFormed()).toBe(true);
    expect(text).not.toMatch(/functionCall|invocationId|stateDelta|undefined|\[object/u);
  }
};

describe.each(names)('%s', (name) => {
  const events = eventsOf(name);

  it('gives a valid view at every event', () => {
    for (let length = 0; length <= events.length; length += 1)
      expectValid(show(fold([...start, ...events.slice(0, length)])));
  });

  it('gives a valid view when it ends at every event', () => {
    for (let length = 0; length <= events.length; length += 1) {
      expectValid(show(fold([...start, ...events.slice(0, length), ...end])));
    }
  });
});

const said = (name: string): string => show(fold([...start, ...eventsOf(name), ...end])).join('\n');

describe('the words of a stream', () => {
  it('appear once although they came twice', () => {
    expect(said('text.stream.sse')).toBe('Hello, I am Nemo.');
    expect(said('text.stream.sse')).toBe(said('text.whole.sse'));
  });

  it('never contain thoughts', () => {
    const thought = /"thought":true,"text":"([^"]+)"|"text":"([^"]+)","thought":true/u.exec(
      readFileSync(new URL('thought.stream.sse', folder), 'utf8'),
    );
    const words = thought?.[1] ?? thought?.[2];
    expect(words).toBeTruthy();
    expect(said('thought.stream.sse')).not.toContain(words);
  });

  it('survive Chinese, joined emoji, CRLF and U+2028', () => {
    expect(said('long.stream.sse')).toContain('👨‍👩‍👧‍👦');
    expect(said('fault-bytes.sse')).toBe(said('long.stream.sse'));
    expect(said('fault-crlf.sse')).toBe(said('tools.stream.sse'));
    expect(said('fault-comments.sse')).toBe(said('tools.stream.sse'));
  });

  it('are told as an edit when there are none', () => {
    expect(said('silent.stream.sse')).toContain('Done. The change is in details');
  });
});
