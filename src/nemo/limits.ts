/** Every number that bounds a request to the backend, with its unit and its reason. Knows nothing else. */

/** Milliseconds. `stream` is not here: its limit is the seed's 15 minutes and comes with the settings. */
export type RequestLimits = {
  /** Opening a connection. */
  readonly connectMaxMs: number;
  /** An ordinary JSON request from first byte out to last byte in. */
  readonly requestMaxMs: number;
  /** Handing a file over: the backend fetches up to 200 MB, or we send as much. */
  readonly uploadMaxMs: number;
  /** Fetching a finished MP4. */
  readonly downloadMaxMs: number;
  /** Reading the first bytes of a file to see what it is. */
  readonly sniffMaxMs: number;
  /** First wait before a reading request is tried again; doubled each time and spread by chance. */
  readonly retryWaitMs: number;
};

export const requestLimits: RequestLimits = {
  connectMaxMs: 10_000,
  requestMaxMs: 30_000,
  uploadMaxMs: 300_000,
  downloadMaxMs: 300_000,
  sniffMaxMs: 15_000,
  retryWaitMs: 500,
};

/** Times a reading request is tried in all. */
export const readAttemptsMax = 3;

/** Redirects followed by a reading request. */
export const redirectsMax = 5;

/** Bytes of an ordinary JSON answer. */
export const jsonSizeBytesMax = 1024 * 1024;

/** Bytes of the state answer: a draft has no known limit. */
export const stateSizeBytesMax = 32 * 1024 * 1024;

/** Characters of one line of a stream, and of one event; 74 KB were seen (sse-wire, "Framing"). */
export const frameLengthMax = 1024 * 1024;

/** Bytes of a whole stream. */
export const streamSizeBytesMax = 8 * 1024 * 1024;

/** Tool calls and their results, of one stream, that are told apart by id; later ones pass as they come. */
export const callIdsMax = 20_000;

/** Requests that change something quickly, at once: each has a connection of its own, and a process may open so many files only. */
export const changesAtOnceMax = 256;

/** Requests that read something, at once: as many as there are connections that they share. */
export const readingsAtOnceMax = 64;

/** Bytes of a file (seed: 200 MB). */
export const fileSizeBytesMax = 200 * 1024 * 1024;

/** Bytes read to tell what a file is. */
export const sniffSizeBytes = 4_100;

/** Files whose first bytes are read at the same time. */
export const sniffsAtOnceMax = 4;

/** Bytes and pixels of a HEIC picture that is converted; twelve million pixels take 48 MB while it lasts. */
export const heicSizeBytesMax = 50 * 1024 * 1024;
export const heicPixelsMax = 50_000_000;
export const heicMaxMs = 60_000;

/** A token's life where the answer names none (nemo-api §2: seven days). */
export const tokenLifeMs = 7 * 24 * 60 * 60 * 1000;
