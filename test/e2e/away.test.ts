/** Story: people write while the bot is not there, and are neither forgotten nor surprised. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Snowflake } from '../../playground/discord/shapes.ts';
import { openSessions } from '../../src/sessions/open.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';
import { type House, openHouse } from './house.ts';
import { createPersonIn, hasVideo, type Person, says } from './person.ts';

const minuteMs = 60_000;
/** Discord's clock in this story; the bot has the real one. */
let behindMs = 61 * minuteMs;
const clock = { nowMs: () => Date.now() - behindMs };

let house: House;
let folder: string;
let maya: Person;
let direct: Snowflake;
let threadId: Snowflake;
let general: Snowflake;

beforeAll(async () => {
  house = await openHouse({
    discord: { clock, channelWrites: { requestsMax: 100, windowMs: 1_000 } },
    nemo: { speed: 50, filmLongEdgePx: 160 },
    environment: async (standIns) => {
      folder = standIns.folder;
      return {};
    },
  });
  maya = createPersonIn(house)('maya');
  const { people } = house.discord;
  direct = (await people.openDirectMessage(maya.userId)).id;
  await maya.says(direct, 'credits');
  general = people.ids.channels['general'] ?? '';
  const mention = await maya.says(general, `<@${people.botId}> credits`);
  threadId = mention.id;
  await house.waitForMessage(direct, says('credits left'), 'the answer');
  await house.waitForMessage(threadId, says('credits left'), 'the answer');
});

afterAll(async () => {
  await house.close();
});

const answersIn = (channelId: Snowflake, part: string): number =>
  house.transcript(channelId).filter((line) => line.includes(part)).length;

/** As if the bot had been away for so long: it goes by what the process before it stored. */
const pretendSilenceOf = async (silenceMs: number): Promise<void> => {
  const sessions = await openSessions({
    storeUrl: `sqlite:${join(folder, 'bot.db')}`,
    storeSecret: null,
    clock: {
      nowMs: () => Date.now(),
      sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
    },
    log: createRecordingLog(),
    onLeaseLost: () => {},
  });
  const record = await sessions.store.listeners.get('all');
  if (record === null) throw new Error('The bot stored nothing of what it heard.');
  await sessions.store.listeners.set('all', { ...record, heardUntilMs: Date.now() - silenceMs });
  await sessions.close();
};

describe('a status message that is an hour old', () => {
  it('is replaced, not edited, and one of them stays', async () => {
    const { people } = house.discord;
    const content = `<@${people.botId}> make a film of the sea`;
    const { id } = await maya.says(general, content);
    await house.waitForMessage(id, ({ components }) => components.length > 0, 'the status');
    // From here on what is posted is young enough to be edited.
    behindMs = 30 * minuteMs;
    const last = await house.waitForMessage(id, says('Your video is below'), 'the last line');
    const statuses = house.discord.log
      .messages(id)
      .filter(({ authorId, versions: [first] }) => authorId === people.botId && first?.message.content !== '')
      .filter(({ versions }) => !versions.some(({ message }) => hasVideo(message)));
    expect(statuses.length).toBeGreaterThan(1);
    expect(statuses.filter(({ deletedAtMs }) => deletedAtMs === null).map((status) => status.id)).toEqual([
      last.id,
    ]);
    const refused = house.discord.log.requests({ method: 'PATCH' }).filter(({ status }) => status === 429);
    expect(refused).toEqual([]);
  });
});

describe('what was written long ago', () => {
  it('is asked about in its place, and not done by itself', async () => {
    await house.bot.kill();
    await maya.says(direct, 'status');
    await maya.says(threadId, 'status');
    await maya.says(general, `<@${house.discord.people.botId}> credits`);
    await pretendSilenceOf(40 * minuteMs);
    house.bot.start();
    for (const channelId of [direct, threadId]) {
      const asked = await house.waitForMessage(channelId, says('While I was away'), 'the question');
      expect(asked.content).toContain('> status');
      expect(answersIn(channelId, 'nothing on the timeline')).toBe(0);
    }
    // A call in a channel has no thread yet: it is asked about where it was made.
    const asked = await house.waitForMessage(general, says('While I was away'), 'the question');
    expect(asked.content).toContain('> credits');
  });

  it('is done once when its author says so', async () => {
    const asked = await house.waitForMessage(threadId, says('While I was away'), 'the question');
    await maya.presses(asked, 'Yes, do it');
    await house.waitForMessage(threadId, says('nothing on the timeline'), 'the answer');
    const after = await house.waitForMessage(threadId, says("I'm on it"), 'the question made room');
    expect([after.id, after.components]).toEqual([asked.id, []]);
    expect(answersIn(threadId, 'nothing on the timeline')).toBe(1);
  });
});

describe('what was written a moment ago', () => {
  it('is done as if it had come, after a kill', async () => {
    behindMs = 0;
    const before = answersIn(direct, 'credits left');
    await house.bot.kill();
    await maya.says(direct, 'credits');
    await maya.says(threadId, 'credits');
    const call = await maya.says(general, `<@${house.discord.people.botId}> credits`);
    house.bot.start();
    await house.waitForMessage(call.id, says('credits left'), 'the answer in a thread of its own');
    const { people } = house.discord;
    await people.until('both answers', () => answersIn(direct, 'credits left') > before);
    await people.until('both answers', () => answersIn(threadId, 'credits left') > 1);
    expect(answersIn(direct, 'credits left')).toBe(before + 1);
  });
});

describe('a token that is taken back while the bot runs', () => {
  it('ends it with the code for wrong settings, and says where a new one comes from', async () => {
    house.discord.faults.next({
      route: /^(?!\/interactions)/u,
      times: Number.POSITIVE_INFINITY,
      effect: { answer: { status: 401, code: 0, message: '401: Unauthorized' } },
    });
    await maya.says(direct, 'credits');
    await expect.poll(() => house.bot.state().phase).toBe('died');
    const { exitCode, output } = house.bot.state();
    expect(exitCode).toBe(78);
    expect(output.join('\n')).toContain('Discord does not accept DISCORD_TOKEN');
  });
});
