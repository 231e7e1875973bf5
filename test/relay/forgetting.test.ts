/** /nemo forget as the relay does it: what runs for a person stops, what is kept of them goes, and nobody else loses anything. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { accountIdOf } from '../../src/ports/backend.ts';
import type { Person, Place } from '../../src/ports/chat.ts';
import { createListening } from '../../src/relay/intake/listening.ts';
import { sampleAccount } from '../sessions/sample-records.ts';
import { openStage, person, type Script, type Stage, saying, snapshotOf, words } from './stage.ts';

const pavo: Person = { ...person, id: '8', name: 'Pavo' };
const own = accountIdOf({ kind: 'own', personId: person.id });
const starter = accountIdOf({ kind: 'anonymous', personId: person.id });
const pavosChat: Place = {
  kind: 'dm',
  channelId: 'dm-of-pavo',
  parentChannelId: null,
  guildId: null,
  missing: [],
};

/** An answer that goes on until somebody stops it. */
async function* endless() {
  yield words('Working on it.');
  await new Promise(() => {});
}

const open = async (script: Partial<Script>): Promise<Stage> => {
  const stage = await openStage({ script });
  onTestFinished(() => stage.close());
  return stage;
};

const settled = (stage: Stage): number =>
  stage.log.lines.filter(({ message }) => message === 'the turn is settled').length;

/** Moves the clock while the promise is waited for. */
const during = async <T>(stage: Stage, work: Promise<T>): Promise<T> => {
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  await stage.until(() => isOver);
  return over;
};

const kept = async (stage: Stage, personId: string): Promise<number> => {
  const owned = await stage.store.ownedBy(personId);
  return Object.values(owned).reduce((count, ids) => count + ids.length, 0);
};

describe('forgetting a person', () => {
  it('deletes their projects, requests, renders and accounts, and tells how many', async () => {
    const stage = await open({
      streams: [() => saying(words('Done.'))],
      snapshots: [snapshotOf(null), snapshotOf('clip.mp4')],
    });
    await stage.store.accounts.set(own, sampleAccount(own));
    await stage.say('make a film of this');
    await stage.until(() => stage.log.lines.some(({ message }) => message === 'the render is over'));
    expect(await kept(stage, person.id)).toBe(3);
    expect(await during(stage, stage.relay.forget(person))).toEqual({ projects: 1, requests: 1 });
    expect(await kept(stage, person.id)).toBe(0);
    expect(await stage.store.accounts.get(own)).toBeNull();
    expect(await stage.relay.standing('dm', person)).toBe('missing');
  });

  it('leaves everybody else what is theirs', async () => {
    const stage = await open({ streams: [() => saying(words('Done.')), () => saying(words('Done.'))] });
    await stage.say('make a film of this');
    await stage.say('and one for me', { person: pavo, place: pavosChat });
    await stage.until(() => settled(stage) === 2);
    const before = await kept(stage, pavo.id);
    await during(stage, stage.relay.forget(person));
    expect(before).toBeGreaterThan(0);
    expect(await kept(stage, pavo.id)).toBe(before);
    expect(await stage.relay.standing(pavosChat.channelId, pavo)).toBe('may');
  });

  it('stops what runs and takes back what waits before it deletes', async () => {
    const stage = await open({ streams: [endless] });
    await stage.say('make a film of this');
    await stage.until(() => stage.calls.includes('openStream'));
    await stage.say('and make it longer');
    expect(await during(stage, stage.relay.forget(person))).toEqual({ projects: 1, requests: 2 });
    expect(await kept(stage, person.id)).toBe(0);
    expect(await stage.lanes.unfinished('dm')).toEqual([]);
    expect(stage.calls.filter((call) => call === 'openStream')).toHaveLength(1);
  });

  it('takes back what has no thread yet', async () => {
    const stage = await open({ streams: [] });
    await stage.say('make a film of this', {
      place: { kind: 'channel', channelId: 'general', parentChannelId: null, guildId: 'g', missing: [] },
      mentionsBot: true,
    });
    expect((await stage.store.ownedBy(person.id)).arrivalIds).toHaveLength(1);
    expect(await during(stage, stage.relay.forget(person))).toEqual({ projects: 0, requests: 0 });
    await stage.clock.advance(60_000);
    expect(await kept(stage, person.id)).toBe(0);
    expect(stage.calls).not.toContain('openStream');
  });

  it('deletes nothing when something does not stop in time, and says so', async () => {
    const stage = await open({ streams: [endless] });
    await stage.lanes.add(
      { id: 't-unknown', lane: 'dm', kind: 'render' },
      { notBeforeMs: Number.MAX_SAFE_INTEGER },
    );
    await stage.store.accounts.set(own, sampleAccount(own));
    await stage.say('make a film of this');
    expect(await during(stage, stage.relay.forget(person))).toBe('busy');
    expect(await kept(stage, person.id)).toBeGreaterThan(0);
    expect(await stage.store.accounts.get(own)).not.toBeNull();
  });

  it('keeps of a starter account only that it was given up, and for how long', async () => {
    const stage = await open({});
    await stage.store.accounts.set(starter, sampleAccount(starter));
    await during(stage, stage.relay.forget(person));
    expect(await stage.store.accounts.get(starter)).toEqual({
      accountId: starter,
      clientId: null,
      token: null,
      expiresAtMs: expect.any(Number),
      userId: null,
    });
  });

  it('lets go of their direct messages in what is kept for the next process', async () => {
    const { clock, store, log, chat } = await open({});
    const heard = { ...chat.chat, heardUntilMs: () => clock.nowMs() };
    const listening = createListening({ chat: heard, store, clock, log, listenerId: 'here' });
    const stopping = new AbortController();
    onTestFinished(() => stopping.abort());
    listening.begin(stopping.signal);
    listening.noteDirect('dm');
    listening.noteDirect('dm-of-pavo');
    await listening.forgetDirect(['dm']);
    const kept = (await store.listeners.get('here'))?.directChannels.map(({ channelId }) => channelId);
    expect(kept).toEqual(['dm-of-pavo']);
  });

  it('of whom nothing is kept changes nothing', async () => {
    const stage = await open({});
    expect(await during(stage, stage.relay.forget(pavo))).toEqual({ projects: 0, requests: 0 });
  });
});
