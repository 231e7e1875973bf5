/** All that the page knows, and how each event changes it. Pure; it must not know the browser. */
import type { WorldView } from '../../discord/people.ts';
import type { Message, Snowflake } from '../../discord/shapes.ts';
import type { BotView, CommandLists, FeedEvent, NemoSummary, TrafficEntry, Weather } from '../protocol.ts';
import { applyChange } from './world-change.ts';

export type Unread = { count: number; mentions: number };

export type PageState = {
  world: WorldView | null;
  commands: CommandLists;
  bot: BotView | null;
  nemo: NemoSummary | null;
  weather: Weather | null;
  traffic: readonly TrafficEntry[];
  connection: 'connecting' | 'live' | 'lost';
  channelId: Snowflake | null;
  typing: readonly { channelId: Snowflake; userId: Snowflake; untilMs: number }[];
  /** Channels with messages that came while another one was open. */
  unread: Readonly<Record<Snowflake, Unread>>;
  /** What somebody else said or changed last, here or to the viewer: for those who listen rather than look. */
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
  weather: null,
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
    case 'weather':
      return { ...state, weather: event.weather };
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
  if (change.type !== 'messageCreated' && change.type !== 'messageEdited') return next;
  const { message } = change;
  if (message.author.id === next.world.viewer.id) return withoutTyping(next, message);
  const heard = { ...next, latest: isForViewer(next, message) ? message : next.latest };
  if (change.type === 'messageEdited') return heard;
  return { ...withoutTyping(heard, message), unread: withUnread(next, message) };
}

const isForViewer = (state: PageState, message: Message): boolean =>
  message.channel_id === state.channelId || mentionsViewer(state, message);

const mentionsViewer = (state: PageState, message: Message): boolean =>
  message.mentions.some((user) => user.id === state.world?.viewer.id);

function withoutTyping(state: PageState, message: Message): PageState {
  const typing = state.typing.filter(
    (one) => one.channelId !== message.channel_id || one.userId !== message.author.id,
  );
  return { ...state, typing };
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
  const mentions = before.mentions + (mentionsViewer(state, message) ? 1 : 0);
  return { ...state.unread, [id]: { count: before.count + 1, mentions } };
}

function withoutUnread(unread: PageState['unread'], channelId: Snowflake | null): PageState['unread'] {
  return Object.fromEntries(Object.entries(unread).filter(([id]) => id !== channelId));
}
