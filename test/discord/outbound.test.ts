import { ButtonStyle, ComponentType, MessageFlags } from 'discord.js';
import { assert, configureGlobal, nat, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { type ButtonView, type MessageView, type SelectView, textView } from '../../src/core/view.ts';
import { clip, createPayload, messagePayload, threadNameOf } from '../../src/discord/outbound.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
configureGlobal({ seed: 20_261_122 });

const action = (index: number): ButtonView => ({
  kind: 'action',
  label: `Button ${index}`,
  customId: `b:${index}`,
  tone: 'neutral',
});

const withButtons = (buttons: readonly ButtonView[]): MessageView => ({ ...textView('words'), buttons });

const listed = (kind: 'channels' | 'roles'): SelectView => ({
  customId: kind,
  placeholder: 'none',
  from: { kind, chosenIds: ['1', '2'], countMax: 15 },
});

const chosen = (type: string) => ({
  min_values: 0,
  max_values: 15,
  default_values: [
    { id: '1', type },
    { id: '2', type },
  ],
});

test('allows nobody to be mentioned, whatever the words say', () => {
  const { body } = messagePayload(textView('@everyone <@&7> <@8> look'));
  expect(body.content).toBe('@everyone <@&7> <@8> look');
  expect(body.allowed_mentions).toEqual({ parse: [], users: [], replied_user: false });
});

test('allows exactly the one person of the view to be mentioned', () => {
  const { body } = messagePayload({ ...textView('<@8> ready'), mentionUserId: '8' });
  expect(body.allowed_mentions).toEqual({ parse: [], users: ['8'], replied_user: false });
});

test('lays buttons out in rows of five', () => {
  const { body } = messagePayload(withButtons(Array.from({ length: 7 }, (_, index) => action(index))));
  expect(body.components).toHaveLength(2);
  expect(body.components).toMatchObject([
    {
      type: ComponentType.ActionRow,
      components: [0, 1, 2, 3, 4].map((index) => ({ custom_id: `b:${index}` })),
    },
    { type: ComponentType.ActionRow, components: [{ custom_id: 'b:5' }, { custom_id: 'b:6' }] },
  ]);
});

test('gives each menu a row of its own above the buttons, with what is chosen already', () => {
  const ofChoices: SelectView = {
    customId: 'setting:pace',
    placeholder: 'p'.repeat(151),
    from: {
      kind: 'choices',
      choices: [
        { value: 'slow', label: 'x'.repeat(101), isChosen: false },
        { value: 'fast', label: 'Fast', isChosen: true },
      ],
    },
  };
  const selects = [ofChoices, listed('channels'), listed('roles')];
  const { body } = messagePayload({ ...withButtons([action(0)]), selects });
  expect(body.components).toMatchObject([
    {
      components: [
        {
          type: ComponentType.StringSelect,
          custom_id: 'setting:pace',
          placeholder: 'p'.repeat(150),
          options: [
            { value: 'slow', label: 'x'.repeat(100), default: false },
            { value: 'fast', label: 'Fast', default: true },
          ],
        },
      ],
    },
    { components: [{ type: ComponentType.ChannelSelect, custom_id: 'channels', ...chosen('channel') }] },
    { components: [{ type: ComponentType.RoleSelect, custom_id: 'roles', ...chosen('role') }] },
    { components: [{ custom_id: 'b:0' }] },
  ]);
});

test('clears buttons when the view has none', () => {
  expect(messagePayload(textView('words')).body.components).toEqual([]);
});

test.each([
  ['primary', ButtonStyle.Primary],
  ['neutral', ButtonStyle.Secondary],
  ['danger', ButtonStyle.Danger],
] as const)('shows a button of tone %s in its style', (tone, style) => {
  const { body } = messagePayload(withButtons([{ kind: 'action', label: 'Go', customId: 'go', tone }]));
  expect(body.components).toMatchObject([{ components: [{ style }] }]);
});

const link = (url: string): ButtonView => ({ kind: 'link', label: 'Open', url });

test('turns links into link buttons, and leaves out one that Discord would refuse for its length', () => {
  const long = `https://example.test/${'a'.repeat(500)}`;
  const { body } = messagePayload(withButtons([link('https://example.test/project'), link(long)]));
  expect(body.components).toEqual([
    {
      type: ComponentType.ActionRow,
      components: [
        {
          type: ComponentType.Button,
          style: ButtonStyle.Link,
          label: 'Open',
          url: 'https://example.test/project',
        },
      ],
    },
  ]);
});

test('leaves the files of a message alone when the view has none', () => {
  const { body, files } = messagePayload(textView('words'));
  expect(body).not.toHaveProperty('attachments');
  expect(files).toEqual([]);
});

test('sends files with their alternative text', () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const { body, files } = messagePayload({
    ...textView('words'),
    files: [
      { name: 'video.mp4', bytes, description: null },
      { name: 'timeline.png', bytes, description: 'Three tracks' },
    ],
  });
  expect(body.attachments).toEqual([{ id: '0' }, { id: '1', description: 'Three tracks' }]);
  expect(files).toEqual([
    { name: 'video.mp4', data: bytes },
    { name: 'timeline.png', data: bytes },
  ]);
});

test('creates a silent message without ringing, and one that rings without the flag', () => {
  expect(createPayload(textView('words'), 'key').body.flags).toBe(MessageFlags.SuppressNotifications);
  expect(createPayload({ ...textView('words'), isSilent: false }, 'key').body).not.toHaveProperty('flags');
});

test('has Discord enforce the nonce of every create', () => {
  const { body } = createPayload(textView('words'), 'turn:1:status:0');
  expect(body.enforce_nonce).toBe(true);
  expect(body.nonce).toHaveLength(25);
});

test('names a thread in one line of one to a hundred characters', () => {
  expect(threadNameOf('make\na   video ')).toBe('make a video');
  expect(threadNameOf(' \n ')).not.toBe('');
  assert(
    property(string({ unit: 'grapheme', maxLength: 300 }), (name) => {
      const clean = threadNameOf(name);
      expect(clean.length).toBeGreaterThan(0);
      expect(clean.length).toBeLessThanOrEqual(100);
      expect(clean).not.toMatch(/[\r\n]/u);
    }),
  );
});

test('never cuts a character in half', () => {
  expect(clip('ab🎬', 3)).toBe('ab');
  assert(
    property(string({ unit: 'grapheme' }), nat(40), (text, lengthMax) => {
      const clipped = clip(text, lengthMax);
      expect(clipped.isWellFormed()).toBe(true);
      expect(text.startsWith(clipped)).toBe(true);
      expect(clipped.length).toBeLessThanOrEqual(lengthMax);
    }),
  );
});
