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
