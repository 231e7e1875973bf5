/** All that the page knows, and how each event changes it. Pure; it must not know the browser. */
import type { WorldView } from '../../discord/people.ts';
import type { Message, Snowflake } from '../../discord/shapes.ts';
import type { BotView, CommandLists, FeedEvent, NemoSummary, TrafficEntry } from '../protocol.ts';
import { applyChange } from './world-change.ts';

export type Unread = { count: number; mentions: number };

export type PageState = {
  world: WorldView | null;
  commands: CommandLists;
  bot: BotView | null;
  nemo: NemoSummary | null;
  traffic: readonly TrafficEntry[];
  connection: 'connecting' | 'live' | 'lost';
  channelId: Snowflake | null;
  typing: readonly { channelId: Snowflake; userId: Snowflake; untilMs: number }[];
  /** Channels with messages that came while another one was open. */
  unread: Readonly<Record<Snowflake, Unread>>;
  /** The newest message by somebody else, for those who listen rather than look. */
  latest: Message | null;
};

export type PageEvent =
  | { type: 'feed'; event: FeedEvent; nowMs: number }
  | { type: 'connection'; connection: PageState['connection'] }
  | { type: 'channelOpened'; channelId: Snowflake | null };

/** Typing lasts ten seconds (Discord docs: resources/channel, Trigger Typing Indicator). */
const typingMs = 10_000;

/** The first line of a thread repeats the message under which it stands. */
const threadStarterType = 21;

export const emptyPage: PageState = {
  world: null,
  commands: { guilds: {}, directMessages: [] },
  bot: null,
  nemo: null,
  traffic: [],
  connection: 'connecting',
  channelId: null,
  typing: [],
  unread: {},
  latest: null,
};

export function reducePage(state: PageState, event: PageEvent): PageState {
  switch (event.type) {
    case 'connection':
      return { ...state, connection: event.connection };
    case 'channelOpened':
      return { ...state, channelId: event.channelId, unread: withoutUnread(state.unread, event.channelId) };
    case 'feed':
      return reduceFeed(state, event.event, event.nowMs);
  }
}

function reduceFeed(state: PageState, event: FeedEvent, nowMs: number): PageState {
  switch (event.type) {
    case 'world':
      return { ...state, world: event.world, commands: event.commands, connection: 'live' };
    case 'bot':
      return { ...state, bot: event.bot };
    case 'nemo':
      return { ...state, nemo: event.nemo };
    case 'traffic':
      return { ...state, traffic: event.entries };
    case 'change':
      return reduceChange(state, event.change, nowMs);
  }
}

function reduceChange(
  state: PageState,
  change: Extract<FeedEvent, { type: 'change' }>['change'],
  nowMs: number,
): PageState {
  if (state.world === null) return state;
  const next = { ...state, world: applyChange(state.world, change) };
  if (change.type === 'typing') return withTyping(next, { ...change, untilMs: nowMs + typingMs });
  if (change.type !== 'messageCreated') return next;
  const typing = next.typing.filter(
    (one) => one.channelId !== change.channelId || one.userId !== change.message.author.id,
  );
  if (change.message.author.id === next.world.viewer.id) return { ...next, typing };
  return { ...next, typing, latest: change.message, unread: withUnread(next, change.message) };
}

function withTyping(
  state: PageState,
  { channelId, userId, untilMs }: { channelId: Snowflake; userId: Snowflake; untilMs: number },
): PageState {
  const others = state.typing.filter((one) => one.channelId !== channelId || one.userId !== userId);
  return { ...state, typing: [...others, { channelId, userId, untilMs }] };
}

function withUnread(state: PageState, message: Message): PageState['unread'] {
  const id = message.channel_id;
  if (id === state.channelId || message.type === threadStarterType) return state.unread;
  const before = state.unread[id] ?? { count: 0, mentions: 0 };
  const isForViewer = message.mentions.some((user) => user.id === state.world?.viewer.id);
  return {
    ...state.unread,
    [id]: { count: before.count + 1, mentions: before.mentions + (isForViewer ? 1 : 0) },
  };
}

function withoutUnread(unread: PageState['unread'], channelId: Snowflake | null): PageState['unread'] {
  return Object.fromEntries(Object.entries(unread).filter(([id]) => id !== channelId));
}
