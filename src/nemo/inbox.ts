/** Bytes between whoever brings them and one reader, who takes them at a pace of their own. Knows nothing of where they come from. */

type Read = IteratorResult<Uint8Array, undefined>;
type Ending = { readonly isWhole: true } | { readonly isWhole: false; readonly failure: unknown };

export type Inbox = {
  /** False: so much waits for the reader that no more should be brought until `onRead`. */
  readonly put: (bytes: Uint8Array) => boolean;
  /** What waits is still read, then the ending. */
  readonly end: (ending: Ending) => void;
  /** What waits is not read any more. */
  readonly drop: () => void;
  /** For one reader, who asks for the next when they have the one before. */
  readonly next: () => Promise<Read>;
};

const waitingBytesMax = 64 * 1024;

export const nothingMore: Read = { done: true, value: undefined };

const endOf = (ending: Ending): Promise<Read> =>
  ending.isWhole ? Promise.resolve(nothingMore) : Promise.reject(ending.failure);

/** `onRead` is told when nothing waits any more. A stream would do the same, and hold several times as much; thousands are open for minutes. */
export const createInbox = (onRead: () => void): Inbox => {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  /** Resolves what the reader waits for. */
  let give: ((read: Read | Promise<Read>) => void) | null = null;
  let ended: Ending | null = null;

  return {
    put: (bytes) => {
      if (give === null) {
        waiting.push(bytes);
        waitingBytes += bytes.byteLength;
      } else {
        give({ done: false, value: bytes });
        give = null;
      }
      return waitingBytes <= waitingBytesMax;
    },
    end: (ending) => {
      ended = ending;
      give?.(endOf(ending));
    },
    drop: () => {
      waiting = [];
    },
    next: () => {
      const bytes = waiting.shift();
      if (bytes !== undefined) {
        waitingBytes -= bytes.byteLength;
        if (waiting.length === 0) onRead();
        return Promise.resolve({ done: false, value: bytes });
      }
      if (ended !== null) return endOf(ended);
      return new Promise((resolve) => {
        give = resolve;
      });
    },
  };
};
