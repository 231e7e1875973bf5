/** Story: the process is killed in the middle of the work, and nothing is lost, doubled or charged twice. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../playground/discord/shapes.ts';
import { type House, killAndRestart, openHouse, pictures } from './house.ts';

let house: House;

beforeEach(async () => {
  house = await openHouse({
    nemo: { speed: 4, filmLongEdgePx: 160 },
    environment: { EDIT_INTERVAL_MS: '500', RECONCILE_FIRST_MS: '1000', RECONCILE_INTERVAL_MS: '1000' },
  });
});

afterEach(async () => {
  await house.close();
});

const hasVideo = ({ attachments }: Message): boolean =>
  attachments.some(({ filename }) => filename.endsWith('.mp4'));
const says =
  (pattern: RegExp) =>
  (message: Message): boolean =>
    pattern.test(message.content);

const start = async (): Promise<string> => {
  const { people } = house.discord;
  const [image1, image2] = await pictures(2);
  if (image1 === undefined || image2 === undefined) throw new Error('no pictures');
  const interaction = await people.runCommand({
    userId: people.ids.users['maya'] ?? '',
    channelId: people.ids.channels['general'] ?? '',
    name: 'makevideo',
    options: { prompt: 'turn my photos into a short video', image1, image2 },
  });
  return people.until('the answer', () => people.interaction(interaction.id)?.messageId);
};

const untilRequest = (path: RegExp): Promise<true> =>
  house.discord.people.until(
    `a request for ${path}`,
    () => house.nemo.ledger.requests().some((request) => path.test(request.path)) || undefined,
    20_000,
  );

/** Own messages in the thread without the system line at its top. */
const ours = (threadId: string) =>
  house.discord.log
    .messages(threadId)
    .filter(
      ({ authorId, versions }) =>
        authorId === house.discord.people.botId && versions[0]?.message.content !== '',
    );

const expectOneOfEach = async (threadId: string): Promise<void> => {
  await house.waitForMessage(threadId, says(/Your video is below/u), 'the last line');
  expect(house.nemo.ledger.submissions()).toHaveLength(1);
  expect(house.nemo.ledger.charges()).toHaveLength(1);
  expect(house.nemo.ledger.violations()).toEqual([]);
  const results = ours(threadId).filter(({ versions }) => versions.some(({ message }) => hasVideo(message)));
  expect(results).toHaveLength(1);
  expect(ours(threadId)).toHaveLength(2);
};

describe('a process killed by SIGKILL', () => {
  it('after the request was accepted still makes the video', async () => {
    const threadId = await start();
    await killAndRestart(house);
    await house.waitForMessage(threadId, hasVideo, 'the video');
    await expectOneOfEach(threadId);
  });

  it('while words stream in reads the state instead of asking again, in the same message', async () => {
    const threadId = await start();
    const status = await house.waitForMessage(threadId, says(/-# (?:💭|🎬|🎵|✂️)/u), 'the first words');
    await untilRequest(/run_sse/u);
    await killAndRestart(house);
    await house.waitForMessage(threadId, hasVideo, 'the video');
    await expectOneOfEach(threadId);
    expect(ours(threadId)[0]?.id).toBe(status.id);
    expect(ours(threadId)[0]?.versions.at(-1)?.message.content).toContain('I was restarted in between');
  });

  it('while the film renders goes on polling the same render', async () => {
    const threadId = await start();
    await untilRequest(/render\/proxy\/lambda\/render_/u);
    await killAndRestart(house);
    await house.waitForMessage(threadId, hasVideo, 'the video');
    await expectOneOfEach(threadId);
    expect(house.nemo.ledger.renders().filter(({ status }) => status === 'submitted')).toHaveLength(1);
  });

  it('after the result was posted does not post it again', async () => {
    const threadId = await start();
    await house.waitForMessage(threadId, hasVideo, 'the video');
    await killAndRestart(house);
    await expectOneOfEach(threadId);
  });

  it('keeps what was said in the meantime in order', async () => {
    const { people } = house.discord;
    const threadId = await start();
    const userId = people.ids.users['maya'] ?? '';
    await untilRequest(/run_sse/u);
    await people.sendMessage({ userId, channelId: threadId, content: 'add a title "One"' });
    await people.sendMessage({ userId, channelId: threadId, content: 'remove the music' });
    await house.waitForMessage(threadId, says(/2 requests before this one/u), 'the place in the queue');
    await killAndRestart(house);
    await house.waitForMessage(threadId, hasVideo, 'the video');
    expect(house.nemo.ledger.submissions().map(({ text }) => text)).toEqual([
      'turn my photos into a short video',
      'add a title "One"',
      'remove the music',
    ]);
  });
});

describe('a process ended by SIGTERM', () => {
  it('leaves in time with its turn open, and the next one carries on', async () => {
    const threadId = await start();
    await untilRequest(/run_sse/u);
    await house.bot.stop();
    expect(house.bot.state()).toMatchObject({ exitCode: 0, signal: null });
    await killAndRestart(house);
    await house.waitForMessage(threadId, hasVideo, 'the video');
    await expectOneOfEach(threadId);
  });
});
