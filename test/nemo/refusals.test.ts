import { describe, expect, it } from 'vitest';
import {
  classifyRefusal,
  type ProblemKind,
  problemOf,
  type RefusedCall,
  withoutRetry,
} from '../../src/core/problems.ts';

const kindOf = (
  call: RefusedCall,
  httpStatus: number,
  bodyCode: number | string | null = null,
): ProblemKind => classifyRefusal({ call, httpStatus, bodyCode, bindId: null }).kind;

/** The codes of the seed and what they mean on a call about a session. */
const codes: readonly (readonly [number, ProblemKind, string])[] = [
  [1001, 'tokenRefused', 'afterRemedy'],
  [1002, 'sessionLost', 'afterRemedy'],
  [2001, 'outOfCredits', 'never'],
  [4001, 'unsupportedFile', 'never'],
  [4002, 'fileTooLarge', 'never'],
  [400, 'requestRejected', 'never'],
  [402, 'planBlocked', 'never'],
  [429, 'rateLimited', 'afterWait'],
];

const statuses = [200, 202, 400, 401, 402, 403, 404, 413, 422, 429, 500, 502, 503];

describe('a refusal', () => {
  it.each(codes)('with body code %i means %s whatever the status is', (code, kind, retry) => {
    for (const httpStatus of statuses) {
      for (const bodyCode of [code, String(code)]) {
        expect(classifyRefusal({ call: 'stream', httpStatus, bodyCode, bindId: 'anon_1' })).toEqual({
          kind,
          retry,
          code: String(code),
          bindId: 'anon_1',
        });
      }
    }
  });

  it.each([
    [400, 'requestRejected'],
    [401, 'tokenRefused'],
    [402, 'planBlocked'],
    [404, 'sessionLost'],
    [408, 'backendUnavailable'],
    [409, 'requestRejected'],
    [413, 'fileTooLarge'],
    [415, 'unsupportedFile'],
    [422, 'requestRejected'],
    [429, 'rateLimited'],
    [500, 'backendUnavailable'],
    [502, 'backendUnavailable'],
    [504, 'backendUnavailable'],
    [599, 'backendUnavailable'],
    [403, 'unknown'],
    [418, 'unknown'],
    [302, 'unknown'],
  ] as const)('with HTTP status %i alone means %s', (httpStatus, kind) => {
    expect(kindOf('stream', httpStatus)).toBe(kind);
  });

  it('on the token call is about the client id or the number of accounts', () => {
    expect(kindOf('token', 400)).toBe('clientIdMissing');
    expect(kindOf('token', 200, 400)).toBe('clientIdMissing');
    expect(kindOf('token', 429)).toBe('accountLimit');
    expect(kindOf('token', 200, 429)).toBe('accountLimit');
  });

  it.each(['token', 'session', 'credits', 'download'] as const)('with 404 on %s loses no session', (call) => {
    expect(kindOf(call, 404)).toBe('backendUnavailable');
  });

  it.each([12, 3000, 'E_QUOTA', -1])('with the unknown code %s is unknown', (code) => {
    expect(kindOf('render', 200, code)).toBe('unknown');
  });

  it('that was remedied in vain is not to be repeated', () => {
    expect(withoutRetry(problemOf('rateLimited'))).toEqual({ ...problemOf('rateLimited'), retry: 'never' });
  });
});
