/** NemoVideo as the rest of the house sees it: no HTTP, no tokens, no wire shapes. Implemented by src/nemo. */
import type { Problem } from '../core/problems.ts';
import type { Timeline } from '../core/timeline.ts';
import type { BackendEvent } from '../core/turn.ts';

/** Whose NemoVideo token pays. `own` = stored with /nemo connect; `anonymous` = a starter account of that person. */
export type AccountRef =
  | { readonly kind: 'operator' }
  | { readonly kind: 'anonymous' | 'own'; readonly personId: string };

/** The key of a person's account in the store: what /nemo connect writes and the client reads. */
export const accountIdOf = (account: Exclude<AccountRef, { kind: 'operator' }>): string =>
  `${account.kind}:${account.personId}`;

/** The backend's conversation. Ids are strings: they have 19 digits and do not fit a JavaScript number (nemo-api §3). */
export type BackendSession = {
  readonly sessionId: string;
  readonly taskId: string | null;
  /** The account's id at the backend, for the `?bind=` link (nemo-api §10); null where no answer named it. */
  readonly userId: string | null;
};

/** One reading of the state endpoint (nemo-api §6.2). */
export type Snapshot = {
  /** The backend's draft exactly as it came: opaque, sent back unchanged with an export. */
  readonly draft: unknown;
  readonly timeline: Timeline;
  /** Digest of the canonical form of draft and generated media. Uploads are left out: files for a later request may come in meanwhile. */
  readonly fingerprint: string;
  /** How many assets the session knows: uploaded (`video_infos`) and generated (`generated_media`). */
  readonly mediaCount: number;
  readonly userId: string | null;
};

/** A file to hand over. `url` is readable without credentials for a while; `open` streams the bytes when the backend cannot fetch it. */
export type HandOverFile = {
  readonly name: string;
  readonly url: string;
  readonly sizeBytes: number;
  readonly contentType: string | null;
};

export type HandOverResult =
  | { readonly name: string; readonly accepted: true }
  | { readonly name: string; readonly accepted: false; readonly problem: Problem };

/** Credits; nothing is negative (nemo-api §6.1). */
export type Credits = { readonly available: number; readonly frozen: number; readonly total: number };

export type RenderStatus = {
  readonly status: 'pending' | 'processing' | 'completed' | 'failed' | 'unknown';
  /** Percent 0–100, or null when the answer had none. */
  readonly progress: number | null;
  /** Where the MP4 is; `completed` without it is not finished (nemo-api §8.2). */
  readonly url: string | null;
};

export type BackendCall = { readonly account: AccountRef; readonly signal: AbortSignal };

/**
 * Every method rejects with NemoError and with nothing else (but `signal.reason` when aborted).
 * Reading calls are retried inside on network faults and 5xx; calls that cost money or change something never are.
 */
export type Backend = {
  /** Finds or makes the account's token so that a later call cannot fail on it. */
  connect(call: BackendCall): Promise<void>;
  openSession(call: BackendCall & { language: string }): Promise<BackendSession>;
  /** Hands files over, by URL first; one result per file, in order. Rejects only when nothing could be said of single files. */
  handOver(
    call: BackendCall & {
      sessionId: string;
      files: readonly HandOverFile[];
      /** Told how many files are through with it, taken or refused, whenever that grows. */
      onProgress?: (doneCount: number) => void;
    },
  ): Promise<readonly HandOverResult[]>;
  /**
   * Sends one instruction. Resolves when the backend answers with a stream; from then on it may cost money and must never be sent
   * again. Rejects before that with a NemoError whose `sent` says whether the request may have arrived. The iterable ends when the
   * answer ended cleanly, and throws NemoError when it was cut (`sent`) or turned out to be a refusal (not `sent`: the backend did not
   * act); leaving the loop early aborts the request.
   */
  openStream(call: BackendCall & { sessionId: string; text: string }): Promise<AsyncIterable<BackendEvent>>;
  snapshot(call: BackendCall & { sessionId: string }): Promise<Snapshot>;
  /** `'unknown'`: the account answered, and named no amount. */
  credits(call: BackendCall): Promise<Credits | 'unknown'>;
  /** Submits a render under an id that the caller made and stored before (invariant I3). */
  submitRender(call: BackendCall & { renderId: string; sessionId: string; draft: unknown }): Promise<void>;
  /** `null` when the backend does not know this id. */
  renderStatus(call: BackendCall & { renderId: string }): Promise<RenderStatus | null>;
  cancelRender(call: BackendCall & { renderId: string }): Promise<void>;
  /** The finished MP4 if it has at most `sizeBytesMax` bytes, otherwise `'tooLarge'`. Falls back to the download path (nemo-api §8.3). */
  downloadRender(
    call: BackendCall & { renderId: string; url: string; sizeBytesMax: number },
  ): Promise<Uint8Array | 'tooLarge'>;
  /** Link that opens the project in a browser (claim token, nemo-api §8.4); null when there is none: it is never needed. */
  projectLink(call: BackendCall & BackendSession): Promise<string | null>;
};

export type NemoErrorKind = 'network' | 'timeout' | 'protocol' | 'refused' | 'tooLarge';

/** A failed call to the backend. `problem` says what it means for the person; the texts hold no token and no URL query. */
export class NemoError extends Error {
  override readonly name = 'NemoError';
  readonly kind: NemoErrorKind;
  readonly problem: Problem;
  /** False when the backend certainly did not act on the request. */
  readonly sent: boolean;

  constructor(
    kind: NemoErrorKind,
    problem: Problem,
    options: { message: string; sent: boolean; cause?: unknown },
  ) {
    super(options.message, { cause: options.cause });
    this.kind = kind;
    this.problem = problem;
    this.sent = options.sent;
  }
}
