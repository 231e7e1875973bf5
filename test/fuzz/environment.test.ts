/** The environment, with whatever values: read, or refused in words that an operator may show around. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { configDefaults, readConfig } from '../../src/config.ts';
import { cases } from './cases.ts';

const names = [
  'DISCORD_TOKEN',
  'DISCORD_GUILD_ID',
  'NEMO_TOKEN',
  'STORE_SECRET',
  ...Object.keys(configDefaults),
];

/** Nothing in a complaint looks like this by chance. */
const marked = fc.stringMatching(/^[0-9a-f]{8}$/u).map((digits) => `zq${digits}qz`);
const odd = fc.oneof(
  marked,
  marked.map((word) => `postgres://bot:${word}@127.0.0.1:5432/x`),
  marked.map((word) => `https://${word}@example.com/?${word}#${word}`),
  marked.map((word) => `${word}\n${word}`),
  fc.tuple(fc.string({ unit: 'binary' }), marked).map(([noise, word]) => noise + word),
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-1',
    '1e9',
    'NaN',
    'none',
    'off',
    'auto',
    '0-3/16',
    '9-1/2',
    'gateway',
    'worker,gateway',
    'memory:',
    'sqlite:',
    '127.0.0.1:99999',
    '[::1]:0',
  ),
);

it('any environment is read or refused in words that repeat nothing of it', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), odd, { maxKeys: 12 }),
      (environment) => {
        const read = readConfig(environment);
        if (read.ok) return;
        expect(read.message.length).toBeLessThan(20_000);
        for (const word of Object.values(environment).flatMap(
          (value) => value.match(/zq[0-9a-f]{8}qz/gu) ?? [],
        )) {
          expect(read.message).not.toContain(word);
        }
      },
    ),
    cases(0.1),
  );
});
