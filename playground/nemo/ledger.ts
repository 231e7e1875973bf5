// Everything countable that happened, for tests and for the playground's side panel. It must not decide anything.

export type LoggedRequest = {
  index: number;
  atMs: number;
  method: string;
  path: string;
  /** Header names in lower case; the token's value is left out. */
  headers: Readonly<Record<string, string>>;
  /** The JSON body, or for multipart the names and sizes of its files; null without a body. */
  body: unknown;
  /** Null until the answer began; 0 when the connection was reset instead. */
  status: number | null;
};
export type Submission = { turnId: string; sessionId: string; text: string; atMs: number };
export type Charge = { userId: string; sessionId: string; turnId: string; credits: number; atMs: number };
export type RenderNote = {
  id: string;
  sessionId: string;
  status: 'submitted' | 'completed' | 'failed' | 'cancelled';
  atMs: number;
};
export type UploadNote = {
  sessionId: string;
  filename: string;
  sizeBytes: number;
  by: 'url' | 'multipart';
  atMs: number;
};
export type Violation = { rule: string; detail: string; sessionId: string | null; atMs: number };

type Entries = {
  requests: LoggedRequest;
  submissions: Submission;
  charges: Charge;
  renders: RenderNote;
  uploads: UploadNote;
  violations: Violation;
};
export type LedgerChange = { [Kind in keyof Entries]: { kind: Kind; entry: Entries[Kind] } }[keyof Entries];

export type Ledger = {
  requests: () => readonly LoggedRequest[];
  /** Every accepted `run_sse`, in order: of one session or of all. */
  submissions(sessionId?: string): readonly Submission[];
  /** Credits that were really deducted. */
  charges(sessionId?: string): readonly Charge[];
  renders(sessionId?: string): readonly RenderNote[];
  uploads(sessionId?: string): readonly UploadNote[];
  violations(): readonly Violation[];
  /** Called for every new entry, and again for a request when its answer begins. Returns the way to stop it. */
  onChange(listener: (change: LedgerChange) => void): () => void;
};

export type Recorder = {
  [Kind in 'submissions' | 'charges' | 'renders' | 'uploads' | 'violations']: (
    entry: Omit<Entries[Kind], 'atMs'>,
  ) => void;
} & {
  request: (entry: Omit<LoggedRequest, 'index' | 'atMs' | 'status' | 'body'>) => {
    body: (body: unknown) => void;
    status: (status: number) => void;
  };
};

/** Each list keeps its newest 5,000 entries; counts of longer runs are the caller's business through `onChange`. */
const entriesMax = 5000;

export function createLedger(nowMs: () => number): { ledger: Ledger; record: Recorder } {
  const lists: { [Kind in keyof Entries]: Entries[Kind][] } = {
    requests: [],
    submissions: [],
    charges: [],
    renders: [],
    uploads: [],
    violations: [],
  };
  const listeners = new Set<(change: LedgerChange) => void>();
  const tell = (change: LedgerChange): void => {
    for (const listener of listeners) listener(change);
  };
  const ledger: Ledger = {
    requests: () => lists.requests,
    submissions: (sessionId) => ofSession(lists.submissions, sessionId),
    charges: (sessionId) => ofSession(lists.charges, sessionId),
    renders: (sessionId) => ofSession(lists.renders, sessionId),
    uploads: (sessionId) => ofSession(lists.uploads, sessionId),
    violations: () => lists.violations,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  let requestCount = 0;
  const record: Recorder = {
    submissions: (entry) =>
      tell({ kind: 'submissions', entry: keep(lists.submissions, { ...entry, atMs: nowMs() }) }),
    charges: (entry) => tell({ kind: 'charges', entry: keep(lists.charges, { ...entry, atMs: nowMs() }) }),
    renders: (entry) => tell({ kind: 'renders', entry: keep(lists.renders, { ...entry, atMs: nowMs() }) }),
    uploads: (entry) => tell({ kind: 'uploads', entry: keep(lists.uploads, { ...entry, atMs: nowMs() }) }),
    violations: (entry) =>
      tell({ kind: 'violations', entry: keep(lists.violations, { ...entry, atMs: nowMs() }) }),
    request(entry) {
      requestCount += 1;
      const logged = keep(lists.requests, {
        ...entry,
        index: requestCount,
        atMs: nowMs(),
        body: null,
        status: null,
      });
      tell({ kind: 'requests', entry: logged });
      return {
        body: (body) => {
          logged.body = body;
        },
        status: (status) => {
          logged.status = status;
          tell({ kind: 'requests', entry: logged });
        },
      };
    },
  };
  return { ledger, record };
}

function ofSession<Entry extends { sessionId: string }>(
  entries: readonly Entry[],
  sessionId?: string,
): readonly Entry[] {
  return sessionId === undefined ? entries : entries.filter((entry) => entry.sessionId === sessionId);
}

function keep<Entry>(entries: Entry[], entry: Entry): Entry {
  entries.push(entry);
  if (entries.length > entriesMax) entries.shift();
  return entry;
}
