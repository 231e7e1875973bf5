/** /nemo settings: who may see and change what, and what is answered when it cannot be kept. */
import { describe, expect, it } from 'vitest';
import { createDispatch } from '../../src/commands/index.ts';
import { defaultSettings, type GuildSettings } from '../../src/core/settings.ts';
import type { Chat, MessageView, Person, Place } from '../../src/ports/chat.ts';
import type { Relay } from '../../src/ports/relay.ts';
import { StoreError } from '../../src/ports/store.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';

const admin: Person = {
  id: '7',
  name: 'Ada',
  locale: 'en',
  isModerator: true,
  managesServer: true,
  roleIds: [],
};
const member: Person = { ...admin, isModerator: false, managesServer: false };
const moderator: Person = { ...admin, managesServer: false };
const general: Place = {
  kind: 'channel',
  channelId: 'c',
  parentChannelId: null,
  guildId: 'g',
  missing: [],
};
const dm: Place = { ...general, kind: 'dm', guildId: null };

const unexpected = (what: string) => (): never => {
  throw new Error(`Nobody expected ${what}.`);
};

/** A server whose settings are kept in a variable, and somebody in it. */
const createRoom = (person: Person, place: Place = general, isStoreFull = false) => {
  let settings: GuildSettings = defaultSettings;
  const told: string[] = [];
  const drawn: MessageView[] = [];
  const relay: Pick<Relay, 'serverLocale' | 'settings' | 'changeSettings'> = {
    serverLocale: async () => settings.locale,
    settings: async () => settings,
    changeSettings: async (_guildId, change) => {
      if (isStoreFull) throw new StoreError('full', { message: 'The disk is full.' });
      settings = { ...settings, ...change };
      return settings;
    },
  };
  const log = createRecordingLog();
  const { signal } = new AbortController();
  const chat = new Proxy({}, { get: unexpected('a message') });
  const dispatch = createDispatch({
    // Stand-ins of the ports: what a command of settings may ask for, and nothing else.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see the line above
    relay: relay as Relay,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see the line above
    chat: chat as Chat,
    log,
    signal,
  });
  const common = {
    eventId: '1',
    place,
    person,
    uploadSizeBytesMax: null,
    hearsWords: true,
    answer: unexpected('a public answer'),
    answerPrivately: async (view: MessageView) => {
      told.push(view.text);
      drawn.push(view);
    },
    deferPrivately: unexpected('a wait'),
    openForm: unexpected('a form'),
    acknowledge: unexpected('an acknowledgement'),
    redraw: async (view: MessageView) => {
      drawn.push(view);
    },
  };
  return {
    told,
    log,
    settings: () => settings,
    view: () => drawn.at(-1),
    opens: () =>
      dispatch({
        ...common,
        kind: 'command',
        name: 'nemo',
        subcommand: 'settings',
        options: {},
        attachments: [],
        target: null,
      }),
    presses: (customId: string) => dispatch({ ...common, kind: 'button', customId, messageId: 'm' }),
    chooses: (customId: string, ...values: string[]) =>
      dispatch({ ...common, kind: 'menu', customId, values }),
  };
};

describe('whoever manages the server', () => {
  it('sees what holds, and turns the pages', async () => {
    const room = createRoom(admin);
    await room.opens();
    expect(room.told).toEqual([expect.stringContaining('Settings of this server')]);
    expect(room.view()?.selects?.map(({ customId }) => customId)).toContain(
      'setting:places:allowedChannelIds',
    );
    await room.presses('settings:work');
    expect(room.view()?.selects?.map(({ customId }) => customId)).toContain('setting:work:steering');
    expect(room.told).toHaveLength(1);
  });

  it('changes one thing at a time, and sees it in place', async () => {
    const room = createRoom(admin);
    await room.chooses('setting:limits:atOncePerPerson', '5');
    await room.chooses('setting:places:allowedRoleIds', '11', '12');
    expect(room.settings()).toEqual({ ...defaultSettings, atOncePerPerson: 5, allowedRoleIds: ['11', '12'] });
    expect(room.view()?.text).toContain('<@&11> <@&12>');
    expect(room.told).toEqual([]);
  });

  it('reads the settings in the language that was chosen just now', async () => {
    const room = createRoom(admin);
    await room.chooses('setting:work:locale', 'zh');
    expect(room.view()?.text).toContain('本服务器的设置');
  });

  it.each(['setting:work:bygone', 'setting:work', 'setting', 'setting:work:steering'])(
    'is told when a choice means nothing any more (%s)',
    async (customId) => {
      const room = createRoom(admin);
      await room.chooses(customId, 'nobody');
      expect(room.told).toEqual([expect.stringContaining('older version')]);
      expect(room.settings()).toBe(defaultSettings);
    },
  );

  it('is told when nothing could be kept', async () => {
    const room = createRoom(admin, general, true);
    await room.chooses('setting:work:rendering', 'ask');
    expect(room.told).toEqual([expect.stringContaining('nothing has changed')]);
    expect(room.log.lines.map(({ level }) => level)).toContain('error');
  });

  it('has nothing to set in a direct message', async () => {
    const room = createRoom(admin, dm);
    await room.opens();
    expect(room.told).toEqual([expect.stringContaining('belong to a server')]);
  });
});

describe.each([
  ['a member', member],
  ['a moderator of messages', moderator],
])('%s', (_who, person) => {
  it('sees and changes nothing, and is told who may', async () => {
    const room = createRoom(person);
    await room.opens();
    await room.presses('settings:work');
    await room.chooses('setting:work:steering', 'everyone');
    expect(room.told).toEqual(
      Array.from({ length: 3 }, () => expect.stringContaining('may manage this server')),
    );
    expect(room.settings()).toBe(defaultSettings);
  });
});

it('a menu that nobody knows gets a private line', async () => {
  const room = createRoom(admin);
  await room.chooses('bygone:1', 'x');
  expect(room.told).toEqual([expect.stringContaining('no longer kept')]);
});
