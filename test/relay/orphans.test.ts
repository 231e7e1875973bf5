/** What a crash leaves between two writes: taken up by the next process, or ended with an honest word. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { preparedRender } from '../../src/core/render.ts';
import { queuedTurn, type TurnState } from '../../src/core/turn.ts';
import type { RenderRecord, ThreadRecord, TurnRecord } from '../../src/ports/store.ts';
import { openStage, type Stage, saying, snapshotOf, words } from './stage.ts';

const thread: ThreadRecord = {
  threadId: 'dm',
  guildId: null,
  requesterId: '7',
  locale: 'en',
  account: { kind: 'operator' },
  session: { sessionId: 's1', taskId: 'task', userId: 'anon_1' },
  files: [],
  isRenderDue: false,
  isExportBlocked: false,
  vagueTurnId: null,
  renderIds: ['r1'],
  createdAtMs: 0,
};

const turnIn = (state: TurnState, renderId: string | null = null): TurnRecord => ({
  turnId: 't1',
  threadId: 'dm',
  guildId: null,
  requesterId: '7',
  locale: 'en',
  instruction: 'make a film of the city',
  files: [],
  acceptedAtMs: 0,
  source: null,
  state,
  statusMessages: [],
  before: null,
  renderId,
  isRenderOffered: false,
  credits: null,
});

const submitted: TurnState = { ...queuedTurn, phase: 'streaming', startedAtMs: 0, submittedAtMs: 0 };
const settled: TurnState = { ...submitted, phase: 'settled', said: ['Made.'], outcome: 'answered' };

const renderIn = (state: Partial<RenderRecord['state']>): RenderRecord => ({
  renderId: 'r1',
  turnId: 't1',
  threadId: 'dm',
  requesterId: '7',
  locale: 'en',
  account: { kind: 'operator' },
  sessionId: 's1',
  state: { ...preparedRender(0, 1), ...state },
  isBegun: true,
  resultMessage: null,
});

/** A store as a crash left it; its next process starts when the test says so. */
const openLeft = async (...records: readonly (TurnRecord | RenderRecord)[]): Promise<Stage> => {
  const stage = await openStage({
    script: { streams: [() => saying(words('Made.'))], snapshots: [snapshotOf(null), snapshotOf('city')] },
    isWorkerLate: true,
  });
  onTestFinished(() => stage.close());
  await stage.store.threads.set('dm', thread);
  for (const record of records) {
    if ('sessionId' in record) await stage.store.renders.set(record.renderId, record);
    else await stage.store.turns.set(record.turnId, record);
  }
  return stage;
};

/** In the lane once and finished there, as when its last write failed. */
const finishEntry = async ({ lanes }: Stage, id: string, kind: 'turn' | 'render'): Promise<void> => {
  await lanes.add({ id, lane: kind === 'turn' ? 'dm' : id, kind });
  await lanes.withdraw(id);
};

const texts = ({ chat }: Stage): readonly string[] => chat.messages.map(chat.newest);
const says =
  (stage: Stage, text: string): (() => boolean) =>
  () =>
    texts(stage).some((shown) => shown.includes(text));

describe('after a crash', () => {
  it('a turn that was stored and not yet in line is run', async () => {
    const stage = await openLeft(turnIn(queuedTurn));
    await stage.startWorker();
    await stage.until(says(stage, 'Your video is below'));
    expect(stage.calls.filter((call) => call === 'openStream')).toHaveLength(1);
  });

  it('a message that comes again finds its turn and puts it in line', async () => {
    const stage = await openLeft();
    await stage.startWorker();
    await stage.store.turns.set('t2000', { ...turnIn(queuedTurn), turnId: 't2000' });
    await stage.say('make a film of the city', { messageId: '2000' });
    await stage.until(says(stage, 'Your video is below'));
    expect(stage.calls.filter((call) => call === 'openStream')).toHaveLength(1);
  });

  it('a request that had no thread yet gets one', async () => {
    const stage = await openLeft();
    await stage.store.arrivals.set('a9', {
      arrivalId: 'a9',
      guildId: 'guild',
      requesterId: '7',
      locale: 'en',
      instruction: 'make a film of the city',
      attachments: [],
      acceptedAtMs: 0,
      channelId: 'general',
      starter: { channelId: 'general', messageId: 'm0' },
    });
    await stage.startWorker();
    await stage.until(says(stage, 'Your video is below'));
    expect(stage.chat.messages[0]?.channelId).toBe('thread-m0');
    expect(await stage.store.arrivals.get('a9')).toBeNull();
  });

  it('a turn that its lane has forgotten ends with an honest word, and nothing is sent again', async () => {
    const stage = await openLeft(turnIn(submitted));
    await finishEntry(stage, 't1', 'turn');
    await stage.startWorker();
    await stage.until(says(stage, 'I have not sent your request a second time'));
    expect((await stage.store.turns.get('t1'))?.state).toMatchObject({ phase: 'settled', outcome: 'failed' });
    expect(stage.calls).not.toContain('openStream');
  });

  it('a render that its lane has forgotten ends with an honest word', async () => {
    const stage = await openLeft(turnIn(settled, 'r1'), renderIn({ phase: 'rendering' }));
    await finishEntry(stage, 'r1', 'render');
    await stage.startWorker();
    await stage.until(says(stage, 'Something went wrong on my side'));
    expect((await stage.store.renders.get('r1'))?.state.phase).toBe('failed');
  });

  it('a render that nobody ever saw is closed, and does not keep its thread busy', async () => {
    const stage = await openLeft(turnIn(settled, 'r2'), renderIn({ phase: 'prepared' }));
    await stage.startWorker();
    for (let round = 0; round < 140; round += 1) await stage.clock.advance(500);
    expect((await stage.store.renders.get('r1'))?.state.phase).toBe('cancelled');
    expect(stage.calls).not.toContain('submitRender');
    expect(texts(stage)).toEqual([]);
  });

  it('the second try of a render is not made a second time', async () => {
    const problem = { kind: 'renderFailed', retry: 'never', code: null, bindId: null } as const;
    const second = { ...renderIn({ attempt: 2 }), renderId: 'r2' };
    const stage = await openLeft(turnIn(settled, 'r2'), renderIn({ phase: 'failed', problem }), second);
    await stage.lanes.add({ id: 'r1', lane: 'r1', kind: 'render' });
    await stage.lanes.add({ id: 'r2', lane: 'r2', kind: 'render' });
    await stage.startWorker();
    await stage.until(says(stage, 'Your video is below'));
    expect(texts(stage).filter((text) => text.includes('Your video is ready'))).toHaveLength(1);
    expect((await stage.store.turns.get('t1'))?.renderId).toBe('r2');
  });

  it('a token that was being tried is forgotten, and one that works is kept', async () => {
    const stage = await openLeft();
    const token = { clientId: null, token: 'nmv_usr_token', expiresAtMs: null, userId: null };
    for (const accountId of ['own:7.attempt', 'own:7']) {
      await stage.store.accounts.set(accountId, { accountId, ...token });
    }
    await stage.startWorker();
    for (let round = 0; round < 140; round += 1) await stage.clock.advance(500);
    expect(await stage.store.accounts.get('own:7.attempt')).toBeNull();
    expect(await stage.store.accounts.get('own:7')).not.toBeNull();
  });

  it('what is over and what is in line is left alone', async () => {
    const stage = await openLeft(turnIn(settled, 'r1'), renderIn({ phase: 'delivered' }));
    await stage.startWorker();
    for (let round = 0; round < 140; round += 1) await stage.clock.advance(500);
    expect(texts(stage)).toEqual([]);
    expect(stage.calls).toEqual([]);
  });
});
