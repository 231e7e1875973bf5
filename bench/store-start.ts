/** How long the real bot takes from its start to "ready" on a year's worth of turns, with a thousand of them open. Prints one line of JSON. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDiscordStandIn } from '../playground/discord/stand-in.ts';
import { createNemoStandIn } from '../playground/nemo/stand-in.ts';
import { queuedTurn, type TurnState } from '../src/core/turn.ts';
import { createEmbeddedLanes } from '../src/lanes/embedded.ts';
import type { Clock } from '../src/ports/clock.ts';
import { silentLog } from '../src/ports/log.ts';
import type { ThreadRecord, TurnRecord } from '../src/ports/store.ts';
import { openSessions } from '../src/sessions/open.ts';
import { startMeasuredBot } from './bot.ts';

const pastCount = 100_000;
const openCount = 1_000;
/** Writes of one moment share a commit; this many records are made at once. */
const chunk = 1_000;

const botToken = 'bench-bot-token';
const nemoToken = 'nmv_usr_bench_token_of_nobody_000000000000000000';
const clock: Clock = { nowMs: () => Date.now(), sleep: () => new Promise(() => {}) };

const words =
  'The raw clip is ready: 6 seconds, 1 scene, 16:9. Music and a title were added on tracks of their own.';
const segment = { name: 'beach-at-sunset', startMs: 0, endMs: 6_000, volume: 0.35 };
const timeline = {
  tracks: [
    { kind: 'video' as const, segments: [segment, segment, segment] },
    { kind: 'audio' as const, segments: [segment] },
  ],
  durationMs: 6_000,
  width: 1_920,
  height: 1_080,
};

const submitted: TurnState = {
  ...queuedTurn,
  phase: 'streaming',
  startedAtMs: Date.now(),
  submittedAtMs: Date.now(),
  said: [words],
};
const settled: TurnState = {
  ...submitted,
  phase: 'settled',
  said: [words, words],
  change: { before: { ...timeline, tracks: [] }, after: timeline },
  outcome: 'answered',
};

/** Ids as long as Discord's. */
const turnOf = (index: number, state: TurnState): TurnRecord => ({
  turnId: `t1574089262${100_000_000 + index}`,
  threadId: `1574089262${100_000_000 + index}`,
  guildId: '1574089262150713344',
  requesterId: '1574089262150713345',
  locale: 'en',
  instruction: 'turn my photos into a short video with smooth transitions and background music',
  files: [],
  acceptedAtMs: Date.now(),
  source: { channelId: '1574089262150713346', messageId: '1574089262150713347' },
  state,
  statusMessages: [{ channelId: `1574089262${100_000_000 + index}`, messageId: '1574089262150713348' }],
  before: { timeline: { ...timeline, tracks: [] }, fingerprint: 'f'.repeat(64), mediaCount: 0 },
  renderId: null,
  isRenderOffered: false,
  credits: null,
});

const threadOf = ({ threadId, guildId, requesterId, locale, acceptedAtMs }: TurnRecord): ThreadRecord => ({
  threadId,
  guildId,
  requesterId,
  locale,
  account: { kind: 'operator' },
  session: { sessionId: `session-of-${threadId}`, taskId: null, userId: null },
  files: [],
  isRenderDue: false,
  isExportBlocked: false,
  vagueTurnId: null,
  renderIds: [],
  createdAtMs: acceptedAtMs,
});

/** A year of turns in their threads; the newest thousand are in their lanes and were sent by a process that is gone. */
const fill = async (storeUrl: string): Promise<void> => {
  const sessions = await openSessions({
    storeUrl,
    storeSecret: null,
    clock,
    log: silentLog,
    onLeaseLost: () => {},
  });
  const { store, engine } = sessions;
  if (engine.kind !== 'sqlite') throw new Error('This bench is about SQLite.');
  const lanes = createEmbeddedLanes({ database: engine.database, clock, log: silentLog });
  for (let first = 0; first < pastCount + openCount; first += chunk) {
    const turns = Array.from({ length: chunk }, (_, index) =>
      turnOf(first + index, first + index < pastCount ? settled : submitted),
    );
    await Promise.all(
      turns.flatMap((turn) => [
        store.turns.set(turn.turnId, turn),
        store.threads.set(turn.threadId, threadOf(turn)),
        ...(turn.state.phase === 'settled'
          ? []
          : [lanes.add({ id: turn.turnId, lane: turn.threadId, kind: 'turn' })]),
      ]),
    );
  }
  await sessions.close();
};

const startedMs = async (environment: Readonly<Record<string, string>>): Promise<number> => {
  const startedAt = performance.now();
  const bot = await startMeasuredBot(environment);
  const durationMs = performance.now() - startedAt;
  await bot.stop();
  return Math.round(durationMs);
};

/** `readyMs`: process start to ready with the year; `emptyMs`: the same with an empty store. Goal: 3,000 ms. */
export const benchStoreStart = async (): Promise<Record<string, unknown>> => {
  const folder = await mkdtemp(join(tmpdir(), 'makevideo-bench-'));
  const discord = await createDiscordStandIn({ botToken, clock });
  const nemo = await createNemoStandIn({ clock, operatorToken: nemoToken });
  try {
    const path = join(folder, 'year.db');
    await fill(`sqlite:${path}`);
    const environment = {
      DISCORD_TOKEN: botToken,
      DISCORD_API_URL: discord.apiUrl,
      ATTACHMENT_HOSTS: new URL(discord.cdnUrl).host,
      NEMO_API_URL: nemo.url,
      NEMO_TOKEN: nemoToken,
    };
    const emptyMs = await startedMs(environment);
    const readyMs = await startedMs({ ...environment, STORE_URL: `sqlite:${path}` });
    const storeMegabytes = Math.round((await stat(path)).size / 1_048_576);
    return { bench: 'store-start', past: pastCount, open: openCount, storeMegabytes, readyMs, emptyMs };
  } finally {
    await discord.close();
    await nemo.close();
    await rm(folder, { recursive: true, force: true });
  }
};

if (import.meta.main) process.stdout.write(`${JSON.stringify(await benchStoreStart())}\n`);
