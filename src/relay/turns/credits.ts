/** What a turn costs: the account is read before and after it. A courtesy: a reading that fails changes nothing. */
import { editCostCredits } from '../../core/limits.ts';
import { problemOf } from '../../core/problems.ts';
import { isQuestion } from '../../core/question.ts';
import { type AccountRef, accountIdOf, type Credits, NemoError } from '../../ports/backend.ts';
import type { TurnCredits } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import { forPayer } from '../failures.ts';
import { follow } from '../following.ts';
import type { LiveTurn } from './live-turns.ts';

export type CreditMeter = {
  /** What the account has before the turn; null when it does not say so within a moment. Never rejects. */
  readBefore(turnId: string, account: AccountRef, signal: AbortSignal): Promise<Credits | null>;
  /**
   * Warns where little is left. Throws NemoError when nothing is and the words are no question: such a turn would be refused, and
   * telling it before sends nothing.
   */
  check(live: LiveTurn, payer: { account: AccountRef; userId: string | null }, credits: Credits | null): void;
  /** Tells what a settled turn took, as far as it can be told. Never rejects. */
  tell(live: LiveTurn, stopping: AbortSignal): Promise<void>;
  /** The turn no longer uses any account. */
  end(turnId: string): void;
};

/** Nobody waits longer for a figure; everything else that prepares a turn goes on meanwhile. */
const readLimitMs = 3_000;

type MeterDeps = Pick<RelayDeps, 'backend' | 'log'>;

const keyOf = (account: AccountRef): string =>
  account.kind === 'operator' ? account.kind : accountIdOf(account);

type Payer = { readonly account: AccountRef; isAlone: boolean };

/** Turns that share an account at the same time cannot be told apart by its balance. */
const createPayers = () => {
  const payers = new Map<string, Payer>();
  /** By account: with an operator's account everybody is in one group, so a turn is never looked for in it. */
  const groups = new Map<string, Set<Payer>>();
  const end = (turnId: string): void => {
    const payer = payers.get(turnId);
    if (payer === undefined) return;
    payers.delete(turnId);
    const key = keyOf(payer.account);
    const group = groups.get(key);
    group?.delete(payer);
    if (group?.size === 0) groups.delete(key);
  };
  return {
    begin: (turnId: string, account: AccountRef): void => {
      end(turnId);
      const key = keyOf(account);
      const group = groups.get(key) ?? new Set();
      for (const other of group) other.isAlone = false;
      const payer = { account, isAlone: group.size === 0 };
      payers.set(turnId, payer);
      groups.set(key, group.add(payer));
    },
    /** Whose account a turn used; null when others of this process used it meanwhile, or when it never got that far. */
    aloneWith: (turnId: string): AccountRef | null => {
      const payer = payers.get(turnId);
      return payer?.isAlone === true ? payer.account : null;
    },
    end,
  };
};

const read = async (
  { backend, log }: MeterDeps,
  account: AccountRef,
  signal: AbortSignal,
): Promise<Credits | null> => {
  const reading = new AbortController();
  const letGo = follow(reading, signal, AbortSignal.timeout(readLimitMs));
  try {
    const credits = await backend.credits({ account, signal: reading.signal });
    return credits === 'unknown' ? null : credits;
  } catch (error) {
    log.info({ err: error }, 'the credits could not be read');
    return null;
  } finally {
    letGo();
  }
};

/** Something is reserved while an operation runs (nemo-api §6.1): of another process, or of a person at NemoVideo's own site. */
const isQuiet = ({ frozen }: Credits): boolean => frozen === 0;

/** What a turn's cost can be told from; null where others spend from the account at the same time. */
export const startingBalance = (credits: Credits | null): TurnCredits | null =>
  credits === null || !isQuiet(credits) ? null : { before: credits.total, after: null };

const check: CreditMeter['check'] = (live, { account, userId }, credits) => {
  if (credits === null) return;
  const { available } = credits;
  // A question may be free, and when it is not the backend says so; nothing can be taken from nothing.
  if (available === 0 && !isQuestion(live.record().instruction)) {
    const problem = forPayer(problemOf('outOfCredits'), account, userId);
    throw new NemoError('refused', problem, { message: 'The account has no credits.', sent: false });
  }
  // What the operator's account holds is no business of a member.
  if (account.kind === 'operator' || available >= editCostCredits) return;
  live.dispatch({ type: 'noted', note: { kind: 'fewCredits', available } });
};

export const createCreditMeter = (deps: MeterDeps): CreditMeter => {
  const payers = createPayers();

  const tell = async (live: LiveTurn, stopping: AbortSignal): Promise<void> => {
    const { credits, state, turnId } = live.record();
    const account = payers.aloneWith(turnId);
    if (account === null || credits === null || credits.after !== null) return;
    if (state.submittedAtMs === null || stopping.aborted) return;
    const now = await read(deps, account, stopping);
    const took = now === null ? 0 : credits.before - now.total;
    // Somebody may have topped it up, or the charge comes later: better no figure than a wrong one.
    if (now === null || !isQuiet(now) || took <= 0 || payers.aloneWith(turnId) === null) return;
    const left = account.kind === 'operator' ? null : now.available;
    await live.amend({ credits: { ...credits, after: { took, left } } });
    deps.log.info({ turnId, took }, 'the turn took credits');
  };

  return {
    readBefore: (turnId, account, signal) => {
      payers.begin(turnId, account);
      return read(deps, account, signal);
    },
    check,
    tell: (live, stopping) =>
      tell(live, stopping).catch((error: unknown) => {
        deps.log.warn({ err: error, turnId: live.record().turnId }, 'what a turn took could not be stored');
      }),
    end: payers.end,
  };
};
