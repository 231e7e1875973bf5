/** The state of the world (servers, people, channels, threads) and the news of its changes. It must not know requests, messages' rules or the gateway. */
import type { StandInClock } from './contract.ts';
import type { Change, ThreadView, WorldIds } from './people.ts';
import type { Channel, Member, Role, Snowflake, ThreadMember, User } from './shapes.ts';

export interface Guild {
  id: Snowflake;
  name: string;
  ownerId: Snowflake;
  preferredLocale: string;
  boostLevel: number;
  /** The role of everybody has the server's own id. */
  roles: Map<Snowflake, Role>;
  members: Map<Snowflake, Member>;
}

type Undated<Kind> = Kind extends Change
  ? Omit<Kind, 'atMs' | 'onlyFor'> & { onlyFor?: Snowflake | null }
  : never;
/** A change as its maker reports it; time and audience are filled in. */
export type ChangeNews = Undated<Change>;

export interface World {
  bot: User;
  applicationId: Snowflake;
  users: Map<Snowflake, User>;
  locales: Map<Snowflake, string>;
  guilds: Map<Snowflake, Guild>;
  /** Channels, threads and DMs. Objects in it are replaced, never changed. */
  channels: Map<Snowflake, Channel>;
  threadMembers: Map<Snowflake, Map<Snowflake, ThreadMember>>;
  /** Person → their DM with the bot. */
  directMessages: Map<Snowflake, Snowflake>;
  closedDirectMessages: Set<Snowflake>;
  /** People who installed the application for themselves. */
  userInstalls: Set<Snowflake>;
  ids: WorldIds;
  nextId(): Snowflake;
  nowMs(): number;
  nowIso(): string;
  announce(news: ChangeNews): void;
  /** Listeners run in the order of their coming. Returns the way to stop. */
  onChange(listener: (change: Change) => void): () => void;
  /** Puts a channel in the place of its older state. */
  put(channel: Channel): void;
  threadView(channel: Channel): ThreadView;
  /** Size limit of one file there, in bytes. */
  uploadLimitBytes(guildId: Snowflake | undefined): number;
}

export interface WorldDeps {
  clock: StandInClock;
  nextId: () => Snowflake;
  applicationId: Snowflake;
  botName: string;
  uploadLimitBytes: number;
}

const megabyte = 1024 * 1024;
/** Boost level → limit of one file in bytes, where it is above the ordinary one (docs: reference, Uploading Files). */
const boostedUploadBytes = new Map([
  [2, 50 * megabyte],
  [3, 100 * megabyte],
]);

/** A person or bot as Discord writes them. */
export function makeUser(id: Snowflake, names: { username: string; displayName: string | null }): User {
  return {
    id,
    username: names.username,
    discriminator: '0',
    global_name: names.displayName,
    avatar: null,
    public_flags: 0,
  };
}

/** An empty world: the bot is alone in it. */
export function createWorld(deps: WorldDeps): World {
  const listeners = new Set<(change: Change) => void>();
  const bot: User = {
    ...makeUser(deps.applicationId, { username: deps.botName, displayName: null }),
    discriminator: '0042',
    bot: true,
  };
  const world: World = {
    bot,
    applicationId: deps.applicationId,
    users: new Map([[bot.id, bot]]),
    locales: new Map(),
    guilds: new Map(),
    channels: new Map(),
    threadMembers: new Map(),
    directMessages: new Map(),
    closedDirectMessages: new Set(),
    userInstalls: new Set(),
    ids: { users: {}, guilds: {}, channels: {}, roles: {} },
    nextId: deps.nextId,
    nowMs: () => deps.clock.nowMs(),
    nowIso: () => new Date(deps.clock.nowMs()).toISOString(),
    announce(news) {
      const change: Change = { onlyFor: null, ...news, atMs: deps.clock.nowMs() };
      for (const listener of listeners) listener(change);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    put: (channel) => void world.channels.set(channel.id, channel),
    threadView: (channel) => ({
      ...channel,
      members: [...(world.threadMembers.get(channel.id)?.values() ?? [])],
    }),
    uploadLimitBytes: (guildId) =>
      boostedUploadBytes.get(world.guilds.get(guildId ?? '')?.boostLevel ?? 0) ?? deps.uploadLimitBytes,
  };
  return world;
}
