/** What a REST route is, and how a path finds its own. It must not know any particular route. */
import type { Commands } from './commands.ts';
import type { FileShelf } from './files.ts';
import type { InteractionAnswers } from './interaction-answers.ts';
import type { MessageStore } from './message-store.ts';
import type { MessageWriter, UploadedFile } from './message-writing.ts';
import type { RouteLimit } from './rate-limits.ts';
import { badForm } from './refusal.ts';
import type { Threads } from './threads.ts';
import type { World } from './world.ts';

/** Everything a route may work with. */
export interface Stage {
  world: World;
  files: FileShelf;
  messages: MessageStore;
  threads: Threads;
  writer: MessageWriter;
  commands: Commands;
  answers: InteractionAnswers;
  /** Whether the application is granted MESSAGE_CONTENT at this moment. */
  hasMessageContentIntent: () => boolean;
  gatewayUrl: () => string;
  /** Old-message edits of a channel; throws 30046 when there were too many. */
  countOldEdit(channelId: string): void;
}

export interface RestRequest {
  /** A part of the path by its name in the pattern; "" never happens for a name that is there. */
  parameter: (name: string) => string;
  query: URLSearchParams;
  body: unknown;
  files: readonly UploadedFile[];
}

/** `body` left out: no content. */
export interface RestAnswer {
  status: number;
  body?: unknown;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v10`; parts that begin with ":" are parameters. */
  path: string;
  /** Paths whose token is in the address need no authorization header. */
  isOpen?: boolean;
  /** Requests and window; a wide one when left out. */
  limit?: RouteLimit;
  run(stage: Stage, request: RestRequest): RestAnswer;
}

export interface RouteMatch {
  route: Route;
  parameters: Record<string, string>;
  /** Channel, server or webhook of the path: it has a bucket of its own. */
  major: string;
}

export function ok(body: unknown): RestAnswer {
  return { status: 200, body };
}

export const noContent: RestAnswer = { status: 204 };

/** Query number between limits, or 50035. */
export function queryNumber(
  query: URLSearchParams,
  name: string,
  range: { min: number; max: number; fallback: number },
): number {
  const given = query.get(name);
  if (given === null) return range.fallback;
  const value = Number(given);
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return value;
  throw badForm([
    {
      path: [name],
      code: 'NUMBER_TYPE_MAX',
      message: `int value should be between ${range.min} and ${range.max}.`,
    },
  ]);
}

interface Compiled {
  route: Route;
  expression: RegExp;
}

function compile(route: Route): Compiled {
  const pattern = route.path
    .split('/')
    .map((part) =>
      part.startsWith(':') ? `(?<${part.slice(1)}>[^/]+)` : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('/');
  return { route, expression: new RegExp(`^${pattern}$`) };
}

function majorOf(parameters: Record<string, string>): string {
  const { channelId, guildId, token } = parameters;
  return token ?? channelId ?? guildId ?? '';
}

/** 50035 for an id that is none; `@me` and `@original` stand for ids where they are allowed. */
export function checkIds(parameters: Record<string, string>): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (!name.endsWith('Id') || /^(?:\d+|@me|@original)$/.test(value)) continue;
    const path = [name.replace('Id', '_id')];
    throw badForm([{ path, code: 'NUMBER_TYPE_COERCE', message: `Value "${value}" is not snowflake.` }]);
  }
}

/** Finds the route of a request. Earlier routes win, so fixed parts come before parameters. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => RouteMatch | null {
  const compiled = routes.map(compile);
  return (method, path) => {
    for (const { route, expression } of compiled) {
      if (route.method !== method) continue;
      const found = expression.exec(path);
      if (found === null) continue;
      const parameters = Object.fromEntries(
        Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
      );
      return { route, parameters, major: majorOf(parameters) };
    }
    return null;
  };
}
