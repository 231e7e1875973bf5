/** What a server decides: who may ask, whose words count, and what a choice from outside is worth. */
import { describe, expect, it } from 'vitest';
import { messagesFor } from '../../src/core/messages/messages.ts';
import {
  decideDoor,
  defaultSettings,
  type GuildSettings,
  maySteer,
  readSetting,
  settingChoices,
} from '../../src/core/settings.ts';
import { type SettingsPage, settingsPageOf, viewSettings } from '../../src/core/settings-view.ts';
import { actionButton } from '../../src/core/view.ts';

const fifteen = Array.from({ length: 15 }, (_, at) => `${at}`);
const member = { managesServer: false, roleIds: ['r1', 'r2'] };
const settingsOf = (change: Partial<GuildSettings>): GuildSettings => ({ ...defaultSettings, ...change });

describe('who may ask for something', () => {
  it.each<[string, Partial<GuildSettings>, string[], object, object | null]>([
    ['anybody, anywhere, by default', {}, ['c1'], {}, null],
    ['somebody in an allowed channel', { allowedChannelIds: ['c1'] }, ['c1'], {}, null],
    ['somebody in a thread of an allowed channel', { allowedChannelIds: ['c1'] }, ['t1', 'c1'], {}, null],
    [
      'nobody in another channel',
      { allowedChannelIds: ['c1'], dropChannelIds: ['c3'] },
      ['c2'],
      {},
      { reason: 'channel', channelIds: ['c1', 'c3'] },
    ],
    ['somebody in a drop channel', { allowedChannelIds: ['c1'], dropChannelIds: ['c3'] }, ['c3'], {}, null],
    ['anybody where only drop channels are chosen', { dropChannelIds: ['c3'] }, ['c1'], {}, null],
    ['somebody with one of the roles', { allowedRoleIds: ['r9', 'r2'] }, ['c1'], {}, null],
    ['nobody without', { allowedRoleIds: ['r9'] }, ['c1'], {}, { reason: 'role', roleIds: ['r9'] }],
    ['somebody whose roles are not known', { allowedRoleIds: ['r9'] }, ['c1'], { roleIds: null }, null],
    [
      'who manages the server, always',
      { allowedRoleIds: ['r9'], allowedChannelIds: ['c9'] },
      ['c1'],
      { managesServer: true },
      null,
    ],
  ])('is %s', (_who, change, channelIds, person, refusal) => {
    expect(decideDoor(settingsOf(change), { channelIds, person: { ...member, ...person } })).toEqual(refusal);
  });
});

describe('whose words count in a thread', () => {
  const asker = { id: '7', isModerator: false };

  it.each([
    ['its requester', '7', asker, 'requester', true],
    ['a moderator', '8', { ...asker, isModerator: true }, 'requester', true],
    ['nobody else', '8', asker, 'requester', false],
    ['everyone, where the server says so', '8', asker, 'everyone', true],
  ] as const)('are those of %s', (_who, requesterId, person, steering, may) => {
    expect(maySteer(requesterId, person, { steering })).toBe(may);
  });
});

describe('a choice from outside', () => {
  it.each<[string, string[], Partial<GuildSettings> | null]>([
    ['steering', ['everyone'], { steering: 'everyone' }],
    ['steering', ['requester'], { steering: 'requester' }],
    ['rendering', ['ask'], { rendering: 'ask' }],
    ['rendering', ['always'], { rendering: 'always' }],
    ['locale', ['zh'], { locale: 'zh' }],
    ['locale', ['en'], { locale: 'en' }],
    ['locale', ['own'], { locale: null }],
    ['atOncePerPerson', ['5'], { atOncePerPerson: 5 }],
    ['atOncePerServer', ['50'], { atOncePerServer: 50 }],
    ['aDayPerPerson', ['100'], { aDayPerPerson: 100 }],
    ['aDayPerPerson', ['none'], { aDayPerPerson: null }],
    ['dropChannelIds', ['1', '2', '1'], { dropChannelIds: ['1', '2'] }],
    ['dropChannelIds', fifteen, { dropChannelIds: fifteen }],
    ['allowedChannelIds', [], { allowedChannelIds: [] }],
    ['allowedRoleIds', ['5'], { allowedRoleIds: ['5'] }],
    ['steering', ['nobody'], null],
    ['steering', [], null],
    ['steering', ['everyone', 'requester'], null],
    ['atOncePerPerson', ['1000000'], null],
    ['atOncePerPerson', ['none'], { atOncePerPerson: null }],
    ['atOncePerServer', ['7'], null],
    ['locale', ['klingon'], null],
    ['dropChannelIds', Array.from({ length: 16 }, (_, at) => `${at}`), null],
    ['toString', ['x'], null],
    ['', [], null],
  ])('for %s (%j) changes that and nothing else, or nothing', (name, values, change) => {
    expect(readSetting(name, values)).toEqual(change);
  });
});

describe.each(['en', 'zh'] as const)('the settings as a message (%s)', (locale) => {
  const messages = messagesFor(locale);
  const pages: readonly SettingsPage[] = ['places', 'limits', 'work'];

  it.each(pages)('fit into five rows, on the page %s too', (page) => {
    const { selects = [], buttons } = viewSettings(defaultSettings, page, messages);
    expect(selects.length + Math.ceil(buttons.length / 5)).toBeLessThanOrEqual(5);
    for (const { customId, placeholder } of selects) {
      expect(customId.length).toBeLessThanOrEqual(100);
      expect(placeholder.length).toBeLessThanOrEqual(150);
    }
    expect(settingsPageOf(page)).toBe(page);
  });

  it('offer every setting once, each with the choice that holds', () => {
    const selects = pages.flatMap((page) => viewSettings(defaultSettings, page, messages).selects ?? []);
    expect(new Set(selects.map(({ customId }) => customId.split(':')[2])).size).toBe(
      Object.keys(defaultSettings).length,
    );
    const chosen = selects.flatMap(({ from }) =>
      from.kind === 'choices' ? [from.choices.filter(({ isChosen }) => isChosen).length] : [],
    );
    expect(chosen).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('read every choice back as it was offered', () => {
    for (const [name, values] of Object.entries(settingChoices)) {
      for (const value of values) {
        const settings = settingsOf(readSetting(name, [value]) ?? {});
        const views = pages.flatMap((page) => viewSettings(settings, page, messages).selects ?? []);
        const { from } = views.find(({ customId }) => customId.endsWith(`:${name}`)) ?? {};
        const chosen = from?.kind === 'choices' ? from.choices.find(({ isChosen }) => isChosen) : null;
        expect(chosen?.value).toBe(value);
        expect(chosen?.label.length).toBeLessThanOrEqual(100);
      }
    }
  });

  it('name channels and roles so that the platform shows their names', () => {
    const settings = settingsOf({
      allowedChannelIds: ['1'],
      allowedRoleIds: ['2'],
      dropChannelIds: ['3', '4'],
    });
    const { text } = viewSettings(settings, 'places', messages);
    for (const link of ['<#1>', '<@&2>', '<#3> <#4>']) expect(text).toContain(link);
  });

  it('fit into one message, however much is chosen', () => {
    const ids = Array.from({ length: 15 }, (_, at) => `123456789012345678${at + 10}`);
    const settings = settingsOf({ allowedChannelIds: ids, allowedRoleIds: ids, dropChannelIds: ids });
    expect(viewSettings(settings, 'places', messages).text.length).toBeLessThanOrEqual(2_000);
  });
});

describe('the settings in English', () => {
  const messages = messagesFor('en');
  const settings = settingsOf({
    allowedRoleIds: ['2'],
    atOncePerPerson: 1,
    aDayPerPerson: null,
    locale: 'zh',
  });

  it('are one line each, whatever the page', () => {
    for (const page of ['places', 'limits', 'work'] as const) {
      expect(viewSettings(settings, page, messages).text.split('\n')).toEqual([
        '⚙️ **Settings of this server**',
        '- Where I take requests: **in every channel**',
        '- Whose requests I take: **<@&2>**',
        "- Drop channels: **none but those of the bot's operator**",
        '- At once, per person: **1 request**',
        '- At once, in the whole server: **100 requests**',
        '- In 24 hours, per person: **no limit**',
        '- Who steers a thread: **who started it, and moderators**',
        '- The video after a change: **comes by itself**',
        '- Language: **Chinese**',
        '-# Every choice counts at once, for everybody here.',
      ]);
    }
  });

  it('are changed by menus, and the pages by buttons; nothing rings', () => {
    const { selects, buttons, text: _text, ...rest } = viewSettings(settings, 'places', messages);
    expect(selects).toEqual([
      {
        customId: 'setting:places:allowedChannelIds',
        placeholder: 'Where I take requests: in every channel',
        from: { kind: 'channels', chosenIds: [], countMax: 15 },
      },
      {
        customId: 'setting:places:allowedRoleIds',
        placeholder: "Whose requests I take: everybody's",
        from: { kind: 'roles', chosenIds: ['2'], countMax: 15 },
      },
      {
        customId: 'setting:places:dropChannelIds',
        placeholder: "Drop channels: none but those of the bot's operator",
        from: { kind: 'channels', chosenIds: [], countMax: 15 },
      },
    ]);
    expect(buttons).toEqual([
      { ...actionButton('Where and who', 'settings:places'), tone: 'primary' },
      actionButton('How much', 'settings:limits'),
      actionButton('How it works', 'settings:work'),
    ]);
    expect(rest).toEqual({ files: [], mentionUserId: null, isSilent: true });
  });

  it('are chosen from what is offered, in words', () => {
    const { selects = [] } = viewSettings(settings, 'work', messages);
    expect(selects[1]).toEqual({
      customId: 'setting:work:rendering',
      placeholder: 'The video after a change: …',
      from: {
        kind: 'choices',
        choices: [
          { value: 'always', label: 'The video after a change: comes by itself', isChosen: true },
          {
            value: 'ask',
            label: 'The video after a change: comes when somebody presses Render',
            isChosen: false,
          },
        ],
      },
    });
  });
});

it('what names no page is the first one', () => {
  expect(settingsPageOf('bygone')).toBe('places');
});
