/** One exchange as undici tells of it. Knows neither addresses nor limits of time, nor what the bytes mean. */
import type { Dispatcher } from 'undici';
import { createInbox, nothingMore } from './inbox.ts';

/** The beginning of an answer. */
export type Head = {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
};

export type Exchange = {
  /** Listens to undici: `dispatcher.dispatch(request, handler)`. */
  readonly handler: Dispatcher.DispatchHandler;
  /** Rejects when the exchange ends before. */
  readonly head: Promise<Head>;
  /** The body, for one reader; bytes that came before a connection broke are still read. Leaving the loop early ends the exchange. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends the exchange: what nobody has read is dropped, and whoever waits gets the failure. */
  readonly abort: (error: unknown) => void;
};

export type ExchangeWatcher = {
  /** What to reject with. `isStarted`: there was a connection, so the request may have been sent. */
  readonly failureOf: (error: unknown, isStarted: boolean) => unknown;
  /** Told once, however it ended. */
  readonly onOver: () => void;
};

const nobodyReads = (): Error => new Error('Nobody reads the answer any more.');

/**
 * In place of undici's own `request`, which makes a stream for each answer: thousands of answers are open for minutes here. For the same
 * reason nothing of the headers is held once they are told.
 */
export const createExchange = ({ failureOf, onOver }: ExchangeWatcher): Exchange => {
  const head = Promise.withResolvers<Head>();
  let opening: typeof head | null = head;
  let controller: Dispatcher.DispatchController | null = null;
  let isOver = false;
  const inbox = createInbox(() => controller?.resume());

  const succeed = (): void => {
    if (isOver) return;
    isOver = true;
    inbox.end({ isWhole: true });
    onOver();
  };

  const fail = (error: unknown): void => {
    if (isOver) return;
    isOver = true;
    const failure = failureOf(error, controller !== null);
    opening?.reject(failure);
    inbox.end({ isWhole: false, failure });
    onOver();
  };

  const abort = (error: unknown): void => {
    inbox.drop();
    fail(error);
    controller?.abort(nobodyReads());
  };

  const leave = () => {
    abort(nobodyReads());
    return Promise.resolve(nothingMore);
  };

  return {
    handler: {
      onRequestStart: (started) => {
        controller = started;
        // Given up while the connection was made: then nothing is sent.
        if (isOver) started.abort(nobodyReads());
      },
      onResponseStart: (told, status, headers) => {
        if (status < 200) return;
        // They are slices, and would keep all of the first bytes that came.
        told.rawHeaders = null;
        opening?.resolve({ status, headers });
        opening = null;
      },
      onResponseData: (told, bytes) => {
        if (!inbox.put(bytes)) told.pause();
      },
      onResponseEnd: succeed,
      onResponseError: (_told, error) => fail(error),
    },
    head: head.promise,
    chunks: { [Symbol.asyncIterator]: () => ({ next: inbox.next, return: leave }) },
    abort,
  };
};
