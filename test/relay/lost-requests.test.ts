/** A process answered a request and died before it stored it: the next one says so, and only then. */
import { expect, onTestFinished, test } from 'vitest';
import { ChatError, type OwnAnswer } from '../../src/ports/chat.ts';
import { openStage, person, type Stage } from './stage.ts';

const minuteMs = 60_000;

/** A process that begins where another one left, a minute ago, and finds these answers in one channel. */
const begin = async (texts: Readonly<Record<string, string>>, prepare = async (_stage: Stage) => {}) => {
  const stage = await openStage({ script: {} });
  onTestFinished(() => stage.close());
  const { chat } = stage.chat;
  const { signal } = new AbortController();
  const answers: OwnAnswer[] = [];
  for (const [eventId, text] of Object.entries(texts)) {
    const view = { text, buttons: [], files: [], mentionUserId: null, isSilent: false };
    answers.push({ at: await chat.createMessage('general', view, { key: eventId, signal }), eventId, text });
  }
  Object.assign(chat, {
    channelsWithNews: () => ['closed', 'general'],
    answersSince: async (channelId: string) => {
      if (channelId === 'closed') throw new ChatError('forbidden', { message: 'Missing Access' });
      return answers;
    },
  });
  const heardUntilMs = stage.clock.nowMs() - minuteMs;
  await stage.store.listeners.set('all', { listenerId: 'all', heardUntilMs, directChannels: [] });
  await prepare(stage);
  stage.relay.catchUp();
  await stage.clock.advance(5_000);
  return { ...stage, newest: () => stage.chat.messages.map(stage.chat.newest) };
};

test('whoever was answered and is forgotten reads that nothing was started, in their language', async () => {
  const stage = await begin({ 1: '🎬 make a film of the sea', 2: '🎬 做一个大海的视频' });
  await stage.clock.advance(15_000);
  await stage.until(() => stage.newest().every((text) => text.includes('⚠️')));
  expect(stage.newest()).toEqual([
    '🎬 make a film of the sea\n⚠️ I was restarted before I could save this, so I have not started it and nothing was charged. Please send it again.',
    expect.stringMatching(/^🎬 做一个大海的视频\n⚠️ 我在保存之前重启了/u),
  ]);
});

test('it is said once, however often a process begins', async () => {
  const said =
    '🎬 make a film\n⚠️ I was restarted before I could save this, so I have not started it and nothing was charged. Please send it again.';
  const stage = await begin({ 1: said });
  await stage.clock.advance(30_000);
  expect(stage.newest()).toEqual([said]);
});

test('answers that promise nothing, and those of requests that are stored, stay as they are', async () => {
  const texts = { 1: '🆕 This is a fresh start', 2: '🎬 credits', 3: '🎬 make a film' };
  const stage = await begin(texts, async ({ relay }) => {
    const place = {
      kind: 'thread',
      channelId: 't',
      parentChannelId: 'c',
      guildId: null,
      missing: [],
    } as const;
    const answer = Promise.resolve({ channelId: 't', messageId: 'm' });
    const wish = { instruction: 'credits', attachments: [], answer, locale: 'en' } as const;
    await relay.accept({ eventId: '2', place, person, ...wish });
  });
  // The third is stored by this very process a moment later.
  const stored = await stage.store.turns.get('t2');
  if (stored !== null) await stage.store.turns.set('t3', { ...stored, turnId: 't3' });
  await stage.clock.advance(30_000);
  const general = stage.chat.messages.filter(({ channelId }) => channelId === 'general');
  expect(general.map(stage.chat.newest)).toEqual(Object.values(texts));
});
