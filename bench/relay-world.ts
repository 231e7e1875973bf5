/** Discord and NemoVideo in a process of their own, and the people who ask. Told over IPC what to do; it must not know which bot comes. */
import { setTimeout as delay } from 'node:timers/promises';
import type { MessageHistory } from '../playground/discord/contract.ts';
import { createDiscordStandIn } from '../playground/discord/stand-in.ts';
import type { WorldSeed } from '../playground/discord/world-seed.ts';
import { figuresOf, hasFinal } from './relay/talk.ts';
import { createTalkingBackend, type Pace } from './talking-backend.ts';

export type WorldOptions = {
  readonly botToken: string;
  readonly turns: number;
  readonly pace: Pace;
  /** Discord's latency before every answer. */
  readonly latencyMs: number;
  readonly perSecond: number;
  /** What Discord takes from a bot in all; its own limit when left out. */
  readonly globalRequestsPerSecond?: number;
  /** How long to wait for last words after the last stream has ended. */
  readonly patienceMs: number;
};

export type Order =
  | { readonly do: 'build'; readonly options: WorldOptions }
  /** Everybody asks; told when all of them are answered to the end. */
  | { readonly do: 'run' }
  /** Everybody asks; told when all streams are open. */
  | { readonly do: 'open' };

export type Report =
  | { readonly told: 'built'; readonly apiUrl: string; readonly cdnHost: string; readonly backendUrl: string }
  | { readonly told: 'opened'; readonly streams: number }
  | { readonly told: 'done'; readonly figures: Readonly<Record<string, unknown>> };

const clock = { nowMs: () => Date.now() };
const lookIntervalMs = 500;

const tell = (report: Report): void => {
  process.send?.(report);
};

/** As busy as a server may be by its settings, and a person in it. */
const turnsPerGuild = 50;
const turnsPerPerson = 5;

const worldOf = (turns: number): WorldSeed => {
  const personKeys = Array.from(
    { length: Math.ceil(turns / turnsPerPerson) },
    (_, index) => `person ${index}`,
  );
  const perGuild = turnsPerGuild / turnsPerPerson;
  return {
    people: personKeys.map((key, index) => ({
      key,
      username: `p${index}`,
      displayName: key,
      locale: 'en-US',
    })),
    guilds: Array.from({ length: Math.ceil(turns / turnsPerGuild) }, (_, index) => {
      const members = personKeys.slice(index * perGuild, (index + 1) * perGuild);
      return {
        key: `guild ${index}`,
        name: `guild ${index}`,
        ownerKey: members[0] ?? '',
        members: Object.fromEntries(members.map((key) => [key, []])),
        channels: [{ key: `channel ${index}`, name: 'general' }],
      };
    }),
  };
};

const build = async (options: WorldOptions) => {
  const { botToken, latencyMs, pace, turns } = options;
  const { globalRequestsPerSecond = 50 } = options;
  const discord = await createDiscordStandIn({
    botToken,
    clock,
    latencyMs,
    globalRequestsPerSecond,
    world: worldOf(turns),
  });
  const backend = await createTalkingBackend(pace);
  const { people } = discord;
  const askerOf = (index: number): string =>
    people.ids.users[`person ${Math.floor(index / turnsPerPerson)}`] ?? '';
  const threads: string[] = [];
  for (let index = 0; index < turns; index += 1) {
    const channelId = people.ids.channels[`channel ${Math.floor(index / turnsPerGuild)}`] ?? '';
    const thread = await people.createThread({ userId: askerOf(index), channelId, name: `turn ${index}` });
    threads.push(thread.id);
  }

  const historiesOf = (threadId: string): readonly MessageHistory[] =>
    discord.log.messages(threadId).filter(({ authorId }) => authorId === people.botId);
  const talkOf = (index: number) => backend.talks.get(`make film number ${index}`);

  const isDone = (index: number, threadId: string): boolean =>
    talkOf(index)?.endedAtMs != null && hasFinal(historiesOf(threadId), pace.pieces);

  const untilSilent = async (): Promise<void> => {
    const open = new Set(threads.entries());
    const deadlineMs = Date.now() + pace.pieces * pace.pieceIntervalMs + options.patienceMs;
    while (open.size > 0 && Date.now() < deadlineMs) {
      await delay(lookIntervalMs);
      for (const entry of open) if (isDone(...entry)) open.delete(entry);
    }
  };

  const ask = async (): Promise<void> => {
    for (const [index, threadId] of threads.entries()) {
      const content = `<@${people.botId}> make film number ${index}`;
      await people.sendMessage({ userId: askerOf(index), channelId: threadId, content });
    }
  };

  const open = async (): Promise<void> => {
    await ask();
    const deadlineMs = Date.now() + options.patienceMs;
    while (backend.talks.size < turns && Date.now() < deadlineMs) await delay(lookIntervalMs);
    tell({ told: 'opened', streams: backend.talks.size });
  };

  const run = async (): Promise<void> => {
    await ask();
    await untilSilent();
    const all = threads.flatMap((threadId, index) => {
      const talk = talkOf(index);
      return talk === undefined ? [] : [{ talk, histories: historiesOf(threadId) }];
    });
    const answered = (method: string): number =>
      discord.log.requests({ method, route: /messages/u }).filter(({ status }) => status === 200).length;
    const figures = {
      answered: all.length,
      ...figuresOf(all, pace, options.perSecond),
      edits: answered('PATCH'),
      creates: answered('POST'),
      typing: discord.log.requests({ method: 'POST', route: /typing/u }).length,
      rateLimited: discord.log.rateLimited(),
    };
    tell({ told: 'done', figures });
  };

  tell({
    told: 'built',
    apiUrl: discord.apiUrl,
    cdnHost: new URL(discord.cdnUrl).host,
    backendUrl: backend.url,
  });
  return { run, open };
};

let world: Awaited<ReturnType<typeof build>> | null = null;

const obey = async (order: Order): Promise<void> => {
  if (order.do === 'build') world = await build(order.options);
  else await world?.[order.do]();
};

process.on('message', (order: Order) => {
  obey(order).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit());
