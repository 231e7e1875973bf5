/** Fetches from hosts that are not the backend: finished films and people's files. Never carries a token; decides which addresses are allowed. */
import type { RefusedCall } from '../core/problems.ts';
import { problemOf } from '../core/problems.ts';
import { NemoError } from '../ports/backend.ts';
import { redirectOf } from './api.ts';
import type { Http, HttpAnswer } from './http.ts';
import { redirectsMax } from './limits.ts';
import { isPrivateLiteral } from './public-address.ts';

/** Decides for an address and for each one that it redirects to. */
export type AddressRule = (url: URL) => boolean;

const isLoopback = (url: URL): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u.test(url.hostname);

/** The address of a film as it is shown and fetched: by HTTPS alone, but on the own machine, where the stand-ins live. */
export const asSecure = (address: string): string | null => {
  const url = URL.parse(address);
  if (url?.protocol === 'http:' && !isLoopback(url)) url.protocol = 'https:';
  return url?.href ?? null;
};

/** Hosts by name or by name and port. Plain HTTP only on the own machine, where the stand-ins live. */
export const onlyHosts =
  (hosts: readonly string[]): AddressRule =>
  (url) =>
    (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))) &&
    url.username === '' &&
    (hosts.includes(url.host) || hosts.includes(url.hostname));

/**
 * Any HTTPS address of the public internet; loopback only for a backend that is on loopback itself, so that no answer reaches into
 * the own machine or network. Where a name leads is seen when it is resolved (`createPublicLookup`).
 */
export const secureOrBeside = (apiUrl: string): AddressRule => {
  const isBackendLocal = isLoopback(new URL(apiUrl));
  return (url) =>
    isLoopback(url)
      ? isBackendLocal && (url.protocol === 'http:' || url.protocol === 'https:')
      : url.protocol === 'https:' && !isPrivateLiteral(url);
};

export type ForeignRequest = {
  readonly call: RefusedCall;
  readonly url: string;
  readonly isAllowed: AddressRule;
  readonly signal: AbortSignal;
  readonly limitMs: number;
  readonly headers?: Readonly<Record<string, string>>;
};

const forbidden = (call: RefusedCall): NemoError =>
  new NemoError('refused', problemOf('fileUnreadable'), {
    message: `The ${call} request names an address that is not fetched.`,
    sent: false,
  });

/** The first answer that is no redirect. Rejects with NemoError, also for an address that the rule does not allow. */
export const fetchForeign = async (http: Http, request: ForeignRequest): Promise<HttpAnswer> => {
  const { call, isAllowed, signal, limitMs, headers = {} } = request;
  let url = URL.parse(request.url);
  for (let redirects = 0; redirects <= redirectsMax; redirects += 1) {
    if (url === null || !isAllowed(url)) throw forbidden(call);
    const answer = await http.exchange({ call, method: 'GET', url, headers, signal, limitMs });
    const next = redirectOf(answer);
    if (next === null) return answer;
    answer.discard();
    url = next;
  }
  throw forbidden(call);
};
