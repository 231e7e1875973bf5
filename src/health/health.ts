/** The room's front door: observers to put around the ports, and a server that tells what they saw. */
import { performance } from 'node:perf_hooks';
import type { Backend } from '../ports/backend.ts';
import type { Chat } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Lanes } from '../ports/lanes.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { Tally } from '../ports/tally.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { observeBackend } from './observed-backend.ts';
import { observeChat } from './observed-chat.ts';
import { type LaneFacts, type LaneWatch, observeLanes, type ReadQueue } from './observed-lanes.ts';
import { observeStore } from './observed-store.ts';
import { createObservedWork } from './observed-work.ts';
import { checkReadiness, type Facts, type GatewayFacts } from './readiness.ts';
import { type HttpServer, json, listen, type Routes } from './server.ts';
import { createStoreProbe } from './store-probe.ts';
import type { Stopwatch } from './timed.ts';

type Deps = {
  readonly clock: Clock;
  readonly log: Log;
  /** Where to listen; null: nowhere. */
  readonly address: { readonly host: string; readonly port: number } | null;
};

/** What the gateway adapter knows at this moment; null: this process has no gateway role. */
type ReadGateway = () => GatewayFacts | null;

export type Health = {
  readonly tally: Tally;
  store(store: Store): Store;
  backend(backend: Backend): Backend;
  chat(chat: Chat): Chat;
  /** `readQueue`: how the queue stands that several processes share; null where this process runs all that it adds. */
  lanes(lanes: Lanes, options: { readQueue: ReadQueue | null }): Lanes;
  /** Begins to answer; an address that cannot be had is logged, and the bot goes on without. */
  listen(gateway: ReadGateway): Promise<void>;
  /** The start is over. */
  started(): void;
  close(): Promise<void>;
};

const createTally = (metrics: Metrics): Tally => ({
  duplicateAvoided: (what) => metrics.count('makevideo_duplicates_avoided_total', { what }),
  viewReplaced: () => metrics.count('makevideo_views_replaced_total', {}),
});

/** Gauges are set when somebody asks; Discord's own count of 429s is carried over by its growth. */
const createRefresh = (metrics: Metrics) => {
  const told: Record<string, number> = {};
  return ({ lanes, gateway, nowMs }: Pick<Facts, 'lanes' | 'gateway' | 'nowMs'>): void => {
    metrics.set('makevideo_lane_entries', { state: 'waiting' }, lanes.waiting);
    metrics.set('makevideo_lane_entries', { state: 'running' }, lanes.running);
    metrics.set('makevideo_lane_oldest_runnable_seconds', {}, (lanes.oldestRunnableMs ?? 0) / 1_000);
    if (gateway === null) return;
    metrics.set('makevideo_discord_guilds', {}, gateway.guildCount);
    metrics.set('makevideo_discord_invalid_requests', {}, gateway.invalidRequests);
    for (const [scope, count] of Object.entries(gateway.rateLimited)) {
      metrics.count('makevideo_discord_rate_limited_total', { scope }, count - (told[scope] ?? 0));
      told[scope] = count;
    }
    metrics.clear('makevideo_discord_shard_ready');
    metrics.clear('makevideo_discord_heartbeat_age_seconds');
    for (const { id, isReady, heardAtMs } of gateway.shards) {
      const shard = String(id);
      metrics.set('makevideo_discord_shard_ready', { shard }, isReady ? 1 : 0);
      if (heardAtMs !== null)
        metrics.set('makevideo_discord_heartbeat_age_seconds', { shard }, (nowMs - heardAtMs) / 1_000);
    }
  };
};

const stopwatch: Stopwatch = () => performance.now();

const noLanes: LaneFacts = { waiting: 0, running: 0, oldestRunnableMs: null, areRunHere: false };

type Watches = { lanes: LaneWatch | null; probeStore: () => Promise<string | null>; isStarted: boolean };

const createRoutes = (
  deps: Deps,
  gateway: ReadGateway,
  state: { metrics: Metrics; watches: Watches },
): Routes => {
  const { clock } = deps;
  const { metrics, watches } = state;
  const startedAtMs = clock.nowMs();
  const refresh = createRefresh(metrics);
  const lookAtLanes = async (): Promise<LaneFacts> => (await watches.lanes?.look()) ?? noLanes;
  const readFacts = async (): Promise<Facts> => ({
    nowMs: clock.nowMs(),
    startedAtMs,
    isStarted: watches.isStarted,
    gateway: gateway(),
    storeFailure: await watches.probeStore(),
    lanes: await lookAtLanes(),
  });
  return {
    // Answering at all is the proof: a process whose event loop hangs does not get here.
    '/healthz': async () => json(200, { ok: true, uptimeSeconds: Math.round(performance.now() / 1_000) }),
    '/readyz': async () => {
      const checks = checkReadiness(await readFacts());
      const ok = checks.every(({ isOk }) => isOk);
      return json(ok ? 200 : 503, {
        ok,
        checks: checks.map(({ name, isOk, detail }) => ({ name, ok: isOk, detail })),
      });
    },
    '/metrics': async () => {
      refresh({ lanes: await lookAtLanes(), gateway: gateway(), nowMs: clock.nowMs() });
      const { text, contentType } = await metrics.print();
      return { status: 200, contentType, body: text };
    },
  };
};

/** Health of one process. Observers work whether or not anybody listens. */
export const createHealth = (deps: Deps): Health => {
  const { clock, address } = deps;
  const log = deps.log.child({ room: 'health' });
  const metrics = createMetrics();
  const nowMs = (): number => clock.nowMs();
  const watches: Watches = { lanes: null, probeStore: async () => null, isStarted: false };
  let server: HttpServer | null = null;
  const onError = (error: unknown): void => log.warn({ err: error }, 'a health request failed');
  return {
    tally: createTally(metrics),
    store: (store) => {
      const work = createObservedWork({ metrics, nowMs, log: deps.log.child({ room: 'work' }) });
      watches.probeStore = createStoreProbe(store, clock);
      return observeStore(store, { metrics, work, stopwatch });
    },
    backend: (backend) => observeBackend(backend, { metrics, stopwatch }),
    chat: (chat) => observeChat(chat, { metrics, stopwatch }),
    lanes: (lanes, { readQueue }) => {
      const observed = observeLanes(lanes, { metrics, nowMs, readQueue });
      watches.lanes = observed.watch;
      return observed.lanes;
    },
    listen: async (gateway) => {
      if (address === null) return;
      const routes = createRoutes(deps, gateway, { metrics, watches });
      try {
        server = await listen(address, routes, onError);
        log.info({ host: address.host, port: server.port }, 'health and metrics are served');
      } catch (error) {
        log.error(
          { err: error, ...address },
          'HTTP_ADDRESS cannot be used, so health and metrics are not served; free it, choose another, or set it to off',
        );
      }
    },
    started: () => {
      watches.isStarted = true;
    },
    close: async () => {
      await server?.close();
      metrics.close();
    },
  };
};
