/** The platform did what it was asked, and its answer got lost; or it cannot be reached for a while. People see the newest words all the same. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { ChatError } from '../../src/ports/chat.ts';
import { nemoError, openStage, type Stage, saying, snapshotOf, words } from './stage.ts';

const unreachable = (): ChatError =>
  new ChatError('unavailable', { message: 'Discord could not be reached.' });

const open = async (script: Parameters<typeof openStage>[0]['script']): Promise<Stage> => {
  const stage = await openStage({ script });
  onTestFinished(() => stage.close());
  return stage;
};

/** The first message is taken, and the answer to it gets lost. */
const loseFirstAnswer = ({ chat: { chat } }: Stage): void => {
  const create = chat.createMessage.bind(chat);
  let isLost = false;
  chat.createMessage = async (...values) => {
    const at = await create(...values);
    if (isLost) return at;
    isLost = true;
    throw unreachable();
  };
};

const texts = ({ chat }: Stage): readonly string[] => chat.messages.map(chat.newest);

describe('a status message whose answer got lost', () => {
  it('shows the last words although it was made with the first ones', async () => {
    const stage = await open({ streams: [], snapshots: [nemoError('network', 'backendUnavailable')] });
    loseFirstAnswer(stage);
    await stage.say('make a film of the city');
    await stage.until(() => texts(stage).some((text) => text.includes('could not be reached')));
    expect(stage.chat.messages).toHaveLength(1);
    expect(stage.chat.messages[0]?.versions.length).toBeGreaterThan(1);
  });

  it('is carried on by the next words', async () => {
    const stage = await open({
      streams: [() => saying(words('Made.'))],
      snapshots: [snapshotOf(null), snapshotOf('city')],
    });
    loseFirstAnswer(stage);
    await stage.say('make a film of the city');
    await stage.until(() => texts(stage).some((text) => text.includes('Your video is below')));
    expect(stage.chat.messages).toHaveLength(2);
  });
});

describe('a platform that cannot be reached', () => {
  it('while a thread is to be opened keeps the request waiting, not lost', async () => {
    const stage = await open({
      streams: [() => saying(words('Made.'))],
      snapshots: [snapshotOf(null), snapshotOf('city')],
    });
    const { chat } = stage.chat;
    const openThread = chat.openThread.bind(chat);
    let tries = 0;
    chat.openThread = async (...values) => {
      tries += 1;
      if (tries <= 3) throw unreachable();
      return openThread(...values);
    };
    const openDirectMessage = chat.openDirectMessage.bind(chat);
    chat.openDirectMessage = async (...values) => {
      if (tries <= 3) throw unreachable();
      return openDirectMessage(...values);
    };
    const place = {
      kind: 'channel',
      channelId: 'general',
      parentChannelId: null,
      guildId: 'g',
      missing: [],
    } as const;
    await stage.say('make a film of the city', { place, mentionsBot: true });
    await stage.until(() => texts(stage).some((text) => text.includes('Your video is below')));
    expect(tries).toBe(4);
    expect(texts(stage).join('\n')).not.toContain('Something went wrong');
  });
});
