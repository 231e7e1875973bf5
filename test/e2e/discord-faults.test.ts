/** Story: Discord refuses, fails or forgets, and the person still gets a clear line, once, and the bot lives. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../playground/discord/shapes.ts';
import { paradiseStudio } from '../../playground/discord/world-seed.ts';
import { type House, openHouse, pictures } from './house.ts';

let house: House;
let maya: string;

/** A second server, which the bot may be removed from: its people are still in the first one. */
const [paradise] = paradiseStudio.guilds;
if (paradise === undefined) throw new Error('The playground has no server.');
const world = {
  ...paradiseStudio,
  guilds: [
    { ...paradise, channels: [...paradise.channels, { key: 'studio', name: 'studio' }] },
    {
      ...paradise,
      key: 'second',
      name: 'Second',
      roles: [],
      members: { maya: [], ada: [] },
      channels: [{ key: 'second', name: 'second' }],
    },
  ],
};

beforeAll(async () => {
  house = await openHouse({
    // Wide limits: a story about them sets its own.
    discord: { world, channelWrites: { requestsMax: 100, windowMs: 1_000 } },
    nemo: { speed: 50, filmLongEdgePx: 160 },
  });
  maya = house.discord.people.ids.users['maya'] ?? '';
});

afterAll(async () => {
  await house.close();
});

const hasVideo = ({ attachments }: Message): boolean =>
  attachments.some(({ filename }) => filename.endsWith('.mp4'));
const says =
  (part: string) =>
  (message: Message): boolean =>
    message.content.includes(part);

const start = async (channel: string): Promise<string> => {
  const { people } = house.discord;
  const [image1] = await pictures(1);
  if (image1 === undefined) throw new Error('no picture');
  const interaction = await people.runCommand({
    userId: maya,
    channelId: people.ids.channels[channel] ?? '',
    name: 'makevideo',
    options: { prompt: 'make a film of this', image1 },
  });
  return people.until('the answer', () => people.interaction(interaction.id)?.messageId);
};

const results = (threadId: string) =>
  house.discord.log
    .messages(threadId)
    .filter(({ versions }) => versions.some(({ message }) => hasVideo(message)));

/** What else the bot wrote there, without the line that Discord puts at the top of a thread. */
const statuses = (threadId: string) =>
  house.discord.log
    .messages(threadId)
    .filter(
      ({ authorId, versions: [first] }) =>
        authorId === house.discord.people.botId && first?.message.content !== '',
    )
    .filter(({ versions }) => !versions.some(({ message }) => hasVideo(message)));

describe.concurrent('Discord', () => {
  it('failing after it took a message still leaves exactly one', async () => {
    const threadId = await start('general');
    house.discord.faults.next({
      method: 'POST',
      route: new RegExp(`^/channels/${threadId}/messages$`, 'u'),
      times: 2,
      effect: { afterwards: 'serverError' },
    });
    await house.waitForMessage(threadId, hasVideo, 'the video');
    await house.waitForMessage(threadId, says('Your video is below'), 'the last line');
    expect(results(threadId)).toHaveLength(1);
  });

  it('losing the answer to the result still leaves exactly one', async () => {
    const threadId = await start('general');
    house.discord.faults.next({
      method: 'POST',
      route: new RegExp(`^/channels/${threadId}/messages$`, 'u'),
      times: 2,
      effect: { afterwards: 'reset' },
    });
    await house.waitForMessage(threadId, says('Your video is below'), 'the last line');
    expect(results(threadId)).toHaveLength(1);
  });

  it('being away for a moment (503) delays the last words and loses none', async () => {
    const threadId = await start('general');
    house.discord.faults.next({
      method: 'PATCH',
      route: new RegExp(`^/channels/${threadId}/messages`, 'u'),
      times: 6,
      effect: { answer: { status: 503 } },
    });
    await house.waitForMessage(threadId, says('Your video is below'), 'the last line');
    expect(results(threadId)).toHaveLength(1);
  });

  it('refusing the file for its size (413) gets the link instead', async () => {
    const threadId = await start('general');
    await house.waitForMessage(threadId, says('-#'), 'the status');
    house.discord.faults.next({
      method: 'POST',
      route: new RegExp(`^/channels/${threadId}/messages$`, 'u'),
      times: 1,
      effect: { answer: { status: 413, code: 40_005, message: 'Request entity too large' } },
    });
    const result = await house.waitForMessage(threadId, says('too large to post here'), 'the result');
    expect(JSON.stringify(result.components)).toContain('Download MP4');
  });

  it('deleting the status message is respected: it is not posted again, and the video comes', async () => {
    const threadId = await start('general');
    const status = await house.waitForMessage(threadId, says('-#'), 'the status');
    house.discord.faults.deleteMessage(threadId, status.id);
    await house.waitForMessage(threadId, hasVideo, 'the video');
    const isDelivered = () =>
      house.logLines().some((line) => line['threadId'] === threadId && line['phase'] === 'delivered');
    await vi.waitUntil(isDelivered, 60_000);
    expect(statuses(threadId).map(({ id }) => id)).toEqual([status.id]);
  });
});

describe('Discord, one after the other,', () => {
  it('missing a permission is said by its name', async () => {
    const { people } = house.discord;
    const channelId = people.ids.channels['showcase'] ?? '';
    house.discord.faults.revoke(channelId, ['CREATE_PUBLIC_THREADS']);
    const { id } = await people.runCommand({
      userId: maya,
      channelId,
      name: 'makevideo',
      options: { prompt: 'make a film' },
    });
    await people.until('the refusal', () => {
      const view = people.interaction(id);
      const message = people
        .world(maya)
        .messages[channelId]?.find((candidate) => candidate.id === view?.messageId);
      return message?.content.includes('Create Public Threads');
    });
    expect(house.discord.log.invalidRequests()).toBeLessThan(10);
  });

  it('cutting the gateway for a moment loses nothing', async () => {
    const { people } = house.discord;
    house.discord.faults.dropGateway();
    const { id } = await people.openDirectMessage(maya);
    await people.sendMessage({ userId: maya, channelId: id, content: 'credits' });
    await house.waitForMessage(id, says('credits left'), 'the answer');
  });
});

/** Starts a video, loses its place as soon as something stands there, and waits for the film in the person's direct messages. */
const expectDirectly = async (
  at: { who: string; channel: string },
  lose: (threadId: string, channelId: string) => Promise<void>,
): Promise<void> => {
  const { people } = house.discord;
  const userId = people.ids.users[at.who] ?? '';
  const channelId = people.ids.channels[at.channel] ?? '';
  const content = `<@${people.botId}> make a film of this`;
  const message = await people.sendMessage({ userId, channelId, content, files: await pictures(1) });
  await house.waitForMessage(message.id, says('-#'), 'the status');
  await lose(message.id, channelId);
  const { id: direct } = await people.openDirectMessage(userId);
  const result = await house.waitForMessage(direct, hasVideo, 'the video');
  expect(result.content).toContain("couldn't post this where you asked");
  expect(result.mentions.map(({ id }) => id)).toEqual([userId]);
  const films = house.discord.log
    .messages(direct)
    .filter(({ versions }) => versions.some(({ message: version }) => hasVideo(version)));
  expect(films).toHaveLength(1);
};

describe.concurrent('a place that is lost while the video is made', () => {
  it('because the thread is deleted', () =>
    expectDirectly({ who: 'maya', channel: 'general' }, (threadId) =>
      house.discord.people.deleteChannel(threadId),
    ));

  it('because the right to write is taken', () =>
    expectDirectly({ who: 'moss', channel: 'studio' }, async (_threadId, channelId) => {
      house.discord.faults.revoke(channelId, ['SEND_MESSAGES_IN_THREADS']);
    }));

  it('because the thread is locked', () =>
    expectDirectly({ who: 'pavo', channel: 'make-videos' }, async (threadId, channelId) => {
      house.discord.faults.revoke(channelId, ['MANAGE_THREADS']);
      await house.discord.people.setThread({ threadId, isLocked: true });
    }));

  it('because the bot is removed from the server', () =>
    expectDirectly({ who: 'ada', channel: 'second' }, () =>
      house.discord.people.removeBot(house.discord.people.ids.guilds['second'] ?? ''),
    ));
});

describe('after all places were lost', () => {
  it('nobody asked Discord again and again', () => {
    expect(house.discord.log.invalidRequests()).toBeLessThan(60);
  });

  it('the next video is made as always', async () => {
    await house.waitForMessage(await start('general'), hasVideo, 'the next video');
  });
});

describe('what Discord sends or refuses more than once', () => {
  it('an event that comes again and again is one request', async () => {
    const { people } = house.discord;
    const channelId = people.ids.channels['general'] ?? '';
    const message = await people.sendMessage({
      userId: maya,
      channelId,
      content: `<@${people.botId}> credits`,
    });
    house.discord.faults.repeatEvents(1);
    await house.waitForMessage(message.id, says('credits left'), 'the credits');
    house.discord.faults.repeatEvents(10);
    const after = await people.sendMessage({ userId: maya, channelId: message.id, content: 'status' });
    await house.waitForMessage(message.id, says('nothing on the timeline'), 'the next answer');
    const answers = house.transcript(message.id).filter((line) => line.includes('credits left'));
    expect([answers.length, after.channel_id]).toEqual([1, message.id]);
  });

  it('a rate limit (429) is obeyed, and no older words come after newer ones', async () => {
    const threadId = await start('general');
    house.discord.faults.next({
      method: 'PATCH',
      route: new RegExp(`^/channels/${threadId}/messages/`, 'u'),
      times: 2,
      effect: { answer: { status: 429 } },
    });
    const status = await house.waitForMessage(threadId, says('Your video is below'), 'the last line');
    const edits = house.discord.log.requests({ method: 'PATCH', route: new RegExp(status.id, 'u') });
    const refused = edits.filter((edit) => edit.status === 429);
    for (const { atMs } of refused) {
      const next = edits.find((edit) => edit.atMs > atMs);
      expect((next?.atMs ?? Number.POSITIVE_INFINITY) - atMs).toBeGreaterThanOrEqual(1_000);
    }
    expect(refused.length).toBeGreaterThan(0);
    const versions = house.discord.log
      .messages(threadId)
      .find(({ id }) => id === status.id)
      ?.versions.map(({ message }) => message.content);
    expect(versions?.at(-1)).toBe(status.content);
  });
});

describe('a command that this version does not know', () => {
  it('is answered in words', async () => {
    const { people, apiUrl } = house.discord;
    const guildId = people.ids.guilds['paradise'] ?? '';
    const route = `${apiUrl}/v10/applications/${house.applicationId}/guilds/${guildId}/commands`;
    const registered = await fetch(route, {
      method: 'PUT',
      headers: { authorization: `Bot ${house.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify([{ name: 'oldcommand', description: 'From another time', type: 1 }]),
    });
    expect(registered.status).toBe(200);
    const channelId = people.ids.channels['general'] ?? '';
    const { id } = await people.runCommand({ userId: maya, channelId, name: 'oldcommand' });
    const look = () =>
      people
        .world(maya)
        .messages[channelId]?.find((message) => message.id === people.interaction(id)?.messageId);
    const answer = await people.until('the answer', look);
    expect(answer.content).toContain('/makevideo');
    expect(answer.flags & 64).toBe(64);
  });
});

describe('files that cannot be used', () => {
  it('are named with their reason, and cost nothing when nothing is left', async () => {
    const { people } = house.discord;
    const before = house.nemo.ledger.submissions().length;
    const bytes = new TextEncoder().encode('MZ this is no picture');
    const { id } = await people.runCommand({
      userId: maya,
      channelId: people.ids.channels['general'] ?? '',
      name: 'makevideo',
      options: {
        prompt: 'make a film of this',
        image1: { name: 'holiday.jpg', bytes, contentType: 'image/jpeg' },
      },
    });
    const threadId = await people.until('the answer', () => people.interaction(id)?.messageId);
    const told = await house.waitForMessage(threadId, says('**holiday.jpg**'), 'the refusal');
    expect(told.content).toContain("can't be used");
    expect(house.nemo.ledger.submissions()).toHaveLength(before);
  });
});

describe('after all of this', () => {
  it('the bot is still the same process', () => {
    expect(house.bot.state().phase).toBe('running');
    expect(
      house.logLines().filter((line) => line['msg'] === 'Makevideo is ready').length,
    ).toBeLessThanOrEqual(1);
  });
});
