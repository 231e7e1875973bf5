/** How fast a stream is read, checked and reduced, against parsing the same bytes and doing nothing with them. Prints one line of JSON. */
import { readdir, readFile } from 'node:fs/promises';
import { createParser } from 'eventsource-parser';
import { reduceTurn } from '../src/core/reduce-turn.ts';
import { queuedTurn, type TurnState } from '../src/core/turn.ts';
import { createFrameReader } from '../src/nemo/sse.ts';
import { createWireReader } from '../src/nemo/wire.ts';
import { seedTiming } from './seed-timing.ts';

const streams = new URL('../test/fixtures/streams/', import.meta.url);

/** About what one read of a socket brings while the agent writes. */
const chunkSizeBytes = 1_400;
const roundsOfWarmUp = 20;
const rounds = 150;
const copies = 10;

const limits = { frameLengthMax: 1024 * 1024, sizeBytesMax: 8 * 1024 * 1024 };

const chunksOf = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / chunkSizeBytes) }, (_, index) =>
    bytes.subarray(index * chunkSizeBytes, (index + 1) * chunkSizeBytes),
  );

/** Everything that the house does with a stream before a message is drawn. */
const reduce = (chunks: readonly Uint8Array[]): TurnState => {
  const frames = createFrameReader(limits);
  const wire = createWireReader();
  let state = reduceTurn(queuedTurn, { type: 'submitted', atMs: 0 }, seedTiming);
  const take = (read: ReturnType<typeof frames.read>): void => {
    for (const frame of read)
      for (const event of wire.read(frame)) state = reduceTurn(state, { ...event, atMs: 1 }, seedTiming);
  };
  for (const chunk of chunks) take(frames.read(chunk));
  take(frames.end());
  return state;
};

/** The least that any reader must do. */
const parse = (chunks: readonly Uint8Array[]): number => {
  const decoder = new TextDecoder();
  let events = 0;
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data === '') return;
      JSON.parse(data);
      events += 1;
    },
  });
  for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
  return events;
};

const timeOf = (work: () => unknown): number => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

/** The quickest round is the one that the machine disturbed least. */
const leastOf = (values: readonly number[]): number => Math.min(...values);

/** Recorded streams that hold JSON alone, so that both sides can read all of it. */
const readRecordings = async (): Promise<Map<string, Uint8Array[]>> => {
  const names = (await readdir(streams)).filter((name) => /\.(?:stream|whole)\.sse$/u.test(name));
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(new URL(name, streams))] as const),
  );
  return new Map(
    files.filter(([, bytes]) => bytes.length > 0).map(([name, bytes]) => [name, chunksOf(bytes)]),
  );
};

const measure = (recordings: readonly (readonly Uint8Array[])[]) => {
  const everything = (work: (chunks: readonly Uint8Array[]) => unknown): void => {
    for (let copy = 0; copy < copies; copy += 1) for (const chunks of recordings) work(chunks);
  };
  for (let round = 0; round < roundsOfWarmUp; round += 1) {
    everything(reduce);
    everything(parse);
  }
  const ours: number[] = [];
  const theirs: number[] = [];
  // Taken in turns, so that a busy moment of the machine falls on both.
  for (let round = 0; round < rounds; round += 1) {
    ours.push(timeOf(() => everything(reduce)));
    theirs.push(timeOf(() => everything(parse)));
  }
  const sizeBytes = copies * recordings.flat().reduce((sum, chunk) => sum + chunk.length, 0);
  return { ours: leastOf(ours), theirs: leastOf(theirs), sizeBytes };
};

const round = (value: number): number => Math.round(value * 100) / 100;

const figureOf = ({ ours, theirs, sizeBytes }: ReturnType<typeof measure>) => ({
  ratio: round(theirs / ours),
  megabytesPerSecond: round(sizeBytes / 1e6 / (ours / 1000)),
  parseOnlyMegabytesPerSecond: round(sizeBytes / 1e6 / (theirs / 1000)),
});

/**
 * `ratio`: time of parsing alone over our time, on the same bytes in the same pieces (goal: at least 0.7). Once with all recordings and
 * once without the one whose single line of 74 KB outweighs all others.
 */
export const benchStream = async (): Promise<Record<string, unknown>> => {
  const recordings = [...(await readRecordings())];
  const chunksOfAll = (chosen: typeof recordings) => chosen.map(([, chunks]) => chunks);
  const allRecordings = figureOf(measure(chunksOfAll(recordings)));
  const withoutLongLine = figureOf(
    measure(chunksOfAll(recordings.filter(([name]) => !name.startsWith('big')))),
  );
  return { bench: 'stream', allRecordings, withoutLongLine };
};

if (import.meta.main) process.stdout.write(`${JSON.stringify(await benchStream())}\n`);
