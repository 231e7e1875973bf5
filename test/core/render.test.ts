/** The rules of a render job. */
import { describe, expect, it } from 'vitest';
import {
  isSlowRender,
  type Polled,
  preparedRender,
  type RenderState,
  reduceRender,
  renderPollDelayMs,
} from '../../src/core/render.ts';
import { aProblem, seedTiming } from './stage.ts';

const polled = (
  status: NonNullable<Polled>['status'],
  url: string | null = null,
  progress: number | null = null,
) => ({ type: 'polled', polled: { status, url, progress }, atMs: 1 }) as const;
const submitted = reduceRender(preparedRender(0, 1), { type: 'submitted', atMs: 1 });
const times = (count: number, state: RenderState): RenderState =>
  Array.from({ length: count }).reduce<RenderState>(
    (next) => reduceRender(next, polled('processing', null, 40)),
    state,
  );

describe('a render', () => {
  it('is not finished while its address is missing', () => {
    expect(reduceRender(submitted, polled('completed')).phase).toBe('rendering');
    expect(reduceRender(submitted, polled('completed', 'u'))).toMatchObject({
      phase: 'ready',
      url: 'u',
      progress: 100,
    });
  });

  it('learns nothing from a poll that failed', () => {
    const rendering = reduceRender(submitted, polled('processing', null, 40));
    expect(reduceRender(rendering, { type: 'polled', polled: null, atMs: 2 })).toEqual({
      ...rendering,
      polls: 2,
    });
  });

  it('slows down after ten polls and goes on', () => {
    expect(renderPollDelayMs(times(9, submitted), seedTiming)).toBe(30_000);
    expect(renderPollDelayMs(times(10, submitted), seedTiming)).toBe(120_000);
    expect(isSlowRender(times(10, submitted))).toBe(true);
    expect(reduceRender(times(40, submitted), polled('completed', 'u')).phase).toBe('ready');
  });

  it('is given up in the end', () => {
    expect(times(720, submitted)).toMatchObject({ phase: 'failed', problem: { kind: 'renderFailed' } });
  });

  it('is delivered once', () => {
    const delivered = reduceRender(reduceRender(submitted, polled('completed', 'u')), {
      type: 'delivered',
      atMs: 3,
    });
    expect(delivered.phase).toBe('delivered');
    expect(reduceRender(delivered, polled('completed', 'v'))).toBe(delivered);
    expect(reduceRender(delivered, { type: 'cancelled', atMs: 4 })).toBe(delivered);
  });

  it('fails with the words of a failed render', () => {
    expect(reduceRender(submitted, polled('failed'))).toMatchObject({
      phase: 'failed',
      problem: { kind: 'renderFailed' },
    });
  });

  it('keeps the progress that it knows while a poll names none', () => {
    const rendering = reduceRender(submitted, polled('processing', null, 40));
    expect(reduceRender(rendering, polled('pending')).progress).toBe(40);
    expect(reduceRender(rendering, polled('processing', null, 55)).progress).toBe(55);
    expect(reduceRender(submitted, polled('unknown'))).toMatchObject({ phase: 'rendering', progress: null });
  });

  it('counts its tries, and is submitted once', () => {
    expect(preparedRender(7, 2)).toMatchObject({ phase: 'prepared', attempt: 2, startedAtMs: 7, polls: 0 });
    expect(reduceRender(preparedRender(0, 1), { type: 'submitted', atMs: 1 }).phase).toBe('submitted');
    const rendering = reduceRender(submitted, polled('processing'));
    expect(reduceRender(rendering, { type: 'submitted', atMs: 2 })).toBe(rendering);
  });

  it('keeps the address that it has, whatever a late poll says', () => {
    const ready = reduceRender(submitted, polled('completed', 'u'));
    expect(reduceRender(ready, polled('failed'))).toBe(ready);
    expect(reduceRender(ready, polled('completed', 'v')).url).toBe('u');
  });

  it.each([
    { type: 'failed', problem: aProblem('planBlocked'), atMs: 1 },
    { type: 'cancelled', atMs: 1 },
  ] as const)('is over once it is $type', (event) => {
    const over = reduceRender(submitted, event);
    expect(over.phase).toBe(event.type);
    expect(over.problem).toEqual(event.type === 'failed' ? event.problem : null);
    for (const late of [polled('completed', 'u'), { type: 'delivered', atMs: 2 } as const])
      expect(reduceRender(over, late)).toBe(over);
  });
});
