/** Stories: an administrator decides where, for whom and how much, and everybody meets it; what a turn took is told. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message, Snowflake } from '../../playground/discord/shapes.ts';
import { type House, killAndRestart, openHouse } from './house.ts';
import { createPersonIn, hasVideo, idOf, type Person, says } from './person.ts';

let house: House;
let general: Snowflake;
let showcase: Snowflake;
let moss: Person;
let maya: Person;
let lin: Person;
let pavo: Person;

beforeAll(async () => {
  house = await openHouse({
    discord: { channelWrites: { requestsMax: 1_000, windowMs: 1_000 } },
    nemo: { speed: 150, filmLongEdgePx: 160, silentShare: 0 },
    environment: {
      NEMO_TOKEN: '',
      TURNS_AT_ONCE_PER_PERSON: '2',
      TURNS_A_DAY_PER_PERSON: '20',
      RENDER_POLL_INTERVAL_MS: '100',
    },
  });
  const { channels } = house.discord.people.ids;
  [general, showcase] = [idOf(channels, 'general'), idOf(channels, 'showcase')];
  const personIn = createPersonIn(house);
  [moss, maya, lin, pavo] = [personIn('moss'), personIn('maya'), personIn('lin'), personIn('pavo')];
});

afterAll(async () => {
  await house.close();
});

/** The settings as they stand in front of the moderator now. */
const panel = (): Message | undefined =>
  house.discord.people
    .world(moss.userId)
    .messages[general]?.findLast(({ content }) => /Settings of this server|本服务器的设置/u.test(content));

const panelWith = (words: string): Promise<Message> =>
  house.discord.people.until(`the settings with "${words}"`, () => {
    const shown = panel();
    return shown?.content.includes(words) === true ? shown : null;
  });

const chooses = async (name: string, ...values: string[]): Promise<void> => {
  const { id, components } = await panelWith('');
  const menus = components.flatMap((row) => row.components.map(({ custom_id }) => custom_id ?? ''));
  const customId = menus.find((one) => one.endsWith(`:${name}`)) ?? `no menu ${name} among ${menus.join()}`;
  await house.discord.people.chooseSelect({ userId: moss.userId, messageId: id, customId, values });
};

const makevideo = async (person: Person, prompt: string, options: Record<string, string> = {}) =>
  house.discord.people.runCommand({
    userId: person.userId,
    channelId: general,
    name: 'makevideo',
    options: { prompt, ...options },
  });

const refusalFor = async (person: Person, prompt: string): Promise<string> => {
  const { id } = await makevideo(person, prompt);
  return person.toldAfter(general, id);
};

const threadOf = async (interactionId: Snowflake): Promise<Snowflake> => {
  const { people } = house.discord;
  return people.until('the answer', () => people.interaction(interactionId)?.messageId);
};

describe('/nemo settings', () => {
  it('is for those who manage the server', async () => {
    expect(await pavo.asks('settings', general)).toContain('may manage this server');
    expect(await moss.asks('settings', general)).toContain('Settings of this server');
  });

  it('keeps requests to a channel, told to the person alone, until it no longer does', async () => {
    await chooses('allowedChannelIds', showcase);
    await panelWith(`<#${showcase}>`);
    expect(await refusalFor(maya, 'make a film')).toContain(`<#${showcase}> only`);
    await chooses('allowedChannelIds');
    await panelWith('in every channel');
  });

  it('keeps requests to a role', async () => {
    const creator = idOf(house.discord.people.ids.roles, 'creator');
    await chooses('allowedRoleIds', creator);
    await panelWith(`<@&${creator}>`);
    expect(await refusalFor(pavo, 'make a film')).toContain(`<@&${creator}>`);
    await chooses('allowedRoleIds');
    await panelWith("everybody's");
  });

  it('works on after the bot was killed, with menus that were there before', async () => {
    const before = await panelWith('');
    await killAndRestart(house);
    await moss.presses(before, 'How it works');
    await house.discord.people.until('the page', () =>
      panel()?.components.some(({ components }) => components[0]?.custom_id === 'setting:work:rendering'),
    );
    await chooses('rendering', 'ask');
    expect((await panelWith('comes when somebody presses Render')).id).toBe(before.id);
  });
});

describe('a member', () => {
  it('reads what a turn took and what is left, and has the video at the press of a button', async () => {
    const threadId = await threadOf((await makevideo(lin, 'make a film of the sea', { language: 'en' })).id);
    const isOffered = says('Press *Render*');
    const status = await house.waitForMessage(
      threadId,
      (message) => isOffered(message) && message.content.includes('Took about'),
      'the offer and the cost',
    );
    expect(status.content).toMatch(/Took about \d+ credits?, \d+ left\./u);
    expect(house.nemo.ledger.renders()).toEqual([]);
    await lin.presses(status, 'Render');
    await house.waitForMessage(threadId, hasVideo, 'the video');
  });

  it('is told when they ask for too much at once', async () => {
    house.nemo.scenarios.use('silence', { for: 'everything' });
    // At the pace of life both go on for as long as this story takes.
    house.nemo.pace.setSpeed(1);
    for (const film of ['first', 'second'])
      await threadOf((await makevideo(maya, `make the ${film} film`)).id);
    expect(await refusalFor(maya, 'make a third film')).toContain('2 requests of yours are in the making');
  });

  it('reads the language that the server has chosen', async () => {
    await chooses('locale', 'zh');
    await panelWith('本服务器的设置');
    expect(await pavo.asks('about', general)).toContain('把文字和图片做成完整的视频');
  });
});
