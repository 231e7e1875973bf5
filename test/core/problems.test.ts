/** What each refusal of the backend means, and whether trying again may help. */
import { describe, expect, it } from 'vitest';
import { backendLanguageOf, localeOf } from '../../src/core/locale.ts';
import {
  classifyRefusal,
  problemOf,
  type Refusal,
  type RefusedCall,
  withoutRetry,
} from '../../src/core/problems.ts';

const refusal = (changes: Partial<Refusal>): Refusal => ({
  call: 'stream',
  httpStatus: 200,
  bodyCode: null,
  bindId: null,
  ...changes,
});
const kindOf = (changes: Partial<Refusal>): string => classifyRefusal(refusal(changes)).kind;

describe('a refusal', () => {
  it.each([
    [1001, 'tokenRefused', 'afterRemedy'],
    [1002, 'sessionLost', 'afterRemedy'],
    [2001, 'outOfCredits', 'never'],
    [4001, 'unsupportedFile', 'never'],
    [4002, 'fileTooLarge', 'never'],
    [400, 'requestRejected', 'never'],
    [402, 'planBlocked', 'never'],
    [429, 'rateLimited', 'afterWait'],
    [401, 'tokenRefused', 'afterRemedy'],
    [404, 'sessionLost', 'afterRemedy'],
    [405, 'requestRejected', 'never'],
    [408, 'backendUnavailable', 'never'],
    [409, 'requestRejected', 'never'],
    [413, 'fileTooLarge', 'never'],
    [415, 'unsupportedFile', 'never'],
    [422, 'requestRejected', 'never'],
    [500, 'backendUnavailable', 'never'],
    [599, 'backendUnavailable', 'never'],
    [499, 'unknown', 'never'],
    [600, 'unknown', 'never'],
    [5001, 'unknown', 'never'],
  ])('with %d is %s, to be tried again: %s', (code, kind, retry) => {
    const problem = { kind, retry, code: String(code), bindId: 'anon_1' };
    expect(classifyRefusal(refusal({ bodyCode: code, bindId: 'anon_1' }))).toEqual(problem);
    expect(classifyRefusal(refusal({ bodyCode: String(code), bindId: 'anon_1' }))).toEqual(problem);
    expect(classifyRefusal(refusal({ httpStatus: code, bindId: 'anon_1' }))).toEqual(problem);
  });

  it('means what the body says, whatever the status', () => {
    expect(kindOf({ httpStatus: 401, bodyCode: 2001 })).toBe('outOfCredits');
    expect(kindOf({ httpStatus: 500, bodyCode: 'out_of_luck' })).toBe('unknown');
  });

  it('of a token is a missing client id, or the end of starter accounts', () => {
    expect(classifyRefusal(refusal({ call: 'token', httpStatus: 400 }))).toMatchObject({
      kind: 'clientIdMissing',
      retry: 'afterRemedy',
    });
    expect(classifyRefusal(refusal({ call: 'token', httpStatus: 429 }))).toMatchObject({
      kind: 'accountLimit',
      retry: 'afterWait',
    });
    expect(kindOf({ call: 'token', httpStatus: 402 })).toBe('planBlocked');
  });

  it.each<RefusedCall>(['token', 'session', 'credits', 'download'])(
    'with 404 of a call for %s is no lost session',
    (call) => {
      expect(kindOf({ call, httpStatus: 404 })).toBe('backendUnavailable');
      expect(kindOf({ call, httpStatus: 401 })).toBe('tokenRefused');
    },
  );

  it.each<RefusedCall>(['stream', 'upload', 'state', 'render', 'renderStatus', 'cancelRender', 'claim'])(
    'with 404 of a call for %s is a lost session',
    (call) => {
      expect(kindOf({ call, httpStatus: 404 })).toBe('sessionLost');
    },
  );
});

describe('a problem', () => {
  it('has the rule of its kind, and none once its remedy was tried in vain', () => {
    const problem = problemOf('tokenRefused', { code: '1001', bindId: 'anon_1' });
    expect(problem).toEqual({ kind: 'tokenRefused', retry: 'afterRemedy', code: '1001', bindId: 'anon_1' });
    expect(withoutRetry(problem)).toEqual({ ...problem, retry: 'never' });
    expect(problemOf('internal')).toEqual({ kind: 'internal', retry: 'never', code: null, bindId: null });
  });

  it.each([
    'operatorTokenRefused',
    'fileUnreadable',
    'answerTooLong',
    'noAnswer',
    'agentError',
    'nothingToExport',
    'renderFailed',
    'storeFailed',
    'internal',
    'unknown',
  ] as const)('of the kind %s is never tried again by itself', (kind) => {
    expect(problemOf(kind).retry).toBe('never');
  });
});

describe('the language', () => {
  it.each(['zh', 'zh-CN', 'zh-TW', 'ZH-hans'])('of %s is Chinese', (tag) => {
    expect(localeOf(tag)).toBe('zh');
  });

  it.each(['en-US', 'de', 'zha', 'x-zh', '', null, undefined])('of %j is English', (tag) => {
    expect(localeOf(tag)).toBe('en');
  });

  it('is asked of the backend under its own code', () => {
    expect([backendLanguageOf('en'), backendLanguageOf('zh')]).toEqual(['en', 'zh-CN']);
  });
});
