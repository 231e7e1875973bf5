/** What a bot may send over the gateway, and what each frame does. It must not know how the world's changes become events. */
import type { WebSocket } from 'ws';
import * as z from 'zod';
import { guildCreate, intents, knownIntents } from './gateway-events.ts';
import { canReplay, createSession, dispatch, isOfShard, isTooOld, type Session } from './gateway-session.ts';
import type { LogKeeper } from './log.ts';
import type { World } from './world.ts';

/* Source of opcodes and close codes: docs, topics, Opcodes and Status Codes. */
const op = { heartbeat: 1, identify: 2, presence: 3, resume: 6, members: 8, invalid: 9, ack: 11 } as const;
const closings = {
  unknownOpcode: [4001, 'Unknown opcode.'],
  decodeError: [4002, 'Error while decoding payload.'],
  notAuthenticated: [4003, 'Not authenticated.'],
  badToken: [4004, 'Authentication failed.'],
  alreadyAuthenticated: [4005, 'Already authenticated.'],
  badSequence: [4007, 'Invalid seq.'],
  tooFast: [4008, 'You are being rate limited.'],
  badShard: [4010, 'Invalid shard.'],
  badIntents: [4013, 'Invalid intent(s).'],
  disallowedIntents: [4014, 'Disallowed intent(s).'],
} as const satisfies Record<string, readonly [code: number, reason: string]>;

/** Why a connection has to be closed, or `null`. */
type Closing = keyof typeof closings | null;

/** Sends of a client in a minute (docs: events/Gateway, Rate Limiting). */
const sendsMax = 120;
const sendsWindowMs = 60_000;

export interface Connection {
  socket: WebSocket;
  session: Session | null;
  sends: number;
  sendsSinceMs: number;
}

export interface FrameDeps {
  world: World;
  keeper: LogKeeper;
  botToken: string;
  hasMessageContentIntent: () => boolean;
  url: () => string;
  sessions: Map<string, Session>;
  announcePresence: () => void;
  isIgnoringHeartbeats: () => boolean;
}

const frame = z.object({ op: z.int(), d: z.unknown().optional() });
const identifyForm = z.object({
  token: z.string(),
  intents: z.int().nonnegative(),
  properties: z.object({}),
  shard: z.tuple([z.int().nonnegative(), z.int().positive()]).optional(),
});
const resumeForm = z.object({ token: z.string(), session_id: z.string(), seq: z.int().nonnegative() });
const membersForm = z.object({
  guild_id: z.string(),
  query: z.string().optional(),
  limit: z.int().optional(),
  user_ids: z.union([z.string(), z.array(z.string())]).optional(),
  nonce: z.string().optional(),
});

/** A frame that is not an event. */
export function sendFrame(socket: WebSocket, code: number, data: unknown = null): void {
  socket.send(JSON.stringify({ op: code, d: data, s: null, t: null }));
}

const isToken = ({ botToken }: FrameDeps, given: string) => given.replace(/^Bot /, '') === botToken;

/** Tells the session of something; the log hears it too. */
export function tell(
  { keeper, world }: Pick<FrameDeps, 'keeper' | 'world'>,
  session: Session,
  event: { name: string; data: unknown },
): void {
  dispatch(session, event, { keeper, nowMs: world.nowMs() });
}

/** READY, then one GUILD_CREATE for each server. */
function welcome(deps: FrameDeps, session: Session): void {
  const { world } = deps;
  const guilds = [...world.guilds.values()].filter(
    ({ id, members }) => members.has(world.bot.id) && isOfShard(session, id),
  );
  const data = {
    v: 10,
    user: { ...world.bot, verified: true, mfa_enabled: false, email: null, flags: 0 },
    guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    session_id: session.id,
    resume_gateway_url: deps.url(),
    session_type: 'normal',
    shard: session.shard,
    private_channels: [],
    application: { id: world.applicationId, flags: deps.hasMessageContentIntent() ? 1 << 19 : 0 },
  };
  tell(deps, session, { name: 'READY', data });
  if ((session.intents & intents.guilds) === 0) return;
  const hasMembers = (session.intents & intents.guildMembers) !== 0;
  for (const guild of guilds)
    tell(deps, session, { name: 'GUILD_CREATE', data: guildCreate(world, guild, { hasMembers }) });
}

function onIdentify(deps: FrameDeps, connection: Connection, data: unknown): Closing {
  const form = identifyForm.safeParse(data);
  if (!form.success) return 'decodeError';
  const { token, intents: wanted, shard = [0, 1] as const } = form.data;
  if (!isToken(deps, token)) return 'badToken';
  if ((wanted & ~knownIntents) !== 0) return 'badIntents';
  const granted = deps.hasMessageContentIntent() ? intents.messageContent : 0;
  const privileged = intents.guildMembers | intents.guildPresences | intents.messageContent;
  if ((wanted & privileged & ~granted) !== 0) return 'disallowedIntents';
  if (shard[0] >= shard[1]) return 'badShard';
  const session = createSession({
    id: deps.world.nextId(),
    intents: wanted,
    shard,
    socket: connection.socket,
  });
  deps.sessions.set(session.id, session);
  connection.session = session;
  welcome(deps, session);
  deps.announcePresence();
  return null;
}

function onResume(deps: FrameDeps, connection: Connection, data: unknown): Closing {
  const { sessions, world } = deps;
  const { socket } = connection;
  const form = resumeForm.safeParse(data);
  if (!form.success) return 'decodeError';
  const { token, session_id, seq } = form.data;
  if (!isToken(deps, token)) return 'badToken';
  const session = sessions.get(session_id);
  if (session === undefined || isTooOld(session, world.nowMs()) || !canReplay(session, seq)) {
    sessions.delete(session_id);
    sendFrame(socket, op.invalid, false);
    return null;
  }
  if (seq > session.sequence) return 'badSequence';
  session.socket?.terminate();
  session.socket = socket;
  session.leftAtMs = null;
  connection.session = session;
  for (const { sequence, text } of session.replay) if (sequence > seq) socket.send(text);
  tell(deps, session, { name: 'RESUMED', data: {} });
  deps.announcePresence();
  return null;
}

function onMembers(deps: FrameDeps, session: Session, data: unknown): void {
  const form = membersForm.safeParse(data);
  const guild = form.success ? deps.world.guilds.get(form.data.guild_id) : undefined;
  if (!form.success || guild === undefined) return;
  const { user_ids, query = '', limit = 0, nonce } = form.data;
  const hasIntent = (session.intents & intents.guildMembers) !== 0;
  const wanted = user_ids === undefined ? null : [user_ids].flat();
  const found = [...guild.members.values()].filter(({ user }) =>
    wanted === null
      ? (hasIntent || query !== '') && user.username.startsWith(query)
      : wanted.includes(user.id),
  );
  const chunk = {
    guild_id: guild.id,
    members: limit > 0 ? found.slice(0, limit) : found,
    chunk_index: 0,
    chunk_count: 1,
    not_found: (wanted ?? []).filter((id) => !guild.members.has(id)),
    ...(nonce === undefined ? {} : { nonce }),
  };
  tell(deps, session, { name: 'GUILD_MEMBERS_CHUNK', data: chunk });
}

function isTooFast(connection: Connection, nowMs: number): boolean {
  if (nowMs - connection.sendsSinceMs >= sendsWindowMs) {
    connection.sends = 0;
    connection.sendsSinceMs = nowMs;
  }
  connection.sends += 1;
  return connection.sends > sendsMax;
}

/** The frame, or `undefined` when it is no JSON: that is close code 4002. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function obey(deps: FrameDeps, connection: Connection, text: string): Closing {
  const { socket, session } = connection;
  if (isTooFast(connection, deps.world.nowMs())) return 'tooFast';
  const read = frame.safeParse(parsed(text));
  if (!read.success) return 'decodeError';
  const { op: code, d } = read.data;
  if (code === op.heartbeat) {
    if (!deps.isIgnoringHeartbeats()) sendFrame(socket, op.ack);
    return null;
  }
  if (code === op.identify || code === op.resume) {
    if (session !== null) return 'alreadyAuthenticated';
    return code === op.identify ? onIdentify(deps, connection, d) : onResume(deps, connection, d);
  }
  if (session === null) return 'notAuthenticated';
  if (code === op.members) onMembers(deps, session, d);
  // A presence is taken and shown to nobody; every other opcode of a client is about voice.
  else if (code !== op.presence) return 'unknownOpcode';
  return null;
}

/** Takes one frame of a bot. A frame that Discord does not take closes the connection with its code. */
export function onFrame(deps: FrameDeps, connection: Connection, text: string): void {
  const closing = obey(deps, connection, text);
  if (closing === null) return;
  const [code, reason] = closings[closing];
  connection.socket.close(code, reason);
}
