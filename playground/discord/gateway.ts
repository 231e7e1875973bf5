/** The gateway: connections, and events to the bot. It must not know REST or why the world changes. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  eventsOf,
  type GatewayEvent,
  intents,
  isOfForeignGuild,
  isVisibleToBot,
  withheld,
} from './gateway-events.ts';
import { type Connection, type FrameDeps, onFrame, sendFrame, tell } from './gateway-frames.ts';
import { isOfShard, isTooOld, type Session } from './gateway-session.ts';
import type { LogKeeper } from './log.ts';
import type { Change } from './people.ts';
import type { Message, Snowflake } from './shapes.ts';
import type { World } from './world.ts';

/* Docs: topics, Opcodes and Status Codes; a client's frame is at most 4,096 bytes, and the closing one has room for its reason. */
const reconnect = 7;
const hello = 10;
const badVersion = 4012;
const frameBytesMax = 4096;

export interface Gateway {
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** An interaction goes to the bot whatever its intents are. */
  interaction: (payload: Record<string, unknown>, guildId: Snowflake | null) => void;
  drop: (isResumable: boolean) => void;
  askForReconnect: () => void;
  ignoreHeartbeats: (isIgnoring: boolean) => void;
  /** Sends the newest events of every session once more, with their old numbers. */
  repeat: (count: number) => void;
  refuse: (isRefusing: boolean) => void;
  close: () => void;
}

export interface GatewayDeps {
  world: World;
  keeper: LogKeeper;
  botToken: string;
  hasMessageContentIntent: () => boolean;
  heartbeatIntervalMs: number;
  url: () => string;
}

interface State extends FrameDeps {
  connections: Set<Connection>;
  heartbeatIntervalMs: number;
}

function deliver(state: State, { event, data, guildId, intent }: GatewayEvent, message?: Message): void {
  for (const session of state.sessions.values()) {
    if (!isOfShard(session, guildId) || (intent !== 0 && (session.intents & intent) === 0)) continue;
    const hasContent = (session.intents & intents.messageContent) !== 0;
    const shown = message === undefined ? {} : withheld(state.world, message, hasContent);
    tell(state, session, { name: event, data: { ...data, ...shown } });
  }
}

/** Bots know all channels of a server, those too that they may not view, as GUILD_CREATE lists them. */
const isTold = new Set<Change['type']>([
  'channelCreated',
  'channelUpdated',
  'channelDeleted',
  'threadDeleted',
]);

function onChange(state: State, change: Change): void {
  const { world, sessions } = state;
  if (sessions.size === 0) return;
  if ('channelId' in change && !isTold.has(change.type) && !isVisibleToBot(world, change.channelId)) return;
  if (isOfForeignGuild(world, change)) return;
  // Discord does not tell a bot of its own typing.
  if (change.type === 'typing' && change.userId === world.bot.id) return;
  const message = 'message' in change ? change.message : undefined;
  for (const event of eventsOf(world, change)) deliver(state, event, message);
}

function onClose(state: State, connection: Connection, code: number): void {
  const { session, socket } = connection;
  state.connections.delete(connection);
  if (session === null || session.socket !== socket) return;
  session.socket = null;
  session.leftAtMs = state.world.nowMs();
  // A client that says goodbye gives its session up (docs: events/Gateway, Initiating a Disconnect).
  if (code === 1000 || code === 1001) state.sessions.delete(session.id);
  state.announcePresence();
}

function accept(state: State, socket: WebSocket, version: string | null): void {
  if (version !== '10') {
    socket.close(badVersion, 'Invalid API version.');
    return;
  }
  const connection: Connection = { socket, session: null, sends: 0, sendsSinceMs: state.world.nowMs() };
  state.connections.add(connection);
  socket.on('message', (data: Buffer) => onFrame(state, connection, data.toString()));
  // A broken socket closes next; there is nothing else to do about it.
  socket.on('error', () => socket.terminate());
  socket.on('close', (code) => onClose(state, connection, code));
  sendFrame(socket, hello, { heartbeat_interval: state.heartbeatIntervalMs });
}

function forgetOld({ sessions, world }: State): void {
  for (const session of sessions.values()) if (isTooOld(session, world.nowMs())) sessions.delete(session.id);
}

function terminateAll({ connections }: State): void {
  for (const { socket } of connections) socket.terminate();
}

export function createGateway(deps: GatewayDeps): Gateway {
  const { world } = deps;
  const server = new WebSocketServer({ noServer: true, maxPayload: frameBytesMax });
  const sessions = new Map<string, Session>();
  const switches = { isIgnoringHeartbeats: false, isRefusing: false };
  const isOnline = () => [...sessions.values()].some(({ socket }) => socket !== null);
  const state: State = {
    ...deps,
    sessions,
    connections: new Set(),
    announcePresence: () => world.announce({ type: 'botPresence', isOnline: isOnline() }),
    isIgnoringHeartbeats: () => switches.isIgnoringHeartbeats,
  };
  const stopListening = world.onChange((change) => onChange(state, change));
  return {
    upgrade(request, socket, head) {
      const query = new URL(request.url ?? '/', 'http://gateway').searchParams;
      const isUnplayed = query.get('encoding') === 'etf' || query.has('compress');
      if (switches.isRefusing || isUnplayed) {
        const status = switches.isRefusing ? '503 Service Unavailable' : '501 Not Implemented';
        socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      forgetOld(state);
      server.handleUpgrade(request, socket, head, (ws) => accept(state, ws, query.get('v')));
    },
    interaction: (data, guildId) => deliver(state, { event: 'INTERACTION_CREATE', data, guildId, intent: 0 }),
    drop(isResumable) {
      if (!isResumable) sessions.clear();
      terminateAll(state);
    },
    askForReconnect() {
      for (const { socket } of state.connections) sendFrame(socket, reconnect);
    },
    repeat(count) {
      for (const { replay, socket } of sessions.values())
        for (const { text } of replay.slice(-count)) socket?.send(text);
    },
    ignoreHeartbeats(isIgnoring) {
      switches.isIgnoringHeartbeats = isIgnoring;
    },
    refuse(isRefusing) {
      switches.isRefusing = isRefusing;
    },
    close() {
      stopListening();
      terminateAll(state);
      server.close();
    },
  };
}
