/** What the bot knows of every kind of place, from messages and from interactions. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { textView } from '../../src/core/view.ts';
import { manyPlaces } from '../fixtures/many-places.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ standIn: { world: manyPlaces } });
});

afterAll(async () => {
  await stage.close();
});

const heard = async (who: string, channelId: string) => {
  const { people } = stage.standIn;
  const before = stage.messages.length;
  await people.sendMessage({ userId: stage.userId(who), channelId, content: `<@${people.botId}> hi` });
  return stage.until('the message', () => stage.messages[before]);
};

const called = async (who: string, channelId: string) => {
  const before = stage.interactions.length;
  const options = { prompt: 'cats' };
  await stage.standIn.people.runCommand({ userId: stage.userId(who), channelId, name: 'makevideo', options });
  const call = await stage.until('the command', () => stage.interactions[before]);
  await call.answerPrivately(textView('yes'));
  return call;
};

test.each(['general', 'news'])('a channel in which threads are opened: %s', async (key) => {
  const place = { kind: 'channel', channelId: stage.channelId(key), missing: [] };
  expect((await heard('maya', place.channelId)).place).toMatchObject(place);
  expect((await called('maya', place.channelId)).place).toMatchObject(place);
});

test.each(['lounge', 'theatre'])('the chat of a channel in which people talk: %s', async (key) => {
  const place = { kind: 'threadless', channelId: stage.channelId(key), missing: [] };
  expect((await heard('maya', place.channelId)).place).toMatchObject(place);
  expect((await called('maya', place.channelId)).place).toMatchObject(place);
});

test.each(['ideas', 'gallery'])('a post is a thread: %s', async (key) => {
  const parentChannelId = stage.channelId(key);
  const { id: channelId } = await stage.standIn.people.createPost({
    userId: stage.userId('maya'),
    channelId: parentChannelId,
    name: 'Cats',
    content: 'cats',
  });
  const place = { kind: 'thread', channelId, parentChannelId, missing: [] };
  expect((await heard('maya', channelId)).place).toMatchObject(place);
  expect((await called('maya', channelId)).place).toMatchObject(place);
});

test('a locked thread names the right that it needs', async () => {
  const { people, faults } = stage.standIn;
  const moss = { userId: stage.userId('moss'), channelId: stage.channelId('showcase') };
  const { id } = await people.createThread({ ...moss, name: 'Old' });
  await people.setThread({ threadId: id, isLocked: true });
  expect((await heard('moss', id)).place.missing).toEqual([]);
  faults.revoke(moss.channelId, ['MANAGE_THREADS']);
  expect((await heard('moss', id)).place.missing).toEqual(['manageThreads']);
  expect((await called('moss', id)).place.missing).toEqual(['manageThreads']);
});

test('a private thread to which nobody added the bot takes answers and nothing else', async () => {
  const { people, faults } = stage.standIn;
  const channelId = stage.channelId('make-videos');
  faults.revoke(channelId, ['MANAGE_THREADS']);
  await people.setPermissions({
    channelId,
    targetId: stage.userId('maya'),
    allow: ['CREATE_PRIVATE_THREADS'],
  });
  const maya = stage.userId('maya');
  const thread = await people.createThread({ userId: maya, channelId, name: 'Us', isPrivate: true });
  expect((await called('maya', thread.id)).place).toMatchObject({ kind: 'threadless', channelId: thread.id });
  expect((await heard('maya', thread.id)).place).toMatchObject({
    kind: 'thread',
    parentChannelId: channelId,
  });
});

test('a server to which a person alone brought the bot', async () => {
  await stage.standIn.people.installApp(stage.userId('pavo'));
  const call = await called('pavo', stage.channelId('abroad'));
  expect(call).toMatchObject({
    person: { id: stage.userId('pavo'), isModerator: true },
    place: { kind: 'threadless', channelId: stage.channelId('abroad') },
  });
  expect(call.place.missing).toContain('send');
});

test('direct messages are the same ones each time, and closed ones are forbidden', async () => {
  const { chat } = stage.discord;
  const { signal } = new AbortController();
  const lin = stage.userId('lin');
  const first = await chat.openDirectMessage(lin, { signal });
  expect(await chat.openDirectMessage(lin, { signal })).toEqual(first);
  const write = (key: string) => chat.createMessage(first.channelId, textView('hi'), { key, signal });
  await expect(write('a')).resolves.toMatchObject(first);
  await stage.standIn.people.setDirectMessages(lin, false);
  await expect(write('b')).rejects.toMatchObject({ name: 'ChatError', kind: 'forbidden' });
});
