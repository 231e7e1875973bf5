/** A request was taken, and then the platform opens no thread for it. */
import { expect, test } from 'vitest';
import { ChatError, type ChatErrorKind } from '../../src/ports/chat.ts';
import { general, openOwnStage } from './own-stage.ts';

const open = async (kind: ChatErrorKind) => {
  const stage = await openOwnStage({ script: {} });
  stage.chat.chat.openThread = () => Promise.reject(new ChatError(kind, { message: 'no thread' }));
  return stage;
};

test.each<ChatErrorKind>(['forbidden', 'placeGone', 'refused'])(
  'it goes on in direct messages, and the first line there says why and rings (%s)',
  async (kind) => {
    const stage = await open(kind);
    await stage.say('credits', { place: general, mentionsBot: true });
    await stage.until(() => stage.textsIn('direct-7').some((text) => text.includes('60 credits')));
    expect(stage.textsIn('direct-7')[0]).toBe(
      "🎬 credits\n-# ✉️ No thread can be opened here, so I'm going on with you in our direct messages.",
    );
    expect(stage.chat.messages[0]?.versions[0]?.isSilent).toBe(false);
    expect(await stage.store.threads.get('direct-7')).toMatchObject({ guildId: null, requesterId: '7' });
  },
);

test('somebody who takes no direct messages either is told where they asked', async () => {
  const stage = await open('forbidden');
  const inner = { ...stage.chat.chat };
  stage.chat.chat.createMessage = async (channelId, view, options) => {
    if (channelId === 'direct-7') throw new ChatError('forbidden', { message: 'closed' });
    return inner.createMessage(channelId, view, options);
  };
  await stage.say('credits', { place: general, mentionsBot: true });
  await stage.until(() => stage.textsIn('general').some((text) => text.includes('went wrong')));
  expect(await stage.store.threads.get('direct-7')).toBeNull();
});
