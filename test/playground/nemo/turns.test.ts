// How turns behave beyond the single answer: people's edits over time, clients that leave, chance, closing.
import { FormData, fetch } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { samplePictures } from '../../../playground/nemo/sample-pictures.ts';
import type { NemoStandIn } from '../../../playground/nemo/stand-in.ts';
import {
  at,
  attribution,
  createRawClient,
  eventsOf,
  messageBody,
  type RawClient,
  startFast,
  wordsOf,
} from './raw-client.ts';

let standIn: NemoStandIn;
let client: RawClient;

beforeEach(async () => {
  standIn = await startFast();
  client = createRawClient(standIn);
});
afterEach(() => standIn.close());

function send(sessionId: string, text: string, signal?: AbortSignal) {
  const headers = {
    authorization: `Bearer ${standIn.operatorToken}`,
    ...attribution,
    'content-type': 'application/json',
    accept: 'text/event-stream',
  };
  return fetch(`${standIn.url}/run_sse`, {
    method: 'POST',
    headers,
    body: JSON.stringify(messageBody(sessionId, text)),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function uploadPictures(sessionId: string, from: number, to: number): Promise<void> {
  const form = new FormData();
  for (const picture of samplePictures.slice(from, to))
    form.append('files', new Blob([new Uint8Array(await picture.draw())]), picture.filename);
  await client.call('POST', `/api/upload-video/nemo_agent/me/${sessionId}`, { body: form });
}

describe('a project', () => {
  test('follows instructions from pictures to film, edit by edit', async () => {
    const sessionId = await client.openSession();
    await uploadPictures(sessionId, 0, 3);
    await client.say(
      sessionId,
      'turn my photos into a short video with smooth transitions and background music',
    );
    expect(await client.draft(sessionId)).toMatchObject({
      d: 9000,
      m: { ratio: '16:9' },
      t: [
        { tt: 0, sg: [{ d: 3000, m: { title: 'beach-at-sunset' } }, { d: 3000 }, { d: 3000 }] },
        { tt: 1, sg: [{ d: 9000, m: { title: 'Lo-fi', volume: 0.35 } }] },
      ],
    });
    await client.say(sessionId, "add a title 'Paradise Found' and make it vertical, music at 20%");
    expect(await client.draft(sessionId)).toMatchObject({
      m: { title: 'Paradise Found', ratio: '9:16', width: 1080, height: 1920 },
      t: [
        { tt: 0 },
        { tt: 1, sg: [{ m: { title: 'Lo-fi', volume: 0.2 } }] },
        { tt: 7, sg: [{ d: 3000, m: { title: 'Paradise Found' } }] },
      ],
    });
    await uploadPictures(sessionId, 3, 4);
    await client.say(sessionId, 'add the new picture and remove the first one');
    await client.say(sessionId, 'remove the music');
    const draft = await client.draft(sessionId);
    expect(at(draft, 't', 0, 'sg', 3, 'm', 'title')).toBe('coffee-on-the-table');
    expect(at(draft, 't', 'length')).toBe(2);
    const same = wordsOf((await client.say(sessionId, 'remove the music')).text);
    expect(same).toEqual([expect.stringContaining('already looks like that')]);
    expect(standIn.ledger.charges(sessionId).map((charge) => charge.credits)).toEqual([100, 50, 50, 50]);
  });

  test('is told in two stages: first the raw clip, then what was added', async () => {
    const sessionId = await client.openSession();
    const { text } = await client.say(sessionId, 'make a video called "Sea" with captions');
    const words = wordsOf(text);
    expect(words[1]).toContain('The raw clip is ready');
    expect(words[2]).toContain('Background music: Lo-fi at 35%');
    const generated = eventsOf(text).findIndex(
      (event) =>
        at(event, 'content', 'parts', 0, 'functionResponse', 'name') === 'generate_video_with_seedance',
    );
    const raw = eventsOf(text).findIndex((event) =>
      String(at(event, 'content', 'parts', 0, 'text')).startsWith('The raw clip'),
    );
    expect(raw).toBeGreaterThan(generated);
    expect(at(await client.state(sessionId), 'generated_media', 'length')).toBe(1);
  });

  test('without a film and without pictures is asked about, not charged', async () => {
    const sessionId = await client.openSession();
    expect(wordsOf((await client.say(sessionId, 'make it shorter')).text)).toEqual([
      expect.stringContaining('There is no video yet'),
    ]);
    expect(standIn.ledger.charges(sessionId)).toEqual([]);
  });
});

describe('chance', () => {
  test('leaves about three of ten edits without a word, the same ones every time', async () => {
    const chancy = await startFast({ silentShare: 0.3 });
    const chancyClient = createRawClient(chancy);
    const silent = async (): Promise<boolean[]> => {
      const sessionId = await chancyClient.openSession();
      await chancyClient.say(sessionId, 'make a video');
      const answers: boolean[] = [];
      for (let index = 0; index < 40; index += 1) {
        const { text } = await chancyClient.say(sessionId, `change the title to "Take ${index}"`);
        answers.push(wordsOf(text).length === 0);
      }
      return answers;
    };
    const first = await silent();
    expect(first.filter(Boolean).length).toBeGreaterThan(5);
    expect(first.filter(Boolean).length).toBeLessThan(20);
    expect(await silent()).toEqual(first);
    await chancy.close();
  });
});

describe('a client that leaves', () => {
  test('does not stop the work, and pays for it', async () => {
    const sessionId = await client.openSession();
    standIn.scenarios.use('very slow', { for: sessionId });
    const leaving = new AbortController();
    const response = await send(sessionId, 'make a video', leaving.signal);
    expect(response.status).toBe(200);
    leaving.abort();
    await expect.poll(() => standIn.ledger.charges(sessionId).length).toBe(1);
    expect(Array.isArray(at(await client.draft(sessionId), 't'))).toBe(true);
  });
});

describe('closing', () => {
  test('ends running streams and renders at once, and gives the credits of unfinished turns back', async () => {
    const slow = await startFast({ speed: 1, filmLongEdgePx: 1920 });
    const slowClient = createRawClient(slow);
    const sessionId = await slowClient.openSession();
    const stream = slowClient.say(sessionId, 'make a video').catch(() => 'cut');
    await expect.poll(() => slow.ledger.submissions().length).toBe(1);
    await slow.close();
    expect(await stream).toBe('cut');
    expect(slow.ledger.charges()).toEqual([]);
    await expect(fetch(`${slow.url}/api/credits/balance/simple`)).rejects.toThrow(TypeError);
  });
});

describe('pace', () => {
  test('spreads the words over time, as a person would read them', async () => {
    const human = await startFast({ speed: 10 });
    const humanClient = createRawClient(human);
    const sessionId = await humanClient.openSession();
    const { text } = await humanClient.say(sessionId, 'hello');
    const times = eventsOf(text).map((event) => Number(at(event, 'timestamp')));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBeGreaterThan(3);
    await human.close();
  });
});
