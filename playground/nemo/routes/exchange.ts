// One request with all that a route may use, and the checks that several routes share. It must not know any route.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Account, Accounts } from '../accounts.ts';
import type { AssetStore } from '../asset-store.ts';
import type { Recorder } from '../ledger.ts';
import type { Pace } from '../pace.ts';
import type { Project, Projects } from '../projects.ts';
import type { Renders } from '../renders.ts';
import { type Reply, refusal } from '../reply.ts';
import type { Occasion } from '../scenarios/desk.ts';
import type { RouteName, Scenario } from '../scenarios/scenario.ts';

export type World = {
  accounts: Accounts;
  projects: Projects;
  assets: AssetStore;
  renders: Renders;
  record: Recorder;
  pace: Pace;
  newId: () => string;
  baseUrl(): string;
  take(occasion: Occasion): readonly Scenario[];
  silentShare: number;
  /** Turns that go on after their answer has ended. */
  background(work: Promise<void>): void;
};

export type Exchange = {
  world: World;
  request: IncomingMessage;
  response: ServerResponse;
  params: Readonly<Record<string, string>>;
  /** Notes the body for the ledger and gives it back. */
  noteBody: (body: unknown) => void;
};

export type AccountExchange = Exchange & { account: Account };

export type Route = {
  name: RouteName;
  method: 'GET' | 'POST';
  /** With `:name` for one segment. */
  path: string;
  /** The session that a request belongs to, for scenarios that are bound to one. */
  sessionOf?: (exchange: Exchange) => string | null;
  /** The session stands in the body: the route itself asks for scenarios that answer in its place. */
  isSessionInBody?: true;
} & (
  | { auth: 'bearer'; handle(exchange: AccountExchange): Promise<Reply> }
  | { auth: 'none'; handle(exchange: Exchange): Promise<Reply> }
);

const attributionHeaders = ['x-skill-source', 'x-skill-version', 'x-skill-platform'] as const;

/** The three headers of nemo-api §1; any that is missing or empty. */
export function missingAttribution(request: IncomingMessage): string[] {
  return attributionHeaders.filter((name) => (request.headers[name] ?? '') === '');
}

export function tokenOf(request: IncomingMessage): string | null {
  return /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

export const sessionNotFound: Reply = refusal(1002, 'session not found');

export type BodyProblem = 'too large' | 'not JSON';

const jsonBytesMax = 16 * 1024 * 1024;
const notedBytesMax = 100_000;

/** Reads a JSON body of at most 16 MB; without its content type the server that is played reads no JSON either. */
export async function readJson(
  exchange: Exchange,
): Promise<{ ok: true; body: unknown } | { ok: false; why: BodyProblem }> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of exchange.request as AsyncIterable<Buffer>) {
    // An IncomingMessage without setEncoding gives Buffers.
    sizeBytes += chunk.length;
    if (sizeBytes <= jsonBytesMax) chunks.push(chunk);
  }
  if (sizeBytes > jsonBytesMax) return { ok: false, why: 'too large' };
  if (!/^application\/json\b/i.test(exchange.request.headers['content-type'] ?? ''))
    return { ok: false, why: 'not JSON' };
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    exchange.noteBody(sizeBytes > notedBytesMax ? { sizeBytes } : body);
    return { ok: true, body };
  } catch {
    // The reason lies in the client's bytes; the answer says it.
    return { ok: false, why: 'not JSON' };
  }
}

export function findProject({ world, account }: AccountExchange, sessionId: string): Project | null {
  return world.projects.find(sessionId, account);
}
