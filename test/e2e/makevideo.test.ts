/** Story: three pictures and a sentence become a video in a thread, and a follow-up changes it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Message } from '../../playground/discord/shapes.ts';
import { readMp4 } from '../media/mp4.ts';
import { type House, openHouse, pictures } from './house.ts';

let house: House;
let threadId: string;

const hasVideo = (message: Message): boolean =>
  message.attachments.some(({ filename }) => filename.endsWith('.mp4'));

const download = async (url: string): Promise<Uint8Array> => {
  const answer = await fetch(url);
  return new Uint8Array(await answer.arrayBuffer());
};

beforeAll(async () => {
  house = await openHouse();
});

afterAll(async () => {
  await house.close();
});

describe('/makevideo with three pictures', () => {
  let starter: Message;
  let result: Message;

  it('answers at once, in words, and opens a thread named after the wish', async () => {
    const { people } = house.discord;
    const userId = people.ids.users['maya'] ?? '';
    const channelId = people.ids.channels['general'] ?? '';
    const [image1, image2, image3] = await pictures(3);
    if (image1 === undefined || image2 === undefined || image3 === undefined) throw new Error('no pictures');
    const prompt = 'turn my photos into a short video with smooth transitions and background music';
    await people.runCommand({
      userId,
      channelId,
      name: 'makevideo',
      options: { prompt, image1, image2, image3 },
    });
    starter = await house.waitForMessage(
      channelId,
      (message) => message.content.includes(prompt),
      'the answer',
    );
    const thread = await people.until('the thread', () =>
      people
        .world(userId)
        .guilds.flatMap((guild) => guild.threads)
        .find((candidate) => candidate.id === starter.id),
    );
    threadId = thread.id;
    expect(thread.name).toContain('turn my photos into a short video');
  });

  it('brings a playable H.264 film of the right length, and mentions the person once', async () => {
    result = await house.waitForMessage(threadId, hasVideo, 'the video');
    const film = readMp4(await download(result.attachments[0]?.url ?? ''));
    expect(film.tracks.map(({ codec }) => codec)).toContain('avc1');
    expect(film.boxes.indexOf('moov')).toBeLessThan(film.boxes.indexOf('mdat'));
    const duration = /0-(\d+(?:\.\d+)?)s/u.exec(result.content)?.[1];
    expect(film.durationMs / 1000).toBeCloseTo(Number(duration), 0);
    const pings = house.discord.log
      .messages(threadId)
      .flatMap(({ versions }) => versions.flatMap(({ pinged }) => pinged.userIds));
    expect(pings).toEqual([house.discord.people.ids.users['maya']]);
  });

  it('tells the timeline in the words of the seed', () => {
    expect(result.content).toMatch(/Timeline \(\d tracks?\): 1\. Video: .+ \(0-\d+(\.\d+)?s\)/u);
  });

  it('charged the work once', () => {
    expect(house.nemo.ledger.submissions()).toHaveLength(1);
    expect(house.nemo.ledger.charges()).toHaveLength(1);
    expect(house.nemo.ledger.violations()).toEqual([]);
  });

  it('kept one status message, edited in place, which ends with an honest line', async () => {
    const mine = house.discord.log
      .messages(threadId)
      .filter(
        ({ authorId, versions }) =>
          authorId === house.discord.people.botId && versions[0]?.message.content !== '',
      );
    expect(mine).toHaveLength(2);
    const status = await house.waitForMessage(
      threadId,
      ({ content }) => content.includes('Your video is below'),
      'the last line',
    );
    expect(status.content).not.toMatch(/click|panel|nmv_usr|session_id|\{/iu);
    const first = house.discord.log.messages(threadId).find(({ id }) => id === mine[0]?.id);
    expect(first?.id).toBe(status.id);
    expect(first?.versions.length).toBeGreaterThan(1);
  });

  it('takes a reply in the thread as the next instruction and posts the new cut', async () => {
    const { people } = house.discord;
    await people.sendMessage({
      userId: people.ids.users['maya'] ?? '',
      channelId: threadId,
      content: 'add a title "Paradise Found"',
    });
    const second = await house.waitForMessage(
      threadId,
      (message) => hasVideo(message) && message.id !== result.id,
      'the second video',
    );
    expect(second.content).toContain('"Paradise Found"');
    expect(second.attachments[0]?.filename).toBe('Paradise-Found.mp4');
    expect(house.nemo.ledger.submissions()).toHaveLength(2);
    expect(new Set(house.nemo.ledger.submissions().map(({ sessionId }) => sessionId)).size).toBe(1);
  });

  it('says who may be mentioned on every create and edit', () => {
    const writes = house.discord.log
      .requests({ route: /messages|callback/u })
      .filter(({ method }) => method === 'POST' || method === 'PATCH');
    expect(writes.length).toBeGreaterThan(5);
    for (const { body, path } of writes) {
      if (path.endsWith('/threads')) continue;
      const { data } = z.object({ data: z.unknown().optional() }).parse(body);
      expect({ path, body: data ?? body }).toHaveProperty('body.allowed_mentions.parse', []);
    }
  });

  it('never put a secret into a message or the log', () => {
    const texts = [...house.transcript(threadId), ...house.bot.state().output].join('\n');
    expect(texts).not.toContain(house.nemo.operatorToken);
    expect(texts).not.toContain('e2e-bot-token');
  });
});
