/** What is done about words that were written while nobody listened, with time in the test's hands. */
import { describe, expect, test } from 'vitest';
import { createDispatch } from '../../src/commands/index.ts';
import { ChatError, type IncomingMessage } from '../../src/ports/chat.ts';
import { openOwnStage } from './own-stage.ts';
import { person, type Stage } from './stage.ts';

const minuteMs = 60_000;

/** A stage in which one project has begun in direct messages, and what the platform kept for those who ask. */
const open = async () => {
  const stage = await openOwnStage({ script: {} });
  const kept: IncomingMessage[] = [];
  const asked: { channelId: string; sinceMs: number }[] = [];
  let heardUntilMs: number | null = stage.clock.nowMs();
  Object.assign(stage.chat.chat, {
    heardUntilMs: () => heardUntilMs,
    threadsWithNews: () => [],
    messagesSince: async (channelId: string, { sinceMs }: { sinceMs: number }) => {
      asked.push({ channelId, sinceMs });
      return kept.filter(({ place, createdAtMs }) => place.channelId === channelId && createdAtMs >= sinceMs);
    },
  });
  const shows = (part: string) => () =>
    stage.chat.messages.some((shown) => stage.chat.newest(shown).includes(part));
  await stage.say('credits');
  await stage.until(shows('60 credits'));
  const shown = (): string[] => stage.chat.messages.map(stage.chat.newest);
  return {
    ...stage,
    kept,
    asked,
    shown,
    shows,
    /** Somebody wrote this so long ago, and no event came. */
    missed: (text: string, agoMs: number, given: Partial<IncomingMessage> = {}): void => {
      kept.push({
        messageId: `missed-${kept.length}`,
        place: { kind: 'dm', channelId: 'dm', parentChannelId: null, guildId: null, missing: [] },
        person,
        text,
        attachments: [],
        mentionsBot: false,
        isTextWithheld: false,
        createdAtMs: stage.clock.nowMs() - agoMs,
        ...given,
      });
    },
    hear: (untilMs: number | null): void => {
      heardUntilMs = untilMs;
    },
  };
};

const refuse = (): Promise<never> => Promise.reject(new Error('Nobody expected this answer.'));

const turnOf = async (stage: Stage, turnId: string) => (await stage.store.turns.get(turnId)) ?? null;

describe('after a gap', () => {
  test('fresh words are done as if they had come, and what was taken in before is not', async () => {
    const stage = await open();
    stage.missed('credits', 3 * minuteMs, { messageId: '1001' });
    stage.missed('timeline', 2 * minuteMs);
    await stage.relay.onGap(stage.clock.nowMs() - 5 * minuteMs);
    await stage.until(stage.shows('nothing on the timeline'));
    expect(await turnOf(stage, 'tmissed-1')).not.toBeNull();
    expect(stage.shown().filter((text) => text.includes('60 credits'))).toHaveLength(1);
  });

  test('the same gap read twice does nothing twice', async () => {
    const stage = await open();
    stage.missed('timeline', 2 * minuteMs);
    await stage.relay.onGap(stage.clock.nowMs() - 5 * minuteMs);
    await stage.relay.onGap(stage.clock.nowMs() - 5 * minuteMs);
    await stage.until(stage.shows('nothing on the timeline'));
    expect(stage.shown().filter((text) => text.includes('nothing on the timeline'))).toHaveLength(1);
  });

  test('older words are asked about once, quoted, and done when their author says so, once', async () => {
    const stage = await open();
    stage.missed('make a *film* of @everyone', 30 * minuteMs);
    stage.missed('timeline', 25 * minuteMs);
    await stage.relay.onGap(stage.clock.nowMs() - 40 * minuteMs);
    await stage.relay.onGap(stage.clock.nowMs() - 40 * minuteMs);
    const questions = stage.chat.messages.filter((shown) => stage.chat.newest(shown).includes('I was away'));
    expect(questions).toHaveLength(1);
    expect(questions[0]?.versions[0]?.text.split('\n')).toEqual([
      '💤 While I was away, you wrote:',
      '> make a \\*film\\* of @\u200beveryone',
      '> timeline',
      'Shall I do these now?',
    ]);
    expect(await turnOf(stage, 'tmissed-1')).toBeNull();
    const [button] = questions[0]?.versions[0]?.buttons ?? [];
    const customId = button?.kind === 'action' ? button.customId : '';
    const [, from, to] = customId.split(':');
    const { signal } = new AbortController();
    const run = () => stage.relay.runMissed('dm', { fromMs: Number(from), toMs: Number(to), signal });
    expect(await run()).toBe(2);
    expect(await run()).toBe(0);
    expect(await turnOf(stage, 'tmissed-0')).not.toBeNull();
    expect(await turnOf(stage, 'tmissed-1')).not.toBeNull();
  });

  test('words that the platform withholds are told of, not guessed', async () => {
    const stage = await open();
    stage.missed('', 30 * minuteMs, { isTextWithheld: true });
    await stage.relay.onGap(stage.clock.nowMs() - 40 * minuteMs);
    expect(stage.shown().at(-1)).toContain("Discord doesn't show me");
    expect(stage.chat.messages.at(-1)?.versions[0]?.buttons).toEqual([]);
  });

  test('what others wrote there, and what is older than a day, is left alone', async () => {
    const stage = await open();
    stage.missed('make it blue', 30 * minuteMs, { person: { ...person, id: '8' } });
    stage.missed('make it red', 25 * 60 * minuteMs);
    await stage.relay.onGap(stage.clock.nowMs() - 48 * 60 * minuteMs);
    expect(stage.chat.messages).toHaveLength(1);
  });

  test('a place that cannot be read keeps no other waiting', async () => {
    const stage = await open();
    const inner = { ...stage.chat.chat };
    Object.assign(stage.chat.chat, {
      threadsWithNews: () => ['closed', 'unbound'],
      messagesSince: (channelId: string, options: { sinceMs: number; signal: AbortSignal }) =>
        channelId === 'closed'
          ? Promise.reject(new ChatError('forbidden', { message: 'no' }))
          : inner.messagesSince(channelId, options),
    });
    const bound = await stage.store.threads.get('dm');
    if (bound !== null) await stage.store.threads.set('closed', { ...bound, threadId: 'closed' });
    stage.missed('timeline', minuteMs);
    await stage.relay.onGap(stage.clock.nowMs() - 5 * minuteMs);
    await stage.until(stage.shows('nothing on the timeline'));
    expect(stage.asked.map(({ channelId }) => channelId)).not.toContain('unbound');
  });
});

describe('a new process', () => {
  test('reads from where the one before it heard its last', async () => {
    const stage = await open();
    const heardUntilMs = stage.clock.nowMs() - 8 * minuteMs;
    const directChannels = [{ channelId: 'dm', atMs: heardUntilMs }];
    await stage.store.listeners.set('all', { listenerId: 'all', heardUntilMs, directChannels });
    stage.missed('timeline', minuteMs);
    stage.relay.catchUp();
    await stage.until(stage.shows('nothing on the timeline'));
    expect(stage.asked[0]?.sinceMs).toBeLessThanOrEqual(heardUntilMs);
    expect(stage.asked[0]?.sinceMs).toBeGreaterThan(heardUntilMs - minuteMs);
  });

  test('stores what it heard, and nothing as long as nothing comes', async () => {
    const stage = await open();
    let writes = 0;
    const inner = { ...stage.store.listeners };
    Object.assign(stage.store.listeners, {
      set: (...given: Parameters<typeof inner.set>) => {
        writes += 1;
        return inner.set(...given);
      },
    });
    stage.relay.catchUp();
    for (let round = 0; round < 5; round += 1) await stage.clock.advance(20_000);
    expect(writes).toBe(1);
    stage.hear(stage.clock.nowMs());
    await stage.clock.advance(20_000);
    expect(writes).toBe(2);
    expect(await stage.store.listeners.get('all')).toMatchObject({
      heardUntilMs: stage.clock.nowMs() - 20_000,
      directChannels: [{ channelId: 'dm' }],
    });
  });
});

describe('the button', () => {
  test.each(['missed', 'missed::', 'missed:2:1', 'missed:x:y', 'missed:-1:5'])(
    'means nothing when nobody of us made it (%s)',
    async (customId) => {
      const stage = await open();
      const told: string[] = [];
      const { signal } = new AbortController();
      const dispatch = createDispatch({
        relay: stage.relay,
        chat: stage.chat.chat,
        log: stage.log,
        signal,
      });
      await dispatch({
        kind: 'button',
        eventId: '1',
        customId,
        messageId: 'm1',
        place: { kind: 'dm', channelId: 'dm', parentChannelId: null, guildId: null, missing: [] },
        person,
        uploadSizeBytesMax: null,
        hearsWords: true,
        answer: refuse,
        answerPrivately: async ({ text }) => void told.push(text),
        deferPrivately: refuse,
        openForm: refuse,
        acknowledge: refuse,
        redraw: refuse,
      });
      expect(told).toEqual([expect.stringContaining('no longer kept')]);
    },
  );
});
