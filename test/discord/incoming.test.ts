import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { textView } from '../../src/core/view.ts';
import type { CommandCall, IncomingMessage } from '../../src/ports/chat.ts';
import type { Interaction } from '../contracts/chat-contract.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

let heardMessages = 0;
let heardInteractions = 0;
beforeEach(() => {
  stage.handleWith({});
  heardMessages = stage.messages.length;
  heardInteractions = stage.interactions.length;
});

const picture = { name: 'cat.png', bytes: new Uint8Array([0x89, 0x50, 0x4e, 0x47]) };
const heard = (): Promise<IncomingMessage> => stage.until('a message', () => stage.messages[heardMessages]);
const called = (): Promise<Interaction> =>
  stage.until('an interaction', () => stage.interactions[heardInteractions]);
const people = () => stage.standIn.people;

const runMakevideo = async (
  userId: string,
  channelId: string,
  options: Parameters<ReturnType<typeof people>['runCommand']>[0]['options'],
): Promise<CommandCall> => {
  await people().runCommand({ userId, channelId, name: 'makevideo', options });
  const call = await called();
  if (call.kind !== 'command') throw new Error(`a command came as a ${call.kind}`);
  return call;
};

const openThread = async (): Promise<string> => {
  const channelId = stage.channelId('make-videos');
  const { signal } = new AbortController();
  const at = await stage.discord.chat.createMessage(channelId, textView('project'), {
    key: crypto.randomUUID(),
    signal,
  });
  return (await stage.discord.chat.openThread(at, { name: 'Project', signal })).threadId;
};

test('hands over a command with its words, its choice and its files', async () => {
  const call = await runMakevideo(stage.userId('maya'), stage.channelId('make-videos'), {
    prompt: 'a calm film',
    ratio: '9:16',
    image2: picture,
  });
  await call.answerPrivately(textView('noted'));
  expect(call).toMatchObject({
    name: 'makevideo',
    subcommand: null,
    options: { prompt: 'a calm film', ratio: '9:16' },
    attachments: [{ name: 'cat.png', sizeBytes: 4, from: null }],
    person: { id: stage.userId('maya'), name: 'Maya', locale: 'en', isModerator: false },
    place: { kind: 'channel', missing: [], parentChannelId: null },
  });
  expect(call.options).not.toHaveProperty('image2');
  expect(call.uploadSizeBytesMax).toBeGreaterThan(1_000_000);
});

test('hands over a subcommand', async () => {
  const channelId = stage.channelId('general');
  await people().runCommand({ userId: stage.userId('maya'), channelId, name: 'nemo', subcommand: 'credits' });
  const call = await called();
  expect(call).toMatchObject({
    kind: 'command',
    name: 'nemo',
    subcommand: 'credits',
    options: {},
    attachments: [],
  });
  await call.answerPrivately(textView('100'));
});

test('knows a command in a thread and the channel above it', async () => {
  const threadId = await openThread();
  const call = await runMakevideo(stage.userId('maya'), threadId, { prompt: 'slower' });
  await call.answerPrivately(textView('noted'));
  expect(call.place).toMatchObject({
    kind: 'thread',
    channelId: threadId,
    parentChannelId: stage.channelId('make-videos'),
    missing: [],
  });
});

test('knows a command in a direct message', async () => {
  const direct = await people().openDirectMessage(stage.userId('lin'));
  const call = await runMakevideo(stage.userId('lin'), direct.id, { prompt: '慢一点' });
  const at = await call.answer(textView('好的'));
  expect(at.channelId).toBe(direct.id);
  expect(call.place).toEqual({
    kind: 'dm',
    channelId: direct.id,
    parentChannelId: null,
    guildId: null,
    missing: [],
  });
  expect(call.person).toMatchObject({ name: '林晓', locale: 'zh', isModerator: false });
});

test('says what the bot may not do in a channel', async () => {
  const channelId = stage.channelId('showcase');
  stage.standIn.faults.revoke(channelId, ['ATTACH_FILES', 'CREATE_PUBLIC_THREADS']);
  const call = await runMakevideo(stage.userId('maya'), channelId, { prompt: 'a film' });
  await call.answerPrivately(textView('I may not'));
  expect(call.place.missing).toEqual(['openThread', 'attachFiles']);
  await people().sendMessage({ userId: stage.userId('maya'), channelId, content: 'hello' });
  const message = await stage.until('the message', () =>
    stage.messages.find((heard) => heard.text === 'hello'),
  );
  expect(message.place.missing).toEqual(['openThread', 'attachFiles']);
});

test('tells moderators from others, in messages and in interactions', async () => {
  const channelId = stage.channelId('general');
  const { guilds, roles } = people().ids;
  const rolesOf = (key: string) =>
    expect.arrayContaining([key === 'moss' ? roles['moderator'] : guilds['paradise']]);
  for (const [key, isModerator, managesServer] of [
    ['moss', true, true],
    ['ada', true, true],
    ['pavo', false, false],
  ] as const) {
    const userId = stage.userId(key);
    await people().sendMessage({ userId, channelId, content: `I am ${key}` });
    const message = await stage.until('the message', () =>
      stage.messages.find((heard) => heard.text === `I am ${key}`),
    );
    expect(message.person).toMatchObject({ id: userId, isModerator, managesServer, roleIds: rolesOf(key) });
    const before = stage.interactions.length;
    await people().runCommand({ userId, channelId, name: 'nemo', subcommand: 'credits' });
    const call = await stage.until('the command', () => stage.interactions[before]);
    expect(call.person).toMatchObject({ id: userId, isModerator, managesServer, roleIds: rolesOf(key) });
    await call.answerPrivately(textView('100'));
  }
});

test('hands over a message in a thread', async () => {
  const threadId = await openThread();
  await people().sendMessage({
    userId: stage.userId('maya'),
    channelId: threadId,
    content: 'slower',
    files: [picture],
  });
  expect(await heard()).toMatchObject({
    text: 'slower',
    place: {
      kind: 'thread',
      channelId: threadId,
      parentChannelId: stage.channelId('make-videos'),
      missing: [],
    },
    attachments: [{ name: 'cat.png' }],
    mentionsBot: false,
  });
});

test('hands over a message in a direct message, also the very first one', async () => {
  const direct = await people().openDirectMessage(stage.userId('pavo'));
  await people().sendMessage({
    userId: stage.userId('pavo'),
    channelId: direct.id,
    content: 'hello',
    files: [picture],
  });
  expect(await heard()).toMatchObject({
    text: 'hello',
    place: { kind: 'dm', channelId: direct.id, guildId: null, missing: [] },
    person: { id: stage.userId('pavo'), isModerator: false },
    attachments: [{ name: 'cat.png' }],
  });
});

test('hears in a thread that it did not know, and knows the channel above it', async () => {
  const channelId = stage.channelId('general');
  const thread = await people().createThread({
    userId: stage.userId('maya'),
    channelId,
    name: 'Old project',
  });
  await people().setThread({ threadId: thread.id, isArchived: true });
  await people().sendMessage({ userId: stage.userId('maya'), channelId: thread.id, content: 'still there?' });
  const message = await stage.until('the message', () =>
    stage.messages.find(({ text }) => text === 'still there?'),
  );
  expect(message.place).toMatchObject({ kind: 'thread', channelId: thread.id, parentChannelId: channelId });
});

test('takes the mention of the bot out of the words and keeps the names of people', async () => {
  const content = `<@${people().botId}> make a card for <@${stage.userId('lin')}>`;
  await people().sendMessage({
    userId: stage.userId('maya'),
    channelId: stage.channelId('general'),
    content,
  });
  expect(await heard()).toMatchObject({ text: 'make a card for @林晓', mentionsBot: true });
});

test('takes an answer to its own message for a mention', async () => {
  const channelId = stage.channelId('general');
  const { signal } = new AbortController();
  const at = await stage.discord.chat.createMessage(channelId, textView('done'), {
    key: crypto.randomUUID(),
    signal,
  });
  await people().sendMessage({
    userId: stage.userId('maya'),
    channelId,
    content: 'thank you',
    replyToId: at.messageId,
    pingsReplied: true,
  });
  expect(await heard()).toMatchObject({ text: 'thank you', mentionsBot: true });
});

test('remembers the language of a person from their last interaction', async () => {
  const channelId = stage.channelId('general');
  await people().sendMessage({ userId: stage.userId('lin'), channelId, content: 'before' });
  await people().runCommand({
    userId: stage.userId('lin'),
    channelId,
    name: 'nemo',
    subcommand: 'credits',
    locale: 'zh-TW',
  });
  const call = await called();
  await call.answerPrivately(textView('100'));
  await people().sendMessage({ userId: stage.userId('lin'), channelId, content: 'after' });
  const after = await stage.until('the message', () => stage.messages.find(({ text }) => text === 'after'));
  expect(call.person.locale).toBe('zh');
  expect(after.person.locale).toBe('zh');
});

test('remembers the size limit that an interaction told', async () => {
  const channelId = stage.channelId('make-videos');
  const call = await runMakevideo(stage.userId('maya'), channelId, { prompt: 'a film' });
  await call.answerPrivately(textView('noted'));
  expect(call.uploadSizeBytesMax).not.toBeNull();
  expect(await stage.discord.chat.uploadSizeBytesMax(channelId)).toBe(call.uploadSizeBytesMax);
});

test('answers a press of which nothing is known with a word in the language of the person', async () => {
  const channelId = stage.channelId('make-videos');
  stage.handleWith({ onInteraction: () => Promise.reject(new Error('a bug')) });
  await people().runCommand({
    userId: stage.userId('lin'),
    channelId,
    name: 'makevideo',
    options: { prompt: '一个视频' },
  });
  const lines = await stage.until('the line', () => {
    const found = stage.standIn.log
      .messages(channelId)
      .filter((message) => message.onlyFor === stage.userId('lin'));
    return found.length > 0 && found;
  });
  expect(lines.at(-1)?.versions.at(-1)?.message.content).toBe('出错了');
});

test('hands over what was chosen in a menu, and changes the message in place', async () => {
  const channelId = stage.channelId('general');
  const userId = stage.userId('moss');
  await people().runCommand({ userId, channelId, name: 'nemo', subcommand: 'credits' });
  const call = await called();
  const menu = { customId: 'where', placeholder: 'everywhere' };
  await call.answerPrivately({
    ...textView('nowhere yet'),
    selects: [{ ...menu, from: { kind: 'channels', chosenIds: [], countMax: 5 } }],
  });
  const shown = () =>
    stage.standIn.log
      .messages(channelId)
      .find(({ versions }) => versions.some(({ message }) => message.content === 'nowhere yet'));
  const panel = await stage.until('the menu', shown);
  const before = stage.interactions.length;
  const values = [channelId, stage.channelId('make-videos')];
  await people().chooseSelect({ userId, messageId: panel.id, customId: 'where', values });
  const choice = await stage.until('the choice', () => stage.interactions[before]);
  if (choice.kind !== 'menu') throw new Error(`A choice came as a ${choice.kind}.`);
  expect(choice).toMatchObject({ customId: 'where', values, person: { id: userId, managesServer: true } });
  await choice.redraw(textView('there'));
  await stage.until('the change', () => shown()?.versions.at(-1)?.message.content === 'there');
});
