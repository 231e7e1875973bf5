/** What becomes of a turn and its video when the place in which they were asked for is gone, or closed to the bot. */
import { expect, test } from 'vitest';
import { ChatError, type ChatErrorKind } from '../../src/ports/chat.ts';
import { openOwnStage } from './own-stage.ts';
import { saying, snapshotOf, words } from './stage.ts';

/** A stage whose thread stops taking messages when the test says so; the person's direct messages are another channel. */
const open = async () => {
  const stage = await openOwnStage({
    script: {
      streams: [() => saying(words('Here is your film.'))],
      snapshots: [snapshotOf(null), snapshotOf('cats')],
    },
  });
  const { chat } = stage.chat;
  const inner = { ...chat };
  const tried: string[] = [];
  let refusal: ChatErrorKind | null = null;
  let closed: readonly string[] = ['dm'];
  const refuse = (channelId: string): void => {
    if (refusal === null || !closed.includes(channelId)) return;
    tried.push(channelId);
    throw new ChatError(refusal, { message: 'no' });
  };
  chat.createMessage = async (channelId, view, options) => {
    refuse(channelId);
    return inner.createMessage(channelId, view, options);
  };
  chat.editMessage = async (at, view, options) => {
    refuse(at.channelId);
    return inner.editMessage(at, view, options);
  };
  return {
    ...stage,
    tried,
    close: (kind: ChatErrorKind, channelIds: readonly string[] = ['dm']): void => {
      refusal = kind;
      closed = channelIds;
    },
    directly: () => stage.chat.messages.filter(({ channelId }) => channelId === 'direct-7'),
    isOver: (what: string) => stage.log.lines.some(({ message }) => message === what),
  };
};

test.each<ChatErrorKind>(['placeGone', 'forbidden'])(
  'a request whose place is lost before it was sent is not sent (%s)',
  async (kind) => {
    const stage = await open();
    stage.close(kind);
    await stage.say('make a film about cats');
    await stage.until(() => stage.isOver('the turn is settled'));
    expect(stage.calls).not.toContain('openStream');
    expect(stage.calls).not.toContain('submitRender');
    expect((await stage.store.turns.get('t1001'))?.state).toMatchObject({ outcome: 'cancelled' });
    expect(stage.tried.length).toBeLessThanOrEqual(2);
  },
);

test.each<ChatErrorKind>(['placeGone', 'forbidden'])(
  'a video whose place is lost while it is made is offered once in direct messages (%s)',
  async (kind) => {
    const stage = await open();
    await stage.say('make a film about cats');
    await stage.until(() => stage.calls.includes('openStream'));
    stage.close(kind);
    await stage.until(() => stage.isOver('the render is over'));
    const [result, ...more] = stage.directly();
    expect(more).toEqual([]);
    expect(result?.versions[0]).toMatchObject({
      text: expect.stringContaining("couldn't post this where you asked"),
      files: expect.arrayContaining([expect.objectContaining({ name: 'video.mp4' })]),
      mentionUserId: '7',
    });
    expect(result?.versions[0]?.buttons.every(({ kind: button }) => button === 'link')).toBe(true);
    expect(stage.calls.filter((name) => name === 'openStream')).toHaveLength(1);
    // A word in between, the last words, the result with and without its file: never once a second.
    expect(stage.tried.length).toBeLessThanOrEqual(6);
  },
);

test('a file that may not be attached gives way to its link, in its own place', async () => {
  const stage = await open();
  const inner = { ...stage.chat.chat };
  stage.chat.chat.createMessage = async (channelId, view, options) => {
    const drawn = typeof view === 'function' ? view() : view;
    if (drawn.files.length > 0) throw new ChatError('forbidden', { message: 'Missing Permissions' });
    return inner.createMessage(channelId, view, options);
  };
  await stage.say('make a film about cats');
  await stage.until(() => stage.isOver('the render is over'));
  expect(stage.directly()).toEqual([]);
  const result = stage.chat.messages.findLast(({ channelId }) => channelId === 'dm');
  expect(result?.versions[0]?.text).toContain('I may not attach files here');
});

test('a video that nobody can be given ends with a line in the log, and blocks nothing', async () => {
  const stage = await open();
  await stage.say('make a film about cats');
  await stage.until(() => stage.calls.includes('openStream'));
  stage.close('forbidden', ['dm', 'direct-7']);
  await stage.until(() => stage.isOver('the render is over'));
  expect(stage.log.lines.filter(({ message }) => message === 'the render failed')).toHaveLength(1);
  stage.close('forbidden', []);
  await stage.say('credits');
  await stage.until(() => stage.chat.messages.some((shown) => stage.chat.newest(shown).includes('credits')));
});
