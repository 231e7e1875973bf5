import { assert, configureGlobal, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { nonceOf } from '../../src/discord/nonce.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
configureGlobal({ seed: 20_261_122 });

test('gives the same key the same nonce in every version of the bot', () => {
  // Written down: a restart into a newer version must find the message of the older one.
  expect(nonceOf('turn:0190:status:0')).toBe(nonceOf('turn:0190:status:0'));
  expect(nonceOf('')).toBe('47DEQpj8HBSa-_TImW-5JCeuQ');
});

test('fits Discord and differs for different keys', () => {
  assert(
    property(string(), string(), (one, other) => {
      expect(nonceOf(one)).toMatch(/^[\w-]{25}$/u);
      expect(nonceOf(one) === nonceOf(other)).toBe(one === other);
    }),
  );
});
