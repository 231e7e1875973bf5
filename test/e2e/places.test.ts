/** Story: every kind of place has its way, or says in words what is missing and how to go on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Snowflake } from '../../playground/discord/shapes.ts';
import { manyPlaces } from '../fixtures/many-places.ts';
import { type House, openHouse, pictures } from './house.ts';
import { createPersonIn, hasVideo, idOf, type Person, says } from './person.ts';

let house: House;
let personIn: (key: string) => Person;
/** Each story has people of its own, so that all of them run at once. */
const cast = ['maya', 'lin', 'moss', 'pavo', 'ada', 'bo', 'cy', 'di', 'ed', 'flo', 'gil', 'hal'];

const newcomers = cast.slice(5).map((key) => ({ key, username: key, displayName: key, locale: 'en-US' }));
const [home, abroad] = manyPlaces.guilds;
if (home === undefined || abroad === undefined) throw new Error('The world has two servers.');
const world = {
  ...manyPlaces,
  people: [...manyPlaces.people, ...newcomers],
  guilds: [
    { ...home, members: { ...home.members, ...Object.fromEntries(newcomers.map(({ key }) => [key, []])) } },
    { ...abroad, members: { ...abroad.members, gil: [], hal: [] } },
  ],
};

beforeAll(async () => {
  house = await openHouse({
    discord: { world, channelWrites: { requestsMax: 100, windowMs: 1_000 } },
    nemo: { speed: 50, filmLongEdgePx: 160 },
    environment: { EDIT_INTERVAL_MS: '100' },
  });
  personIn = createPersonIn(house);
});

afterAll(async () => {
  await house.close();
});

const channel = (key: string): Snowflake => idOf(house.discord.people.ids.channels, key);

const makevideo = async (person: Person, channelId: Snowflake, prompt = 'credits') => {
  const { id } = await house.discord.people.runCommand({
    userId: person.userId,
    channelId,
    name: 'makevideo',
    options: { prompt },
  });
  return id;
};

/** What only this person was told about their command. */
const toldOf = async (person: Person, channelId: Snowflake, prompt?: string): Promise<string> =>
  person.toldAfter(channelId, await makevideo(person, channelId, prompt));

const directOf = async (person: Person): Promise<Snowflake> =>
  (await house.discord.people.openDirectMessage(person.userId)).id;

describe.concurrent('a place in which threads can be', () => {
  it('an announcement channel gets a thread like any other', async () => {
    const interactionId = await makevideo(personIn('maya'), channel('news'));
    const { people } = house.discord;
    const threadId = await people.until('the answer', () => people.interaction(interactionId)?.messageId);
    await house.waitForMessage(threadId, says('credits left'), 'the credits');
    const thread = people
      .world(people.ids.users['maya'] ?? '')
      .guilds.flatMap(({ threads }) => threads)
      .find(({ id }) => id === threadId);
    expect(thread).toMatchObject({ type: 10, name: 'credits', parent_id: channel('news') });
  });

  it('a post of a forum is the thread of what is asked for in it, by command, words and menu', async () => {
    const { people } = house.discord;
    const lin = personIn('lin');
    const post = await people.createPost({
      userId: lin.userId,
      channelId: channel('ideas'),
      name: 'Cats',
      content: 'credits',
    });
    const { id } = await people.runMessageCommand({
      userId: lin.userId,
      channelId: post.id,
      messageId: post.id,
      name: 'Make video',
    });
    expect(await lin.toldAfter(post.id, id)).toContain(`<#${post.id}>`);
    await house.waitForMessage(post.id, says('积分'), 'the credits');
    await lin.says(post.id, '时间线');
    await house.waitForMessage(post.id, says('时间线上'), 'the answer to words');
    await makevideo(lin, post.id, '状态');
    await house.waitForMessage(post.id, says('🎬 状态'), 'the answer to a command');
  });

  it('a private thread is heard as soon as the bot is named in it', async () => {
    const { people } = house.discord;
    const moss = personIn('moss');
    await people.setPermissions({
      channelId: channel('general'),
      targetId: moss.userId,
      allow: ['CREATE_PRIVATE_THREADS'],
    });
    const where = { userId: moss.userId, channelId: channel('general') };
    const thread = await people.createThread({ ...where, name: 'Between us', isPrivate: true });
    await moss.says(thread.id, `<@${people.botId}> credits`);
    await house.waitForMessage(thread.id, says('credits left'), 'the credits');
  });

  it('a thread that is archived while the video is made gets it all the same', async () => {
    const { people } = house.discord;
    const bo = personIn('bo');
    const message = await bo.says(
      channel('general'),
      `<@${people.botId}> make a film of this`,
      await pictures(1),
    );
    await house.waitForMessage(message.id, says('-#'), 'the status');
    await people.setThread({ threadId: message.id, isArchived: true });
    await house.waitForMessage(message.id, hasVideo, 'the video');
  });
});

describe.concurrent('a place in which no thread can be', () => {
  it('a command in the chat of a voice channel goes on in direct messages', async () => {
    const cy = personIn('cy');
    expect(await toldOf(cy, channel('lounge'))).toContain('in our direct messages');
    const direct = await directOf(cy);
    await house.waitForMessage(direct, says('🎬 credits'), 'the first line');
    await house.waitForMessage(direct, says('credits left'), 'the credits');
  });

  it('so does a mention in the chat of a stage', async () => {
    const di = personIn('di');
    await di.says(channel('theatre'), `<@${house.discord.people.botId}> credits`);
    await house.waitForMessage(channel('theatre'), says('in our direct messages'), 'the line');
    await house.waitForMessage(await directOf(di), says('credits left'), 'the credits');
  });

  it('a server to which a person alone brought the bot: the video comes directly', async () => {
    const gil = personIn('gil');
    await house.discord.people.installApp(gil.userId);
    expect(await toldOf(gil, channel('abroad'), 'make a film about rain')).toContain('our direct messages');
    const result = await house.waitForMessage(await directOf(gil), hasVideo, 'the video');
    expect(result.content).toContain('Your video is ready');
  });

  it('somebody who takes no direct messages is told so, and nothing is started', async () => {
    const hal = personIn('hal');
    await house.discord.people.installApp(hal.userId);
    await house.discord.people.setDirectMessages(hal.userId, false);
    const told = await toldOf(hal, channel('abroad'), 'make a film about snow');
    expect(told).toContain('Allow direct messages');
    expect(house.nemo.ledger.submissions().map(({ text }) => text)).not.toContain('make a film about snow');
  });
});

describe.concurrent('a permission that is missing', () => {
  it('is named with the two ways on, whether it was a command or a mention', async () => {
    const ed = personIn('ed');
    const names = '**Create Public Threads**, **Send Messages in Threads**';
    const told = await toldOf(ed, channel('quiet'));
    expect(told).toContain(names);
    expect(told).toContain('write to me in a direct message');
    await ed.says(channel('quiet'), `<@${house.discord.people.botId}> make a film`);
    await house.waitForMessage(channel('quiet'), says(names), 'the line');
  });

  it('to write at all is named in direct messages', async () => {
    const flo = personIn('flo');
    await flo.says(channel('muted'), `<@${house.discord.people.botId}> make a film`);
    await house.waitForMessage(await directOf(flo), says('**Send Messages**'), 'the line');
  });

  it('to write in a locked thread is named there', async () => {
    const { people, faults } = house.discord;
    const ada = personIn('ada');
    const where = { userId: ada.userId, channelId: channel('showcase') };
    faults.revoke(where.channelId, ['MANAGE_THREADS']);
    const thread = await people.createThread({ ...where, name: 'Done' });
    await people.setThread({ threadId: thread.id, isLocked: true });
    expect(await toldOf(ada, thread.id)).toContain('**Manage Threads (this thread is locked)**');
  });
});
