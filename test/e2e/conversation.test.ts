/** Stories: how a conversation feels. The timeline as a picture, a question before money is spent, requests that wait, Stop. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message, Snowflake } from '../../playground/discord/shapes.ts';
import { type House, openHouse, pictures } from './house.ts';
import { buttonsOf, createPersonIn, hasVideo, idOf, type Person, says } from './person.ts';

let house: House;
let maya: Person;
let lin: Person;

const sent = (): readonly string[] => house.nemo.ledger.submissions().map(({ text }) => text);
const pictureOf = ({ attachments }: Message) =>
  attachments.find(({ filename }) => filename === 'timeline.png');

const startProject = async (person: Person, words: string): Promise<Snowflake> => {
  const general = idOf(house.discord.people.ids.channels, 'general');
  const content = `<@${house.discord.people.botId}> ${words}`;
  const { id: threadId } = await person.says(general, content, await pictures(1));
  return threadId;
};

/** What only this person sees after an event, as a whole message. */
const privatelyAfter = (person: Person, channelId: Snowflake, afterId: Snowflake): Promise<Message> =>
  house.discord.people.until('a private answer', () =>
    house.discord.people
      .world(person.userId)
      .messages[channelId]?.find(
        ({ id, flags }) => BigInt(id) > BigInt(afterId) && (flags & (64 | 128)) === 64,
      ),
  );

beforeAll(async () => {
  house = await openHouse({
    nemo: { speed: 120, filmLongEdgePx: 160, silentShare: 0 },
    // Discord's limit of writes in a channel is another story's matter; here it would only be waited for.
    discord: { channelWrites: { requestsMax: 1_000, windowMs: 1_000 } },
  });
  const personIn = createPersonIn(house);
  [maya, lin] = [personIn('maya'), personIn('lin')];
});

afterAll(async () => {
  await house.close();
});

describe('a conversation', () => {
  it('brings the timeline as a picture, and asks back before it spends anything on "better"', async () => {
    const threadId = await startProject(lin, '做一个城市短片，加上标题“夏日旅行”');
    const result = await house.waitForMessage(threadId, hasVideo, 'the video');
    const picture = pictureOf(result);
    expect(picture).toMatchObject({ content_type: 'image/png' });
    expect(picture?.description).toMatch(/^时间线（\d 条轨道）： 1\. 视频/u);
    const { id } = await maya.nemo('timeline', threadId);
    const told = await privatelyAfter(maya, threadId, id);
    expect(told.content).toMatch(/^Timeline \(/u);
    expect(pictureOf(told)?.description).toMatch(/^Timeline \(\d tracks?\): 1\. Video/u);
    const pressed = await maya.presses(result, '时间线');
    expect(pictureOf(await privatelyAfter(maya, threadId, pressed))).toBeDefined();

    await lin.says(threadId, '更好看一点');
    const question = await house.waitForMessage(threadId, says('想改哪里呢'), 'the question');
    const labels = ['🎵 音乐', '🔤 标题', '⏩ 节奏', '直接做（可能消耗积分）'] as const;
    expect(buttonsOf(question).map(({ label }) => label)).toEqual(labels);
    expect(sent()).toHaveLength(1);
    await lin.presses(question, labels[0]);
    await lin.presses(question, labels[3]);
    await lin.presses(question, labels[3]);
    await lin.says(threadId, '优化一下');
    const wanted = ['优化一下', '换一首更贴合画面的背景音乐', '更好看一点'].toSorted();
    await expect.poll(() => sent().slice(1).toSorted()).toEqual(wanted);
  });
});

describe('requests that wait', () => {
  it('follow their message: edited, they change; deleted, they are withdrawn; and Stop says what is kept', async () => {
    const threadId = await startProject(maya, 'make a film of the market');
    await house.waitForMessage(threadId, hasVideo, 'the video');
    house.nemo.scenarios.use('heartbeats only', { for: 'next turn' });
    // Three minutes of a real clock: enough for all that is said meanwhile.
    house.nemo.pace.setSpeed(3);
    await maya.says(threadId, 'add a slow zoom');
    const running = await house.waitForMessage(
      threadId,
      (message) => message.content.includes("I've started") && buttonsOf(message).length === 1,
      'the running turn',
    );
    const edited = await maya.says(threadId, 'add a red title');
    const withdrawn = await maya.says(threadId, 'add rain');
    await maya.says(threadId, 'write "The End" on it');
    await house.waitForMessage(threadId, says("I'll start as soon as the 3 requests"), 'the third in line');
    const { userId } = maya;
    const at = { userId, channelId: threadId };
    await house.discord.people.editMessage({ ...at, messageId: edited.id, content: 'add a blue title' });
    await house.discord.people.deleteMessage({ ...at, messageId: withdrawn.id });
    await house.waitForMessage(threadId, says("I'll do it as it reads now"), 'the change');
    await house.waitForMessage(threadId, says('Taken back before it began'), 'the withdrawal');
    await maya.presses(running, 'Stop');
    await house.waitForMessage(
      threadId,
      says('Your project is kept with all that was made'),
      'what Stop kept',
    );
    house.nemo.pace.setSpeed(120);
    await expect
      .poll(() => sent().slice(sent().indexOf('add a slow zoom') + 1))
      .toEqual(['add a blue title', 'write "The End" on it']);
  });
});
