/** What gets an answer although nobody of us knows it, and what a person is told when something fails. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDispatch } from '../../src/commands/index.ts';
import { NemoError } from '../../src/ports/backend.ts';
import { type Chat, ChatError, type CommandCall, type FormSubmission } from '../../src/ports/chat.ts';
import type { Relay } from '../../src/ports/relay.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';

/** Whatever a test does not give must not be called. */
const only = <T extends object>(given: Partial<T>): T =>
  // A stand-in of a port: every other method throws when it is called.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see the line above
  new Proxy(given, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (value === undefined) throw new Error(`Nobody expected a call of ${String(name)}.`);
      return value;
    },
  }) as T;

const redraw = (): Promise<void> => Promise.reject(new Error('Nobody expected a change in place.'));
const openForm = (): Promise<void> => Promise.reject(new Error('Nobody expected a form.'));

const serverLocale: Relay['serverLocale'] = async () => null;

const createRoom = (relay: Partial<Relay>, chat: Partial<Chat> = {}) => {
  const log = createRecordingLog();
  const told: string[] = [];
  const { signal } = new AbortController();
  const dispatch = createDispatch({
    relay: only<Relay>({ serverLocale, ...relay }),
    chat: only<Chat>(chat),
    log,
    signal,
  });
  const common = {
    eventId: '1',
    place: { kind: 'thread', channelId: 'here', parentChannelId: 'c', guildId: 'g', missing: [] },
    person: { id: '7', name: 'Maya', locale: 'en', isModerator: false, managesServer: false, roleIds: [] },
    uploadSizeBytesMax: null,
    hearsWords: true,
    answer: async ({ text }) => {
      told.push(`to all: ${text}`);
      return { channelId: 'here', messageId: 'm' };
    },
    answerPrivately: async ({ text }) => {
      told.push(text);
    },
    deferPrivately: async () => ({
      finish: async ({ text }) => {
        told.push(text);
      },
    }),
  } satisfies Omit<FormSubmission, 'kind' | 'customId' | 'fields' | 'attachments'>;
  return {
    log,
    told,
    submits: (customId: string, fields: Readonly<Record<string, string>> = {}) =>
      dispatch({ ...common, kind: 'form', customId, fields, attachments: [] }),
    presses: (customId: string) =>
      dispatch({
        ...common,
        kind: 'button',
        customId,
        messageId: 'm1',
        openForm,
        acknowledge: () => Promise.reject(new Error('Nobody expected an acknowledgement.')),
        redraw,
      }),
    calls: (name: string, given: Partial<CommandCall> = {}) =>
      dispatch({
        ...common,
        kind: 'command',
        name,
        subcommand: null,
        options: {},
        attachments: [],
        target: null,
        openForm,
        ...given,
      }),
  };
};

describe('what is not known', () => {
  it.each(['garbage', '', 'connect2', ':', 'x'.repeat(100)])(
    'gets a private line as a form (%s)',
    async (customId) => {
      const room = createRoom({});
      await room.submits(customId, { words: 'make it blue' });
      expect(room.told).toEqual([expect.stringContaining('no longer kept')]);
    },
  );

  it('is a form that names a thread of elsewhere', async () => {
    const room = createRoom({});
    await room.submits('edit:elsewhere', { words: 'make it blue' });
    expect(room.told).toEqual([expect.stringContaining('no longer kept')]);
  });

  it('is a command of another version, with or without a subcommand', async () => {
    const room = createRoom({});
    await room.calls('bygone');
    await room.calls('nemo', { subcommand: 'bygone' });
    await room.calls('nemo');
    expect(room.told).toEqual(
      Array.from({ length: 3 }, () => expect.stringContaining("don't know this command")),
    );
  });

  it('is the entry of a menu that was typed, and a typed command that came from a menu', async () => {
    const room = createRoom({});
    const target = { messageId: 'm', text: 'make a film', attachments: [] };
    await room.calls('Make video');
    await room.calls('makevideo', { target });
    expect(room.told).toHaveLength(2);
    expect(new Set(room.told).size).toBe(1);
  });
});

describe('a failure', () => {
  const down = new NemoError(
    'network',
    { kind: 'backendUnavailable', retry: 'never', code: null, bindId: null },
    { message: 'fetch failed', sent: false },
  );

  it('behind a private answer is explained there, and logged', async () => {
    const room = createRoom({
      standing: () => Promise.resolve('may'),
      credits: () => Promise.reject(down),
      explain: (error, { reference }) => `${error === down} ${reference}`,
    });
    await room.calls('nemo', { subcommand: 'credits' });
    expect(room.told).toEqual(['true 1']);
    expect(JSON.stringify(room.log.lines)).toContain('a private answer could not be given');
  });

  it('to connect is explained without the token', async () => {
    const room = createRoom({ connect: () => Promise.reject(down), explain: () => 'could not be reached' });
    await room.submits('connect', { token: 'nmv_usr_secret_of_maya' });
    expect(room.told).toEqual(['could not be reached']);
    expect(JSON.stringify([room.log.lines, room.told])).not.toContain('secret_of_maya');
  });

  it('to delete a result is said plainly', async () => {
    const room = createRoom(
      { standing: () => Promise.resolve('may') },
      { deleteMessage: () => Promise.reject(new ChatError('forbidden', { message: 'Missing Access' })) },
    );
    await room.presses('delete:here');
    expect(room.told).toEqual([expect.stringContaining("couldn't delete")]);
  });
});

describe('Open project', () => {
  it('answers with a link that is made when it is asked for, and says so when there is none', async () => {
    const links = ['https://nemovideo.com/workspace/claim?ct=clm_1', null];
    const room = createRoom({
      standing: () => Promise.resolve('may'),
      projectLink: async () => links.shift() ?? null,
    });
    await room.presses('project:here');
    await room.presses('project:here');
    await room.presses('project:elsewhere');
    expect(room.told).toEqual([
      expect.stringContaining('opens the project'),
      expect.stringContaining('no link'),
      expect.stringContaining('no longer kept'),
    ]);
  });
});

describe('a server that has chosen a language', () => {
  it('has everybody answered in it, whatever they choose', async () => {
    const room = createRoom({
      serverLocale: async () => 'zh',
      admit: async () => ({ reason: 'serverBusy', limit: 6 }),
    });
    await room.calls('makevideo', { options: { prompt: 'make a film', language: 'en' } });
    await room.calls('nemo', { subcommand: 'about' });
    expect(room.told).toEqual([expect.stringContaining('6 个请求'), expect.stringContaining('开始')]);
  });
});

const never = () => new Promise<never>(() => {});

describe('a store that hangs', () => {
  it('keeps nobody waiting for the first answer', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const room = createRoom({ serverLocale: never, admit: never });
    const called = room.calls('makevideo', { options: { prompt: 'make a film' } });
    await vi.advanceTimersByTimeAsync(2_900);
    await called;
    expect(room.told).toEqual([expect.stringContaining("couldn't save your request")]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('Make video in the menu of a message', () => {
  const target = { messageId: 'm9', text: 'make a film', attachments: [] };

  it('asks for the permissions that are missing instead of failing later', async () => {
    const room = createRoom({});
    const place = { kind: 'channel', channelId: 'here', parentChannelId: null, guildId: 'g' } as const;
    await room.calls('Make video', { target, place: { ...place, missing: ['openThread'] } });
    expect(room.told).toEqual([expect.stringContaining('**Create Public Threads**')]);
  });

  it('says when too much waits already', async () => {
    const room = createRoom({
      standing: () => Promise.resolve('may'),
      admit: () => Promise.resolve(null),
      acceptMessage: () => Promise.resolve('full'),
    });
    await room.calls('Make video', { target });
    expect(room.told).toEqual([expect.stringContaining('too many requests')]);
  });

  it("leaves other people's projects alone", async () => {
    const room = createRoom({ standing: () => Promise.resolve('notYours') });
    await room.calls('Make video', { target });
    expect(room.told).toEqual([expect.stringContaining('Only the person who started this')]);
  });
});
