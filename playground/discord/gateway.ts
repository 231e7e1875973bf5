/** The gateway: sessions, heartbeats, resuming, events to the bot. It must not know REST or how the world changes. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import * as z from 'zod';
import {
  eventsOf,
  type GatewayEvent,
  guildCreate,
  intents,
  isVisibleToBot,
  knownIntents,
  withheld,
} from './gateway-events.ts';
import type { LogKeeper } from './log.ts';
import type { Change } from './people.ts';
import type { Message, Snowflake } from './shapes.ts';
import type { World } from './world.ts';

/** Source of opcodes and close codes: docs, topics, Opcodes and Status Codes. */
const op = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presence: 3,
  resume: 6,
  reconnect: 7,
  members: 8,
  invalid: 9,
  hello: 10,
  ack: 11,
} as const;
const closeCode = {
  unknownOpcode: 4001,
  decodeError: 4002,
  notAuthenticated: 4003,
  badToken: 4004,
  alreadyAuthenticated: 4005,
  badSequence: 4007,
  tooFast: 4008,
  badShard: 4010,
  badVersion: 4012,
  badIntents: 4013,
  disallowedIntents: 4014,
} as const;

/** The time in which a session can be resumed; Discord does not say its own. */
const resumableForMs = 5 * 60_000;
/** Events kept for a replay; with more missed the session cannot be resumed. */
const replayEventsMax = 10_000;
/** Sends of a client in a minute (docs: events/Gateway, Rate Limiting). */
const sendsMax = 120;
const sendsWindowMs = 60_000;

interface Session {
  id: string;
  intents: number;
  shard: [id: number, count: number];
  sequence: number;
  replay: { sequence: number; text: string }[];
  socket: WebSocket | null;
  leftAtMs: number | null;
}

interface Connection {
  socket: WebSocket;
  session: Session | null;
  sends: number;
  sendsSinceMs: number;
}

export interface Gateway {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** An interaction goes to the bot whatever its intents are. */
  interaction(payload: Record<string, unknown>, guildId: Snowflake | null): void;
  isOnline(): boolean;
  drop(isResumable: boolean): void;
  askForReconnect(): void;
  ignoreHeartbeats(isIgnoring: boolean): void;
  refuse(isRefusing: boolean): void;
  close(): void;
}

export interface GatewayDeps {
  world: World;
  keeper: LogKeeper;
  botToken: string;
  hasMessageContentIntent: boolean;
  heartbeatIntervalMs: number;
  url: () => string;
}

const frame = z.object({ op: z.int(), d: z.unknown() });
const identify = z.object({
  token: z.string(),
  intents: z.int().nonnegative(),
  properties: z.object({}),
  shard: z.tuple([z.int().nonnegative(), z.int().positive()]).optional(),
});
const resume = z.object({ token: z.string(), session_id: z.string(), seq: z.int().nonnegative() });
const membersRequest = z.object({
  guild_id: z.string(),
  query: z.string().optional(),
  limit: z.int().optional(),
  user_ids: z.union([z.string(), z.array(z.string())]).optional(),
  nonce: z.string().optional(),
});

const withoutPrefix = (token: string) => token.replace(/^Bot /, '');

export function createGateway(deps: GatewayDeps): Gateway {
  const { world, keeper } = deps;
  const server = new WebSocketServer({ noServer: true, maxPayload: 4096 * 4 });
  const sessions = new Map<string, Session>();
  const connections = new Set<Connection>();
  let isIgnoringHeartbeats = false;
  let isRefusing = false;

  const send = (socket: WebSocket, code: number, d: unknown = null) =>
    socket.send(JSON.stringify({ op: code, d, s: null, t: null }));

  const dispatch = (session: Session, event: string, data: unknown) => {
    session.sequence += 1;
    const text = JSON.stringify({ op: op.dispatch, t: event, s: session.sequence, d: data });
    session.replay.push({ sequence: session.sequence, text });
    if (session.replay.length > replayEventsMax) session.replay.shift();
    keeper.dispatch({ atMs: world.nowMs(), event, sequence: session.sequence, sessionId: session.id, data });
    session.socket?.send(text);
  };

  const isOfShard = ({ shard: [id, count] }: Session, guildId: Snowflake | null) =>
    guildId === null ? id === 0 : Number((BigInt(guildId) >> 22n) % BigInt(count)) === id;

  const deliver = ({ event, data, guildId, intent }: GatewayEvent) => {
    for (const session of sessions.values()) {
      if (!isOfShard(session, guildId) || (intent !== 0 && (session.intents & intent) === 0)) continue;
      const isMessage = event === 'MESSAGE_CREATE' || event === 'MESSAGE_UPDATE';
      const hasContent = (session.intents & intents.messageContent) !== 0;
      // Events of these two names carry a message: `eventsOf` makes them from one.
      dispatch(session, event, isMessage ? withheld(world, data as Message, hasContent) : data);
    }
  };

  const isOnline = () => [...sessions.values()].some(({ socket }) => socket !== null);
  const announcePresence = () => world.announce({ type: 'botPresence', isOnline: isOnline() });

  const start = (connection: Connection, form: z.infer<typeof identify>) => {
    const session: Session = {
      id: world.nextId(),
      intents: form.intents,
      shard: form.shard ?? [0, 1],
      sequence: 0,
      replay: [],
      socket: connection.socket,
      leftAtMs: null,
    };
    sessions.set(session.id, session);
    connection.session = session;
    const guilds = [...world.guilds.values()].filter(
      ({ id, members }) => members.has(world.bot.id) && isOfShard(session, id),
    );
    dispatch(session, 'READY', {
      v: 10,
      user: { ...world.bot, verified: true, mfa_enabled: false, email: null, flags: 0 },
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: deps.url(),
      session_type: 'normal',
      shard: session.shard,
      private_channels: [],
      application: { id: world.applicationId, flags: deps.hasMessageContentIntent ? 1 << 19 : 0 },
    });
    if ((session.intents & intents.guilds) !== 0) {
      const hasMembers = (session.intents & intents.guildMembers) !== 0;
      for (const guild of guilds)
        dispatch(session, 'GUILD_CREATE', guildCreate(world, guild, { hasMembers }));
    }
    announcePresence();
  };

  const onIdentify = (connection: Connection, data: unknown) => {
    const { socket } = connection;
    const form = identify.safeParse(data);
    if (!form.success) return socket.close(closeCode.decodeError, 'Error while decoding payload.');
    if (withoutPrefix(form.data.token) !== deps.botToken)
      return socket.close(closeCode.badToken, 'Authentication failed.');
    if ((form.data.intents & ~knownIntents) !== 0)
      return socket.close(closeCode.badIntents, 'Invalid intent(s).');
    const allowed = deps.hasMessageContentIntent ? intents.messageContent : 0;
    const privileged = intents.guildMembers | intents.guildPresences | intents.messageContent;
    if ((form.data.intents & privileged & ~allowed) !== 0)
      return socket.close(closeCode.disallowedIntents, 'Disallowed intent(s).');
    const [shard, count] = form.data.shard ?? [0, 1];
    if (shard >= count) return socket.close(closeCode.badShard, 'Invalid shard.');
    return start(connection, form.data);
  };

  const onResume = (connection: Connection, data: unknown) => {
    const { socket } = connection;
    const form = resume.safeParse(data);
    if (!form.success) return socket.close(closeCode.decodeError, 'Error while decoding payload.');
    if (withoutPrefix(form.data.token) !== deps.botToken)
      return socket.close(closeCode.badToken, 'Authentication failed.');
    const session = sessions.get(form.data.session_id);
    const isLate = session?.leftAtMs != null && world.nowMs() - session.leftAtMs > resumableForMs;
    const oldest = session?.replay[0]?.sequence ?? 1;
    if (session === undefined || isLate || form.data.seq < oldest - 1) {
      sessions.delete(form.data.session_id);
      return send(socket, op.invalid, false);
    }
    if (form.data.seq > session.sequence) return socket.close(closeCode.badSequence, 'Invalid seq.');
    session.socket?.terminate();
    Object.assign(session, { socket, leftAtMs: null });
    connection.session = session;
    for (const { sequence, text } of session.replay) if (sequence > form.data.seq) socket.send(text);
    dispatch(session, 'RESUMED', {});
    return announcePresence();
  };

  const onMembers = (session: Session, data: unknown) => {
    const form = membersRequest.safeParse(data);
    const guild = form.success ? world.guilds.get(form.data.guild_id) : undefined;
    if (!form.success || guild === undefined) return;
    const { user_ids, query = '', limit = 0, nonce } = form.data;
    const hasIntent = (session.intents & intents.guildMembers) !== 0;
    const wanted = user_ids === undefined ? null : [user_ids].flat();
    const members = [...guild.members.values()].filter(({ user }) =>
      wanted === null
        ? (hasIntent || query !== '') && user.username.startsWith(query)
        : wanted.includes(user.id),
    );
    dispatch(session, 'GUILD_MEMBERS_CHUNK', {
      guild_id: guild.id,
      members: limit > 0 ? members.slice(0, limit) : members,
      chunk_index: 0,
      chunk_count: 1,
      not_found: (wanted ?? []).filter((id) => !guild.members.has(id)),
      ...(nonce === undefined ? {} : { nonce }),
    });
  };

  const isTooFast = (connection: Connection): boolean => {
    const now = world.nowMs();
    if (now - connection.sendsSinceMs >= sendsWindowMs)
      Object.assign(connection, { sends: 0, sendsSinceMs: now });
    connection.sends += 1;
    return connection.sends > sendsMax;
  };

  const onFrame = (connection: Connection, text: string) => {
    const { socket, session } = connection;
    if (isTooFast(connection)) return socket.close(closeCode.tooFast, 'You are being rate limited.');
    const read = frame.safeParse(parsed(text));
    if (!read.success) return socket.close(closeCode.decodeError, 'Error while decoding payload.');
    const { op: code, d } = read.data;
    if (code === op.heartbeat) return isIgnoringHeartbeats ? undefined : send(socket, op.ack);
    if (code === op.identify || code === op.resume) {
      if (session !== null) return socket.close(closeCode.alreadyAuthenticated, 'Already authenticated.');
      return code === op.identify ? onIdentify(connection, d) : onResume(connection, d);
    }
    if (session === null) return socket.close(closeCode.notAuthenticated, 'Not authenticated.');
    if (code === op.members) return onMembers(session, d);
    // A presence is taken and shown to nobody; every other opcode of a client is about voice.
    if (code !== op.presence) return socket.close(closeCode.unknownOpcode, 'Unknown opcode.');
    return undefined;
  };

  const accept = (socket: WebSocket, version: string | null) => {
    if (version !== '10') return socket.close(closeCode.badVersion, 'Invalid API version.');
    const connection: Connection = { socket, session: null, sends: 0, sendsSinceMs: world.nowMs() };
    connections.add(connection);
    socket.on('message', (data: Buffer) => onFrame(connection, data.toString()));
    // A broken socket closes next; there is nothing else to do about it.
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => {
      connections.delete(connection);
      const { session } = connection;
      if (session === null || session.socket !== socket) return;
      Object.assign(session, { socket: null, leftAtMs: world.nowMs() });
      // A client that says goodbye gives its session up (docs: events/Gateway, Initiating a Disconnect).
      if (code === 1000 || code === 1001) sessions.delete(session.id);
      announcePresence();
    });
    return send(socket, op.hello, { heartbeat_interval: deps.heartbeatIntervalMs });
  };

  const forgetOld = () => {
    for (const session of sessions.values()) {
      if (session.leftAtMs !== null && world.nowMs() - session.leftAtMs > resumableForMs)
        sessions.delete(session.id);
    }
  };

  const onChange = (change: Change) => {
    if (sessions.size === 0 || change.type === 'botPresence') return;
    const isGone = change.type === 'channelDeleted' || change.type === 'threadDeleted';
    if ('channelId' in change && !isGone && !isVisibleToBot(world, change.channelId)) return;
    // Discord does not tell a bot of its own typing.
    if (change.type === 'typing' && change.userId === world.bot.id) return;
    for (const event of eventsOf(world, change)) deliver(event);
  };
  const stopListening = world.onChange(onChange);

  return {
    upgrade(request, socket, head) {
      const query = new URL(request.url ?? '/', 'http://gateway').searchParams;
      const isUnplayed = query.get('encoding') === 'etf' || query.has('compress');
      if (isRefusing || isUnplayed) {
        socket.end(
          `HTTP/1.1 ${isRefusing ? '503 Service Unavailable' : '501 Not Implemented'}\r\nconnection: close\r\n\r\n`,
        );
        return;
      }
      forgetOld();
      server.handleUpgrade(request, socket, head, (ws) => void accept(ws, query.get('v')));
    },
    interaction: (data, guildId) => deliver({ event: 'INTERACTION_CREATE', data, guildId, intent: 0 }),
    isOnline,
    drop(isResumable) {
      if (!isResumable) sessions.clear();
      for (const { socket } of connections) socket.terminate();
    },
    askForReconnect() {
      for (const { socket } of connections) send(socket, op.reconnect);
    },
    ignoreHeartbeats(isIgnoring) {
      isIgnoringHeartbeats = isIgnoring;
    },
    refuse(refusing) {
      isRefusing = refusing;
    },
    close() {
      stopListening();
      for (const { socket } of connections) socket.terminate();
      server.close();
    },
  };
}

/** The frame, or `undefined` when it is no JSON: the caller closes with 4002. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
