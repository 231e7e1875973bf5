/** What becomes of calls in channels that came while nobody listened, with time in the test's hands. */
import { describe, expect, test } from 'vitest';
import { createDispatch } from '../../src/commands/index.ts';
import type { IncomingMessage } from '../../src/ports/chat.ts';
import { general, openOwnStage } from './own-stage.ts';
import { person, saying, snapshotOf, words } from './stage.ts';

const minuteMs = 60_000;

/** A stage on which the platform kept what was written in one channel. */
const open = async () => {
  const stage = await openOwnStage({
    script: {
      streams: Array.from({ length: 5 }, () => () => saying(words('Made.'))),
      snapshots: [snapshotOf(null), snapshotOf('city')],
    },
  });
  const kept: IncomingMessage[] = [];
  Object.assign(stage.chat.chat, {
    channelsWithNews: () => ['general'],
    messagesSince: async (_channelId: string, { sinceMs }: { sinceMs: number }) =>
      kept.filter(({ createdAtMs }) => createdAtMs >= sinceMs),
  });
  return {
    ...stage,
    wrote: (text: string, agoMs: number, given: Partial<IncomingMessage> = {}): IncomingMessage => {
      const message = {
        messageId: `missed-${kept.length}`,
        place: general,
        person,
        text,
        attachments: [],
        mentionsBot: true,
        isTextWithheld: false,
        createdAtMs: stage.clock.nowMs() - agoMs,
        ...given,
      };
      kept.push(message);
      return message;
    },
    comesBack: () => stage.relay.onGap(stage.clock.nowMs() - 60 * minuteMs),
  };
};

const refuse = (): Promise<never> => Promise.reject(new Error('Nobody expected this answer.'));

describe('a call a moment ago', () => {
  test('is done as if it had come, once, and what people say to one another is left alone', async () => {
    const stage = await open();
    stage.wrote('make a film of the city', 2 * minuteMs);
    stage.wrote('hello everybody', minuteMs, { mentionsBot: false, person: { ...person, id: '8' } });
    await stage.comesBack();
    await stage.until(() => stage.textsIn('thread-missed-0').some((text) => text.includes('video is below')));
    await stage.comesBack();
    await stage.clock.advance(10_000);
    expect(stage.sent).toEqual(['make a film of the city']);
    expect(stage.textsIn('general')).toEqual([]);
  });

  test('is not taken again with what had joined it before', async () => {
    const stage = await open();
    const [first, second] = [stage.wrote('make a film', 30_000), stage.wrote('of the city', 29_000)];
    await stage.relay.onMessage(first);
    await stage.relay.onMessage(second);
    await stage.until(() => stage.textsIn('thread-missed-0').some((text) => text.includes('video is below')));
    await stage.comesBack();
    await stage.clock.advance(10_000);
    expect(stage.sent).toEqual(['make a film\nof the city']);
  });
});

/** Called three times long ago, and read twice. */
const askedWith = async () => {
  const stage = await open();
  stage.wrote('make a *film*', 40 * minuteMs);
  stage.wrote('make a film of the sea', 30 * minuteMs);
  stage.wrote('', 25 * minuteMs);
  await stage.comesBack();
  await stage.comesBack();
  return stage;
};

describe('a call of long ago', () => {
  test('is asked about, once for each person, and not done by itself', async () => {
    const stage = await askedWith();
    expect(stage.textsIn('general')).toEqual([
      '<@7> 💤 While I was away, you wrote:\n> make a film of the sea\nShall I do it now?',
    ]);
    expect(stage.chat.messages[0]?.versions[0]).toMatchObject({ mentionUserId: '7', isSilent: false });
    expect(stage.sent).toEqual([]);
  });

  test('is done once, when the person who wrote it says so', async () => {
    const stage = await askedWith();
    const [button] = stage.chat.messages[0]?.versions[0]?.buttons ?? [];
    const told: string[] = [];
    const dispatch = createDispatch({
      relay: stage.relay,
      chat: stage.chat.chat,
      log: stage.log,
      signal: new AbortController().signal,
    });
    const press = (personId: string, customId = button?.kind === 'action' ? button.customId : '') =>
      dispatch({
        kind: 'button',
        eventId: '1',
        customId,
        messageId: 'm1',
        place: general,
        person: { ...person, id: personId },
        uploadSizeBytesMax: null,
        hearsWords: true,
        answer: refuse,
        answerPrivately: async ({ text }) => void told.push(text),
        deferPrivately: refuse,
        openForm: refuse,
        acknowledge: refuse,
        redraw: async ({ text }) => void told.push(text),
      });
    await press('8');
    await press('7', 'called:x:7');
    await press('7');
    await press('7');
    await stage.until(() => stage.sent.length > 0);
    await stage.clock.advance(10_000);
    expect(stage.sent).toEqual(['make a film of the sea']);
    expect(told).toEqual([
      expect.stringContaining('Only the person who started this'),
      expect.stringContaining('no longer kept'),
      "✅ I'm on it.",
      "✅ I'm on it.",
    ]);
  });

  test('gets no question where the bot may not write', async () => {
    const stage = await open();
    stage.wrote('make a film', 30 * minuteMs, { place: { ...general, missing: ['send'] } });
    await stage.comesBack();
    expect(stage.chat.messages).toEqual([]);
  });
});
