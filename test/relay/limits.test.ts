/** Who may, how much at once and in a day, as the relay decides it: with a real store, and after a crash. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Refusal } from '../../src/core/refusal-text.ts';
import type { GuildSettings } from '../../src/core/settings.ts';
import { queuedTurn } from '../../src/core/turn.ts';
import type { Attachment, IncomingMessage, Person, Place } from '../../src/ports/chat.ts';
import { createQuotas } from '../../src/relay/intake/quotas.ts';
import { openSessions } from '../../src/sessions/open.ts';
import { createFakeClock } from '../lanes/fake-clock.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';
import { sampleTurn } from '../sessions/sample-records.ts';
import { nemoError, openStage, person, type Script, type Stage, saying, snapshotOf, words } from './stage.ts';

const pavo: Person = { ...person, id: '8', name: 'Pavo' };
const inServer: Omit<Place, 'kind' | 'channelId'> = { parentChannelId: null, guildId: 'g', missing: [] };
const general: Place = { ...inServer, kind: 'channel', channelId: 'general' };
const threadOf = (channelId: string): Place => ({
  ...inServer,
  kind: 'thread',
  channelId,
  parentChannelId: 'general',
});
const file: Attachment = {
  id: 'f1',
  name: 'sea.jpg',
  url: 'https://cdn.example.com/sea.jpg',
  sizeBytes: 10,
  contentType: 'image/jpeg',
  from: null,
};

/** An answer that goes on until the test is over. */
async function* endless() {
  yield words('Working on it.');
  await new Promise(() => {});
}
async function* cut() {
  yield words('Half');
  throw nemoError('network', 'backendUnavailable', true);
}
async function* failing() {
  yield* [];
  throw nemoError('refused', 'rateLimited');
}
const answers = (count: number): Script['streams'] =>
  Array.from({ length: count }, () => () => saying(words('Done.')));

const open = async (script: Partial<Script>, settings: Partial<GuildSettings> = {}): Promise<Stage> => {
  const stage = await openStage({ script });
  onTestFinished(() => stage.close());
  if (Object.keys(settings).length > 0) await stage.relay.changeSettings('g', settings);
  return stage;
};
const sent = (stage: Stage): number => stage.calls.filter((call) => call === 'openStream').length;
const said = (stage: Stage, channelId = 'general'): readonly string[] =>
  stage.chat.messages.filter((shown) => shown.channelId === channelId).map(stage.chat.newest);
const callBot = (stage: Stage, text: string, overrides: Parameters<Stage['say']>[1] = {}) =>
  stage.say(text, { place: general, mentionsBot: true, ...overrides });

describe('requests at once', () => {
  it('are refused beyond the limit with a brief line, and possible again when one is done', async () => {
    const release = Promise.withResolvers<void>();
    const gated = async function* () {
      await release.promise;
      yield words('Done.');
    };
    const stage = await open({ streams: [gated, endless, ...answers(1)] });
    for (const [index, film] of ['first', 'second'].entries()) {
      await callBot(stage, `make the ${film} film`, { messageId: film });
      await stage.until(() => sent(stage) === index + 1);
    }
    await callBot(stage, 'make a third film');
    expect(said(stage)).toEqual([
      expect.stringMatching(/2 requests of yours.*<#thread-first>, <#thread-second>/u),
    ]);
    await callBot(stage, 'make a film for me', { person: pavo });
    await stage.until(() => sent(stage) === 3);
    release.resolve();
    await stage.until(() =>
      stage.log.lines.some(
        ({ message, fields }) => message === 'the turn is settled' && fields['turnId'] === 'tfirst',
      ),
    );
    expect(
      await stage.relay.admit({
        eventId: '77',
        place: general,
        person,
        instruction: 'make a fourth film',
        attachments: [],
      }),
    ).toBeNull();
  });

  it('wait in the lane of their own thread instead, however many', async () => {
    const stage = await open({ streams: [endless] });
    await callBot(stage, 'make a film', { messageId: '5' });
    await stage.until(() => sent(stage) === 1);
    const place = threadOf('thread-5');
    for (const wish of ['red', 'blue', 'green']) await stage.say(`make the title ${wish}`, { place });
    await stage.until(() => said(stage, 'thread-5').filter((text) => text.includes('Noted!')).length === 3);
    expect(said(stage)).toEqual([]);
  });

  it('are refused for the whole server beyond its limit, and counted apart from other servers', async () => {
    const stage = await open({ streams: [endless, endless, endless] }, { atOncePerServer: 2 });
    for (const id of ['1', '2']) await callBot(stage, 'make a film', { person: { ...person, id } });
    await callBot(stage, 'make a film', { person: pavo });
    expect(said(stage)).toEqual([expect.stringContaining('2 requests are in the making')]);
    await callBot(stage, 'make a film', { person: pavo, place: { ...general, guildId: 'other' } });
    await stage.until(() => sent(stage) === 3);
  });

  it('are not even counted where there is no limit', async () => {
    const none = { atOncePerPerson: null, atOncePerServer: null, aDayPerPerson: null };
    const stage = await open({}, none);
    const asking = { place: general, person, instruction: 'make a film', attachments: [] };
    for (let at = 0; at < 30; at += 1) {
      expect(await stage.relay.admit({ ...asking, eventId: `${at}` })).toBeNull();
    }
    expect(await stage.store.usages.get('g:7')).toBeNull();
    expect(await stage.store.usages.get('g')).toBeNull();
  });

  it('answered by the bot itself are taken in any case', async () => {
    const stage = await open({ streams: [endless] }, { atOncePerPerson: 1 });
    await callBot(stage, 'make a film', { messageId: '5' });
    await stage.until(() => sent(stage) === 1);
    await callBot(stage, 'credits', { messageId: '6' });
    await stage.until(() => said(stage, 'thread-6').some((text) => text.includes('credits left')));
    expect(said(stage)).toEqual([]);
  });

  it('again at the press of a button are held to the limit as well', async () => {
    const stage = await open({ streams: [cut, endless] }, { atOncePerPerson: 1 });
    await callBot(stage, 'make a film', { messageId: '5' });
    await stage.until(() => said(stage, 'thread-5').some((text) => text.includes('connection broke')));
    await callBot(stage, 'make another film', { messageId: '6' });
    await stage.until(() => sent(stage) === 2);
    expect(await stage.relay.runAgain('t5', '7', person)).toMatchObject({ reason: 'personBusy', limit: 1 });
  });
});

describe('requests in a day', () => {
  it('count when they may have cost something, and not when they failed', async () => {
    const stage = await open(
      { streams: [failing, ...answers(2)], snapshots: [snapshotOf('city')] },
      { aDayPerPerson: 2 },
    );
    for (const [index, id] of ['1', '2', '3'].entries()) {
      await callBot(stage, 'make a film', { messageId: id });
      const settled = () =>
        stage.log.lines.filter(({ message }) => message === 'the turn is settled').length === index + 1;
      await stage.until(settled);
    }
    await callBot(stage, 'make a film', { messageId: '4' });
    expect(said(stage)).toEqual([expect.stringMatching(/2 requests of 24 hours.*possible <t:\d+:R>/u)]);
    await stage.clock.advance(24 * 60 * 60 * 1_000);
    await callBot(stage, 'make a film', { messageId: '5' });
    expect(said(stage)).toHaveLength(1);
  });
});

it('a waiting request that is edited into one that costs something is held to the limit as well', async () => {
  const stage = await open({ streams: [endless] }, { aDayPerPerson: 1 });
  await callBot(stage, 'make a film', { messageId: '5' });
  await stage.until(() => sent(stage) === 1);
  const place = threadOf('thread-5');
  await stage.say('credits', { place, messageId: '6' });
  const edited: IncomingMessage = {
    messageId: '6',
    place,
    person,
    text: 'make it blue',
    attachments: [],
    mentionsBot: false,
    isTextWithheld: false,
    createdAtMs: 0,
  };
  await stage.relay.onMessageEdited({ channelId: 'thread-5', messageId: '6', read: async () => edited });
  expect(said(stage, 'thread-5')).toContainEqual(expect.stringContaining('your one request of 24 hours'));
  expect(await stage.store.wishes.get('t6')).toBeNull();
});

it('never lets in more than the limits, however many ask at the same moment, and after a crash in between', async () => {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const sessions = await openSessions({
    storeUrl: 'memory:',
    storeSecret: null,
    clock,
    log,
    onLeaseLost: () => {},
  });
  onTestFinished(() => sessions.close());
  const { store, exclusively } = sessions;
  const limits = { atOncePerPerson: 2, atOncePerServer: 5, aDayPerPerson: 3 };
  /** A process that forgets everything but the store. */
  const ask = (eventId: string, personId: string): Promise<Refusal | null> =>
    createQuotas({ store, exclusively, clock }).take({ eventId, guildId: 'g', personId, lane: null }, limits);
  const people = ['a', 'b', 'c', 'd'];
  const asked = Array.from({ length: 40 }, (_, at) => ({
    eventId: `${at}`,
    personId: people[at % 4] ?? 'a',
  }));
  const admitted = async () => {
    const answers = await Promise.all(
      asked.map(async (one) => ({ ...one, refusal: await ask(one.eventId, one.personId) })),
    );
    return answers.filter(({ refusal }) => refusal === null);
  };
  const first = await admitted();
  expect(first).toHaveLength(5);
  for (const id of people) expect(first.filter(({ personId }) => personId === id).length).toBeLessThan(3);
  // The same events again keep the places that they have.
  expect((await admitted()).map(({ eventId }) => eventId)).toEqual(first.map(({ eventId }) => eventId));
  const [kept, answered, failed] = first.map(({ eventId }) => `t${eventId}`);
  const settled = { ...queuedTurn, phase: 'settled', submittedAtMs: 1 } as const;
  await store.turns.set(kept ?? '', sampleTurn(kept ?? ''));
  await store.turns.set(answered ?? '', {
    ...sampleTurn(answered ?? ''),
    state: { ...settled, outcome: 'answered' },
  });
  await store.turns.set(failed ?? '', {
    ...sampleTurn(failed ?? ''),
    state: { ...settled, outcome: 'failed' },
  });
  // The other two were let in by a process that died before it stored them: their places are given back after a minute.
  await clock.advance(61_000);
  expect(await ask('100', 'x')).toBeNull();
  expect(await ask('101', 'y')).toBeNull();
  expect(await ask('102', 'x')).toBeNull();
  expect(await ask('103', 'y')).toBeNull();
  expect(await ask('104', 'z')).toMatchObject({ reason: 'serverBusy' });
});

describe('what a server chose', () => {
  it('keeps requests to its channels and roles, and says where and who', async () => {
    const stage = await open({}, { allowedChannelIds: ['films'], allowedRoleIds: ['r1'] });
    await callBot(stage, 'make a film');
    await callBot(stage, 'make a film', { place: { ...general, channelId: 'films' } });
    expect(said(stage)).toEqual([expect.stringContaining('<#films>')]);
    expect(said(stage, 'films')).toEqual([expect.stringContaining('<@&r1>')]);
    expect(stage.calls).toEqual([]);
  });

  it('lets go on in a thread whose channel the platform did not tell', async () => {
    const stage = await open({ streams: answers(2) });
    await callBot(stage, 'make a film', { messageId: '5' });
    await stage.until(() => sent(stage) === 1);
    await stage.relay.changeSettings('g', { allowedChannelIds: ['films'] });
    await stage.say('make it blue', { place: { ...threadOf('thread-5'), parentChannelId: null } });
    await stage.until(() => sent(stage) === 2);
  });

  it('makes a video of pictures that are dropped into its channels', async () => {
    const stage = await open({}, { dropChannelIds: ['drop-here'] });
    const place: Place = { ...general, channelId: 'drop-here' };
    for (const messageId of ['5', '6', '7']) {
      void stage.say('', { place, messageId, attachments: [{ ...file, id: messageId }] });
    }
    await stage.until(() => said(stage, 'thread-5').some((text) => text.includes('Got 3 files')));
    expect(said(stage, 'drop-here')).toEqual([]);
  });

  it('lets everyone steer a thread, or its requester and moderators alone', async () => {
    const stage = await open({ streams: [...answers(1), endless] });
    await callBot(stage, 'make a film', { messageId: '5' });
    await stage.until(() => sent(stage) === 1);
    const place = threadOf('thread-5');
    await stage.say('make it blue', { place, person: pavo });
    expect(await stage.relay.standing('thread-5', pavo)).toBe('notYours');
    await stage.relay.changeSettings('g', { steering: 'everyone' });
    expect(await stage.relay.standing('thread-5', pavo)).toBe('may');
    await stage.say('make it green', { place, person: pavo });
    await stage.until(() => sent(stage) === 2);
    expect(await stage.relay.stopThread('thread-5', pavo)).toMatchObject({ running: 1 });
  });

  it('renders at the press of a button alone, where it says so', async () => {
    const script = { streams: answers(1), snapshots: [snapshotOf(null), snapshotOf('city')] };
    const stage = await open(script, { rendering: 'ask' });
    await callBot(stage, 'make a film', { messageId: '5' });
    await stage.until(() => said(stage, 'thread-5').some((text) => text.includes('Press *Render*')));
    await stage.clock.advance(60_000);
    expect(stage.calls).not.toContain('submitRender');
    const [status] = stage.chat.messages.filter(({ channelId }) => channelId === 'thread-5');
    expect(status?.versions.at(-1)?.buttons).toMatchObject([
      { label: 'Render', customId: 'render:thread-5' },
    ]);
    await stage.say('export', { place: threadOf('thread-5') });
    await stage.until(() => stage.calls.includes('submitRender'));
  });

  it('fixes the language of all answers there', async () => {
    const stage = await open({}, { locale: 'zh', allowedChannelIds: ['films'] });
    await callBot(stage, 'make a film');
    expect(said(stage)).toEqual([expect.stringContaining('我只在')]);
    expect(await stage.relay.serverLocale('g')).toBe('zh');
    expect(await stage.relay.serverLocale('other')).toBeNull();
    expect(await stage.relay.serverLocale(null)).toBeNull();
  });

  it('counts both changes when two people change it at the same moment', async () => {
    const stage = await open({});
    await Promise.all([
      stage.relay.changeSettings('g', { rendering: 'ask' }),
      stage.relay.changeSettings('g', { steering: 'everyone' }),
    ]);
    expect(await stage.relay.settings('g')).toMatchObject({ rendering: 'ask', steering: 'everyone' });
  });
});
