/** What answers say of limits, also those that are not Discord's own. */
import { expect, it } from 'vitest';
import { limitFactsOf } from '../../src/discord/limit-facts.ts';

const answer = (status: number, headers: Readonly<Record<string, string>> = {}) => ({
  status,
  headers: new Headers(headers),
});

it.each([
  ['the body, which tells it exactly', { 'retry-after': '2' }, { retry_after: 1.25 }, 1250],
  ['the header, where the body is a page', { 'retry-after': '2' }, null, 2000],
  ['nothing that can be read', { 'retry-after': 'Sun, 22 Nov 2026 20:00:00 GMT' }, {}, 1000],
  ['nothing at all', {}, null, 1000],
])('a refusal for haste waits as long as it says, by %s', (_by, headers, body, retryAfterMs) => {
  expect(limitFactsOf(answer(429, headers), body)).toMatchObject({ retryAfterMs, isGlobal: false });
});

it('no other answer asks for a wait', () => {
  expect(limitFactsOf(answer(200, { 'retry-after': '2' }), null).retryAfterMs).toBeNull();
  expect(limitFactsOf(answer(503, { 'retry-after': '2' }), null).retryAfterMs).toBeNull();
});
