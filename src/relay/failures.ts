/** What went wrong, as a problem that a person can be told. Knows no adapters, only the error classes of the ports. */
import type { Problem } from '../core/problems.ts';
import { type AccountRef, NemoError } from '../ports/backend.ts';
import { StoreError } from '../ports/store.ts';

const problem = (kind: Problem['kind']): Problem => ({ kind, retry: 'never', code: null, bindId: null });

/** Anything that is neither a refusal of the backend nor of the store is a bug of ours. */
export const problemOf = (error: unknown): Problem => {
  if (error instanceof NemoError) return error.problem;
  return problem(error instanceof StoreError ? 'storeFailed' : 'internal');
};

/** The same once the instruction may have been sent: "I stopped before it could cost anything" would not be true any more. */
export const problemOnceSent = (error: unknown): Problem => {
  const found = problemOf(error);
  return found.kind === 'storeFailed' ? problem('internal') : found;
};

/** Fills in the account's id for the registration link where the refusal did not name it (nemo-api §15 row 18). */
const withBindId = (found: Problem, userId: string | null): Problem =>
  found.bindId === null ? { ...found, bindId: userId } : found;

/**
 * What it means for whoever pays: only the operator can top up the operator's account, and only a starter account is joined with a
 * new one by the registration link (nemo-api §10).
 */
export const forPayer = (found: Problem, account: AccountRef | null, userId: string | null): Problem => {
  if (account === null || account.kind === 'anonymous') return withBindId(found, userId);
  const isOperators = found.kind === 'outOfCredits' && account.kind === 'operator';
  return { ...found, kind: isOperators ? 'operatorOutOfCredits' : found.kind, bindId: null };
};

export const refusal = problem;
