/** What a person sees of a turn and its render, with time in the test's hands. */
import { afterEach, describe, expect, it } from 'vitest';
import type { BackendEvent } from '../../src/core/turn.ts';
import { ChatError, type MessageView } from '../../src/ports/chat.ts';
import { nemoError, openStage, type Script, type Stage, saying, snapshotOf, words } from './stage.ts';

let stage: Stage;

const open = async (script: Partial<Script>): Promise<Stage> => {
  stage = await openStage({ script });
  return stage;
};

afterEach(async () => {
  await stage.close();
});

/** The newest text of every message that is left. */
const texts = (): string[] =>
  stage.chat.messages.filter(({ isDeleted }) => !isDeleted).map(stage.chat.newest);
const count = (name: string): number => stage.calls.filter((call) => call === name).length;
const shows = (part: string) => () => texts().some((text) => text.includes(part));
const lost = (): never => {
  throw nemoError('refused', 'sessionLost');
};
async function* lostInStream(): AsyncIterable<BackendEvent> {
  yield { type: 'heartbeat' };
  lost();
}
/** A stream that says nothing before the gate opens. */
async function* sayingAfter(
  gate: Promise<void>,
  ...events: readonly BackendEvent[]
): AsyncIterable<BackendEvent> {
  await gate;
  yield* events;
}

const hasFiles = (view: MessageView | (() => MessageView)): boolean =>
  (typeof view === 'function' ? view() : view).files.length > 0;

const everShown = (part: string): boolean =>
  stage.chat.messages.some(({ versions }) => versions.some(({ text }) => text.includes(part)));

it('an answer that the agent had to cut says so, and "go on" brings the rest', async () => {
  await open({
    streams: [() => saying(words('First, the'), { type: 'cut' }), () => saying(words('beach.'))],
  });
  await stage.say('what shall I film?');
  await stage.until(shows('First, the\n\n✂️ The answer got too long'));
  await stage.say('go on');
  await stage.until(shows('beach.'));
  expect(stage.sent).toEqual(['what shall I film?', 'go on']);
});

describe('a turn', () => {
  it('connects, says that it is ready, relays the words, renders, and brings the video', async () => {
    await open({
      streams: [() => saying(words('Your film is made.'))],
      snapshots: [snapshotOf(null), snapshotOf('city')],
    });
    await stage.say('make a film of the city');
    await stage.until(shows('Your video is ready'));
    expect(stage.chat.messages).toHaveLength(2);
    const status = stage.chat.messages[0]?.versions.map(({ text }) => text) ?? [];
    expect(status[0]).toContain('Connecting...');
    expect(everShown('Your film is made.')).toBe(true);
    await stage.until(shows('Your video is below'));
    const result = stage.chat.messages[1]?.versions[0];
    expect(result).toMatchObject({ mentionUserId: '7', isSilent: false });
    expect(result?.files.map(({ name }) => name)).toEqual(['video.mp4', 'timeline.png']);
    expect(count('openStream')).toBe(1);
    expect(count('submitRender')).toBe(1);
  });

  it('shows "⏳ Still working..." every two minutes', async () => {
    const ends = Promise.withResolvers<void>();
    await open({
      streams: [
        async function* () {
          yield { type: 'heartbeat' };
          await ends.promise;
          yield words('Done at last.');
        },
      ],
    });
    await stage.say('make a film');
    await stage.clock.advance(1_000);
    for (const minutes of [2, 4, 6])
      await stage.until(shows(`⏳ Still working... (${minutes} min)`), 125_000);
    ends.resolve();
    await stage.until(shows('Done at last.'));
    await stage.until(() => !shows('Still working')());
  });

  it('tells what changed when the agent said nothing', async () => {
    await open({ streams: [() => saying()], snapshots: [snapshotOf('city'), snapshotOf('harbour')] });
    await stage.say('show the harbour instead');
    await stage.until(shows('This is what changed'));
    expect(texts()[0]).toContain('harbour');
  });

  it('says plainly that nothing changed', async () => {
    await open({ streams: [() => saying()], snapshots: [snapshotOf('city')] });
    await stage.say('make the sky bluer');
    await stage.until(shows('nothing changed'));
    expect(count('submitRender')).toBe(0);
  });

  it('looks at the state five times after a cut, and never sends the instruction again', async () => {
    await open({
      streams: [
        async function* () {
          yield words('Half');
          throw nemoError('network', 'backendUnavailable', true);
        },
      ],
    });
    await stage.say('make a film');
    await stage.until(shows('The connection broke'));
    expect(count('openStream')).toBe(1);
    expect(count('snapshot')).toBe(6);
    expect(texts()[0]).toContain('Half');
    expect(stage.chat.messages[0]?.versions.at(-1)?.buttons).toMatchObject([
      { label: 'Run again (may cost credits)' },
    ]);
  });

  it('names the file of the video after its title', async () => {
    const titled = { ...snapshotOf('city'), draft: { m: { title: 'Paradise Found' }, t: [] } };
    await open({ streams: [() => saying(words('Made.'))], snapshots: [snapshotOf(null), titled] });
    await stage.say('make a film');
    await stage.until(shows('Your video is ready'));
    const files = stage.chat.messages.flatMap(({ versions }) => versions.at(-1)?.files ?? []);
    expect(files[0]?.name).toBe('Paradise-Found.mp4');
  });

  it('says so when the answer is longer than it reads', async () => {
    await open({
      streams: [
        async function* () {
          yield words('A long answer.');
          throw nemoError('tooLarge', 'answerTooLong', true);
        },
      ],
      snapshots: [snapshotOf('a'), snapshotOf('b')],
    });
    await stage.say('make a film');
    await stage.until(shows('The answer got too long'));
    await stage.until(shows('Your video is ready'));
    expect(texts()[0]).toContain('A long answer.');
  });

  it('goes on in a new session of which the backend knows no state yet', async () => {
    const none = nemoError('refused', 'sessionLost');
    await open({ streams: [() => saying(words('Made.'))], snapshots: [none, none, snapshotOf('city')] });
    await stage.say('make a film');
    await stage.until(shows('Your video is ready'));
    expect(count('openStream')).toBe(1);
  });

  it.each([
    ['before the stream', lost],
    ['in the stream', lostInStream],
  ])(
    'starts a new session and hands the files over again when the old one is lost (%s)',
    async (_when, refuse) => {
      await open({ streams: [() => saying(words('One.')), refuse, () => saying(words('Two.'))] });
      const attachments = [
        {
          id: 'a',
          name: 'beach.jpg',
          url: 'https://cdn.example.com/a',
          sizeBytes: 1,
          contentType: 'image/jpeg',
          from: null,
        },
      ];
      await stage.say('make a film', { attachments });
      await stage.until(shows('One.'));
      await stage.say('and now another');
      await stage.until(shows('Two.'));
      expect(texts().at(-1)).toContain('gave it your files again');
      expect(count('openSession')).toBe(2);
      expect(count('handOver')).toBe(2);
    },
  );

  it('runs the instructions of a thread one after the other, and shows the place in the queue', async () => {
    const first = Promise.withResolvers<void>();
    await open({
      streams: [() => sayingAfter(first.promise, words('First.')), () => saying(words('Second.'))],
    });
    await stage.say('one');
    await stage.say('two');
    await stage.until(shows('as soon as the request before this one is done'));
    await stage.until(() => count('openStream') === 1);
    await stage.clock.advance(10_000);
    expect(count('openStream')).toBe(1);
    first.resolve();
    await stage.until(shows('Second.'));
    expect(texts().map((text) => text.split('\n')[0])).toEqual(['First.', 'Second.']);
  });

  it('hands over the files of a waiting instruction when they arrive, and once', async () => {
    const first = Promise.withResolvers<void>();
    await open({
      streams: [() => sayingAfter(first.promise, words('First.')), () => saying(words('Second.'))],
    });
    await stage.say('one');
    await stage.until(() => count('openStream') === 1);
    const url = 'https://cdn.example.com/a';
    const attachments = [
      { id: 'a', name: 'a.jpg', url, sizeBytes: 1, contentType: 'image/jpeg', from: null },
    ];
    await stage.say('two, with this', { attachments });
    await stage.until(() => count('handOver') === 1);
    expect(count('openStream')).toBe(1);
    first.resolve();
    await stage.until(shows('Second.'));
    expect(count('handOver')).toBe(1);
  });

  it('runs the same event once', async () => {
    await open({ streams: [() => saying(words('Once.'))] });
    await stage.say('make a film', { messageId: '5' });
    await stage.say('make a film', { messageId: '5' });
    await stage.until(shows('Once.'));
    await stage.clock.advance(5_000);
    expect(count('openStream')).toBe(1);
    expect(stage.chat.messages).toHaveLength(1);
  });

  it('answers credits without asking the agent', async () => {
    await open({});
    await stage.say('credits');
    await stage.until(shows('60 credits left'));
    expect(count('openStream')).toBe(0);
  });

  it('stops when the person says so, and keeps what was there', async () => {
    await open({
      streams: [
        async function* () {
          yield words('Half a film.');
          await new Promise(() => {});
        },
      ],
    });
    await stage.say('make a film', { messageId: '5' });
    await stage.until(shows('Half a film.'));
    const stranger = {
      id: '8',
      name: 'Pavo',
      locale: 'en',
      isModerator: false,
      managesServer: false,
      roleIds: [],
    } as const;
    expect(await stage.relay.stopTurn('t5', stranger)).toBe('notYours');
    expect(await stage.relay.stopTurn('t5', { ...stranger, isModerator: true })).toBe('stopping');
    await stage.until(shows('Stopped.'));
    expect(texts()[0]).toContain('Half a film.');
  });
});

describe('a render', () => {
  const film = { streams: [() => saying(words('Made.'))], snapshots: [snapshotOf(null), snapshotOf('city')] };

  it('is tried once more under a new id when it failed', async () => {
    await open({
      ...film,
      renders: [
        { status: 'failed', progress: null, url: null },
        { status: 'completed', progress: 100, url: 'u' },
      ],
    });
    await stage.say('make a film');
    await stage.until(shows('Your video is ready'));
    expect(count('submitRender')).toBe(2);
  });

  it('says so when it failed twice', async () => {
    await open({ ...film, renders: [{ status: 'failed', progress: null, url: null }] });
    await stage.say('make a film');
    await stage.until(shows('Rendering failed twice'));
    expect(count('submitRender')).toBe(2);
    const everSaid = stage.chat.messages.flatMap(({ versions }) => versions.map(({ text }) => text));
    expect(everSaid.filter((text) => text.includes('Rendering failed'))).toHaveLength(1);
  });

  it('goes on at a slower pace after ten polls and says so', async () => {
    const pending = { status: 'processing', progress: 10, url: null } as const;
    await open({
      ...film,
      renders: [
        ...Array.from({ length: 12 }, () => pending),
        { status: 'completed', progress: 100, url: 'u' },
      ],
    });
    await stage.say('make a film');
    await stage.until(shows('takes longer than usual'));
    await stage.until(shows('Your video is ready'));
  });

  it('is begun as soon as the backend is back, if that is soon', async () => {
    const away = nemoError('network', 'backendUnavailable');
    const [before, after] = film.snapshots;
    if (before === undefined || after === undefined) throw new Error('no snapshots');
    await open({ ...film, snapshots: [before, after, away, away, after] });
    await stage.say('make a film');
    await stage.until(shows('Your video is ready'));
    expect(count('submitRender')).toBe(1);
  });

  it('survives polls that fail', async () => {
    await open({
      ...film,
      renders: [nemoError('network', 'backendUnavailable'), { status: 'completed', progress: 100, url: 'u' }],
    });
    await stage.say('make a film');
    await stage.until(shows('Your video is ready'));
    expect(count('submitRender')).toBe(1);
  });

  it('posts the link alone when the file cannot be fetched, and does not blame its size', async () => {
    await open({ ...film, noFilm: nemoError('refused', 'backendUnavailable') });
    await stage.say('make a film');
    await stage.until(shows("couldn't fetch the file"));
    expect(stage.chat.messages.at(-1)?.versions[0]?.text).not.toContain('too large');
  });

  it('posts the link alone when the platform refuses the file for its size', async () => {
    await open(film);
    const { chat } = stage.chat;
    const post = chat.createMessage.bind(chat);
    stage.chat.chat.createMessage = (channelId, view, options) => {
      if (hasFiles(view)) throw new ChatError('tooLarge', { message: '413' });
      return post(channelId, view, options);
    };
    await stage.say('make a film');
    await stage.until(shows('The file is too large to post here'));
    const result = stage.chat.messages.at(-1)?.versions[0];
    expect(result?.buttons).toContainEqual({
      kind: 'link',
      label: 'Download MP4 (cdn.example.com)',
      url: 'https://cdn.example.com/v.mp4',
    });
  });

  it('waits while the platform is unavailable and posts once', async () => {
    await open(film);
    const { chat } = stage.chat;
    const post = chat.createMessage.bind(chat);
    let failuresLeft = 2;
    stage.chat.chat.createMessage = (channelId, view, options) => {
      if (!hasFiles(view) || failuresLeft === 0) return post(channelId, view, options);
      failuresLeft -= 1;
      throw new ChatError('unavailable', { message: '503' });
    };
    await stage.say('make a film');
    await stage.until(shows('Your video is ready'));
    expect(stage.chat.messages.filter(({ versions }) => versions[0]?.files.length === 2)).toHaveLength(1);
  });

  it('is not forgotten when the last of several instructions changed nothing', async () => {
    await open({
      streams: [() => saying(words('One.')), () => saying(words('Already so.'))],
      snapshots: [snapshotOf(null), snapshotOf('a'), snapshotOf('a'), snapshotOf('a')],
    });
    await Promise.all([stage.say('one'), stage.say('two')]);
    await stage.until(shows('Your video is ready'));
    expect(count('submitRender')).toBe(1);
  });

  it('is left to the next instruction when one is waiting', async () => {
    await open({
      streams: [() => saying(words('One.')), () => saying(words('Two.'))],
      snapshots: [snapshotOf(null), snapshotOf('a'), snapshotOf('a'), snapshotOf('b')],
    });
    await Promise.all([stage.say('one'), stage.say('two')]);
    await stage.until(shows('Your video is ready'));
    expect(count('submitRender')).toBe(1);
  });
});
