/** Story: nobody set NEMO_TOKEN. Each person gets a starter account, keeps it, and is told plainly when there are no more. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonFile } from '../../playground/discord/people.ts';
import type { Message } from '../../playground/discord/shapes.ts';
import { type House, killAndRestart, openHouse, pictures } from './house.ts';

let house: House;
let folder: string;
let picture: PersonFile;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'makevideo-accounts-'));
  const [first] = await pictures(1);
  if (first === undefined) throw new Error('no picture');
  picture = first;
  house = await openHouse({
    nemo: { speed: 400, filmLongEdgePx: 160 },
    environment: {
      NEMO_TOKEN: '',
      STORE_URL: `sqlite:${join(folder, 'bot.db')}`,
      RENDER_POLL_INTERVAL_MS: '100',
      LOG_LEVEL: 'debug',
    },
  });
});

afterAll(async () => {
  await house.close();
  await rm(folder, { recursive: true, force: true });
});

const hasVideo = ({ attachments }: Message): boolean =>
  attachments.some(({ filename }) => filename.endsWith('.mp4'));
const says =
  (pattern: RegExp) =>
  ({ content }: Message): boolean =>
    pattern.test(content);

const idOf = (person: string): string => house.discord.people.ids.users[person] ?? '';

const start = async (person: string): Promise<string> => {
  const { people } = house.discord;
  const interaction = await people.runCommand({
    userId: idOf(person),
    channelId: people.ids.channels['general'] ?? '',
    name: 'makevideo',
    options: { prompt: `make a film for ${person}`, image1: picture },
  });
  return people.until('the answer', () => people.interaction(interaction.id)?.messageId);
};

const tokenCalls = () =>
  house.nemo.ledger.requests().filter(({ path }) => path === '/api/auth/anonymous-token');
const clientIds = (): readonly string[] => tokenCalls().map(({ headers }) => headers['x-client-id'] ?? '');

const mayasUserId = (): string => house.nemo.ledger.charges()[0]?.userId ?? 'nobody';

let mayasThread: string;

describe('without NEMO_TOKEN', () => {
  it('a first video is made on a starter account, under an id that is sent before there is a token', async () => {
    mayasThread = await start('maya');
    await house.waitForMessage(mayasThread, hasVideo, 'the video');
    expect(tokenCalls()).toHaveLength(1);
    expect(clientIds()[0]).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u);
    expect(tokenCalls()[0]?.headers).not.toHaveProperty('authorization');
    expect(house.nemo.ledger.charges().map(({ userId }) => userId)).toEqual([
      expect.stringMatching(/^anon_/u),
    ]);
  });

  it('another person has another account', async () => {
    const threadId = await start('moss');
    await house.waitForMessage(threadId, hasVideo, 'the video');
    expect(new Set(clientIds()).size).toBe(2);
    expect(new Set(house.nemo.ledger.charges().map(({ userId }) => userId)).size).toBe(2);
  });

  it('a token that expired is renewed under the same id, and the video is made and paid once', async () => {
    const chargesBefore = house.nemo.ledger.charges().length;
    house.nemo.scenarios.use('token expired once', { for: 'everything' });
    const threadId = await start('pavo');
    await house.waitForMessage(threadId, hasVideo, 'the video');
    const [, , first, second] = clientIds();
    expect(clientIds()).toHaveLength(4);
    expect(second).toBe(first);
    expect(house.nemo.ledger.charges()).toHaveLength(chargesBefore + 1);
  });

  it('a first token call that is refused as too many is waited out once', async () => {
    house.nemo.scenarios.use('token 429 once', { for: 'everything' });
    const threadId = await start('ada');
    await house.waitForMessage(threadId, hasVideo, 'the video');
    const [first, second] = clientIds().slice(-2);
    expect(second).toBe(first);
    // The next process must find nothing to do for her: it would ask in her name.
    const isDelivered = () =>
      house.logLines().some((line) => line['threadId'] === threadId && line['phase'] === 'delivered');
    await expect.poll(isDelivered).toBe(true);
  });

  it('a new process goes on with the account that the person had', async () => {
    const [mayasId] = clientIds();
    await killAndRestart(house);
    const callsBefore = tokenCalls().length;
    // The first film took all that a starter account has, and without credits nothing is sent.
    house.nemo.accounts.setCredits(mayasUserId(), 60);
    house.nemo.scenarios.use('token expired once', { for: 'everything' });
    await house.discord.people.sendMessage({
      userId: idOf('maya'),
      channelId: mayasThread,
      content: 'what can you do for my video?',
    });
    await house.waitForMessage(mayasThread, says(/I can build a video from your pictures/u), 'the answer');
    expect(clientIds().slice(callsBefore)).toEqual([mayasId]);
  });

  it('used-up credits lead to the registration of this very account', async () => {
    const submissionsBefore = house.nemo.ledger.submissions().length;
    house.nemo.accounts.setCredits(mayasUserId(), 0);
    await house.discord.people.sendMessage({
      userId: idOf('maya'),
      channelId: mayasThread,
      content: 'make a film about the sea',
    });
    const told = await house.waitForMessage(mayasThread, says(/not enough credits left/u), 'the explanation');
    expect(told.content).toContain(`/register?bind=${mayasUserId()}`);
    expect(house.nemo.ledger.submissions()).toHaveLength(submissionsBefore);
  });

  it('no more starter accounts: the person reads what they and the operator can do', async () => {
    const submissionsBefore = house.nemo.ledger.submissions().length;
    house.nemo.scenarios.use('token 429', { for: 'everything' });
    const threadId = await start('lin');
    const told = await house.waitForMessage(threadId, says(/免费体验账户/u), 'the explanation');
    expect(told.content).toContain('NEMO_TOKEN');
    expect(house.nemo.ledger.submissions()).toHaveLength(submissionsBefore);
    expect(house.bot.state().phase).toBe('running');
    house.nemo.scenarios.use('default', { for: 'everything' });
  });

  it('no token is in a message, a log line or a byte of the store', async () => {
    const channels = house.discord.people
      .world(idOf('ada'))
      .guilds.flatMap(({ channels, threads }) => [...channels, ...threads].map(({ id }) => id));
    const said = channels.flatMap((id) => house.transcript(id)).join('\n');
    expect(said).toContain('NEMO_TOKEN');
    expect(said).not.toMatch(/nmv_usr_\w/u);
    expect(house.bot.state().output.join('\n')).not.toContain('nmv_usr_');
    const files = await readdir(folder);
    expect(files).toContain('bot.db');
    for (const file of files)
      expect({ file, bytes: (await readFile(join(folder, file))).includes('nmv_usr_') }).toEqual({
        file,
        bytes: false,
      });
  });

  it('nothing was sent twice, and nothing that the backend would mind', () => {
    expect(house.nemo.ledger.violations()).toEqual([]);
  });
});
