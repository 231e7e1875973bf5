/** The NemoVideo client: the port `Backend`, made of one small file per request. Knows accounts and their remedies, no wire shapes. */
import { withoutRetry } from '../core/problems.ts';
import { type Backend, type BackendCall, NemoError } from '../ports/backend.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Exclusively } from '../ports/leases.ts';
import type { Log } from '../ports/log.ts';
import type { AccountRecord, RecordStore } from '../ports/store.ts';
import { createAccounts } from './accounts.ts';
import { type Api, type Attribution, createApi } from './api.ts';
import { downloadFilm } from './download.ts';
import { onlyHosts, secureOrBeside } from './foreign.ts';
import { createHeicConverter } from './heic.ts';
import { createHttp } from './http.ts';
import { type RequestLimits, requestLimits } from './limits.ts';
import { createPeopleFiles } from './people-files.ts';
import { createPublicLookup } from './public-address.ts';
import { cancelRender, readRenderStatus, submitRender } from './render.ts';
import { createRepeat } from './repeat.ts';
import { claimLink, openSession } from './session.ts';
import { readCredits, readSnapshot } from './state.ts';
import { openStream } from './stream.ts';
import { createTokenRequest } from './token-request.ts';
import { createUpload } from './upload.ts';
import { createUploadWays } from './upload-ways.ts';

export type NemoSettings = {
  /** Without a slash at its end. */
  readonly apiUrl: string;
  readonly webUrl: string;
  /** null: everybody gets a starter account. */
  readonly operatorToken: string | null;
  readonly attribution: Attribution;
  /** Before a refused request is sent once more (429). */
  readonly rateLimitWaitMs: number;
  /** A stream in all (seed: 15 minutes). */
  readonly streamMaxMs: number;
  /** `host` or `host:port`: the only places that people's files are fetched from. */
  readonly fileHosts: readonly string[];
};

export type NemoDependencies = {
  readonly settings: NemoSettings;
  readonly accounts: RecordStore<AccountRecord>;
  /** Of the whole cluster: two processes must not make two accounts for one person. */
  readonly exclusively: Exclusively;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  /** Spreads retries; from 0 to 1. */
  readonly random?: () => number;
  /** Shorter in tests. */
  readonly limits?: Partial<RequestLimits>;
};

export type NemoClient = Backend & {
  /** Ends every open request. */
  close(): Promise<void>;
};

/** The stream's own limit is a safety net above the core's, which ends a turn in order. */
const streamSlackMs = 30_000;

const createParts = ({ settings, log, clock, newId, ...rest }: NemoDependencies) => {
  const limits = { ...requestLimits, ...rest.limits };
  const http = createHttp(limits);
  const foreignHttp = createHttp(limits, createPublicLookup());
  const repeat = createRepeat({ limits, clock, random: rest.random ?? Math.random, log });
  const api = createApi({ settings, limits, http, repeat });
  const { operatorToken, rateLimitWaitMs } = settings;
  const requestToken = createTokenRequest({ rateLimitWaitMs, api, clock, log });
  const accounts = createAccounts({
    operatorToken,
    requestToken,
    records: rest.accounts,
    exclusively: rest.exclusively,
    clock,
    newId,
    log,
  });
  const files = createPeopleFiles(foreignHttp, onlyHosts(settings.fileHosts), limits);
  const ways = createUploadWays({ api, files, convertHeic: createHeicConverter(), limits, newId });
  const upload = createUpload({ ways, files, log });
  return { limits, http, foreignHttp, api, repeat, accounts, upload };
};

/** Runs a request with the account's token; renews a refused token once and waits out a rate limit once (nemo-api §10). */
const createAuthorised =
  ({ settings, clock, log }: NemoDependencies, accounts: ReturnType<typeof createAccounts>) =>
  async <T>({ account, signal }: BackendCall, attempt: (token: string) => Promise<T>): Promise<T> => {
    const tried = new Set<string>();
    for (;;) {
      const token = await accounts.tokenOf(account, signal);
      try {
        return await attempt(token);
      } catch (error) {
        if (!(error instanceof NemoError) || error.kind !== 'refused') throw error;
        const { problem } = error;
        const isRemedied = problem.kind === 'tokenRefused' || problem.kind === 'rateLimited';
        if (!isRemedied) throw error;
        if (tried.has(problem.kind)) throw new NemoError('refused', withoutRetry(problem), error);
        tried.add(problem.kind);
        log.warn(
          { accountKind: account.kind, problem: problem.kind },
          'the backend refused a request; trying once more',
        );
        if (problem.kind === 'tokenRefused') await accounts.renew(account, { token, problem, signal });
        else await clock.sleep(settings.rateLimitWaitMs, signal);
      }
    }
  };

type Authorised = ReturnType<typeof createAuthorised>;
type Accounts = ReturnType<typeof createAccounts>;

/** As `authorised`, and out of credits names the account's id for the registration link (nemo-api §15 row 18). */
const createRun =
  (authorised: Authorised, accounts: Accounts): Authorised =>
  async (call, attempt) => {
    try {
      return await authorised(call, attempt);
    } catch (error) {
      if (!(error instanceof NemoError) || error.problem.kind !== 'outOfCredits') throw error;
      const bindId = error.problem.bindId ?? (await accounts.userIdOf(call.account));
      throw new NemoError(error.kind, { ...error.problem, bindId }, error);
    }
  };

const giveUp = (refusal: NemoError): Promise<never> =>
  Promise.reject(new NemoError('refused', withoutRetry(refusal.problem), refusal));

/** A refusal that comes in the stream is remedied like one that comes before it, and the instruction sent again: the backend did not act. */
const createOpenStream =
  (
    { log }: NemoDependencies,
    { api, run, limitMs }: { api: Api; run: Authorised; limitMs: number },
  ): Backend['openStream'] =>
  (call) => {
    const remedy = (refusal: NemoError) => {
      let isTold = false;
      // Told of the refusal once more, `run` renews or waits as for any other, or throws what has no remedy.
      return run(call, async (token) => {
        if (isTold) return openStream(api, { ...call, token, limitMs, remedy: giveUp }, log);
        isTold = true;
        throw refusal;
      });
    };
    return run(call, (token) => openStream(api, { ...call, token, limitMs, remedy }, log));
  };

const createProjectLink =
  ({ settings, log }: NemoDependencies, api: Api, run: Authorised): Backend['projectLink'] =>
  async (call) => {
    const { taskId, sessionId, signal } = call;
    if (taskId === null) return null;
    try {
      return await run(call, (token) =>
        claimLink(api, { token, taskId, sessionId, webUrl: settings.webUrl, signal }),
      );
    } catch (error) {
      if (!(error instanceof NemoError)) throw error;
      // The link is a courtesy: a result is posted without it (nemo-api §8.4).
      log.warn({ err: error }, 'there is no link to the project');
      return null;
    }
  };

/**
 * `accounts` holds one record per person and kind (`accountIdOf`). Everything that a method rejects with is a NemoError, or the
 * reason of its own signal; a `tokenRefused` or `rateLimited` that comes out was already remedied once and says `never`.
 */
export const createNemoClient = (dependencies: NemoDependencies): NemoClient => {
  const { settings } = dependencies;
  const { limits, http, foreignHttp, api, repeat, accounts, upload } = createParts(dependencies);
  const run = createRun(createAuthorised(dependencies, accounts), accounts);
  const isAllowed = secureOrBeside(settings.apiUrl);
  return {
    connect: async (call) => {
      await accounts.tokenOf(call.account, call.signal);
    },
    openSession: async (call) => {
      const session = await run(call, (token) => openSession(api, { ...call, token }));
      return { ...session, userId: session.userId ?? (await accounts.userIdOf(call.account)) };
    },
    handOver: (call) =>
      upload({ ...call, withToken: (attempt) => run(call, attempt) }, call.files, call.onProgress),
    openStream: createOpenStream(dependencies, { api, run, limitMs: settings.streamMaxMs + streamSlackMs }),
    snapshot: (call) => run(call, (token) => readSnapshot(api, { ...call, token })),
    credits: (call) => run(call, (token) => readCredits(api, { ...call, token })),
    submitRender: (call) => run(call, (token) => submitRender(api, { ...call, token })),
    renderStatus: (call) => run(call, (token) => readRenderStatus(api, { ...call, token })),
    cancelRender: (call) => run(call, (token) => cancelRender(api, { ...call, token })),
    downloadRender: (call) =>
      run(call, (token) =>
        repeat({ call: 'download', signal: call.signal }, () =>
          downloadFilm(api, foreignHttp, { ...call, token, limitMs: limits.downloadMaxMs, isAllowed }),
        ),
      ),
    projectLink: createProjectLink(dependencies, api, run),
    close: async () => {
      accounts.close();
      await Promise.all([http.close(), foreignHttp.close()]);
    },
  };
};
