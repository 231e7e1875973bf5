/** How the cost of an answer grows with its length: read, checked, reduced, and drawn. Prints one line of JSON. */
import { messagesFor } from '../src/core/messages/messages.ts';
import { reduceTurn } from '../src/core/reduce-turn.ts';
import { queuedTurn, type TurnState } from '../src/core/turn.ts';
import { layOutTurn, sealFull, unsealed } from '../src/core/turn-layout.ts';
import { viewTurn } from '../src/core/turn-view.ts';
import { createFrameReader } from '../src/nemo/sse.ts';
import { createWireReader } from '../src/nemo/wire.ts';
import { wordsFrame } from './agent-frames.ts';
import { seedTiming } from './seed-timing.ts';

const counts = [500, 1_000, 2_000, 4_000];
/** Of 2,000 such pieces, an answer of 200 KB is made. */
const pieceLength = 100;
const pieceIntervalMs = 200;
/** One edit a second: as often as Discord takes one. */
const piecesADraw = 5;
const rounds = 5;

const limits = { frameLengthMax: 1024 * 1024, sizeBytesMax: 8 * 1024 * 1024 };
const messages = messagesFor('en');

const piecesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => {
    const isEnd = index % 4 === 3;
    const words = ` ${index} `.padEnd(pieceLength - 2, 'la ');
    return Buffer.from(wordsFrame(`${words}${isEnd ? '.\n' : 'la'}`, true));
  });

const createDraw = () => {
  let sealing = unsealed(0);
  return (state: TurnState, nowMs: number): void => {
    const about = { turnId: 'turn', threadId: '1', webUrl: 'https://nemovideo.com', ahead: 0, render: null };
    const view = viewTurn(state, {
      ...about,
      nowMs,
      messages,
      timing: seedTiming,
      cost: null,
      isRenderOffered: false,
      isRenderUndecided: false,
    });
    sealing = sealFull(sealing, view, nowMs);
    layOutTurn(view, messages, sealing);
  };
};

/** Milliseconds for one answer, a piece in each read. */
const answer = (pieces: readonly Uint8Array[], isDrawn: boolean): number => {
  const startedAt = performance.now();
  const frames = createFrameReader(limits);
  const wire = createWireReader();
  const draw = createDraw();
  let state = reduceTurn(queuedTurn, { type: 'submitted', atMs: 0 }, seedTiming);
  for (const [index, bytes] of pieces.entries()) {
    const atMs = index * pieceIntervalMs;
    for (const frame of frames.read(bytes))
      for (const event of wire.read(frame)) state = reduceTurn(state, { ...event, atMs }, seedTiming);
    if (isDrawn && index % piecesADraw === 0) draw(state, atMs);
  }
  return performance.now() - startedAt;
};

const round = (value: number): number => Math.round(value * 100) / 100;

/** The quickest of several rounds each; `ratios`: what twice the length costs (2 is linear). */
const figuresOf = (answers: readonly (readonly Uint8Array[])[], isDrawn: boolean) => {
  const times = answers.map(() => Number.POSITIVE_INFINITY);
  for (let turn = 0; turn < rounds; turn += 1)
    for (const [index, pieces] of answers.entries())
      times[index] = Math.min(times[index] ?? 0, answer(pieces, isDrawn));
  const ratios = times.slice(1).map((time, index) => round(time / (times[index] ?? 0)));
  return { ms: times.map(round), ratios };
};

export const benchLongAnswer = async (): Promise<Record<string, unknown>> => {
  const answers = counts.map(piecesOf);
  return {
    bench: 'long-answer',
    pieces: counts,
    characters: counts.map((count) => count * pieceLength),
    read: figuresOf(answers, false),
    drawnEachSecond: figuresOf(answers, true),
  };
};

if (import.meta.main) process.stdout.write(`${JSON.stringify(await benchLongAnswer())}\n`);
