/** Story: Discord withholds what people write, and every way to talk to the bot works all the same, or says how to go on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Snowflake } from '../../playground/discord/shapes.ts';
import { type House, openHouse, pictures } from './house.ts';
import { createPersonIn, hasVideo, idOf, says } from './person.ts';

let house: House;
let general: Snowflake;

beforeAll(async () => {
  house = await openHouse({
    discord: { hasMessageContentIntent: false, channelWrites: { requestsMax: 100, windowMs: 1_000 } },
    nemo: { speed: 50, filmLongEdgePx: 160 },
  });
  general = idOf(house.discord.people.ids.channels, 'general');
});

afterAll(async () => {
  await house.close();
});

const mention = (words: string): string => `<@${house.discord.people.botId}> ${words}`;

/** A project of this person, begun with a mention, and the bot's first words in it. */
const projectOf = async (key: string) => {
  const person = createPersonIn(house)(key);
  const { id: threadId } = await person.says(general, mention('credits'));
  const answer = await house.waitForMessage(threadId, says('💳'), 'the credits');
  return { person, threadId, answer };
};

const answersIn = (channelId: Snowflake, part: string): number =>
  house.transcript(channelId).filter((line) => line.includes(part)).length;

describe('an intent that Discord refuses (4014)', () => {
  it('is explained once, with both ways on, and the bot runs without it', () => {
    const advice = house
      .logLines()
      .filter(({ msg }) => typeof msg === 'string' && msg.includes('DISCORD_MESSAGE_CONTENT=off'));
    expect(advice).toHaveLength(1);
    expect(advice[0]?.['msg']).toContain('developer portal');
    expect(house.bot.state().phase).toBe('running');
  });
});

describe.concurrent('without it', () => {
  it('words with a mention go on with a project, as often as they come', async () => {
    const { person, threadId } = await projectOf('maya');
    await person.says(threadId, mention('status'));
    await house.waitForMessage(threadId, says('nothing on the timeline'), 'the answer');
  });

  it('so does a reply to the bot that pings it, with no other mention', async () => {
    const { person, threadId, answer } = await projectOf('lin');
    await house.discord.people.sendMessage({
      userId: person.userId,
      channelId: threadId,
      content: '状态',
      replyToId: answer.id,
    });
    await house.waitForMessage(threadId, says('时间线上还没有内容'), 'the answer');
  });

  it('words that were withheld are answered with how to go on', async () => {
    const { person, threadId } = await projectOf('moss');
    await person.says(threadId, 'make the title bigger');
    const told = await house.waitForMessage(threadId, says("Discord didn't show me"), 'the line');
    expect(told.content).toMatch(/Mention me .*\/makevideo/u);
    expect(house.nemo.ledger.submissions().map(({ text }) => text)).not.toContain('make the title bigger');
  });

  it('a command in the thread is the next instruction', async () => {
    const { person, threadId } = await projectOf('pavo');
    const before = answersIn(threadId, '💳');
    await house.discord.people.runCommand({
      userId: person.userId,
      channelId: threadId,
      name: 'makevideo',
      options: { prompt: 'credits' },
    });
    await house.discord.people.until('a second answer', () => answersIn(threadId, '💳') > before);
    expect(answersIn(threadId, '💳')).toBe(before + 1);
  });

  it('direct messages need no mention', async () => {
    const pavo = createPersonIn(house)('pavo');
    const { id } = await house.discord.people.openDirectMessage(pavo.userId);
    await pavo.says(id, 'credits');
    await house.waitForMessage(id, says('💳'), 'the credits');
  });

  it('the Edit button takes words and files', async () => {
    const ada = createPersonIn(house)('ada');
    const { id: threadId } = await ada.says(general, mention('make a film of this'), await pictures(1));
    const result = await house.waitForMessage(threadId, hasVideo, 'the video');
    await ada.presses(result, 'Edit');
    const { modalId } = await ada.openModal('Edit the video');
    await ada.fills(modalId, { words: 'add a title "Rain"', files: await pictures(1) });
    const isSecond = (message: typeof result): boolean => hasVideo(message) && message.id !== result.id;
    const second = await house.waitForMessage(threadId, isSecond, 'the second video');
    expect(second.content).toContain('"Rain"');
    expect(house.nemo.ledger.uploads().length).toBeGreaterThanOrEqual(2);
  });
});
