/** The backend, with every call measured and the longest silence of each stream. Passes everything on unchanged. */
import type { BackendEvent } from '../core/turn.ts';
import { type Backend, NemoError } from '../ports/backend.ts';
import type { Metrics } from './metrics.ts';
import { type Stopwatch, timed } from './timed.ts';

type Deps = { readonly metrics: Metrics; readonly stopwatch: Stopwatch };

/** What became of a call; an abort is no failure of the backend. */
const resultOf = (error: unknown): string => {
  if (error === null) return 'ok';
  return error instanceof NemoError ? error.problem.kind : 'aborted';
};

/** No generator, which would hold half a kilobyte for as long as a stream is open. */
const measureSilence = (
  events: AsyncIterable<BackendEvent>,
  { metrics, stopwatch }: Deps,
): AsyncIterable<BackendEvent> => {
  const source = events[Symbol.asyncIterator]();
  let lastAt = stopwatch();
  let longestMs = 0;
  const note = (isOver: boolean): void => {
    longestMs = Math.max(longestMs, stopwatch() - lastAt);
    lastAt = stopwatch();
    if (isOver) metrics.observe('makevideo_stream_silence_seconds', {}, longestMs / 1_000);
  };
  const took = (next: IteratorResult<BackendEvent, undefined>) => {
    note(next.done === true);
    return next;
  };
  const failed = (error: unknown): never => {
    note(true);
    throw error;
  };
  const measured: AsyncIterator<BackendEvent, undefined> = {
    next: () => source.next().then(took, failed),
    return: async () => {
      await source.return?.();
      note(true);
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => measured };
};

/** The same backend, observed. */
export const observeBackend = (backend: Backend, deps: Deps): Backend => {
  const { metrics, stopwatch } = deps;
  const measured =
    <Call, Answer>(call: keyof Backend, run: (asked: Call) => Promise<Answer>) =>
    (asked: Call): Promise<Answer> =>
      timed(
        stopwatch,
        () => run(asked),
        (seconds, error) =>
          metrics.observe('makevideo_backend_call_seconds', { call, result: resultOf(error) }, seconds),
      );
  const openStream: Backend['openStream'] = measured('openStream', (asked) => backend.openStream(asked));
  return {
    ...backend,
    connect: measured('connect', (asked) => backend.connect(asked)),
    openSession: measured('openSession', (asked) => backend.openSession(asked)),
    handOver: measured('handOver', (asked) => backend.handOver(asked)),
    openStream: async (asked) => measureSilence(await openStream(asked), deps),
    snapshot: measured('snapshot', (asked) => backend.snapshot(asked)),
    credits: measured('credits', (asked) => backend.credits(asked)),
    submitRender: measured('submitRender', (asked) => backend.submitRender(asked)),
    renderStatus: measured('renderStatus', (asked) => backend.renderStatus(asked)),
    downloadRender: measured('downloadRender', (asked) => backend.downloadRender(asked)),
  };
};
