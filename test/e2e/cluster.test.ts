/** Story: one process hears, two others work, on one Postgres. They are stopped, killed and started again, and nobody notices. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { type BotOfHouse, type House, openHouse, pictures, untilReady } from './house.ts';
import { createPersonIn, hasVideo, idOf, says } from './person.ts';

let house: House;
let workers: readonly BotOfHouse[];

/** As slow as life, so that things can be said and processes ended in the middle of a film, and fast for the rest of it. */
const slow = 1;
const fast = 40;

beforeAll(async () => {
  house = await openHouse({
    nemo: { speed: fast, filmLongEdgePx: 160 },
    environment: async () => ({
      STORE_URL: await freshDatabase(),
      STORE_SECRET: 'sixteen letters at least',
      ROLES: 'gateway',
      DISCORD_REQUESTS_PER_SECOND: '15',
      EDIT_INTERVAL_MS: '1000',
      // Five looks at a turn that goes on at the backend have to last until it is over there.
      RECONCILE_INTERVAL_MS: '2000',
    }),
  });
  workers = [1, 2].map(() => house.startAnother({ ROLES: 'worker' }));
  await Promise.all(workers.map(untilReady));
});

afterAll(async () => {
  await house.close();
});

const start = async (prompt: string): Promise<string> => {
  const { people } = house.discord;
  const [image1, image2] = await pictures(2);
  if (image1 === undefined || image2 === undefined) throw new Error('no pictures');
  const interaction = await people.runCommand({
    userId: idOf(people.ids.users, 'maya'),
    channelId: idOf(people.ids.channels, 'general'),
    name: 'makevideo',
    options: { prompt, image1, image2 },
  });
  return people.until('the answer', () => people.interaction(interaction.id)?.messageId);
};

/** Asserted from outside: the backend was asked and paid once, and the thread has one result. */
const expectOneFilm = async (threadId: string, prompt: string): Promise<void> => {
  await house.waitForMessage(threadId, says('Your video is below'), 'the last line');
  const { ledger } = house.nemo;
  const [submission, ...more] = ledger.submissions().filter(({ text }) => text === prompt);
  expect(more).toEqual([]);
  expect(ledger.charges(submission?.sessionId)).toHaveLength(1);
  expect(ledger.violations()).toEqual([]);
  const results = house.discord.log
    .messages(threadId)
    .filter(({ versions }) => versions.some(({ message }) => hasVideo(message)));
  expect(results).toHaveLength(1);
};

/** The ledger of the backend tells nobody that it changed, so it is looked at. */
const submittedTexts = (): readonly string[] => house.nemo.ledger.submissions().map(({ text }) => text);

const untilSubmitted = async (prompt: string): Promise<void> => {
  await expect.poll(submittedTexts).toContain(prompt);
};

/** The worker that sent the instruction of this thread. Its log may be later than the backend. */
const workerOf = async (threadId: string): Promise<BotOfHouse> => {
  const find = () =>
    workers.find(({ logLines }) =>
      logLines().some((line) => line['msg'] === 'the instruction is sent' && line['threadId'] === threadId),
    );
  await expect.poll(find).toBeDefined();
  const found = find();
  if (found === undefined) throw new Error('No worker says that it sent the instruction.');
  return found;
};

const restart = async (bot: BotOfHouse): Promise<void> => {
  bot.bot.start();
  await untilReady(bot);
};

describe('a gateway and two workers', () => {
  const killed = { threadId: '' };

  it('make a video, and show a second request its place', async () => {
    const maya = createPersonIn(house)('maya');
    // A minute in which the second request certainly comes while the first one runs; it is over as soon as that was seen.
    house.nemo.scenarios.use('pause of three minutes', { for: 'next turn' });
    house.nemo.pace.setSpeed(3);
    const threadId = await start('a film of the harbour');
    await untilSubmitted('a film of the harbour');
    await maya.says(threadId, 'add a title "Ahoy"');
    await house.waitForMessage(threadId, says('as soon as the request before this one'), 'its place');
    house.nemo.pace.setSpeed(fast);
    await untilSubmitted('add a title "Ahoy"');
    await house.waitForMessage(threadId, hasVideo, 'the video');
    expect(house.nemo.ledger.submissions().map(({ text }) => text)).toEqual([
      'a film of the harbour',
      'add a title "Ahoy"',
    ]);
  });

  // A lane of a dead process is free when its heartbeats are missed for fifteen seconds; the stories in between go on meanwhile.
  it('do without a worker that is killed in the middle of a turn', async () => {
    house.nemo.pace.setSpeed(slow);
    killed.threadId = await start('a film of the night');
    await untilSubmitted('a film of the night');
    const worker = await workerOf(killed.threadId);
    await worker.bot.kill();
    expect(worker.bot.state()).toMatchObject({ signal: 'SIGKILL' });
    house.nemo.pace.setSpeed(fast);
    await restart(worker);
  });

  it('stop a turn when Stop is pressed', async () => {
    const maya = createPersonIn(house)('maya');
    house.nemo.scenarios.use('heartbeats only', { for: 'next turn' });
    house.nemo.pace.setSpeed(slow);
    const threadId = await start('a film of the wind');
    await untilSubmitted('a film of the wind');
    const status = await house.waitForMessage(
      threadId,
      ({ components }) => components.length > 0,
      'the status',
    );
    await maya.presses(status, 'Stop');
    await house.waitForMessage(threadId, says('Stopped.'), 'the end');
    house.nemo.pace.setSpeed(fast);
  });

  it('refuse a second gateway for the same shard, and name the first', async () => {
    const second = house.startAnother({ ROLES: 'gateway' });
    await expect.poll(() => second.bot.state().phase).toBe('died');
    const { exitCode, output } = second.bot.state();
    expect(exitCode).toBe(75);
    expect(output.join('\n')).toContain('shard 0 of 1');
    expect(output.join('\n')).toContain(String(house.bot.state().processId));
  });

  it('do not interrupt a stream when the gateway is restarted', async () => {
    house.nemo.pace.setSpeed(slow);
    const threadId = await start('a film of the street');
    await untilSubmitted('a film of the street');
    const status = await house.waitForMessage(
      threadId,
      ({ components }) => components.length > 0,
      'the status',
    );
    await house.bot.stop();
    expect(house.bot.state()).toMatchObject({ exitCode: 0, signal: null });
    await restart(house);
    house.nemo.pace.setSpeed(fast);
    await house.waitForMessage(threadId, hasVideo, 'the video');
    await expectOneFilm(threadId, 'a film of the street');
    const shown = house.discord.log.messages(threadId).find(({ id }) => id === status.id);
    expect(shown?.versions.map(({ message }) => message.content).join('\n')).not.toContain('restarted');
  });

  it('carry on with the turn of a worker that was ended in the middle of it', async () => {
    house.nemo.pace.setSpeed(slow);
    const threadId = await start('a film of the rain');
    await untilSubmitted('a film of the rain');
    const { bot } = await workerOf(threadId);
    await bot.stop();
    expect(bot.state()).toMatchObject({ exitCode: 0, signal: null });
    house.nemo.pace.setSpeed(fast);
    await house.waitForMessage(threadId, hasVideo, 'the video');
    await expectOneFilm(threadId, 'a film of the rain');
    await Promise.all(workers.filter((one) => one.bot.state().phase !== 'running').map(restart));
  });

  it('carry on with the turn of the worker that was killed', async () => {
    await house.waitForMessage(killed.threadId, hasVideo, 'the video');
    await expectOneFilm(killed.threadId, 'a film of the night');
  });
});
