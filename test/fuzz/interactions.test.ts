/** Interactions of any shape, through the real discord.js and all our commands: each gets one answer that Discord takes. */
import { Client, Events, type Interaction } from 'discord.js';
import * as fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { createDispatch } from '../../src/commands/index.ts';
import { messagesFor } from '../../src/core/messages/messages.ts';
import { defaultSettings } from '../../src/core/settings.ts';
import { textView } from '../../src/core/view.ts';
import { createReadAttachments } from '../../src/discord/attachments.ts';
import type { CallDiscord } from '../../src/discord/call.ts';
import { createInteractions } from '../../src/discord/interactions.ts';
import { createPeople } from '../../src/discord/places.ts';
import { type Chat, ChatError, type ChatHandlers } from '../../src/ports/chat.ts';
import type { Relay } from '../../src/ports/relay.ts';
import { createRecordingLog } from '../nemo/kit.ts';
import { cases } from './cases.ts';
import { complaintsAboutForm, complaintsAboutMessage } from './discord-limits.ts';

const here = '800';
const guildId = '700';
const botId = '1';

const user = { id: '42', username: 'maya', discriminator: '0', avatar: null, global_name: 'Maya' };
const member = {
  user,
  roles: [],
  joined_at: '2026-01-01T00:00:00Z',
  permissions: '8',
  deaf: false,
  mute: false,
  flags: 0,
};
const message = {
  id: '900',
  channel_id: here,
  type: 0,
  content: 'make a film',
  author: user,
  attachments: [],
  embeds: [],
  mentions: [],
  mention_roles: [],
  mention_everyone: false,
  pinned: false,
  tts: false,
  timestamp: '2026-01-01T00:00:00Z',
  edited_timestamp: null,
  components: [],
  flags: 0,
};
const attachment = {
  id: '5',
  filename: 'a.png',
  url: 'https://cdn.example/a.png',
  proxy_url: 'https://cdn.example/a.png',
  size: 10,
  content_type: 'image/png',
};
const common = {
  id: '1000',
  application_id: botId,
  token: 'a-token-of-an-interaction',
  version: 1,
  locale: 'en-US',
  guild_locale: 'en-US',
  guild_id: guildId,
  channel_id: here,
  channel: { id: here, type: 0, guild_id: guildId },
  context: 0,
  member,
  app_permissions: '8',
  entitlements: [],
  authorizing_integration_owners: {},
  attachment_size_limit: 10_000_000,
};

/** Our own ids, ids of nobody, and everything between. */
const customIds = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        'stop',
        'again',
        'anyway',
        'edit',
        'shape',
        'render',
        'example',
        'clearer',
        'timeline',
        'delete',
        'settings',
        'setting',
        'forget',
        'missed',
        'connect',
        '__proto__',
        'constructor',
        '',
      ),
      fc.array(
        fc.oneof(
          fc.constantFrom(
            here,
            't1',
            '0',
            '-1',
            '9x16',
            '1e9',
            'places',
            'work',
            'locale',
            'toString',
            '__proto__',
            '1767225600000',
          ),
          fc.string({ unit: 'binary', maxLength: 8 }),
        ),
        { maxLength: 4 },
      ),
    )
    .map((parts) => parts.flat().join(':').slice(0, 100)),
  fc.string({ unit: 'binary', maxLength: 100 }),
);

const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('@everyone', '[x](https://evil.example)', '*'.repeat(6_000), 'nmv_usr_x', ''),
);

const commands = fc
  .record({
    subcommand: fc.constantFrom(
      null,
      'credits',
      'timeline',
      'export',
      'stop',
      'new',
      'connect',
      'settings',
      'forget',
      'about',
      'bygone',
    ),
    name: fc.constantFrom('makevideo', 'nemo', 'Make video', '__proto__'),
    prompt: words,
  })
  .map(({ subcommand, name, prompt }) => {
    const options = [
      { name: 'prompt', type: 3, value: prompt },
      { name: 'image1', type: 11, value: '5' },
    ];
    const data = {
      id: '3',
      name,
      type: 1,
      resolved: { attachments: { 5: attachment } },
      options: subcommand === null ? options : [{ name: subcommand, type: 1, options: [] }],
    };
    return { ...common, type: 2, data };
  });

const payloads = fc.oneof(
  commands,
  words.map((content) => ({
    ...common,
    type: 2,
    data: {
      id: '3',
      name: 'Make video',
      type: 3,
      target_id: '900',
      resolved: { messages: { 900: { ...message, content } } },
    },
  })),
  customIds.map((custom_id) => ({ ...common, type: 3, message, data: { custom_id, component_type: 2 } })),
  fc
    .record({ custom_id: customIds, values: fc.array(words, { maxLength: 3 }) })
    .map((data) => ({ ...common, type: 3, message, data: { ...data, component_type: 3 } })),
  fc
    .record({
      custom_id: customIds,
      value: words,
      field: fc.constantFrom('words', 'token', 'files', '__proto__'),
    })
    .map(({ custom_id, value, field }) => ({
      ...common,
      type: 5,
      data: {
        custom_id,
        components: [{ type: 18, id: 1, component: { type: 4, id: 2, custom_id: field, value } }],
      },
    })),
);

/** Makes one thing of a payload something else, wherever it is; `steps` lead there. */
const changed = (value: unknown, steps: readonly number[], odd: unknown): unknown => {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== 'object' || value === null) return odd;
  const entries = Object.entries(value);
  if (entries.length === 0) return odd;
  const at = step % entries.length;
  const next = entries.map(([name, item], index): [string, unknown] => [
    name,
    index === at ? changed(item, rest, odd) : item,
  ]);
  return Array.isArray(value) ? next.map(([, item]) => item) : Object.fromEntries(next);
};

const oddities = fc.array(
  fc.record({
    steps: fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }),
    odd: fc.oneof(
      fc.constantFrom<unknown>(null, undefined, '', '0', 0, -1, 1e300, true, [], {}, [null], '9'.repeat(30)),
      fc.string({ unit: 'binary' }),
    ),
  }),
  { maxLength: 3 },
);

const nobody = new ChatError('unavailable', { message: 'Nobody is there.' });

type Draw = <const T extends readonly [unknown, ...unknown[]]>(...answers: T) => T[number];

/** Whatever the relay may answer, drawn anew for each case. */
const relayOf = (draw: Draw): Relay => ({
  admit: async () => draw(null),
  settings: async () => defaultSettings,
  changeSettings: async (_guildId, change) => ({ ...defaultSettings, ...change }),
  serverLocale: async () => draw(null, 'zh' as const),
  accept: async () => draw('accepted' as const, 'known', 'full'),
  stopTurn: async () => draw('stopping' as const, 'notYours', 'nothing'),
  runAgain: async () => draw('accepted' as const, 'full', 'notYours', 'missing'),
  standing: async () => draw('may' as const, 'notYours', 'missing'),
  threadOf: async () => draw(here, null),
  acceptMessage: async () => draw('accepted' as const, 'full'),
  acceptDirectly: async () => draw('accepted' as const, 'closed', 'full'),
  runMissed: async () => 1,
  runMissedCall: async () => 1,
  stopThread: async () => draw({ running: 1, waiting: 0 }, 'notYours' as const, 'missing'),
  startOver: async () => draw('done' as const, 'busy', 'notYours', 'missing'),
  timeline: async () => draw(null, textView('Timeline')),
  projectLink: async () => draw(null, 'https://nemovideo.com/claim'),
  credits: async () => draw(null, { available: 1, frozen: 0, total: 1 }),
  connect: async () => draw('malformed' as const, 'refused', { available: 1, frozen: 0, total: 1 }),
  disconnect: async () => draw(true, false),
  forget: async () => draw({ projects: 1, requests: 2 }, 'busy' as const),
  explain: () => 'Something went wrong.',
});

const refuse = (): Promise<never> => Promise.reject(nobody);

const chat: Chat = {
  createMessage: refuse,
  editMessage: refuse,
  deleteMessage: refuse,
  openThread: refuse,
  heardUntilMs: () => null,
  threadsWithNews: () => [],
  channelsWithNews: () => [],
  answersSince: refuse,
  messagesSince: refuse,
  openDirectMessage: refuse,
  showTyping: async () => undefined,
  findOwnMessage: refuse,
  readAttachments: refuse,
  uploadSizeBytesMax: refuse,
};

const none = async (): Promise<void> => undefined;
const handlersOf = (onInteraction: ChatHandlers['onInteraction']): ChatHandlers => ({
  onInteraction,
  onMessage: none,
  onMessageEdited: none,
  onMessageDeleted: none,
  onGap: none,
});

type Sent = { readonly method: string; readonly body: unknown };

const client = new Client({ intents: [] });
// A client that is logged in knows itself, and the server with its channel; here nobody logs in.
Reflect.set(client, 'user', { id: botId });
const guild = {
  id: guildId,
  name: 'Paradise',
  roles: [{ id: guildId, name: '@everyone', permissions: '0' }],
  channels: [{ id: here, type: 0, name: 'general', permission_overwrites: [] }],
  emojis: [],
  members: [],
  owner_id: '2',
};
const addGuild: unknown = Reflect.get(client.guilds, '_add');
if (typeof addGuild === 'function') Reflect.apply(addGuild, client.guilds, [guild]);
const actions: unknown = Reflect.get(client, 'actions');

afterAll(async () => {
  await client.destroy();
});

/** Null: discord.js itself makes nothing of it. */
const parsed = (payload: unknown): Interaction | null => {
  let interaction: Interaction | null = null;
  client.once(Events.InteractionCreate, (made) => {
    interaction = made;
  });
  try {
    const { InteractionCreate } = Object(actions);
    InteractionCreate.handle(payload);
  } catch (error) {
    // discord.js trusts Discord; what it cannot read does not reach us.
    if (!(error instanceof Error)) throw error;
  }
  client.removeAllListeners(Events.InteractionCreate);
  return interaction;
};

/** As src/app.ts gives them. */
const texts = (locale: Parameters<typeof messagesFor>[0]) => {
  const { somethingWentWrong, staleButton, restarting } = messagesFor(locale);
  return { somethingWentWrong, notUnderstood: staleButton, restarting };
};

const answersTo = async (interaction: Interaction, relay: Relay): Promise<readonly Sent[]> => {
  const sent: Sent[] = [];
  const call: CallDiscord = async ({ method, body, draw }, { answer }) => {
    sent.push({ method, body: draw?.().body ?? body });
    const made = { id: '9', channel_id: here };
    return answer.parse({ ...made, resource: { message: made } });
  };
  const log = createRecordingLog();
  const { signal } = new AbortController();
  const onInteraction = createDispatch({ relay, chat, log, signal });
  const readAttachments = createReadAttachments(['cdn.example'], log);
  const uploadLimits = { learn: () => undefined, sizeBytesMax: async () => 1 };
  const interactions = createInteractions({
    call,
    people: createPeople(),
    uploadLimits,
    readAttachments,
    texts,
    log,
  });
  await interactions.handle(interaction, handlersOf(onInteraction));
  return sent;
};

const messagesOf = ({ method, body }: Sent): readonly string[] => {
  if (method === 'PATCH') return complaintsAboutMessage(body);
  const { type, data } = Object(body);
  if (type === 4 || type === 7) return complaintsAboutMessage(data);
  return type === 9 ? complaintsAboutForm(data) : [];
};

it('every interaction gets one first answer that Discord takes, whatever its custom id, its options and its place are', async () => {
  let answered = 0;
  const one = async (
    payload: unknown,
    odd: readonly { steps: number[]; odd: unknown }[],
    luck: readonly number[],
  ): Promise<void> => {
    const interaction = parsed(
      odd.reduce((made, change) => changed(made, change.steps, change.odd), payload),
    );
    if (interaction === null || !interaction.isRepliable()) return;
    let draws = 0;
    const relay = relayOf((...answers) => {
      draws += 1;
      return answers[(luck[draws % luck.length] ?? 0) % answers.length] ?? answers[0];
    });
    const sent = await answersTo(interaction, relay);
    answered += 1;
    expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect({ sent, complaints: sent.flatMap(messagesOf) }).toEqual({ sent, complaints: [] });
  };
  const luck = fc.array(fc.nat(5), { minLength: 1, maxLength: 5 });
  await fc.assert(fc.asyncProperty(payloads, oddities, luck, one), cases(0.2));
  expect(answered).toBeGreaterThan(cases(0.2).numRuns / 2);
});
