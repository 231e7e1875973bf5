/** Story: Discord refuses, fails or forgets, and the person still gets a clear line, once, and the bot lives. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../playground/discord/shapes.ts';
import { type House, openHouse, pictures } from './house.ts';

let house: House;
let maya: string;

beforeAll(async () => {
  house = await openHouse({ nemo: { speed: 50, filmLongEdgePx: 160 } });
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

describe('Discord', () => {
  it('failing after it took a message still leaves exactly one', async () => {
    house.discord.faults.next({
      method: 'POST',
      route: /^\/channels\/\d+\/messages$/u,
      times: 2,
      effect: { afterwards: 'serverError' },
    });
    const threadId = await start('general');
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
      route: /messages/u,
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
    const statuses = house.discord.log
      .messages(threadId)
      .filter(({ versions }) => versions[0]?.message.content === 'Connecting...');
    expect(statuses).toHaveLength(1);
  });

  it('deleting the thread in the middle ends the work quietly', async () => {
    const threadId = await start('general');
    await house.waitForMessage(threadId, says('-#'), 'the status');
    await house.discord.people.deleteChannel(threadId);
    const again = await start('general');
    await house.waitForMessage(again, hasVideo, 'the next video');
  });

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
    const answer = await people.until('the answer', () =>
      people
        .world(maya)
        .messages[channelId]?.find((message) => message.id === people.interaction(id)?.messageId),
    );
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
