/** One process takes requests in, another runs them: what a person sees is the same. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { preparedRender } from '../../src/core/render.ts';
import { renderKey } from '../../src/core/result-view.ts';
import { queuedTurn } from '../../src/core/turn.ts';
import { textView } from '../../src/core/view.ts';
import type { AnsweredAt, Attachment, Place } from '../../src/ports/chat.ts';
import { sampleTurn } from '../sessions/sample-records.ts';
import { openStage, person, type Stage, saying, snapshotOf, words } from './stage.ts';

const open = async (options: Parameters<typeof openStage>[0]): Promise<Stage> => {
  const stage = await openStage({ isGatewayApart: true, ...options });
  onTestFinished(() => stage.close());
  return stage;
};

const texts = (stage: Stage): string[] => stage.chat.messages.map(stage.chat.newest);
const shows = (stage: Stage, part: string) => () => texts(stage).some((text) => text.includes(part));
const count = (stage: Stage, name: string): number => stage.calls.filter((call) => call === name).length;

/** A stream that stays open until its signal ends it. */
async function* endless() {
  yield words('Half a film.');
  await new Promise(() => {});
}

const endlessRender = { status: 'processing' as const, progress: 10, url: null };
const film = {
  streams: [() => saying(words('Made.'))],
  snapshots: [snapshotOf(null), snapshotOf('city')],
};
const file: Attachment = {
  id: 'f1',
  name: 'sea.jpg',
  url: 'https://cdn.example.com/sea.jpg',
  sizeBytes: 10,
  contentType: 'image/jpeg',
  from: null,
};

describe('a request taken in by one process and run by another', () => {
  it('becomes a video', async () => {
    const stage = await open({ script: film });
    await stage.say('make a film');
    await stage.until(shows(stage, 'Your video is ready'));
    expect(count(stage, 'openStream')).toBe(1);
    expect(stage.chat.messages).toHaveLength(2);
  });

  it('is shown its place while it waits, and its files are handed over at once', async () => {
    const stage = await open({ script: { streams: [endless, () => saying(words('Second.'))] } });
    await stage.say('one');
    await stage.until(() => count(stage, 'openStream') === 1);
    await stage.say('two', { attachments: [file] });
    await stage.say('three');
    await stage.until(shows(stage, 'as soon as the request before this one is done'));
    await stage.until(shows(stage, 'as soon as the 2 requests before this one are done'));
    await stage.until(() => count(stage, 'handOver') === 1);
    expect(await stage.store.turns.get('t1002')).toMatchObject({ files: [{ outcome: { accepted: true } }] });
    expect(count(stage, 'openStream')).toBe(1);
    expect(stage.chat.messages).toHaveLength(3);
  });

  it('keeps the words that were put in place of its own while it waited', async () => {
    const ends = Promise.withResolvers<void>();
    const stage = await open({
      script: {
        streams: [
          async function* () {
            await ends.promise;
            yield words('First.');
          },
          () => saying(words('Second.')),
        ],
      },
    });
    await stage.say('one');
    await stage.until(() => count(stage, 'openStream') === 1);
    await stage.say('two');
    await stage.store.wishes.set('t1002', {
      turnId: 't1002',
      wantsStop: false,
      instruction: 'two, but blue',
    });
    ends.resolve();
    await stage.until(shows(stage, 'Second.'));
    expect(await stage.store.turns.get('t1002')).toMatchObject({ instruction: 'two, but blue' });
  });
});

describe('Stop, pressed where nothing runs', () => {
  it('reaches the process that runs the turn', async () => {
    const stage = await open({ script: { streams: [endless] } });
    await stage.say('make a film');
    await stage.until(shows(stage, 'Half a film.'));
    expect(await stage.relay.stopTurn('t1001', person)).toBe('stopping');
    await stage.until(shows(stage, 'Stopped.'));
    await stage.until(() => stage.log.lines.some(({ message }) => message === 'the turn is settled'));
    expect(await stage.relay.stopTurn('t1001', person)).toBe('nothing');
  });

  it('is found within seconds when the signal got lost', async () => {
    const stage = await open({ script: { streams: [endless] }, areSignalsLost: true });
    await stage.say('make a film');
    await stage.until(shows(stage, 'Half a film.'));
    expect(await stage.relay.stopTurn('t1001', person)).toBe('stopping');
    await stage.until(shows(stage, 'Stopped.'), 20_000);
  });

  it('is remembered until a process takes the turn up, and then nothing is sent', async () => {
    const stage = await open({ script: { streams: [] }, isWorkerLate: true });
    await stage.say('make a film');
    expect(await stage.relay.stopTurn('t1001', person)).toBe('stopping');
    await stage.startWorker();
    await stage.until(shows(stage, 'nothing was charged'));
    expect(stage.calls).toEqual([]);
  });

  it('takes back what waits and ends what runs', async () => {
    const stage = await open({ script: { streams: [endless] } });
    await stage.say('one');
    await stage.until(shows(stage, 'Half a film.'));
    await stage.say('two');
    await stage.say('three');
    await stage.until(shows(stage, '2 requests before this one'));
    expect(await stage.relay.stopThread('dm', person)).toEqual({ running: 1, waiting: 2 });
    await stage.until(shows(stage, 'Stopped.'));
    await stage.until(() => texts(stage).filter((text) => text.includes('Taken back')).length === 2);
    expect(count(stage, 'openStream')).toBe(1);
  });

  it('ends a render, which until then keeps the thread from starting over', async () => {
    const stage = await open({ script: { ...film, renders: [endlessRender] } });
    await stage.say('make a film');
    await stage.until(() => stage.calls.includes('renderStatus'));
    expect(await stage.relay.startOver('dm', person)).toBe('busy');
    expect(await stage.relay.stopThread('dm', person)).toEqual({ running: 1, waiting: 0 });
    await stage.until(shows(stage, 'Rendering stopped'));
    await stage.until(() => stage.calls.includes('cancelRender'));
    expect(await stage.relay.startOver('dm', person)).toBe('done');
  });
});

describe('a render taken over from a process that died', () => {
  const renderId = 'render_1';

  it('is not posted again when its result is there already, however long this process has lived', async () => {
    const stage = await open({ script: {}, isWorkerLate: true });
    await stage.clock.advance(60_000);
    const state = { ...queuedTurn, phase: 'settled' as const, outcome: 'edited' as const };
    const turn = { ...sampleTurn('t1'), threadId: 'dm', state, renderId };
    await stage.store.turns.set('t1', turn);
    const ready = { ...preparedRender(stage.clock.nowMs(), 1), phase: 'ready' as const, url: 'u' };
    const account = { kind: 'operator' as const };
    await stage.store.renders.set(renderId, {
      renderId,
      turnId: 't1',
      threadId: 'dm',
      requesterId: person.id,
      locale: 'en',
      account,
      sessionId: 's1',
      state: ready,
      isBegun: true,
      resultMessage: null,
    });
    const { signal } = new AbortController();
    const customId = `edit:dm:${renderKey(renderId)}`;
    const buttons = [{ kind: 'action' as const, customId, label: 'Edit', tone: 'neutral' as const }];
    await stage.chat.chat.createMessage('dm', { ...textView('A video'), buttons }, { key: 'x', signal });
    await stage.startWorker();
    await stage.until(() => stage.log.lines.some(({ message }) => message === 'the render is over'));
    expect(await stage.store.renders.get(renderId)).toMatchObject({
      state: { phase: 'delivered' },
      resultMessage: { messageId: 'm1' },
    });
    expect(texts(stage).filter((text) => text.includes('Your video is ready'))).toEqual([]);
  });
});

describe('a command in a channel', () => {
  const place: Place = {
    kind: 'channel',
    channelId: 'general',
    parentChannelId: null,
    guildId: 'g',
    missing: [],
  };
  const request = {
    eventId: '900',
    place,
    person,
    locale: 'en' as const,
    instruction: 'a film',
    attachments: [],
  };
  const seen: AnsweredAt = { channelId: 'general', messageId: '77' };

  it('gets its thread under the answer, which another process gives a moment later', async () => {
    const stage = await open({ script: film });
    const answer = Promise.withResolvers<AnsweredAt>();
    await stage.relay.accept({ ...request, answer: answer.promise });
    await stage.clock.advance(1_000);
    answer.resolve(seen);
    await stage.until(() => count(stage, 'openStream') === 1);
    expect(await stage.relay.threadOf('t900')).toBe('thread-77');
    expect(stage.chat.messages.every(({ channelId }) => channelId === 'thread-77')).toBe(true);
  });

  it('gets it under the answer that is found in the channel when the process that gave it died before it could store that', async () => {
    const stage = await open({ script: film });
    const searches: string[] = [];
    stage.chat.chat.findOwnMessage = async (_channelId, key) => {
      searches.push(key);
      return key === '900' ? seen : null;
    };
    const shownAgain: string[] = [];
    const inner = { ...stage.chat.chat };
    stage.chat.chat.editMessage = async (at, view, options) => {
      if (at.messageId !== seen.messageId) return inner.editMessage(at, view, options);
      const drawn = typeof view === 'function' ? view() : view;
      shownAgain.push(drawn?.text ?? '');
      return undefined;
    };
    await stage.relay.accept({ ...request, answer: new Promise(() => {}) });
    await stage.until(() => count(stage, 'openStream') === 1);
    expect(searches).toEqual(['900']);
    // It may have said that nothing was saved.
    expect(shownAgain).toHaveLength(1);
    expect(shownAgain[0]).toContain(request.instruction);
    expect(await stage.relay.threadOf('t900')).toBe('thread-77');
    expect(stage.chat.messages.filter(({ channelId }) => channelId === 'general')).toEqual([]);
  });

  it('gets it under a message of its own when the process that answered is gone and its answer never came', async () => {
    const stage = await open({ script: film });
    await stage.relay.accept({ ...request, answer: new Promise(() => {}) });
    await stage.until(() => count(stage, 'openStream') === 1);
    const starters = stage.chat.messages.filter(({ channelId }) => channelId === 'general');
    expect(starters).toHaveLength(1);
    expect(await stage.relay.threadOf('t900')).toBe(`thread-${starters[0]?.messageId}`);
  });

  it('is dropped, and said so, when the platform refused the answer', async () => {
    const stage = await open({ script: film });
    await stage.relay.accept({ ...request, answer: Promise.reject(new Error('Unknown interaction')) });
    await stage.until(shows(stage, 'Something went wrong'));
    await stage.clock.advance(15_000);
    expect(stage.calls).toEqual([]);
    expect(await stage.store.arrivals.get('a900')).toBeNull();
  });

  it('keeps every picture of a burst that one process gathers and another runs', async () => {
    const stage = await open({ script: film });
    const drop = { place: { ...place, channelId: 'drops' } };
    await stage.say('a film', { ...drop, attachments: [file] });
    await stage.clock.advance(1_900);
    await stage.say('', { ...drop, attachments: [{ ...file, id: 'f2' }] });
    await stage.until(() => count(stage, 'openStream') === 1);
    const { files } = (await stage.store.turns.get('t1001')) ?? {};
    expect(files?.map(({ attachment }) => attachment.id)).toEqual(['f1', 'f2']);
  });
});
