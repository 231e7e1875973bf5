/** A process that only sends, and gateways that share the servers among them. */
import { expect, onTestFinished, test } from 'vitest';
import type { DiscordStandIn } from '../../playground/discord/contract.ts';
import { paradiseStudio } from '../../playground/discord/world-seed.ts';
import { textView } from '../../src/core/view.ts';
import { recommendedShards } from '../../src/discord/rest-connection.ts';
import { botToken, idOf, prepareBot, type Stage, startStandIn, until } from './stage.ts';

const opened = async (options: Parameters<typeof startStandIn>[0] = {}): Promise<DiscordStandIn> => {
  const standIn = await startStandIn(options);
  onTestFinished(() => standIn.close());
  return standIn;
};

const started = async (
  standIn: DiscordStandIn,
  settings: NonNullable<Parameters<typeof prepareBot>[1]>['settings'],
): Promise<Stage> => {
  const stage = prepareBot(standIn, { settings: { ...settings } });
  onTestFinished(() => stage.close());
  await stage.start();
  return stage;
};

const { signal } = new AbortController();

test('a process without the gateway writes, finds its own messages, hears nothing and registers nothing', async () => {
  const standIn = await opened();
  const stage = await started(standIn, { hearsEvents: false });
  const { discord, messages } = stage;
  const general = stage.channelId('general');
  const view = {
    ...textView('hello'),
    buttons: [{ kind: 'action' as const, customId: 'stop:t1', label: 'Stop', tone: 'neutral' as const }],
  };
  const at = await discord.chat.createMessage(general, view, { key: 'k', signal });
  await discord.chat.editMessage(at, textView('hello again'), { signal });
  await discord.chat.createMessage(general, view, { key: 'other', signal });
  expect(await discord.chat.findOwnMessage(general, 't1', { signal })).toMatchObject({ channelId: general });
  await standIn.people.sendMessage({
    userId: idOf(standIn.people.ids.users, 'maya'),
    channelId: general,
    content: 'is anybody there?',
  });
  expect(messages).toEqual([]);
  expect(standIn.people.commands(null)).toEqual([]);
  expect(standIn.log.requests({ method: 'GET', route: /gateway/u })).toEqual([]);
});

test.each([
  [0, 10],
  [2, 50],
  [3, 100],
] as const)(
  'a process without the gateway asks how large a file may be in a server of boost level %i',
  async (boostLevel, mebibytes) => {
    const guilds = paradiseStudio.guilds.map((guild) => ({ ...guild, boostLevel }));
    const standIn = await opened({ world: { ...paradiseStudio, guilds } });
    const stage = await started(standIn, { hearsEvents: false });
    const { chat } = stage.discord;
    expect(await chat.uploadSizeBytesMax(stage.channelId('general'))).toBe(mebibytes * 1024 * 1024);
  },
);

test('a process without the gateway assumes the least for direct messages and for channels that are gone', async () => {
  const standIn = await opened();
  const { discord } = await started(standIn, { hearsEvents: false });
  const { people } = standIn;
  const direct = await people.openDirectMessage(idOf(people.ids.users, 'maya'));
  expect(await discord.chat.uploadSizeBytesMax(direct.id)).toBe(10 * 1024 * 1024);
  expect(await discord.chat.uploadSizeBytesMax('404')).toBe(10 * 1024 * 1024);
});

test('a process without the gateway does not start with a wrong token', async () => {
  const standIn = await opened();
  const starting = started(standIn, { hearsEvents: false, token: 'wrong' });
  await expect(starting).rejects.toMatchObject({ name: 'DiscordError', kind: 'invalidToken' });
});

test('gateways on different shards hear each server once', async () => {
  const standIn = await opened();
  const { people } = standIn;
  const gateways = await Promise.all(
    [0, 1].map((id) => started(standIn, { shards: { ids: [id], count: 2 } })),
  );
  const say = (content: string) =>
    people.sendMessage({
      userId: idOf(people.ids.users, 'maya'),
      channelId: idOf(people.ids.channels, 'general'),
      content,
    });
  await say('one');
  await say('two');
  const heard = () => gateways.flatMap(({ messages }) => messages.map(({ text }) => text));
  await until('both messages', () => heard().length >= 2);
  expect(heard()).toEqual(['one', 'two']);
});

test('as many shards are taken as Discord recommends', async () => {
  const standIn = await opened();
  const { apiUrl } = standIn;
  expect(await recommendedShards({ apiUrl, token: botToken })).toEqual({ ids: [0], count: 1 });
  const asking = recommendedShards({ apiUrl, token: 'wrong' });
  await expect(asking).rejects.toMatchObject({ name: 'DiscordError', kind: 'invalidToken' });
});
