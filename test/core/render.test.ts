/** The rules of a render job. */
import { describe, expect, it } from 'vitest';
import type { Timing } from '../../src/core/limits.ts';
import {
  isSlowRender,
  type Polled,
  preparedRender,
  type RenderState,
  reduceRender,
  renderPollDelayMs,
} from '../../src/core/render.ts';

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
    const timing: Timing = {
      noticeIntervalMs: 120_000,
      reconcileFirstMs: 30_000,
      reconcileIntervalMs: 60_000,
      streamMaxMs: 900_000,
      streamQuietMaxMs: 600_000,
      renderPollIntervalMs: 30_000,
    };
    expect(renderPollDelayMs(times(9, submitted), timing)).toBe(30_000);
    expect(renderPollDelayMs(times(10, submitted), timing)).toBe(120_000);
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
});
