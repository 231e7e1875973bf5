/** Stories: /nemo, the buttons under a result, "Make video" in a message's menu, and what nobody of us ever made. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Message, Snowflake } from '../../playground/discord/shapes.ts';
import { type House, openHouse, pictures } from './house.ts';
import { buttonsOf, createPersonIn, hasVideo, idOf, type Person, says } from './person.ts';

const quick = { speed: 60, filmLongEdgePx: 160, silentShare: 0 };
const createdShape = z.object({ id: z.string() });

/** What somebody with the bot's token, or an older version of the bot, might have put there. */
const postAsBot = async (house: House, path: string, body: unknown): Promise<Snowflake> => {
  const answer = await fetch(`${house.discord.apiUrl}/v10${path}`, {
    method: 'POST',
    headers: {
      authorization: 'Bot e2e-bot-token-of-the-stand-in',
      'content-type': 'application/json',
      'user-agent': 'DiscordBot (https://example.com, 1)',
    },
    body: JSON.stringify(body),
  });
  return createdShape.parse(await answer.json()).id;
};

describe('with an operator who pays', () => {
  let house: House;
  let general: Snowflake;
  let maya: Person;
  let lin: Person;
  let pavo: Person;
  let moss: Person;
  let threadId: Snowflake;
  let result: Message;

  const startProject = async (person: Person, content: string): Promise<Snowflake> => {
    const message = await person.says(
      general,
      `<@${house.discord.people.botId}> ${content}`,
      await pictures(1),
    );
    return message.id;
  };
  const nextVideo = (afterId: Snowflake): Promise<Message> =>
    house.waitForMessage(
      threadId,
      (message) => hasVideo(message) && BigInt(message.id) > BigInt(afterId),
      'the next video',
    );
  const submissions = (): number => house.nemo.ledger.submissions().length;

  beforeAll(async () => {
    house = await openHouse({ nemo: quick });
    general = idOf(house.discord.people.ids.channels, 'general');
    const personIn = createPersonIn(house);
    [maya, lin, pavo, moss] = [personIn('maya'), personIn('lin'), personIn('pavo'), personIn('moss')];
    threadId = await startProject(maya, 'make a film of this');
    result = await house.waitForMessage(threadId, hasVideo, 'the first video');
  });

  afterAll(async () => {
    await house.close();
  });

  it('puts what changes a result into the first row, and the rest below', () => {
    expect(result.components.map(({ components }) => components.length)).toEqual([5, 4]);
    expect(buttonsOf(result).map(({ label }) => label)).toEqual([
      'Edit',
      '9:16',
      '1:1',
      '16:9',
      'Render again',
      'Timeline',
      'Delete',
      'Download MP4 (127.0.0.1)',
      'Open project',
    ]);
  });

  it('is registered in English and Chinese', () => {
    const registered = house.discord.people.commands(idOf(house.discord.people.ids.guilds, 'paradise'));
    const nemo = registered.find(({ name }) => name === 'nemo');
    expect(nemo?.options?.map(({ name }) => name)).toEqual([
      'credits',
      'timeline',
      'export',
      'stop',
      'new',
      'connect',
      'settings',
      'forget',
      'about',
    ]);
    for (const part of [nemo, ...(nemo?.options ?? [])]) {
      expect(part?.description_localizations?.['zh-CN']).toMatch(/\p{Script=Han}/u);
    }
    const makevideo = registered.find(({ name }) => name === 'makevideo');
    const names = makevideo?.options?.map((option) => option.name_localizations?.['zh-CN']);
    expect(names).toEqual(['描述', ...[1, 2, 3, 4, 5].map((count) => `文件${count}`), '画面比例', '语言']);
    const menu = registered.find(({ type }) => type === 3);
    expect([menu?.name, menu?.name_localizations?.['zh-CN']]).toEqual(['Make video', '制作视频']);
  });

  it('tells credits and timeline to the person alone, in their language', async () => {
    expect(await maya.asks('credits', threadId)).toContain('credits left');
    expect(await maya.asks('timeline', threadId)).toContain('Timeline (');
    expect(await lin.asks('timeline', threadId)).toContain('时间线');
    expect(await lin.asks('credits', threadId)).toContain('只有发起人');
  });

  it.each(['credits', 'timeline', 'export', 'stop', 'new'])(
    'says where there is no project that /nemo %s needs one',
    async (subcommand) => {
      expect(await maya.asks(subcommand, general)).toContain('There is no project here yet');
    },
  );

  it('exports on request', async () => {
    await maya.nemo('export', threadId);
    await house.waitForMessage(threadId, says('🎬 export'), 'the answer');
    result = await nextVideo(result.id);
    expect(submissions()).toBe(1);
  });

  it('takes words and files from the form behind Edit as the next instruction', async () => {
    await maya.presses(result, 'Edit');
    const { modalId } = await maya.openModal('Edit the video');
    const [, second] = await pictures(2);
    await maya.fills(modalId, {
      words: 'add a title "Second Act"',
      files: second === undefined ? [] : [second],
    });
    const next = await nextVideo(result.id);
    expect(next.content).toContain('"Second Act"');
    expect(house.nemo.ledger.submissions().at(-1)?.text).toBe('add a title "Second Act"');
    expect(house.nemo.ledger.uploads()).toHaveLength(2);
    result = next;
  });

  it('asks for something when the form comes back empty', async () => {
    const pressed = await maya.presses(result, 'Edit');
    const { modalId } = await maya.openModal('Edit the video');
    await maya.fills(modalId, { words: '  ' });
    expect(await maya.toldAfter(threadId, pressed)).toContain('Tell me what to make');
    expect(submissions()).toBe(2);
  });

  it('changes the shape at the press of a button', async () => {
    await maya.presses(result, '9:16');
    result = await nextVideo(result.id);
    expect(house.nemo.ledger.submissions().at(-1)?.text).toBe('make it 9:16');
  });

  it.each(['Edit', '1:1', 'Render again', 'Delete'])('keeps strangers from pressing %s', async (label) => {
    const before = submissions();
    const pressed = await pavo.presses(result, label);
    expect(await pavo.toldAfter(threadId, pressed)).toContain('Only the person who started this');
    expect(submissions()).toBe(before);
  });

  it('deletes a result for a moderator, and says what is kept', async () => {
    const pressed = await moss.presses(result, 'Delete');
    expect(await moss.toldAfter(threadId, pressed)).toContain('the project is kept');
    const { deletedAtMs } = house.discord.log.messages(threadId).find(({ id }) => id === result.id) ?? {};
    expect(deletedAtMs).toEqual(expect.any(Number));
  });

  it('stops what runs and takes back what waits', async () => {
    const before = submissions();
    house.nemo.scenarios.use('heartbeats only', { for: 'next turn' });
    // Three minutes of a real clock: enough for all that is asked meanwhile.
    house.nemo.pace.setSpeed(3);
    await maya.says(threadId, 'make it dreamy');
    await house.discord.people.until('the running turn', () => submissions() > before);
    await maya.says(threadId, 'and then make it faster');
    await house.waitForMessage(threadId, says("I'll start as soon as"), 'the waiting turn');
    expect(await maya.asks('new', threadId)).toContain('Something is still running');
    expect(await pavo.asks('stop', threadId)).toContain('Only the person who started this');
    expect(await maya.asks('stop', threadId)).toContain(
      'Stopped what was running. Took back 1 waiting request.',
    );
    // It ends in its own time: the last words of the turn are written first.
    await expect
      .poll(() => maya.asks('stop', threadId), { interval: 500 })
      .toContain('Nothing is running any more');
    house.nemo.pace.setSpeed(quick.speed);
    expect(submissions()).toBe(before + 1);
  });

  it('begins a new project in the same thread', async () => {
    await maya.nemo('new', threadId);
    await house.waitForMessage(threadId, says('This is a fresh start'), 'the announcement');
    expect(await maya.asks('timeline', threadId)).toContain('There is nothing on the timeline yet');
    const before = new Set(house.nemo.ledger.submissions().map(({ sessionId }) => sessionId));
    await maya.says(threadId, 'make a film about the sea', await pictures(1));
    await house.discord.people.until('a session of its own', () =>
      house.nemo.ledger.submissions().some(({ sessionId }) => !before.has(sessionId)),
    );
  });

  it('describes itself', async () => {
    const about = await maya.asks('about', general);
    expect(about).toContain('write in the thread what to change');
    expect(about.length).toBeLessThanOrEqual(2000);
  });

  describe('what nobody of us made', () => {
    const strange: Readonly<Record<string, string>> = {
      garbage: 'no longer kept',
      ['edit:'.padEnd(100, '9')]: 'no longer kept',
      delete: 'no longer kept',
      'example:99:0': 'no longer kept',
      'shape:4x3:0': 'no longer kept',
      'stop:t0': 'Nothing is running',
      'again:': 'no longer kept',
    };
    /** Right in itself, but of another place. */
    let elsewhere: readonly string[];
    let forgedId: Snowflake;

    beforeAll(async () => {
      const turnId = house
        .logLines()
        .map((line) => (line['threadId'] === threadId ? line['turnId'] : undefined))
        .find((id) => typeof id === 'string');
      elsewhere = [
        ...['edit', 'timeline', 'delete', 'shape:9x16', 'example:1'].map((name) => `${name}:${threadId}`),
        `render:${threadId}:render_1`,
        `again:${turnId}`,
      ];
      const parts = [...Object.keys(strange), ...elsewhere].map((custom_id) => ({
        type: 2,
        style: 2,
        label: custom_id.slice(0, 80),
        custom_id,
      }));
      const rows = [parts.slice(0, 5), parts.slice(5, 10), parts.slice(10)];
      const components = rows.map((row) => ({ type: 1, components: row }));
      forgedId = await postAsBot(house, `/channels/${general}/messages`, { content: 'forged', components });
    });

    const presses = async (person: Person, customId: string): Promise<Snowflake> => {
      const { people } = house.discord;
      return (await people.pressButton({ userId: person.userId, messageId: forgedId, customId })).id;
    };

    it.each(Object.entries(strange))('answers the button %s with a private line', async (customId, part) => {
      const before = submissions();
      const pressed = await presses(pavo, customId);
      expect(await pavo.toldAfter(general, pressed)).toContain(part);
      expect(submissions()).toBe(before);
    });

    it('does nothing to a thread that a button names elsewhere, not even for a moderator', async () => {
      const before = submissions();
      for (const customId of elsewhere) {
        const pressed = await presses(moss, customId);
        expect(await moss.toldAfter(general, pressed)).toContain('no longer kept');
      }
      expect(submissions()).toBe(before);
      expect(house.discord.log.messages(general).find(({ id }) => id === forgedId)?.deletedAtMs).toBeNull();
    });

    it('answers commands of another version with a private line', async () => {
      const applicationId = house.discord.people.botId;
      const guildId = idOf(house.discord.people.ids.guilds, 'paradise');
      await postAsBot(house, `/applications/${applicationId}/guilds/${guildId}/commands`, {
        name: 'bygone',
        description: 'x',
      });
      const { people } = house.discord;
      const { id } = await people.runCommand({ userId: maya.userId, channelId: general, name: 'bygone' });
      expect(await maya.toldAfter(general, id)).toContain("I don't know this command");
    });
  });
});

describe('without an operator account and without the privileged intent', () => {
  let house: House;
  let general: Snowflake;
  let maya: Person;
  const ownToken = 'nmv_usr_mayas_own_token_0000000000000000000000000001';

  const makeVideo = (userId: Snowflake, messageId: Snowflake) =>
    house.discord.people.runMessageCommand({ userId, channelId: general, messageId, name: 'Make video' });

  beforeAll(async () => {
    house = await openHouse({
      nemo: { ...quick, userTokens: [ownToken] },
      discord: { hasMessageContentIntent: false },
      environment: { NEMO_TOKEN: '', LOG_LEVEL: 'trace' },
    });
    general = idOf(house.discord.people.ids.channels, 'general');
    maya = createPersonIn(house)('maya');
  });

  afterAll(async () => {
    await house.close();
  });

  const connects = async (token: string): Promise<string> => {
    const { id } = await maya.nemo('connect', general);
    const { modalId } = await maya.openModal('Connect your NemoVideo account');
    await maya.fills(modalId, { token });
    return maya.toldAfter(general, id);
  };

  it('says that it does not hear every message', async () => {
    expect(await maya.asks('about', general)).toContain('I do not see other messages in servers');
  });

  it('makes a video of a message from its menu, in a thread under it', async () => {
    const lin = createPersonIn(house)('lin');
    const message = await lin.says(general, 'make a film about the harbour', await pictures(1));
    await makeVideo(maya.userId, message.id);
    expect(await maya.toldAfter(general, message.id)).toContain(`<#${message.id}>`);
    await house.waitForMessage(message.id, hasVideo, 'the video');
    expect(house.nemo.ledger.submissions().map(({ text }) => text)).toEqual([
      'make a film about the harbour',
    ]);
    expect(house.nemo.ledger.uploads()).toHaveLength(1);
    expect(await maya.asks('credits', message.id)).toContain('credits left');
    expect(await lin.asks('credits', message.id)).toContain('只有发起人');
  });

  it('makes one video of a message, however often its menu is used', async () => {
    const pavo = createPersonIn(house)('pavo');
    const message = await pavo.says(general, 'make a film about snow', await pictures(1));
    await Promise.all([makeVideo(pavo.userId, message.id), makeVideo(pavo.userId, message.id)]);
    await house.waitForMessage(message.id, hasVideo, 'the video');
    const { id } = await makeVideo(pavo.userId, message.id);
    expect(await pavo.toldAfter(general, id)).toContain(`<#${message.id}>`);
    const films = house.nemo.ledger.submissions().filter(({ text }) => text === 'make a film about snow');
    expect(films).toHaveLength(1);
  });

  it('asks for words or files where a message has neither', async () => {
    const message = await maya.says(general, `<@${house.discord.people.botId}>`);
    const greeting = await house.waitForMessage(message.id, says('Ready when you are'), 'the greeting');
    await house.discord.people.runMessageCommand({
      userId: maya.userId,
      channelId: message.id,
      messageId: greeting.id,
      name: 'Make video',
    });
    expect(await maya.toldAfter(message.id, greeting.id)).toContain('Tell me what to make');
  });

  it('keeps no token that does not look like one, or that is refused', async () => {
    expect(await connects('hunter2')).toContain("doesn't look like a NemoVideo token");
    expect(await connects('nmv_usr_refused_token_000000000000000000000000')).toContain(
      'does not accept this token',
    );
    expect(await connects('')).toContain('You have not connected an account');
  });

  it('pays with the account of a person who connected one, and no other', async () => {
    expect(await connects(ownToken)).toContain('25000 credits left');
    expect(await maya.asks('credits', general)).toContain('25000 credits left');
    const message = await maya.says(general, `<@${house.discord.people.botId}> make a film about rain`);
    await house.waitForMessage(message.id, hasVideo, 'the video');
    expect(house.nemo.ledger.charges().at(-1)?.userId).toBe('user_100002');
    expect(house.nemo.ledger.charges().filter(({ userId }) => userId === 'user_100002')).toHaveLength(1);
  });

  it('forgets it when the field is left empty', async () => {
    expect(await connects('')).toContain('Disconnected');
    expect(await maya.asks('credits', general)).toContain('There is no project here yet');
  });

  it('never shows a token in a message or the log', () => {
    const seen = [
      ...Object.values(house.discord.people.world(maya.userId).messages).flatMap((messages) =>
        messages.map(({ content }) => content),
      ),
      ...house.bot.state().output,
    ].join('\n');
    expect(seen).toContain('Disconnected');
    expect(seen).not.toMatch(/mayas_own_token|refused_token|hunter2/u);
  });
});
