/** Every expected refusal: what it is called and whether trying again may help. The words are in core/messages. Pure. */

export type ProblemKind =
  /** The token is expired or revoked (body code 1001, HTTP 401). */
  | 'tokenRefused'
  /** The operator's NEMO_TOKEN is refused; nobody but the operator can mend it. */
  | 'operatorTokenRefused'
  /** The backend no longer knows the session (body code 1002, HTTP 404). */
  | 'sessionLost'
  /** No credits (body code 2001). */
  | 'outOfCredits'
  /** No credits on the operator's account; only the operator can top it up. */
  | 'operatorOutOfCredits'
  /** The backend does not take this kind of file (body code 4001, HTTP 415). */
  | 'unsupportedFile'
  /** Over 200 MB, or over what the backend takes (body code 4002, HTTP 413). */
  | 'fileTooLarge'
  /** The file could not be read: expired address, or neither way of handing it over worked. */
  | 'fileUnreadable'
  /** The client id was missing (HTTP or body code 400 on the token call). */
  | 'clientIdMissing'
  /** The plan does not include exports (402): a subscription matter, never one of credits. */
  | 'planBlocked'
  /** Too many requests (429). */
  | 'rateLimited'
  /** No more starter accounts for now (429 on the token call; a limit of seven days). */
  | 'accountLimit'
  /** The request was malformed (400, 422): a bug of ours or a change of theirs. */
  | 'requestRejected'
  /** 5xx, network faults, an answer that makes no sense. */
  | 'backendUnavailable'
  /** The answer was longer than we read. */
  | 'answerTooLong'
  /** The stream was cut or fell silent, and no change was found afterwards. */
  | 'noAnswer'
  /** An error event inside the stream. */
  | 'agentError'
  /** Nothing on the timeline that could be exported. */
  | 'nothingToExport'
  /** The render failed twice. */
  | 'renderFailed'
  /** Our own store could not write; nothing was sent. */
  | 'storeFailed'
  /** A bug of ours. */
  | 'internal'
  /** A refusal with a code that we do not know. */
  | 'unknown';

/** never · after its remedy (new token, new session, new id), once · after `waitMs` of waiting, once. */
export type RetryRule = 'never' | 'afterRemedy' | 'afterWait';

export type Problem = {
  readonly kind: ProblemKind;
  readonly retry: RetryRule;
  /** The code as the backend gave it, for the log; never shown. */
  readonly code: string | null;
  /** The account's id for the registration link (`?bind=`), where the answer or session named it (nemo-api §10, §15 row 18). */
  readonly bindId: string | null;
};

/** Which request was refused: the same code may mean different things on different ones. */
export type RefusedCall =
  | 'token'
  | 'session'
  | 'stream'
  | 'upload'
  | 'state'
  | 'credits'
  | 'render'
  | 'renderStatus'
  | 'cancelRender'
  | 'download'
  | 'claim';

export type Refusal = {
  readonly call: RefusedCall;
  readonly httpStatus: number;
  /** `code` of the body; null where the body had none, or 0. */
  readonly bodyCode: number | string | null;
  readonly bindId: string | null;
};

/**
 * One row per kind: its retry rule, and the numbers that mean it. A number stands for the body code and for the HTTP status alike,
 * because no source says which of them travels how (nemo-api §10, §15 row 16).
 */
const rows = {
  tokenRefused: { retry: 'afterRemedy', codes: [1001, 401] },
  operatorTokenRefused: { retry: 'never', codes: [] },
  sessionLost: { retry: 'afterRemedy', codes: [1002, 404] },
  outOfCredits: { retry: 'never', codes: [2001] },
  operatorOutOfCredits: { retry: 'never', codes: [] },
  unsupportedFile: { retry: 'never', codes: [4001, 415] },
  fileTooLarge: { retry: 'never', codes: [4002, 413] },
  fileUnreadable: { retry: 'never', codes: [] },
  clientIdMissing: { retry: 'afterRemedy', codes: [] },
  planBlocked: { retry: 'never', codes: [402] },
  rateLimited: { retry: 'afterWait', codes: [429] },
  accountLimit: { retry: 'afterWait', codes: [] },
  requestRejected: { retry: 'never', codes: [400, 405, 409, 422] },
  backendUnavailable: { retry: 'never', codes: [408] },
  answerTooLong: { retry: 'never', codes: [] },
  noAnswer: { retry: 'never', codes: [] },
  agentError: { retry: 'never', codes: [] },
  nothingToExport: { retry: 'never', codes: [] },
  renderFailed: { retry: 'never', codes: [] },
  storeFailed: { retry: 'never', codes: [] },
  internal: { retry: 'never', codes: [] },
  unknown: { retry: 'never', codes: [] },
} satisfies Record<ProblemKind, { readonly retry: RetryRule; readonly codes: readonly number[] }>;

/** Typed by the table itself, so that the compiler knows every kind. */
const table: Readonly<Record<string, { readonly retry: RetryRule; readonly codes: readonly number[] }>> =
  rows;

const isKind = (name: string): name is ProblemKind => name in table;

const kindOfCode: ReadonlyMap<number, ProblemKind> = new Map(
  Object.entries(table).flatMap(([kind, { codes }]) =>
    isKind(kind) ? codes.map((code) => [code, kind] as const) : [],
  ),
);

/** Calls that name no session: a 404 there says that the address is wrong or down, not that a session is lost. */
const withoutSession: ReadonlySet<RefusedCall> = new Set(['token', 'session', 'credits', 'download']);

const kindFor = (code: number, call: RefusedCall): ProblemKind | null => {
  // On the token call 400 is the missing client id (seed) and 429 the limit of seven days (nemo-api §15 row 12).
  if (call === 'token' && code === 400) return 'clientIdMissing';
  if (call === 'token' && code === 429) return 'accountLimit';
  if (code === 404 && withoutSession.has(call)) return 'backendUnavailable';
  if (code >= 500 && code <= 599) return 'backendUnavailable';
  return kindOfCode.get(code) ?? null;
};

/** A code is kept and logged; what does not look like one, or begins like a token, could be anything (nemo-api §2, §8.4). */
const plainCode = /^(?!nmv_|clm_)[\w.:-]{1,40}$/iu;

const shownCode = (code: string): string => (plainCode.test(code) ? code : 'odd');

/** A problem with the retry rule of its kind. */
export const problemOf = (
  kind: ProblemKind,
  details: { readonly code?: string | null; readonly bindId?: string | null } = {},
): Problem => ({
  kind,
  retry: rows[kind].retry,
  code: details.code === undefined || details.code === null ? null : shownCode(details.code),
  bindId: details.bindId ?? null,
});

/** The same problem once its remedy was tried in vain. */
export const withoutRetry = (problem: Problem): Problem => ({ ...problem, retry: 'never' });

/**
 * What a refusal means. The code of the body decides whatever the status is; without one the status decides (nemo-api §15 row 16).
 * A code that is in no row is `unknown`, never taken for something it might not be.
 */
export const classifyRefusal = (refusal: Refusal): Problem => {
  const { bodyCode, httpStatus, call, bindId } = refusal;
  const code = bodyCode === null ? httpStatus : Number(bodyCode);
  const kind = kindFor(code, call) ?? 'unknown';
  return problemOf(kind, { code: String(bodyCode ?? httpStatus), bindId });
};
