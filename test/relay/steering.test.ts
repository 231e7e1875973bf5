import { describe, expect, it, onTestFinished } from 'vitest';
import type { Attachment, Person, Place } from '../../src/ports/chat.ts';
import { openStage, person, type Script, type Stage, saying, snapshotOf, words } from './stage.ts';

const stranger: Person = {
  id: '8',
  name: 'Pavo',
  locale: 'en',
  isModerator: false,
  managesServer: false,
  roleIds: [],
};
const dm: Place = { kind: 'dm', channelId: 'dm', parentChannelId: null, guildId: null, missing: [] };
const channel: Place = { ...dm, kind: 'channel', channelId: 'general', guildId: 'g' };
const file: Attachment = {
  id: 'f1',
  name: 'sea.jpg',
  url: 'https://cdn.example.com/sea.jpg',
  sizeBytes: 10,
  contentType: 'image/jpeg',
  from: null,
};

const open = async (script: Partial<Script>): Promise<Stage> => {
  const stage = await openStage({ script });
  onTestFinished(() => stage.close());
  return stage;
};

const endless = { status: 'processing' as const, progress: 10, url: null };
/** An edit whose render never ends. */
const editing: Partial<Script> = {
  streams: [() => saying(words('Done.'))],
  snapshots: [snapshotOf(null), snapshotOf('sea')],
  renders: [endless],
};
const isRendering = (stage: Stage) => () => stage.calls.includes('renderStatus');

describe('stopping a thread', () => {
  it('ends the render of a turn that is settled already', async () => {
    const stage = await open(editing);
    await stage.say('make a film');
    await stage.until(isRendering(stage));
    expect(await stage.relay.stopThread('dm', person)).toEqual({ running: 1, waiting: 0 });
    await stage.until(() => stage.calls.includes('cancelRender'));
    await stage.until(() =>
      stage.chat.messages.some((shown) => stage.chat.newest(shown).includes('Rendering stopped')),
    );
    expect(await stage.relay.stopThread('dm', person)).toEqual({ running: 0, waiting: 0 });
  });

  it('is for those who steer it, in a thread that has a project', async () => {
    const stage = await open(editing);
    expect(await stage.relay.stopThread('dm', person)).toBe('missing');
    await stage.say('make a film');
    await stage.until(isRendering(stage));
    expect(await stage.relay.stopThread('dm', stranger)).toBe('notYours');
    expect(stage.calls).not.toContain('cancelRender');
  });
});

describe('starting over', () => {
  it('waits for what runs, then forgets session and files', async () => {
    const stage = await open(editing);
    await stage.say('make a film', { attachments: [file] });
    await stage.until(isRendering(stage));
    expect(await stage.relay.startOver('dm', person)).toBe('busy');
    await stage.relay.stopThread('dm', person);
    await stage.until(() => stage.calls.includes('cancelRender'));
    await stage.clock.advance(5_000);
    expect(await stage.store.threads.get('dm')).toMatchObject({ files: [{ id: 'f1' }] });
    expect(await stage.relay.startOver('dm', stranger)).toBe('notYours');
    expect(await stage.relay.startOver('dm', person)).toBe('done');
    expect(await stage.store.threads.get('dm')).toMatchObject({ session: null, account: null, files: [] });
    await stage.say('credits');
    await stage.until(() => stage.calls.filter((call) => call === 'openSession').length === 2);
  });
});

describe("somebody's message that becomes a request", () => {
  const request = {
    eventId: '900',
    person,
    locale: 'en' as const,
    instruction: 'make a film of the harbour',
    attachments: [file],
  };

  it('gets its thread under the message, on behalf of the person who asked', async () => {
    const stage = await open({ streams: [() => saying(words('Done.'))] });
    const message = { channelId: 'general', messageId: '500' };
    await stage.relay.acceptMessage({ ...request, place: channel }, message);
    await stage.until(() => stage.calls.includes('openStream'));
    expect(await stage.store.threads.get('thread-500')).toMatchObject({ requesterId: person.id });
    expect(await stage.relay.threadOf('t500')).toBe('thread-500');
    await stage.relay.acceptMessage({ ...request, eventId: '901', place: channel }, message);
    await stage.clock.advance(10_000);
    expect(stage.calls.filter((call) => call === 'openStream')).toHaveLength(1);
  });

  it('is the next instruction where a project is', async () => {
    const stage = await open({ streams: [() => saying(words('Done.')), () => saying(words('Done.'))] });
    await stage.say('make a film');
    await stage.relay.acceptMessage({ ...request, place: dm }, { channelId: 'dm', messageId: '500' });
    await stage.until(() => stage.calls.filter((call) => call === 'openStream').length === 2);
    expect(await stage.store.turns.get('t900')).toMatchObject({ instruction: request.instruction });
  });
});
