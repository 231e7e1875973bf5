/** The life of interactions: made by people, sent to the bot, answered or not. It must not know HTTP or the answers' contents. */
import { randomBytes } from 'node:crypto';
import type { InteractionView } from './people.ts';
import { bitsOf, permissionsIn } from './permissions.ts';
import { refusal } from './refusal.ts';
import type { Channel, InteractionMetadata, Message, Snowflake } from './shapes.ts';
import type { World } from './world.ts';

/** 2 command · 3 component · 4 autocomplete · 5 modal. */
export type InteractionType = 2 | 3 | 4 | 5;

export interface NewInteraction {
  type: InteractionType;
  kind: InteractionView['kind'];
  name: string;
  userId: Snowflake;
  channel: Channel;
  locale: string;
  data: Record<string, unknown>;
  /** The message on which a component sits, also when the modal came from there. */
  source?: Message | undefined;
  targetMessageId?: Snowflake | undefined;
}

export interface Interaction {
  id: Snowflake;
  token: string;
  type: InteractionType;
  channelId: Snowflake;
  guildId: Snowflake | null;
  userId: Snowflake;
  view: InteractionView;
  /** Type of the first answer, or `null` while there is none. */
  answeredWith: number | null;
  sourceId: Snowflake | null;
  /** The message that `@original` means. */
  originalId: Snowflake | null;
  metadata: InteractionMetadata;
  /** Follow-ups so far; where only a person brought the application there may be five. */
  followUps: number;
  choices: { name: string; value: string | number }[];
}

/** How an interaction stands from now on; `messageId` is that of a first answer which is a message. */
export interface Settlement {
  state: InteractionView['state'];
  messageId?: Snowflake | null;
}

export interface Interactions {
  open(input: NewInteraction): Interaction;
  /** For the first answer. 10062 when id, token or time is not right, 40060 when it was answered. */
  awaiting(id: Snowflake, token: string): Interaction;
  /** For follow-ups. 10015 for a token that is unknown or not yet answered, 50027 after its life. */
  withToken(token: string): Interaction;
  find(id: Snowflake): Interaction | undefined;
  settle(interaction: Interaction, to: Settlement): void;
  of(userId: Snowflake): InteractionView[];
  onOpen(listener: (payload: Record<string, unknown>, guildId: Snowflake | null) => void): void;
  close(): void;
}

/** Interactions remembered; the oldest go first. */
const interactionsMax = 20_000;

export interface InteractionsDeps {
  world: World;
  acknowledgeWithinMs: number;
  tokenLifeMs: number;
}

/** The payload of INTERACTION_CREATE (docs: Interactions, Receiving and Responding, Interaction Structure). */
function payloadOf(world: World, input: NewInteraction, interaction: Interaction): Record<string, unknown> {
  const { channel, userId, locale } = input;
  const guild = world.guilds.get(channel.guild_id ?? '');
  const member = guild?.members.get(userId);
  const permissions = String(permissionsIn(world, channel, userId));
  const who =
    guild !== undefined && member !== undefined
      ? {
          member: { ...member, permissions },
          guild_id: guild.id,
          guild: { id: guild.id, locale: guild.preferredLocale, features: [] },
          guild_locale: guild.preferredLocale,
        }
      : { user: world.users.get(userId) };
  return {
    id: interaction.id,
    application_id: world.applicationId,
    type: input.type,
    data: input.data,
    ...who,
    channel: { ...channel, permissions },
    channel_id: channel.id,
    token: interaction.token,
    version: 1,
    ...(input.source === undefined ? {} : { message: input.source }),
    app_permissions: String(
      isAtHome(world, channel.guild_id) ? permissionsIn(world, channel, world.bot.id) : guestPermissions,
    ),
    locale,
    entitlements: [],
    authorizing_integration_owners: interaction.metadata.authorizing_integration_owners,
    context: guild === undefined ? 1 : 0,
    attachment_size_limit: world.uploadLimitBytes(guild?.id),
  };
}

/** Whether the bot is a member of the server, or it is no server. */
const isAtHome = (world: World, guildId: Snowflake | undefined): boolean =>
  guildId === undefined || world.guilds.get(guildId)?.members.has(world.bot.id) === true;

/** What an application may do where only a person brought it; Discord's documentation gives it for direct messages of others. */
const guestPermissions = bitsOf(['ATTACH_FILES', 'EMBED_LINKS', 'MENTION_EVERYONE']);

/** Who installed the application that answers: 0 the server, 1 the person (docs: Receiving and Responding, Authorizing Integration Owners). */
function ownersOf(world: World, { channel, userId }: NewInteraction): Record<string, Snowflake> {
  const byServer = isAtHome(world, channel.guild_id) ? { '0': channel.guild_id ?? '0' } : {};
  return { ...byServer, ...(world.userInstalls.has(userId) ? { '1': userId } : {}) };
}

function metadataOf(world: World, input: NewInteraction, id: Snowflake): InteractionMetadata {
  const user = world.users.get(input.userId);
  if (user === undefined) throw refusal(10013);
  return {
    id,
    type: input.type,
    user,
    authorizing_integration_owners: ownersOf(world, input),
    ...(input.type === 2 ? { name: input.name } : {}),
    ...(input.targetMessageId === undefined ? {} : { target_message_id: input.targetMessageId }),
  };
}

type Listener = (payload: Record<string, unknown>, guildId: Snowflake | null) => void;

interface State {
  deps: InteractionsDeps;
  byId: Map<Snowflake, Interaction>;
  byToken: Map<string, Interaction>;
  deadlines: Map<Snowflake, NodeJS.Timeout>;
  listeners: Listener[];
}

/** Tells the person how it stands. Autocomplete shows nothing but its choices. */
function show({ deps }: State, { view, channelId, userId, type }: Interaction): void {
  if (type === 4) return;
  deps.world.announce({ type: 'interaction', channelId, onlyFor: userId, interaction: { ...view } });
}

function fail(state: State, interaction: Interaction): void {
  state.deadlines.delete(interaction.id);
  interaction.view.state = 'failed';
  interaction.view.failure = 'The application did not respond';
  show(state, interaction);
}

function remember({ byId, byToken }: State, interaction: Interaction): void {
  byId.set(interaction.id, interaction);
  byToken.set(interaction.token, interaction);
  const oldest = byId.size > interactionsMax ? byId.values().next().value : undefined;
  if (oldest === undefined) return;
  byId.delete(oldest.id);
  byToken.delete(oldest.token);
}

function newView(world: World, input: NewInteraction, id: Snowflake): InteractionView {
  return {
    id,
    userId: input.userId,
    channelId: input.channel.id,
    kind: input.kind,
    name: input.name,
    state: 'pending',
    failure: null,
    messageId: null,
    createdAtMs: world.nowMs(),
    answeredAtMs: null,
  };
}

function open(state: State, input: NewInteraction): Interaction {
  const { world, acknowledgeWithinMs } = state.deps;
  const id = world.nextId();
  const interaction: Interaction = {
    id,
    token: randomBytes(48).toString('base64url'),
    type: input.type,
    channelId: input.channel.id,
    guildId: input.channel.guild_id ?? null,
    userId: input.userId,
    view: newView(world, input, id),
    answeredWith: null,
    sourceId: input.source?.id ?? null,
    originalId: null,
    metadata: metadataOf(world, input, id),
    followUps: 0,
    choices: [],
  };
  remember(state, interaction);
  state.deadlines.set(id, setTimeout(() => fail(state, interaction), acknowledgeWithinMs).unref());
  show(state, interaction);
  const payload = payloadOf(world, input, interaction);
  for (const listener of state.listeners) listener(payload, interaction.guildId);
  return interaction;
}

function awaiting({ byId }: State, id: Snowflake, token: string): Interaction {
  const interaction = byId.get(id);
  if (interaction === undefined || interaction.token !== token) throw refusal(10062);
  if (interaction.answeredWith !== null) throw refusal(40060);
  if (interaction.view.state === 'failed') throw refusal(10062);
  return interaction;
}

function withToken({ byToken, deps }: State, token: string): Interaction {
  const interaction = byToken.get(token);
  if (interaction === undefined || interaction.answeredWith === null) throw refusal(10015);
  if (deps.world.nowMs() - interaction.view.createdAtMs > deps.tokenLifeMs) throw refusal(50027);
  return interaction;
}

/** A deferral has to be filled in while the token lives; then the person is told that nothing came. */
function settle(state: State, interaction: Interaction, to: Settlement): void {
  const { deadlines, deps } = state;
  clearTimeout(deadlines.get(interaction.id));
  deadlines.delete(interaction.id);
  if (to.state === 'thinking') {
    deadlines.set(interaction.id, setTimeout(() => fail(state, interaction), deps.tokenLifeMs).unref());
  }
  interaction.view.state = to.state;
  interaction.view.answeredAtMs ??= deps.world.nowMs();
  if (to.messageId !== undefined) interaction.view.messageId = to.messageId;
  show(state, interaction);
}

export function createInteractions(deps: InteractionsDeps): Interactions {
  const state: State = { deps, byId: new Map(), byToken: new Map(), deadlines: new Map(), listeners: [] };
  return {
    open: (input) => open(state, input),
    awaiting: (id, token) => awaiting(state, id, token),
    withToken: (token) => withToken(state, token),
    find: (id) => state.byId.get(id),
    settle: (interaction, to) => settle(state, interaction, to),
    of: (userId) =>
      [...state.byId.values()]
        .filter((one) => one.userId === userId && one.type !== 4)
        .map(({ view }) => ({ ...view })),
    onOpen: (listener) => void state.listeners.push(listener),
    close() {
      for (const timer of state.deadlines.values()) clearTimeout(timer);
      state.deadlines.clear();
    },
  };
}
