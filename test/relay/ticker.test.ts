import { expect, it } from 'vitest';
import { type Log, silentLog } from '../../src/ports/log.ts';
import { createTicker } from '../../src/relay/board/ticker.ts';
import { createFakeClock } from '../lanes/fake-clock.ts';

const createTickers = () => {
  const clock = createFakeClock();
  const errors: string[] = [];
  const log: Log = { ...silentLog, error: (_fields, message) => errors.push(message) };
  return { clock, errors, ticker: createTicker({ clock, log }) };
};

it('ticks each of them once a second, at its own moment', async () => {
  const { clock, ticker } = createTickers();
  const startMs = clock.nowMs();
  const ticks: string[] = [];
  const stopFirst = ticker(() => ticks.push(`first ${clock.nowMs() - startMs}`));
  for (let step = 0; step < 25; step += 1) {
    if (step === 4) ticker(() => ticks.push(`second ${clock.nowMs() - startMs}`));
    if (step === 15) stopFirst();
    await clock.advance(100);
  }
  expect(ticks).toEqual(['first 1000', 'second 1400', 'second 2400']);
});

it('goes on when one of them fails, and sleeps no more when the last has left', async () => {
  const { clock, errors, ticker } = createTickers();
  let ticks = 0;
  const stopFailing = ticker(() => {
    throw new Error('a bug');
  });
  const stopCounting = ticker(() => {
    ticks += 1;
  });
  await clock.advance(1_000);
  expect({ ticks, errors }).toEqual({ ticks: 1, errors: ['a tick failed'] });
  stopFailing();
  stopCounting();
  expect(clock.sleeperCount()).toBe(0);
});
