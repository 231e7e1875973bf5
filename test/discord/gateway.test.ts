import { afterEach, expect, test, vi } from 'vitest';
import { paradiseStudio } from '../../playground/discord/world-seed.ts';
import { textView } from '../../src/core/view.ts';
import { DiscordError } from '../../src/discord/errors.ts';
import { openStage, prepareBot, prepareStage, type Stage, startStandIn, testCommands } from './stage.ts';

const open: Stage[] = [];
afterEach(async () => {
  for (const stage of open.splice(0)) await stage.close();
});
const opened = async (options: Parameters<typeof openStage>[0] = {}): Promise<Stage> => {
  const stage = await openStage(options);
  open.push(stage);
  return stage;
};
const prepared = async (options: Parameters<typeof prepareStage>[0] = {}): Promise<Stage> => {
  const stage = await prepareStage(options);
  open.push(stage);
  return stage;
};

const picture = { name: 'cat.png', bytes: new Uint8Array([0x89, 0x50, 0x4e, 0x47]) };
const puts = (stage: Stage) => stage.standIn.log.requests({ method: 'PUT', route: /commands$/u });

test('is ready after the start and not after the stop', async () => {
  const stage = await prepared();
  expect(stage.discord.status()).toMatchObject({ isReady: false, lastEventAtMs: null, guildCount: 0 });
  await stage.start();
  expect(stage.discord.status()).toMatchObject({ isReady: true, guildCount: 1, hasMessageContent: true });
  expect(stage.discord.status().lastEventAtMs).toBeGreaterThan(0);
  await stage.discord.stop();
  expect(stage.discord.status().isReady).toBe(false);
});

test('does not say at the stop that it comes back', async () => {
  const stage = await opened();
  await stage.discord.stop();
  expect(stage.lines.map(({ message }) => message)).toContain('gateway session opened');
  expect(stage.lines.map(({ message }) => message)).not.toContain('gateway connection lost, coming back');
});

test('rejects as unavailable without a connection', async () => {
  const stage = await prepared();
  const { signal } = new AbortController();
  const created = stage.discord.chat.createMessage(stage.channelId('general'), textView('hi'), {
    key: 'k',
    signal,
  });
  await expect(created).rejects.toMatchObject({ name: 'ChatError', kind: 'unavailable' });
});

test('registers its commands for everybody, in two languages, with kinds of files', async () => {
  const stage = await opened();
  const [makevideo] = stage.standIn.people.commands(null).filter(({ name }) => name === 'makevideo');
  expect(makevideo).toMatchObject({
    description: 'Make a video',
    description_localizations: { 'zh-CN': '制作视频', 'zh-TW': '制作视频' },
    contexts: [0, 1, 2],
  });
  expect(makevideo?.options?.[1]?.file_types).toEqual(expect.arrayContaining(['image', '.heic']));
});

test('leaves commands alone that an earlier start registered', async () => {
  const stage = await opened();
  await stage.discord.stop();
  const next = prepareBot(stage.standIn);
  await next.start();
  await next.close();
  expect(puts(stage)).toHaveLength(1);
});

test('registers commands for one server when asked, and once', async () => {
  const standIn = await startStandIn();
  const guildId = standIn.people.ids.guilds['paradise'] ?? '';
  for (let start = 0; start < 2; start += 1) {
    const bot = prepareBot(standIn, { settings: { guildId } });
    await bot.start();
    await bot.close();
  }
  expect(standIn.people.commands(guildId).map(({ name }) => name)).toEqual(
    testCommands.map(({ name }) => name),
  );
  expect(standIn.people.commands(null)).toEqual([]);
  expect(standIn.log.requests({ method: 'PUT', route: /commands$/u })).toHaveLength(1);
  await standIn.close();
});

test('works without fresh commands when Discord refuses them', async () => {
  const stage = await prepared();
  stage.standIn.faults.next({
    method: 'PUT',
    route: /commands$/u,
    effect: { answer: { status: 403, code: 50001, message: 'Missing Access' } },
  });
  await stage.start();
  expect(stage.discord.status().isReady).toBe(true);
  expect(stage.lines).toContainEqual(
    expect.objectContaining({ level: 'error', message: 'commands could not be registered' }),
  );
});

test('says that the token is wrong', async () => {
  const stage = await prepared({ settings: { token: 'wrong.token' } });
  const failure: unknown = await stage.start().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(DiscordError);
  expect(failure).toMatchObject({ kind: 'invalidToken' });
  expect(JSON.stringify([failure, stage.lines])).not.toContain('wrong.token');
});

test('says that Discord cannot be reached', async () => {
  const stage = await prepared({ settings: { apiUrl: 'http://127.0.0.1:9/api' } });
  await expect(stage.start()).rejects.toMatchObject({ name: 'DiscordError', kind: 'unreachable' });
});

test('starts without the privileged intent when Discord refuses it, and says how to get it', async () => {
  const stage = await opened({ standIn: { hasMessageContentIntent: false } });
  expect(stage.discord.status()).toMatchObject({ isReady: true, hasMessageContent: false });
  expect(stage.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  expect(stage.lines).toContainEqual(
    expect.objectContaining({ message: expect.stringContaining('DISCORD_MESSAGE_CONTENT=off') }),
  );
});

test('knows when Discord withheld what a person wrote, and when it did not', async () => {
  const stage = await opened({ settings: { wantsMessageContent: false } });
  const { people } = stage.standIn;
  const userId = stage.userId('maya');
  const channelId = stage.channelId('make-videos');
  const direct = await people.openDirectMessage(userId);
  await people.sendMessage({ userId, channelId, content: 'secret', files: [picture] });
  await people.sendMessage({ userId, channelId, content: `<@${people.botId}> a film`, files: [picture] });
  await people.sendMessage({ userId, channelId: direct.id, content: 'in private' });
  await stage.until('three messages', () => stage.messages.length === 3);
  expect(stage.messages).toMatchObject([
    { text: '', attachments: [], isTextWithheld: true, mentionsBot: false },
    { text: 'a film', attachments: [{ name: 'cat.png' }], isTextWithheld: false, mentionsBot: true },
    { text: 'in private', isTextWithheld: false },
  ]);
});

test('hears everything once after the connection broke and was resumed', async () => {
  const stage = await opened();
  const { people, faults } = stage.standIn;
  const say = (content: string) =>
    people.sendMessage({ userId: stage.userId('maya'), channelId: stage.channelId('general'), content });
  await say('before');
  await stage.until('the first message', () => stage.messages.length > 0);
  faults.dropGateway({ isResumable: true });
  await say('meanwhile');
  await stage.until('the resumed session', () =>
    stage.lines.some(({ message }) => message === 'gateway session resumed'),
  );
  await say('after');
  await stage.until('the last message', () => stage.messages.some(({ text }) => text === 'after'));
  expect(stage.messages.map(({ text }) => text)).toEqual(['before', 'meanwhile', 'after']);
});

test('goes on writing while the gateway is away', async () => {
  const stage = await opened();
  const { signal } = new AbortController();
  stage.standIn.faults.refuseGateway(true);
  stage.standIn.faults.dropGateway();
  await stage.until('the loss', () => stage.lines.some(({ message }) => message.includes('connection lost')));
  const channelId = stage.channelId('general');
  await expect(
    stage.discord.chat.createMessage(channelId, textView('still here'), { key: 'k', signal }),
  ).resolves.toMatchObject({ channelId });
  stage.standIn.faults.refuseGateway(false);
});

test('hands nothing over once it was told so, still writes, and asks people to come back', async () => {
  const stage = await opened();
  const { signal } = new AbortController();
  stage.discord.ignoreEvents();
  const channelId = stage.channelId('general');
  const before = stage.standIn.log.dispatches('MESSAGE_CREATE').length;
  await stage.standIn.people.sendMessage({ userId: stage.userId('maya'), channelId, content: 'too late' });
  const at = await stage.discord.chat.createMessage(channelId, textView('last words'), { key: 'k', signal });
  await stage.standIn.people.runCommand({
    userId: stage.userId('maya'),
    channelId,
    name: 'nemo',
    subcommand: 'credits',
  });
  await stage.until('a word to the person', () =>
    stage.standIn.log
      .messages(channelId)
      .some(({ onlyFor, versions }) => onlyFor !== null && versions[0]?.message.content === 'Restarting.'),
  );
  await stage.until('the events', () => stage.standIn.log.dispatches('MESSAGE_CREATE').length > before + 1);
  expect(at.channelId).toBe(channelId);
  expect(stage.messages).toEqual([]);
  expect(stage.interactions).toEqual([]);
});

test('counts what Discord may ban it for', async () => {
  const stage = await opened();
  const { signal } = new AbortController();
  const staff = stage.channelId('staff');
  await stage.discord.chat.createMessage(staff, textView('hi'), { key: 'k', signal }).catch(() => undefined);
  expect(stage.discord.status().invalidRequests).toBe(1);
});

test.each([
  [1, 10],
  [2, 50],
  [3, 100],
] as const)(
  'assumes for a server of boost level %i a limit of %i MiB until it hears more',
  async (boostLevel, mebibytes) => {
    const guilds = paradiseStudio.guilds.map((guild) => ({ ...guild, boostLevel }));
    const stage = await opened({ standIn: { world: { ...paradiseStudio, guilds } } });
    const channelId = stage.channelId('general');
    expect(await stage.discord.chat.uploadSizeBytesMax(channelId)).toBe(mebibytes * 1024 * 1024);
  },
);

test('starts with our own SHARDS in the environment, which discord.js would read in a form of its own', async () => {
  vi.stubEnv('SHARDS', '0-3/16');
  const stage = await opened().finally(() => vi.unstubAllEnvs());
  expect(stage.discord.status().isReady).toBe(true);
});
