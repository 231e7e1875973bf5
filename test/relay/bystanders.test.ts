/** To whom the bot listens: to those who ask it, in their thread to every word, and to nobody else. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Attachment, Place } from '../../src/ports/chat.ts';
import { openStage, person, type Stage, saying, snapshotOf, words } from './stage.ts';

const thread: Place = {
  kind: 'thread',
  channelId: 'thread-1001',
  parentChannelId: 'general',
  guildId: 'g',
  missing: [],
};
const general: Place = { ...thread, kind: 'channel', channelId: 'general', parentChannelId: null };
const pavo = { ...person, id: '8', name: 'Pavo' };
const picture: Attachment = {
  id: 'f1',
  name: 'sea.jpg',
  url: 'https://cdn.example.com/sea.jpg',
  sizeBytes: 10,
  contentType: 'image/jpeg',
  from: null,
};

const open = async (): Promise<Stage> => {
  const stage = await openStage({
    script: {
      streams: [() => saying(words('One.')), () => saying(words('Two.'))],
      snapshots: [snapshotOf('sea')],
    },
  });
  onTestFinished(() => stage.close());
  return stage;
};

/** Somebody named the bot in #general, and the thread of that is there. */
const openProject = async (): Promise<Stage> => {
  const stage = await open();
  await stage.say('make a film of the sea', { place: general, mentionsBot: true });
  await stage.until(() => stage.sent.length === 1);
  return stage;
};

describe('in a channel', () => {
  it('words and pictures for others open no thread and get no answer', async () => {
    const stage = await open();
    await stage.say('look at the sea', { place: general, attachments: [picture] });
    await stage.clock.advance(10_000);
    expect(stage.chat.messages).toEqual([]);
    expect(stage.calls).toEqual([]);
  });
});

describe('in the thread of a project', () => {
  it('its requester needs no mention, neither for words nor for pictures', async () => {
    const stage = await openProject();
    await stage.say('', { place: thread, attachments: [picture] });
    await stage.until(() => stage.calls.includes('handOver'));
    await stage.say('put this one first', { place: thread });
    await stage.until(() => stage.sent.length === 2);
    expect(stage.sent[1]).toBe('put this one first');
  });

  it('others talk undisturbed, and are told once when they call the bot', async () => {
    const stage = await openProject();
    await stage.until(() => stage.chat.messages.length > 0);
    const before = stage.chat.messages.length;
    await stage.say('nice sea!', { place: thread, person: pavo });
    await stage.say('add a shark', { place: thread, person: pavo, mentionsBot: true });
    await stage.clock.advance(5_000);
    const said = stage.chat.messages.slice(before).map(stage.chat.newest);
    expect(said).toEqual([expect.stringContaining('Only the person who started this')]);
    expect(stage.sent).toEqual(['make a film of the sea']);
  });
});
