import { array, assert, configureGlobal, constantFrom, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { createBoundedMap } from '../../src/discord/bounded-map.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
configureGlobal({ seed: 20_261_122 });

test('forgets the oldest entry first, and writing again makes an entry young', () => {
  const map = createBoundedMap<number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect(map.get('a')).toBe(3);
  expect(map.get('b')).toBeUndefined();
  expect(map.get('c')).toBe(4);
});

test('keeps exactly the last keys that were written', () => {
  assert(
    property(
      array(constantFrom('a', 'b', 'c', 'd', 'e', 'f')),
      integer({ min: 1, max: 4 }),
      (keys, sizeMax) => {
        const map = createBoundedMap<string>(sizeMax);
        for (const key of keys) map.set(key, key);
        const last = new Set([...new Set(keys.toReversed())].slice(0, sizeMax));
        for (const key of new Set(keys)) expect(map.get(key) !== undefined).toBe(last.has(key));
      },
    ),
  );
});
