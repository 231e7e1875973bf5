/** What a bot knows of its own deafness, and how it reads what it did not hear. */
import { afterEach, expect, test } from 'vitest';
import { textView } from '../../src/core/view.ts';
import { createGaps } from '../../src/discord/gaps.ts';
import { createFakeClock } from '../lanes/fake-clock.ts';
import { openStage, prepareBot, type Stage } from './stage.ts';

const opened: Stage[] = [];
afterEach(async () => {
  for (const stage of opened.splice(0).toReversed()) await stage.close();
});
const open = async (options: Parameters<typeof openStage>[0] = {}): Promise<Stage> => {
  const stage = await openStage(options);
  opened.push(stage);
  return stage;
};

test('a shard that broke holds back until when everything was heard, and no other does', async () => {
  const clock = createFakeClock(1_000);
  const gaps = createGaps(clock);
  expect(gaps.heardUntilMs()).toBeNull();
  gaps.heard(0);
  await clock.advance(5_000);
  gaps.heard(1);
  expect(gaps.heardUntilMs()).toBe(6_000);
  gaps.broke(0);
  await clock.advance(1_000);
  gaps.heard(1);
  expect(gaps.heardUntilMs()).toBe(1_000);
  gaps.resumed(0);
  expect(gaps.heardUntilMs()).toBe(7_000);
});

test('a new session tells since when events are lost, once; a resumed one and the first one lose none', async () => {
  const clock = createFakeClock(1_000);
  const gaps = createGaps(clock);
  gaps.broke(0);
  expect(gaps.began(0)).toBeNull();
  gaps.heard(0);
  await clock.advance(5_000);
  gaps.broke(0);
  gaps.broke(0);
  expect(gaps.began(0)).toBe(1_000);
  expect(gaps.began(0)).toBeNull();
  gaps.broke(0);
  gaps.resumed(0);
  expect(gaps.began(0)).toBeNull();
});

test('what a lost session would have brought can be read: whose thread it was, by whom, and in its order', async () => {
  const stage = await open();
  const { people, faults } = stage.standIn;
  const gaps: number[] = [];
  stage.handleWith({ onGap: async (sinceMs) => void gaps.push(sinceMs) });
  const maya = stage.userId('maya');
  const thread = await people.createThread({
    userId: maya,
    channelId: stage.channelId('general'),
    name: 'Cats',
  });
  const elsewhere = { userId: maya, channelId: stage.channelId('showcase') };
  const other = await people.createThread({ ...elsewhere, name: 'Between people' });
  const { chat } = stage.discord;
  const { signal } = new AbortController();
  await chat.createMessage(thread.id, textView('here I am'), { key: 'k', signal });
  await people.sendMessage({ userId: maya, channelId: thread.id, content: 'heard' });
  await stage.until('the message', () => stage.messages.length === 1);
  // There is no session before the bot has come back, which takes a few round trips.
  faults.dropGateway({ isResumable: false });
  await people.sendMessage({ userId: maya, channelId: other.id, content: 'not for the bot' });
  await people.sendMessage({ userId: maya, channelId: thread.id, content: 'missed' });
  await people.sendMessage({ userId: stage.userId('lin'), channelId: thread.id, content: 'missed too' });
  const [sinceMs = 0] = await stage.until('the gap', () => (gaps.length > 0 ? gaps : null));
  expect(stage.messages).toHaveLength(1);
  expect(chat.threadsWithNews(sinceMs)).toEqual([thread.id]);
  expect(chat.threadsWithNews(Date.now() + 60_000)).toEqual([]);
  expect(chat.channelsWithNews(sinceMs)).toEqual([]);
  await people.sendMessage({ userId: maya, channelId: stage.channelId('showcase'), content: 'hello' });
  await people.sendMessage({
    userId: stage.userId('moss'),
    channelId: stage.channelId('staff'),
    content: 'hidden',
  });
  await people.sendMessage({ userId: maya, channelId: stage.channelId('general'), content: 'hello' });
  await stage.until('both', () => stage.messages.length === 3);
  const channels = [stage.channelId('general'), stage.channelId('showcase')];
  expect(chat.channelsWithNews(sinceMs)).toEqual(channels);
  const read = await chat.messagesSince(thread.id, { sinceMs, signal });
  const missed = read.filter(({ text }) => text !== 'heard');
  expect(missed.map(({ text, person }) => [text, person.id])).toEqual([
    ['missed', maya],
    ['missed too', stage.userId('lin')],
  ]);
  expect(missed[0]?.place).toMatchObject({ kind: 'thread', channelId: thread.id });
});

test('direct messages are read by another process, without any event', async () => {
  const stage = await open();
  const { people } = stage.standIn;
  const maya = stage.userId('maya');
  const direct = await people.openDirectMessage(maya);
  await people.sendMessage({ userId: maya, channelId: direct.id, content: 'hello' });
  await stage.until('the message', () => stage.messages.length === 1);
  await stage.discord.stop();
  const next = prepareBot(stage.standIn);
  opened.push(next);
  await next.start();
  const { signal } = new AbortController();
  const read = await next.discord.chat.messagesSince(direct.id, { sinceMs: Date.now() - 60_000, signal });
  expect(read.map(({ text, place }) => [text, place.kind])).toEqual([['hello', 'dm']]);
});

test('our own answers are read with what they answer, but for those that have their thread', async () => {
  const stage = await open();
  const { people } = stage.standIn;
  const answered: string[] = [];
  stage.handleWith({
    onInteraction: async (interaction) => {
      const { messageId } = await interaction.answer(textView(`answer to ${interaction.eventId}`));
      answered.push(messageId);
    },
  });
  const { chat } = stage.discord;
  const { signal } = new AbortController();
  const where = { userId: stage.userId('maya'), channelId: stage.channelId('general') };
  await people.sendMessage({ ...where, content: 'hello' });
  await chat.createMessage(where.channelId, textView('no answer'), { key: 'k', signal });
  const first = await people.runCommand({ ...where, name: 'nemo', subcommand: 'credits' });
  const second = await people.runCommand({ ...where, name: 'nemo', subcommand: 'credits' });
  await stage.until('both answers', () => answered.length === 2);
  const read = () => chat.answersSince(where.channelId, { sinceMs: Date.now() - 60_000, signal });
  const all = await read();
  expect(all.map(({ eventId, text }) => [eventId, text])).toEqual([
    [first.id, `answer to ${first.id}`],
    [second.id, `answer to ${second.id}`],
  ]);
  const [{ at } = { at: { channelId: '', messageId: '' } }] = all;
  await chat.openThread(at, { name: 'Its thread', signal });
  expect((await read()).map(({ eventId }) => eventId)).toEqual([second.id]);
});

test('nothing is read where the past is closed to the bot', async () => {
  const stage = await open();
  const { people, faults } = stage.standIn;
  const channelId = stage.channelId('general');
  await people.sendMessage({ userId: stage.userId('maya'), channelId, content: 'hello' });
  faults.revoke(channelId, ['READ_MESSAGE_HISTORY']);
  const { signal } = new AbortController();
  await expect(stage.discord.chat.messagesSince(channelId, { sinceMs: 0, signal })).resolves.toEqual([]);
});

test('an event that comes twice counts once, a message as well as a command', async () => {
  const stage = await open();
  const { people, faults, log } = stage.standIn;
  const where = { userId: stage.userId('maya'), channelId: stage.channelId('general') };
  await people.sendMessage({ ...where, content: 'twice' });
  await people.runCommand({ ...where, name: 'nemo', subcommand: 'credits' });
  await stage.until('both', () => stage.messages.length + stage.interactions.length === 2);
  const heardBefore = stage.discord.status().lastEventAtMs ?? 0;
  await stage.until('another moment', () => Date.now() > heardBefore);
  faults.repeatEvents(2);
  // What comes after the repeated events comes after them.
  await people.sendMessage({ ...where, content: 'once' });
  await stage.until('the last one', () => stage.messages.some(({ text }) => text === 'once'));
  expect(stage.messages.map(({ text }) => text)).toEqual(['twice', 'once']);
  expect(stage.interactions).toHaveLength(1);
  expect(log.dispatches('MESSAGE_CREATE')).toHaveLength(2);
});
