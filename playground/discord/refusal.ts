/** How Discord says no: status, code and words of an error answer. It must not know who asked or why. */

/** Codes and words: Discord's docs, Opcodes and Status Codes, JSON Error Codes. */
const known = {
  10003: [404, 'Unknown Channel'],
  10004: [404, 'Unknown Guild'],
  10007: [404, 'Unknown Member'],
  10008: [404, 'Unknown Message'],
  10013: [404, 'Unknown User'],
  10014: [400, 'Unknown Emoji'],
  10015: [404, 'Unknown Webhook'],
  10062: [404, 'Unknown interaction'],
  10063: [404, 'Unknown application command'],
  20028: [429, 'The write action you are performing on the channel has hit the write rate limit.'],
  30032: [400, 'Maximum number of application commands reached (100)'],
  30046: [429, 'Maximum number of edits to messages older than 1 hour reached. Try again later.'],
  40005: [413, 'Request entity too large'],
  40058: [400, 'Cannot send messages in a forum channel'],
  40060: [400, 'Interaction has already been acknowledged.'],
  40094: [400, 'This interaction has reached the maximum number of follow up messages'],
  50001: [403, 'Missing Access'],
  50003: [403, 'Cannot execute action on a DM channel'],
  50005: [403, 'Cannot edit a message authored by another user'],
  50006: [400, 'Cannot send an empty message'],
  50007: [403, 'Cannot send messages to this user'],
  50008: [400, 'Cannot send messages in a non-text channel'],
  50013: [403, 'Missing Permissions'],
  50021: [403, 'Cannot execute action on a system message'],
  50024: [400, 'Cannot execute action on this channel type'],
  50027: [401, 'Invalid Webhook Token'],
  50035: [400, 'Invalid Form Body'],
  50041: [400, 'Invalid API version'],
  50083: [400, 'Thread is archived'],
  50278: [403, 'Cannot send messages to this user due to having no mutual guilds'],
  50109: [400, 'The request body contains invalid JSON.'],
  160002: [400, 'Cannot reply without permission to read message history'],
  160004: [400, 'A thread has already been created for this message'],
  160005: [400, 'Thread is locked'],
} as const satisfies Record<number, readonly [number, string]>;

export type KnownCode = keyof typeof known;

/** One thing that is wrong with a form: where, and Discord's name for it. */
export interface FieldProblem {
  path: readonly (string | number)[];
  code: string;
  message: string;
}

/** A request that Discord turns down. Thrown by every rule of the stand-in, answered in one place. */
export class DiscordRefusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly problems: readonly FieldProblem[];
  readonly retryAfterMs: number | null;

  constructor(
    status: number,
    code: number,
    more: { message: string; problems?: readonly FieldProblem[]; retryAfterMs?: number },
  ) {
    super(more.message);
    this.name = 'DiscordRefusal';
    this.status = status;
    this.code = code;
    this.problems = more.problems ?? [];
    this.retryAfterMs = more.retryAfterMs ?? null;
  }
}

/** A refusal with Discord's own status and words. */
export function refusal(code: KnownCode, retryAfterMs?: number): DiscordRefusal {
  const [status, message] = known[code];
  return new DiscordRefusal(status, code, {
    message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** 50035 with every problem at its place (docs: reference, Error Messages). */
export function badForm(problems: readonly FieldProblem[]): DiscordRefusal {
  return new DiscordRefusal(400, 50035, { message: known[50035][1], problems });
}

/** 501: Discord could do this, the stand-in does not, and it never pretends to. */
export function notImplemented(what: string): DiscordRefusal {
  return new DiscordRefusal(501, 0, { message: `The Discord stand-in does not do this: ${what}.` });
}

interface ErrorTree {
  [key: string]: ErrorTree | { code: string; message: string }[];
}

/** The body of the error answer. */
export function refusalBody(error: DiscordRefusal): Record<string, unknown> {
  const body: Record<string, unknown> = { message: error.message, code: error.code };
  if (error.problems.length > 0) body['errors'] = errorTree(error.problems);
  if (error.retryAfterMs !== null) {
    body['retry_after'] = error.retryAfterMs / 1000;
    body['global'] = false;
  }
  return body;
}

function errorTree(problems: readonly FieldProblem[]): ErrorTree {
  const root: ErrorTree = {};
  for (const { path, code, message } of problems) {
    let branch = root;
    for (const step of path) {
      const next = branch[String(step)];
      if (next !== undefined && !Array.isArray(next)) branch = next;
      else {
        const fresh: ErrorTree = {};
        branch[String(step)] = fresh;
        branch = fresh;
      }
    }
    const here = branch['_errors'];
    if (Array.isArray(here)) here.push({ code, message });
    else branch['_errors'] = [{ code, message }];
  }
  return root;
}
