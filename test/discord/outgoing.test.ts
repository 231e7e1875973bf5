import { SnowflakeUtil } from 'discord.js';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { textView } from '../../src/core/view.ts';
import { nonceOf } from '../../src/discord/nonce.ts';
import type { AnsweredAt, ButtonPress } from '../../src/ports/chat.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ standIn: { uploadLimitBytes: 2000 } });
});
afterAll(() => stage.close());
afterEach(() => {
  stage.standIn.faults.clear();
  stage.handleWith({});
});

const { signal } = new AbortController();
const chat = () => stage.discord.chat;
const key = (): string => crypto.randomUUID();
const create = (text: string): Promise<AnsweredAt> =>
  chat().createMessage(stage.channelId('make-videos'), textView(text), { key: key(), signal });
const requests = (method: string, route: RegExp) => stage.standIn.log.requests({ method, route });

const writes = /^\/channels\/[^/]+\/messages(\/[^/?]+)?$/u;
const answerAlways = (method: string, status: number, code: number): void => {
  stage.standIn.faults.next({
    method,
    route: /^\/channels\/[^/]+\/messages/u,
    times: 100,
    effect: { answer: { status, code, message: 'no' } },
  });
};

test('says with every create and every edit whom it may mention', async () => {
  const at = await create('@everyone');
  await chat().editMessage(at, textView('@everyone again'), { signal });
  const bodies = [...requests('POST', writes), ...requests('PATCH', writes)].map(({ body }) => body);
  expect(bodies.length).toBeGreaterThan(1);
  for (const body of bodies) expect(body).toMatchObject({ allowed_mentions: { parse: [], users: [] } });
});

test('sends the nonce of the key and has it enforced', async () => {
  const same = key();
  await chat().createMessage(stage.channelId('make-videos'), textView('once'), { key: same, signal });
  expect(requests('POST', writes).at(-1)?.body).toMatchObject({ nonce: nonceOf(same), enforce_nonce: true });
});

test.each([
  [503, 0, 'unavailable'],
  [403, 50013, 'forbidden'],
  [404, 10003, 'placeGone'],
  [413, 40005, 'tooLarge'],
  [400, 50035, 'refused'],
] as const)('calls an answer %i with code %i %s', async (status, code, kind) => {
  answerAlways('POST', status, code);
  await expect(create('hello')).rejects.toMatchObject({ name: 'ChatError', kind });
});

test('calls a file above the limit of the server too large', async () => {
  const view = {
    ...textView('big'),
    files: [{ name: 'video.mp4', bytes: new Uint8Array(3000), description: null }],
  };
  await expect(
    chat().createMessage(stage.channelId('make-videos'), view, { key: key(), signal }),
  ).rejects.toMatchObject({ kind: 'tooLarge' });
});

test('makes one message when Discord made it and said 500, or said nothing', async () => {
  for (const afterwards of ['serverError', 'drop'] as const) {
    const text = `one message in spite of ${afterwards}`;
    stage.standIn.faults.next({
      method: 'POST',
      route: /^\/channels\/[^/]+\/messages$/u,
      effect: { afterwards },
    });
    const channelId = stage.channelId('make-videos');
    const view = textView(text);
    const same = key();
    // A connection that breaks off is the caller's to try again; the key makes that safe.
    const at = await chat()
      .createMessage(channelId, view, { key: same, signal })
      .catch(() => chat().createMessage(channelId, view, { key: same, signal }));
    const made = stage.standIn.log
      .messages(channelId)
      .filter(({ versions }) => versions[0]?.message.content === text);
    expect(made.map(({ id }) => id)).toEqual([at.messageId]);
  }
});

test('opens an archived thread again to edit in it', async () => {
  const under = await create('project');
  const { threadId } = await chat().openThread(under, { name: 'Project', signal });
  const at = await chat().createMessage(threadId, textView('working'), { key: key(), signal });
  await stage.standIn.people.setThread({ threadId, isArchived: true });
  await chat().editMessage(at, textView('done'), { signal });
  expect(stage.standIn.log.messages(threadId).at(-1)?.versions.at(-1)?.message.content).toBe('done');
});

test('calls a locked thread forbidden', async () => {
  const { people, faults } = stage.standIn;
  const channelId = stage.channelId('showcase');
  const thread = await people.createThread({ userId: stage.userId('maya'), channelId, name: 'Of somebody' });
  const at = await chat().createMessage(thread.id, textView('working'), { key: key(), signal });
  faults.revoke(channelId, ['MANAGE_THREADS']);
  await people.setThread({ threadId: thread.id, isArchived: true, isLocked: true });
  await expect(chat().editMessage(at, textView('done'), { signal })).rejects.toMatchObject({
    kind: 'forbidden',
  });
});

test('opens the thread that an earlier try already opened', async () => {
  const under = await create('project');
  stage.standIn.faults.next({ method: 'POST', route: /\/threads$/u, effect: { afterwards: 'serverError' } });
  const { threadId } = await chat().openThread(under, { name: 'Project', signal });
  expect(threadId).toBe(under.messageId);
});

test('stops waiting for a rate limit when the signal aborts', async () => {
  const { threadId } = await chat().openThread(await create('project'), { name: 'Project', signal });
  const at = await chat().createMessage(threadId, textView('working'), { key: key(), signal });
  const abort = new AbortController();
  const reason = new Error('the bot stops');
  stage.standIn.faults.next({
    method: 'PATCH',
    route: /^\/channels\//u,
    effect: {
      answer: {
        status: 429,
        body: { message: 'wait', retry_after: 300, global: false },
        headers: { 'Retry-After': '300' },
      },
    },
  });
  const edited = chat().editMessage(at, textView('late'), { signal: abort.signal });
  await stage.until('the refusal', () => requests('PATCH', writes).some(({ status }) => status === 429));
  abort.abort(reason);
  await expect(edited).rejects.toBe(reason);
});

const press = async (): Promise<ButtonPress> => {
  const customId = key();
  const before = stage.interactions.length;
  const channelId = stage.channelId('general');
  const buttons = [{ kind: 'action', label: 'Go', customId, tone: 'primary' }] as const;
  const at = await chat().createMessage(channelId, { ...textView('press'), buttons }, { key: key(), signal });
  await stage.standIn.people.pressButton({ userId: stage.userId('maya'), messageId: at.messageId, customId });
  const interaction = await stage.until('the press', () => stage.interactions[before]);
  if (interaction.kind !== 'button') throw new Error(`a press came as a ${interaction.kind}`);
  return interaction;
};

test('edits an answer to an interaction like any message, without the token', async () => {
  const at = await (await press()).answer(textView('started'));
  stage.standIn.log.clear();
  await chat().editMessage(at, textView('done'), { signal });
  expect(stage.standIn.log.requests().map(({ method, route }) => [method, route])).toEqual([
    ['PATCH', '/channels/:channelId/messages/:messageId'],
  ]);
});

test('counts an answer as given when Discord took it and said 500', async () => {
  const pressed = await press();
  stage.standIn.faults.next({
    method: 'POST',
    route: /^\/interactions\//u,
    effect: { afterwards: 'serverError' },
  });
  const at = await pressed.answer(textView('started in spite of it'));
  const [message] = stage.standIn.log
    .messages(at.channelId)
    .filter(({ versions }) => versions[0]?.message.content === 'started in spite of it');
  expect(message?.id).toBe(at.messageId);
});

test('gives an interaction one first answer only', async () => {
  const pressed = await press();
  await pressed.acknowledge();
  await expect(pressed.answerPrivately(textView('again'))).rejects.toThrow('one first answer');
});

test('calls an interaction whose three seconds are over gone', async () => {
  const pressed = await press();
  stage.standIn.faults.next({
    method: 'POST',
    route: /^\/interactions\//u,
    effect: { answer: { status: 404, code: 10062, message: 'Unknown interaction' } },
  });
  await expect(pressed.answer(textView('late'))).rejects.toMatchObject({ name: 'ChatError', kind: 'gone' });
});

test('keeps the tokens of interactions out of the log', async () => {
  const pressed = await press();
  stage.standIn.faults.next({
    method: 'POST',
    route: /^\/interactions\//u,
    effect: { answer: { status: 404, code: 10062, message: 'Unknown interaction' } },
  });
  const failed: unknown = await pressed.answer(textView('private words')).catch((error: unknown) => error);
  const shown = JSON.stringify([failed, failed instanceof Error ? failed.cause : null, stage.lines]);
  expect(shown).not.toContain('/callback');
  expect(shown).not.toContain('private words');
});

test('draws a passing view when its turn has come, and lets everything else go first', async () => {
  const [words, final] = [await create('working'), await create('working')];
  const busy = Array.from({ length: 3 }, () => chat().editMessage(words, textView('busy'), { signal }));
  let newest = 'old words';
  const passing = chat().editMessage(words, () => textView(newest), { signal, priority: 'moreWords' });
  const last = chat().editMessage(final, textView('done'), { signal });
  newest = 'new words';
  await Promise.all([...busy, passing, last]);
  const edits = stage.standIn.log.requests({ method: 'PATCH', route: writes }).map(({ body }) => body);
  expect(edits.slice(-2)).toMatchObject([{ content: 'done' }, { content: 'new words' }]);
});

test('calls a message of more than an hour too old to edit, without asking Discord', async () => {
  const { channelId } = await create('working');
  const hoursAgo = Date.now() - 2 * 3_600_000;
  const messageId = SnowflakeUtil.generate({ timestamp: hoursAgo }).toString();
  stage.standIn.log.clear();
  const edited = chat().editMessage({ channelId, messageId }, textView('late'), { signal });
  await expect(edited).rejects.toMatchObject({ name: 'ChatError', kind: 'tooOld' });
  await chat().editMessage({ channelId, messageId }, () => null, { signal });
  expect(stage.standIn.log.requests()).toEqual([]);
});

test('edits a message whose id tells no time', async () => {
  const { channelId } = await create('working');
  const at = { channelId, messageId: '4711' };
  // It is not there; that Discord was asked is what counts.
  await expect(chat().editMessage(at, textView('words'), { signal })).rejects.toMatchObject({ kind: 'gone' });
});

test('takes a write back that was not sent yet', async () => {
  const at = await create('working');
  const taken = new AbortController();
  const reason = new Error('something more pressing came');
  const write = (text: string) => chat().editMessage(at, textView(text), { signal });
  const before = write('before');
  const options = { signal, priority: 'moreWords', takeBack: taken.signal } as const;
  const withdrawn = chat().editMessage(at, textView('never seen'), options);
  taken.abort(reason);
  await expect(withdrawn).rejects.toBe(reason);
  await Promise.all([before, write('after')]);
  const bodies = requests('PATCH', writes).map(({ body }) => body);
  expect(bodies).not.toContainEqual(expect.objectContaining({ content: 'never seen' }));
});

test('sends what is newest after a 429, and nothing that got old meanwhile', async () => {
  const { threadId } = await chat().openThread(await create('project'), { name: 'Project', signal });
  const at = await chat().createMessage(threadId, textView('working'), { key: key(), signal });
  stage.standIn.faults.next({
    method: 'PATCH',
    route: /^\/channels\//u,
    effect: { answer: { status: 429, body: { message: 'wait', retry_after: 0.3, global: false } } },
  });
  stage.standIn.log.clear();
  const newest = (): string => (requests('PATCH', writes).length === 0 ? 'old words' : 'new words');
  await chat().editMessage(at, () => textView(newest()), { signal, priority: 'moreWords' });
  const bodies = requests('PATCH', writes)
    .slice(-2)
    .map(({ body }) => body);
  expect(bodies).toMatchObject([{ content: 'old words' }, { content: 'new words' }]);
});

test('waits with everything for exactly the time of a 429 for everything, but for answers to interactions', async () => {
  const [at, pressed] = [await create('working'), await press()];
  // Long enough for what is to come before, on a busy machine as well.
  const retryAfterMs = 2_000;
  stage.standIn.faults.next({
    method: 'PATCH',
    route: /^\/channels\//u,
    effect: {
      answer: {
        status: 429,
        body: { message: 'wait', retry_after: retryAfterMs / 1000, global: true },
        headers: { 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' },
      },
    },
  });
  stage.standIn.log.clear();
  const refusals = (): number => stage.discord.status().rateLimited['global'] ?? 0;
  const before = refusals();
  const edited = chat().editMessage(at, textView('done'), { signal });
  // Discord has refused a little sooner than the bot knows of it.
  await stage.until('the refusal', () => refusals() > before);
  const created = create('elsewhere');
  await chat().showTyping(at.channelId);
  await pressed.acknowledge();
  await Promise.all([edited, created]);
  const all = stage.standIn.log.requests();
  const refusedAtMs = all.find(({ status }) => status === 429)?.answeredAtMs ?? 0;
  const others = all.filter(({ status, path }) => status !== 429 && path.startsWith('/channels/'));
  expect(others.map(({ method }) => method).toSorted()).toEqual(['PATCH', 'POST']);
  for (const { atMs } of others) expect(atMs - refusedAtMs).toBeGreaterThanOrEqual(retryAfterMs);
  const order = all.map(({ path }) => path.startsWith('/interactions/'));
  expect(order).toEqual([false, true, false, false]);
});
