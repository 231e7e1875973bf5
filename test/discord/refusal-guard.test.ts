import { expect, test } from 'vitest';
import { createRefusalGuard } from '../../src/discord/refusal-guard.ts';
import { createRequestWatch } from '../../src/discord/requests.ts';
import { createFakeClock } from '../lanes/fake-clock.ts';
import { createLogRecorder } from './log-recorder.ts';

const prepare = () => {
  const clock = createFakeClock();
  const { log, lines } = createLogRecorder();
  const guard = createRefusalGuard({ clock, log });
  const refuse = (times: number): void => {
    for (let time = 0; time < times; time += 1) guard.count();
  };
  const levels = (): string[] => lines.map(({ level }) => level);
  return { clock, guard, refuse, levels };
};

test('forgets refusals one by one as ten minutes pass, and never sooner', async () => {
  const { clock, guard, refuse } = prepare();
  refuse(3);
  await clock.advance(300_000);
  refuse(4);
  await clock.advance(299_000);
  expect(guard.refusals()).toBe(7);
  await clock.advance(11_000);
  expect(guard.refusals()).toBe(4);
  await clock.advance(300_000);
  expect(guard.refusals()).toBe(0);
});

test('lets everything pass below half of what Discord bans for', () => {
  const { guard, refuse, levels } = prepare();
  refuse(4_999);
  expect(guard.isCautious()).toBe(false);
  expect(levels()).toEqual([]);
});

test('sends only what matters from half on, and says so once', () => {
  const { guard, refuse, levels } = prepare();
  refuse(6_000);
  expect(guard.isCautious()).toBe(true);
  guard.requireLeave();
  expect(levels()).toEqual(['warn']);
});

test('sends nothing shortly before the ban, says so in an error, and comes back by itself', async () => {
  const { clock, guard, refuse, levels } = prepare();
  refuse(9_000);
  const watch = createRequestWatch(guard);
  // Nothing listens there: a request that left would fail otherwise.
  await expect(watch.makeRequest('http://127.0.0.1:9/', { method: 'GET' })).rejects.toMatchObject({
    name: 'ChatError',
    kind: 'unavailable',
  });
  expect(levels()).toEqual(['warn', 'error']);
  await clock.advance(611_000);
  guard.requireLeave();
  expect(guard.isCautious()).toBe(false);
  expect(levels()).toEqual(['warn', 'error', 'warn']);
});
