/** What the observers around the ports see: real store, real lanes, scripted backend, recording chat. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { preparedRender } from '../../src/core/render.ts';
import { queuedTurn, type TurnState } from '../../src/core/turn.ts';
import { createHealth } from '../../src/health/health.ts';
import { createMetrics, type Metrics } from '../../src/health/metrics.ts';
import { observeBackend } from '../../src/health/observed-backend.ts';
import { observeChat } from '../../src/health/observed-chat.ts';
import { observeLanes, type ReadQueue } from '../../src/health/observed-lanes.ts';
import { observeStore } from '../../src/health/observed-store.ts';
import { createObservedWork } from '../../src/health/observed-work.ts';
import { createStoreProbe } from '../../src/health/store-probe.ts';
import { createEmbeddedLanes } from '../../src/lanes/embedded.ts';
import { ChatError } from '../../src/ports/chat.ts';
import type { LaneEntry } from '../../src/ports/lanes.ts';
import { type Store, StoreError } from '../../src/ports/store.ts';
import { openSessions } from '../../src/sessions/open.ts';
import { createFakeClock, settle } from '../lanes/fake-clock.ts';
import { createRecordingChat, createScriptedBackend, nemoError, saying, words } from '../relay/stage.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';
import { sampleTurn } from '../sessions/sample-records.ts';

const openMetrics = (): Metrics => {
  const metrics = createMetrics();
  onTestFinished(() => metrics.close());
  return metrics;
};

const log = createRecordingLog();

const openStore = async () => {
  const clock = createFakeClock();
  const sessions = await openSessions({
    storeUrl: 'memory:',
    storeSecret: null,
    clock,
    log,
    onLeaseLost: () => {},
  });
  onTestFinished(() => sessions.close());
  return { clock, store: sessions.store, engine: sessions.engine };
};

/** The lines of ours, without comments, buckets and zeros. */
const linesOf = async (metrics: Metrics): Promise<string[]> =>
  (await metrics.print()).text
    .split('\n')
    .filter((line) => line.startsWith('makevideo_') && !/_bucket\{| 0$/u.test(line));

const inPhase = (change: Partial<TurnState>) => ({
  ...sampleTurn('t1'),
  state: { ...queuedTurn, ...change },
});

const openObserved = async () => {
  const { clock, store } = await openStore();
  const metrics = openMetrics();
  const work = createObservedWork({ metrics, nowMs: () => clock.nowMs(), log });
  const observe = (inner: Store) => observeStore(inner, { metrics, work, stopwatch: () => 0 });
  return { clock, metrics, store, observe, observed: observe(store) };
};

const full = () => Promise.reject(new StoreError('full', { message: 'No space left.' }));

describe('the observed store', () => {
  it('counts a turn once, when its outcome is stored, and measures its phases', async () => {
    const { clock, metrics, observed } = await openObserved();
    await observed.turns.set('t1', inPhase({}));
    await clock.advance(3_000);
    await observed.turns.set('t1', inPhase({ phase: 'streaming' }));
    await clock.advance(7_000);
    const settled = inPhase({ phase: 'settled', outcome: 'edited' });
    await observed.turns.set('t1', settled);
    await observed.turns.set('t1', { ...settled, renderId: 'r1' });
    const lines = await linesOf(metrics);
    expect(lines).toContain('makevideo_turns_total{outcome="edited"} 1');
    expect(lines).toContain('makevideo_turn_phase_seconds_sum{phase="queued"} 3');
    expect(lines).toContain('makevideo_turn_phase_seconds_sum{phase="streaming"} 7');
  });

  it('does not count a turn again that an earlier process settled', async () => {
    const { metrics, store, observed } = await openObserved();
    const settled = inPhase({ phase: 'settled', outcome: 'answered' });
    await store.turns.set('t1', settled);
    expect(await observed.turns.get('t1')).toEqual(settled);
    await observed.turns.set('t1', { ...settled, renderId: 'r1' });
    expect(await linesOf(metrics)).not.toContain('makevideo_turns_total{outcome="answered"} 1');
  });

  it('tells a reconcile by its reason, and an instruction that a restart did not send again', async () => {
    const { metrics, observed } = await openObserved();
    const looking = { why: 'restarted', looks: 0, nextLookAtMs: 0, lastSeen: null } as const;
    await observed.turns.set('t1', inPhase({ phase: 'reconciling', looking }));
    const lines = await linesOf(metrics);
    expect(lines).toContain('makevideo_reconciles_total{reason="restarted"} 1');
    expect(lines).toContain('makevideo_duplicates_avoided_total{what="instruction"} 1');
  });

  it('counts renders by what became of them', async () => {
    const { clock, metrics, observed } = await openObserved();
    const state = preparedRender(clock.nowMs(), 1);
    const record = {
      renderId: 'r1',
      turnId: 't1',
      threadId: 'thread-1',
      requesterId: '7',
      locale: 'en' as const,
      account: { kind: 'operator' as const },
      sessionId: 's1',
      state,
      isBegun: true,
      resultMessage: null,
    };
    await observed.renders.set('r1', record);
    await clock.advance(30_000);
    await observed.renders.set('r1', { ...record, state: { ...state, phase: 'delivered' } });
    const lines = await linesOf(metrics);
    expect(lines).toContain('makevideo_renders_total{outcome="delivered"} 1');
    expect(lines).toContain('makevideo_render_seconds_sum{outcome="delivered"} 30');
  });

  it('counts a failure by its kind, passes it on, and makes the probe complain', async () => {
    const { clock, metrics, store, observe } = await openObserved();
    const broken: Store = {
      ...store,
      turns: { ...store.turns, set: full },
      wishes: { ...store.wishes, set: full },
    };
    await expect(observe(broken).turns.set('t1', inPhase({}))).rejects.toThrow('No space left.');
    expect(await linesOf(metrics)).toContain('makevideo_store_failures_total{kind="full"} 1');
    expect(await createStoreProbe(broken, clock)()).toBe('No space left.');
    expect(await createStoreProbe(store, clock)()).toBeNull();
    expect(await store.wishes.get('health-probe')).toBeNull();
  });

  it('complains as well when the store does not answer in time', async () => {
    const { clock, store } = await openObserved();
    const hanging: Store = { ...store, wishes: { ...store.wishes, set: () => new Promise(() => {}) } };
    const complaint = createStoreProbe(hanging, clock)();
    await clock.advance(5_000);
    expect(await complaint).toBe('The store does not answer.');
  });
});

const entry = (id: string, lane = id): LaneEntry => ({ id, lane, kind: 'turn' });

const openLanes = async (readQueue: ReadQueue | null = null) => {
  const { clock, engine } = await openStore();
  const metrics = openMetrics();
  if (engine.kind !== 'sqlite') throw new Error('The memory store is one of SQLite.');
  const inner = createEmbeddedLanes({ database: engine.database, clock, log });
  const gates: (() => void)[] = [];
  const nowMs = () => clock.nowMs();
  const { lanes, watch } = observeLanes(inner, { metrics, nowMs, readQueue });
  const start = () => lanes.start(() => new Promise<void>((resolve) => gates.push(resolve)));
  return { clock, lanes, watch, gates, metrics, start };
};

describe('the observed lanes', () => {
  it('know what waits and what runs, and how long an entry waited', async () => {
    const { clock, lanes, watch, gates, metrics, start } = await openLanes();
    await start();
    await lanes.add(entry('a', 'lane'));
    await lanes.add(entry('b', 'lane'));
    await settle();
    expect(await watch.look()).toEqual({ waiting: 1, running: 1, oldestRunnableMs: null, areRunHere: true });
    await clock.advance(4_000);
    gates.shift()?.();
    await settle();
    expect(await watch.look()).toMatchObject({ waiting: 0, running: 1 });
    expect(await linesOf(metrics)).toContain('makevideo_lane_wait_seconds_sum{kind="turn"} 4');
  });

  it('find the oldest entry that nothing holds back, and count neither its followers nor what is not due', async () => {
    const { clock, lanes, watch } = await openLanes();
    await lanes.add(entry('later', 'other'), { notBeforeMs: clock.nowMs() + 60_000 });
    await clock.advance(10_000);
    await lanes.add(entry('first', 'lane'));
    await lanes.add(entry('second', 'lane'));
    await clock.advance(5_000);
    expect(await watch.look()).toMatchObject({ oldestRunnableMs: 5_000, areRunHere: false });
    await lanes.withdraw('first');
    await lanes.withdraw('second');
    expect((await watch.look()).oldestRunnableMs).toBe(0);
  });

  it('forget what was not added', async () => {
    const { lanes, watch, metrics } = await openLanes();
    await lanes.add(entry('a'));
    expect(await lanes.add(entry('a'))).toBe('known');
    expect(await linesOf(metrics)).toContain('makevideo_duplicates_avoided_total{what="request"} 1');
    expect((await watch.look()).waiting).toBe(1);
  });

  it('ask the queue that several processes share, and find an entry that stays the oldest', async () => {
    const answers = ['a', 'a', 'b', null].map((oldestRunnable) => ({ waiting: 3, oldestRunnable }));
    const readQueue = () => Promise.resolve(answers.shift() ?? { waiting: 0, oldestRunnable: null });
    const { clock, lanes, watch } = await openLanes(readQueue);
    await lanes.add(entry('of-another-process'));
    const ages: (number | null)[] = [];
    for (let look = 0; look < 4; look += 1) {
      ages.push((await watch.look()).oldestRunnableMs);
      await clock.advance(30_000);
    }
    expect(ages).toEqual([0, 30_000, 0, null]);
  });

  it('stay as they were while the shared queue cannot be read', async () => {
    const { watch } = await openLanes(() => Promise.reject(new Error('away')));
    expect(await watch.look()).toMatchObject({ waiting: 0, oldestRunnableMs: null });
  });
});

describe('the observed backend', () => {
  it('measures calls by result, and the longest silence of a stream', async () => {
    const metrics = openMetrics();
    let nowMs = 0;
    async function* slow() {
      nowMs += 2_000;
      yield* saying(words('one'));
      nowMs += 9_000;
      yield* saying(words('two'));
    }
    const script = { streams: [slow], snapshots: [nemoError('refused', 'sessionLost')], renders: [] };
    const { backend } = createScriptedBackend(script);
    const observed = observeBackend(backend, { metrics, stopwatch: () => nowMs });
    const call = { account: { kind: 'operator' as const }, signal: new AbortController().signal };
    const seen: string[] = [];
    for await (const event of await observed.openStream({ ...call, sessionId: 's', text: 'x' }))
      seen.push(event.type);
    await expect(observed.snapshot({ ...call, sessionId: 's' })).rejects.toThrow('sessionLost');
    expect(seen).toEqual(['text', 'text']);
    const lines = await linesOf(metrics);
    expect(lines).toContain('makevideo_stream_silence_seconds_sum 9');
    expect(lines).toContain('makevideo_backend_call_seconds_count{call="snapshot",result="sessionLost"} 1');
  });
});

describe('the observed chat', () => {
  const view = { text: 'x', buttons: [], files: [], mentionUserId: '7', isSilent: false };
  const link = { kind: 'link', label: 'Download MP4', url: 'https://example.com/v.mp4' } as const;
  const film = { name: 'video.mp4', bytes: new Uint8Array(1), description: null };

  it('counts delivered videos by form, failures by kind, and messages that were there already', async () => {
    const metrics = openMetrics();
    const { chat, failures } = createRecordingChat();
    const observed = observeChat(chat, { metrics, stopwatch: () => 0 });
    const { signal } = new AbortController();
    await observed.createMessage('c', { ...view, files: [film], buttons: [link] }, { key: 'a', signal });
    await observed.createMessage('c', { ...view, buttons: [link] }, { key: 'b', signal });
    const button = { kind: 'action', label: 'Stop', customId: 'stop:t1', tone: 'danger' } as const;
    await observed.createMessage('c', { ...view, buttons: [button] }, { key: 'c', signal });
    expect(await observed.findOwnMessage('c', 't1', { signal })).not.toBeNull();
    failures.push(new ChatError('forbidden', { message: 'no' }));
    await expect(observed.createMessage('c', view, { key: 'd', signal })).rejects.toThrow('no');
    const lines = await linesOf(metrics);
    expect(lines).toContain('makevideo_deliveries_total{form="file"} 1');
    expect(lines).toContain('makevideo_deliveries_total{form="link"} 1');
    expect(lines).toContain('makevideo_duplicates_avoided_total{what="message"} 1');
    expect(lines).toContain('makevideo_chat_call_seconds_count{call="createMessage",result="forbidden"} 1');
  });
});

describe('the tally', () => {
  it('counts what the rooms say, whether or not anybody listens', async () => {
    const health = createHealth({ clock: createFakeClock(), log, address: null });
    onTestFinished(() => health.close());
    await health.listen(() => null);
    expect(() => {
      health.tally.duplicateAvoided('request');
      health.tally.viewReplaced();
    }).not.toThrow();
  });
});
