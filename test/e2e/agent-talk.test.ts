/** Story: the agent asks something back, works in two stages, and cannot use every file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonFile } from '../../playground/discord/people.ts';
import type { Message } from '../../playground/discord/shapes.ts';
import { findFfmpeg } from '../../playground/nemo/film/encoder.ts';
import { makeHeic } from '../playground/nemo/heic.ts';
import { type House, openHouse, pictures } from './house.ts';

let house: House;
const quick = 20;

beforeAll(async () => {
  house = await openHouse({
    nemo: { speed: quick, filmLongEdgePx: 160 },
    // What is said in between is the matter here, so no limit of Discord's makes it pass unseen.
    discord: { channelWrites: { requestsMax: 1_000, windowMs: 1_000 } },
    environment: { RENDER_POLL_INTERVAL_MS: '100' },
  });
});

afterAll(async () => {
  await house.close();
});

const hasVideo = ({ attachments }: Message): boolean =>
  attachments.some(({ filename }) => filename.endsWith('.mp4'));
const says =
  (pattern: RegExp) =>
  ({ content }: Message): boolean =>
    pattern.test(content);

const start = async (files: readonly PersonFile[]): Promise<string> => {
  const { people } = house.discord;
  const images = Object.fromEntries(files.map((file, index) => [`image${index + 1}`, file]));
  const interaction = await people.runCommand({
    userId: people.ids.users['maya'] ?? '',
    channelId: people.ids.channels['general'] ?? '',
    name: 'makevideo',
    options: { prompt: 'turn my photos into a short video', ...images },
  });
  return people.until('the answer', () => people.interaction(interaction.id)?.messageId);
};

describe('an agent that waits for a confirmation', () => {
  it('has its question asked, and gets the answer in the same session', async () => {
    const threadId = await start(await pictures(1));
    await house.waitForMessage(threadId, hasVideo, 'the video');
    const { people } = house.discord;
    const userId = people.ids.users['maya'] ?? '';
    house.nemo.scenarios.use('confirmation asked', { for: 'next turn' });
    await people.sendMessage({ userId, channelId: threadId, content: 'replace the music' });
    const asked = await house.waitForMessage(
      threadId,
      says(/❓ .*Overwrite the timeline\?/u),
      'the question',
    );
    expect(asked.content).not.toMatch(/adk_|confirmation|functionCall/iu);
    await people.sendMessage({ userId, channelId: threadId, content: 'yes, add a title "Waves"' });
    await house.waitForMessage(
      threadId,
      (message) => hasVideo(message) && message.content.includes('"Waves"'),
      'the new video',
    );
    const submissions = house.nemo.ledger.submissions();
    expect(submissions.map(({ text }) => text)).toEqual([
      'turn my photos into a short video',
      'replace the music',
      'yes, add a title "Waves"',
    ]);
    expect(new Set(submissions.map(({ sessionId }) => sessionId)).size).toBe(1);
    expect(house.nemo.ledger.violations()).toEqual([]);
  });
});

describe('an agent that works in two stages', () => {
  it('tells of the raw clip while music and titles are still to come, and shows all tracks in the end', async () => {
    house.nemo.scenarios.use('two stages', { for: 'next turn' });
    // Ten seconds lie between the raw clip and the rest of the answer, unless it is seen before.
    house.nemo.pace.setSpeed(2);
    const threadId = await start(await pictures(2));
    const raw = await house.waitForMessage(threadId, says(/raw clip is ready/iu), 'the raw clip');
    house.nemo.pace.setSpeed(quick);
    expect(raw.content).not.toMatch(/Lo-fi|keep it all/iu);
    const result = await house.waitForMessage(threadId, hasVideo, 'the video with all tracks');
    await house.waitForMessage(threadId, says(/keep it all, or tell me what to take out/iu), 'the choice');
    expect(result.content).toMatch(/1\. Video: .+ 2\. BGM: .+/u);
    // The status leaves the timeline to the result with the edit that follows it.
    await expect
      .poll(() => house.transcript(threadId).filter((content) => content.includes('1. Video')))
      .toEqual([expect.stringContaining('Your video is ready')]);
  });
});

describe('files', () => {
  it('one that cannot be used is named with its reason, and the others become the video', async () => {
    const notes = new TextEncoder().encode('%PDF-1.7 the notes of the holiday');
    const uploadsBefore = house.nemo.ledger.uploads().length;
    const [first, second] = await pictures(2);
    if (first === undefined || second === undefined) throw new Error('no pictures');
    const threadId = await start([
      first,
      { name: 'notes.jpg', contentType: 'image/jpeg', bytes: notes },
      second,
    ]);
    await house.waitForMessage(threadId, hasVideo, 'the video');
    const text = house.transcript(threadId).join('\n');
    expect(text).toMatch(
      /⚠️ \*\*notes\.jpg\*\* was left out: this kind of file can't be used\. What works: MP4/u,
    );
    expect(text.match(/was left out/gu)).toHaveLength(1);
    expect(
      house.nemo.ledger
        .uploads()
        .slice(uploadsBefore)
        .map(({ filename }) => filename),
    ).toEqual([first.name, second.name]);
  });

  it('that the backend passes over in one answer are handed over one by one', async () => {
    house.nemo.scenarios.use('upload one of several refused', { for: 'everything' });
    try {
      const uploadsBefore = house.nemo.ledger.uploads().length;
      const threadId = await start(await pictures(3));
      await house.waitForMessage(threadId, hasVideo, 'the video');
      expect(house.nemo.ledger.uploads().length - uploadsBefore).toBe(3);
      expect(house.transcript(threadId).join('\n')).not.toContain('was left out');
    } finally {
      house.nemo.scenarios.use('default', { for: 'everything' });
    }
  });

  it('pictures of a phone in HEIC become a video though the backend does not take them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'makevideo-heic-'));
    const scratchFile = join(folder, 'heic.mp4');
    const bytes = await makeHeic(findFfmpeg(process.env), { color: 'red', sidePx: 64, scratchFile });
    await rm(folder, { recursive: true, force: true });
    house.nemo.scenarios.use('heic refused', { for: 'everything' });
    try {
      const threadId = await start([
        { name: 'IMG_0001.HEIC', contentType: 'image/heic', bytes: new Uint8Array(bytes) },
      ]);
      await house.waitForMessage(threadId, hasVideo, 'the video');
      expect(house.nemo.ledger.uploads().at(-1)).toMatchObject({
        by: 'multipart',
        filename: expect.stringMatching(/^IMG_0001.*\.jpg$/u),
      });
      expect(house.transcript(threadId).join('\n')).not.toContain('was left out');
    } finally {
      house.nemo.scenarios.use('default', { for: 'everything' });
    }
  });
});
