/** Story: pictures dropped into a channel, a mention, a direct message, an edit that says nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../playground/discord/shapes.ts';
import { type House, openHouse, pictures } from './house.ts';

let house: House;
let maya: string;

beforeAll(async () => {
  // Three messages belong together even where a moment passes between them.
  house = await openHouse({ environment: { BURST_WINDOW_MS: '3000' } });
  maya = house.discord.people.ids.users['maya'] ?? '';
});

afterAll(async () => {
  await house.close();
});

const threadsUnder = (channelId: string) =>
  house.discord.people
    .world(maya)
    .guilds.flatMap(({ threads }) => threads)
    .filter((thread) => thread.parent_id === channelId);

const hasVideo = ({ attachments }: Message): boolean =>
  attachments.some(({ filename }) => filename.endsWith('.mp4'));
const says =
  (part: string) =>
  (message: Message): boolean =>
    message.content.includes(part);

describe('pictures dropped into an enabled channel', () => {
  let channelId: string;
  let threadId: string;
  let question: Message;

  it('become one thread and one hand-over, although they came in three messages', async () => {
    const { people } = house.discord;
    channelId = people.ids.channels['make-videos'] ?? '';
    for (const picture of await pictures(3)) {
      await people.sendMessage({ userId: maya, channelId, files: [picture] });
    }
    const thread = await people.until('a thread', () => threadsUnder(channelId)[0]);
    threadId = thread.id;
    question = await house.waitForMessage(threadId, says('What shall I make of them?'), 'the question');
    expect(threadsUnder(channelId)).toHaveLength(1);
    expect(house.nemo.ledger.uploads()).toHaveLength(3);
    const uploads = house.nemo.ledger.requests().filter(({ path }) => path.includes('/upload-video/'));
    expect(uploads).toHaveLength(1);
    expect(house.nemo.ledger.submissions()).toHaveLength(0);
  });

  it('offer three things to try, and a button press starts one of them', async () => {
    const buttons = question.components.flatMap((row) => ('components' in row ? row.components : []));
    expect(buttons).toHaveLength(3);
    const [first] = buttons;
    if (first === undefined || !('custom_id' in first)) throw new Error('no button');
    await house.discord.people.pressButton({
      userId: maya,
      messageId: question.id,
      customId: first.custom_id ?? '',
    });
    await house.waitForMessage(threadId, hasVideo, 'the video');
    expect(house.nemo.ledger.submissions()).toHaveLength(1);
  });

  it('only listen to the person who dropped them', async () => {
    const { people } = house.discord;
    const stranger = people.ids.users['pavo'] ?? '';
    await people.pressButton({ userId: stranger, messageId: question.id, customId: `example:1:${threadId}` });
    const isPrivate = await people.until('the private answer', () =>
      people
        .world(stranger)
        .messages[threadId]?.find(({ content }) => content.includes('Only the person who started this')),
    );
    expect(isPrivate.flags & 64).toBe(64);
    expect(house.nemo.ledger.submissions()).toHaveLength(1);
  });
});

describe('words and pictures with a mention', () => {
  it('start at once, in any channel', async () => {
    const { people } = house.discord;
    const channelId = people.ids.channels['general'] ?? '';
    const content = `<@${people.botId}> make a slideshow with soft music`;
    const message = await people.sendMessage({ userId: maya, channelId, content, files: await pictures(2) });
    await house.waitForMessage(message.id, hasVideo, 'the video');
    expect(house.nemo.ledger.submissions().at(-1)?.text).toBe('make a slideshow with soft music');
  });

  it('are greeted when there are neither', async () => {
    const { people } = house.discord;
    const channelId = people.ids.channels['general'] ?? '';
    const message = await people.sendMessage({ userId: maya, channelId, content: `<@${people.botId}>` });
    await house.waitForMessage(message.id, says('Ready when you are'), 'the greeting');
  });
});

describe('a direct message', () => {
  it('is a project of its own', async () => {
    const { people } = house.discord;
    const { id } = await people.openDirectMessage(maya);
    await people.sendMessage({
      userId: maya,
      channelId: id,
      content: 'make a film of these',
      files: await pictures(2),
    });
    await house.waitForMessage(id, hasVideo, 'the video');
  });
});

describe('an edit that ends without a word', () => {
  it('is looked up and described', async () => {
    const { people } = house.discord;
    const { id } = await people.openDirectMessage(maya);
    house.nemo.scenarios.use('silent edit', { for: 'next turn' });
    await people.sendMessage({ userId: maya, channelId: id, content: 'add a title "Golden Hour"' });
    const told = await house.waitForMessage(id, says('This is what changed'), 'the description');
    expect(told.content).toContain('"Golden Hour"');
  });

  it('says plainly when nothing changed', async () => {
    const { people } = house.discord;
    const { id } = await people.openDirectMessage(maya);
    house.nemo.scenarios.use('silent and unchanged', { for: 'next turn' });
    await people.sendMessage({ userId: maya, channelId: id, content: 'make the colors a little nicer' });
    await house.waitForMessage(id, says('nothing changed'), 'the plain word');
  });
});

describe('Chinese', () => {
  it('is spoken to who speaks it, and asked of the backend', async () => {
    const { people } = house.discord;
    const lin = people.ids.users['lin'] ?? '';
    const channelId = people.ids.channels['general'] ?? '';
    const [image1] = await pictures(1);
    if (image1 === undefined) throw new Error('no picture');
    await people.runCommand({
      userId: lin,
      channelId,
      name: 'makevideo',
      options: { prompt: '把我的照片做成一个短视频', image1 },
    });
    const starter = await house.waitForMessage(channelId, says('把我的照片做成一个短视频'), 'the answer');
    const result = await house.waitForMessage(starter.id, hasVideo, 'the video');
    expect(result.content).toContain('你的视频做好了');
    const opened = house.nemo.ledger
      .requests()
      .filter(({ path }) => path.includes('with-session'))
      .at(-1);
    expect(opened?.body).toEqual({ task_name: 'project', language: 'zh-CN' });
  });
});
