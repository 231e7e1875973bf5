/** A running stand-in with a real discord.js bot, and plain HTTP where discord.js would not send the wrong thing. */
import { once } from 'node:events';
import { Client, type ClientOptions, Events, GatewayIntentBits, Partials } from 'discord.js';
import { afterEach } from 'vitest';
import * as z from 'zod';
import type { DiscordStandIn, DiscordStandInOptions } from '../../../playground/discord/contract.ts';
import { createDiscordStandIn } from '../../../playground/discord/stand-in.ts';

export const botToken = 'stand-in.bot.token';

/** The real time, moved on by tests. */
export interface MovableClock {
  nowMs: () => number;
  advance: (durationMs: number) => void;
}

export interface RawAnswer {
  status: number;
  body: unknown;
  /** Discord's code in an error body. */
  code: number | undefined;
  /** Every wrong field as "place: CODE". */
  problems: string[];
  /** The id of what was made. */
  id: string;
  headers: Headers;
}

export interface Stage {
  standIn: DiscordStandIn;
  clock: MovableClock;
  userId: (key: string) => string;
  channelId: (key: string) => string;
  guildId: string;
  login: (options?: Partial<ClientOptions>) => Promise<Client<true>>;
  raw: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<RawAnswer>;
}

const endings: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

const ordinaryIntents = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.GuildMessageTyping,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.MessageContent,
];

function idIn(ids: Record<string, string>, key: string): string {
  const id = ids[key];
  if (id === undefined) throw new Error(`The world has no "${key}".`);
  return id;
}

async function login(standIn: DiscordStandIn, options: Partial<ClientOptions>): Promise<Client<true>> {
  const client = new Client({
    intents: ordinaryIntents,
    partials: [Partials.Channel],
    ...options,
    rest: { api: standIn.apiUrl, cdn: standIn.cdnUrl, ...options.rest },
  });
  endings.push(() => client.destroy());
  await Promise.all([once(client, Events.ClientReady), client.login(botToken)]);
  if (!client.isReady()) throw new Error('The client is not ready.');
  return client;
}

const answerForm = z.object({
  code: z.number().optional(),
  errors: z.unknown().optional(),
  id: z.string().catch(''),
});

/** Discord nests problems by place; a list of them is easier to compare. */
function flattened(errors: unknown, path: readonly string[] = []): string[] {
  if (typeof errors !== 'object' || errors === null) return [];
  return Object.entries(errors).flatMap(([key, value]) =>
    key === '_errors' && Array.isArray(value)
      ? value.map((one) => `${path.join('.')}: ${z.object({ code: z.string() }).parse(one).code}`)
      : flattened(value, [...path, key]),
  );
}

async function rawAnswer(response: Response): Promise<RawAnswer> {
  const words = await response.text();
  const body: unknown = words === '' ? undefined : JSON.parse(words);
  const { data } = answerForm.safeParse(body);
  return {
    status: response.status,
    body,
    code: data?.code,
    problems: flattened(data?.errors),
    id: data?.id ?? '',
    headers: response.headers,
  };
}

/** Nobody is too late on a busy machine; tests of lateness set their own limit. */
const acknowledgeWithinMs = 60_000;

/** A clock that stands still, so that a window of time does not end while a busy machine is in it. */
export const standingClock = (): { nowMs: () => number } => {
  const nowMs = Date.now();
  return { nowMs: () => nowMs };
};

/** Starts a stand-in; it and every client end with the test. */
export async function start(options: Partial<DiscordStandInOptions> = {}): Promise<Stage> {
  let offsetMs = 0;
  const clock: MovableClock = {
    nowMs: () => Date.now() + offsetMs,
    advance(durationMs) {
      offsetMs += durationMs;
    },
  };
  const standIn = await createDiscordStandIn({ botToken, clock, acknowledgeWithinMs, ...options });
  endings.push(() => standIn.close());
  const { ids } = standIn.people;
  return {
    standIn,
    clock,
    userId: (key) => idIn(ids.users, key),
    channelId: (key) => idIn(ids.channels, key),
    guildId: Object.values(ids.guilds)[0] ?? '',
    login: (clientOptions = {}) => login(standIn, clientOptions),
    async raw(method, path, body, headers = {}) {
      const isForm = body instanceof FormData;
      const response = await fetch(`${standIn.apiUrl}/v10${path}`, {
        method,
        headers: {
          authorization: `Bot ${botToken}`,
          ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
      });
      return rawAnswer(response);
    },
  };
}

/** Wide limits, for tests that are not about them. */
export const noLimits = {
  channelWrites: { requestsMax: 1000, windowMs: 1000 },
  globalRequestsPerSecond: 10_000,
} satisfies Partial<DiscordStandInOptions>;

/** The next event of a client that fits. */
export function next<Value>(
  client: Client,
  event: string,
  fits: (value: Value) => boolean = () => true,
): Promise<Value> {
  return new Promise((resolve) => {
    const listen = (value: Value) => {
      if (!fits(value)) return;
      client.off(event, listen);
      resolve(value);
    };
    client.on(event, listen);
  });
}
