/** What the gate promises to whoever wants through. */
import { expect, test } from 'vitest';
import { createGate } from '../../src/ports/gate.ts';

const never = new AbortController().signal;

/** Work that ends when it is told to, and remembers that it began. */
const createWork = (name: string, begun: string[]) => {
  const { promise, resolve } = Promise.withResolvers<string>();
  return {
    run: () => {
      begun.push(name);
      return promise;
    },
    end: () => resolve(name),
  };
};

test('lets so many through at once, and the others in their order', async () => {
  const begun: string[] = [];
  const gate = createGate(2);
  const works = ['a', 'b', 'c', 'd'].map((name) => createWork(name, begun));
  const results = works.map(({ run }) => gate.through(run, never));
  await Promise.resolve();
  expect(begun).toEqual(['a', 'b']);
  works[1]?.end();
  expect(await results[1]).toBe('b');
  await expect.poll(() => begun).toEqual(['a', 'b', 'c']);
  for (const { end } of works) end();
  expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
});

test('work that fails leaves its room to the next', async () => {
  const gate = createGate(1);
  const failed = gate.through(() => Promise.reject(new Error('broken')), never);
  const next = gate.through(() => Promise.resolve('next'), never);
  await expect(failed).rejects.toThrow('broken');
  expect(await next).toBe('next');
});

test('who gives up while waiting begins nothing and takes no room', async () => {
  const begun: string[] = [];
  const gate = createGate(1);
  const first = createWork('first', begun);
  const second = createWork('second', begun);
  const third = createWork('third', begun);
  const controller = new AbortController();
  const one = gate.through(first.run, never);
  const two = gate.through(second.run, controller.signal);
  const three = gate.through(third.run, never);
  controller.abort(new Error('stopped'));
  await expect(two).rejects.toThrow('stopped');
  first.end();
  third.end();
  expect(await Promise.all([one, three])).toEqual(['first', 'third']);
  expect(begun).toEqual(['first', 'third']);
});

test('who gave up before is not let in', async () => {
  const gate = createGate(1);
  const given = AbortSignal.abort(new Error('too late'));
  await expect(gate.through(() => Promise.resolve('never'), given)).rejects.toThrow('too late');
});
