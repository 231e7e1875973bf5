/** A session of the gateway: its numbered events and their replay. It must not know what the events say. */
import type { WebSocket } from 'ws';
import type { LogKeeper } from './log.ts';
import type { Snowflake } from './shapes.ts';

/** The time in which a session can be resumed; Discord does not say its own. */
const resumableForMs = 5 * 60_000;
/** Events kept for a replay; with more missed the session cannot be resumed. */
const replayEventsMax = 10_000;

export interface Session {
  id: string;
  intents: number;
  shard: readonly [id: number, count: number];
  sequence: number;
  replay: { sequence: number; text: string }[];
  socket: WebSocket | null;
  leftAtMs: number | null;
}

export function createSession(
  fields: Pick<Session, 'id' | 'intents' | 'shard'> & { socket: WebSocket },
): Session {
  return { ...fields, sequence: 0, replay: [], leftAtMs: null };
}

/** Numbers an event, keeps it for a replay and sends it, if somebody is there. */
export function dispatch(
  session: Session,
  event: { name: string; data: unknown },
  log: { keeper: LogKeeper; nowMs: number },
): void {
  session.sequence += 1;
  const { sequence, replay, id: sessionId, socket } = session;
  const text = JSON.stringify({ op: 0, t: event.name, s: sequence, d: event.data });
  replay.push({ sequence, text });
  if (replay.length > replayEventsMax) replay.shift();
  log.keeper.dispatch({ atMs: log.nowMs, event: event.name, sequence, sessionId, data: event.data });
  socket?.send(text);
}

/** Servers are spread over shards by their id; DMs belong to the first (docs: events/Gateway, Sharding). */
export function isOfShard({ shard: [id, count] }: Session, guildId: Snowflake | null): boolean {
  return guildId === null ? id === 0 : Number((BigInt(guildId) >> 22n) % BigInt(count)) === id;
}

export function isTooOld({ leftAtMs }: Session, nowMs: number): boolean {
  return leftAtMs !== null && nowMs - leftAtMs > resumableForMs;
}

/** Whether everything after `sequence` is still there to be sent again. */
export function canReplay({ replay }: Session, sequence: number): boolean {
  return sequence >= (replay[0]?.sequence ?? 1) - 1;
}
