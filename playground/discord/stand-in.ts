/** Starts the stand-in for Discord: the only place where its parts are put together. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveFile } from './cdn.ts';
import { createCommands } from './commands.ts';
import type { DiscordStandIn, DiscordStandInOptions, Faults } from './contract.ts';
import { createRequestFaults, type RequestFaults } from './faults.ts';
import { createFileShelf } from './files.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { createInteractionAnswers } from './interaction-answers.ts';
import { createInteractions } from './interactions.ts';
import { createLog } from './log.ts';
import { createMessageStore, type MessageStore } from './message-store.ts';
import { createMessageWriter } from './message-writing.ts';
import { createModals } from './modals.ts';
import { createOldEdits } from './old-edits.ts';
import { createPeople, revoke } from './people-actions.ts';
import { createRateLimits } from './rate-limits.ts';
import { refusal } from './refusal.ts';
import { createRouter, type Stage } from './rest-route.ts';
import { type RestServerDeps, serveRest } from './rest-server.ts';
import { applicationRoutes } from './routes/application-routes.ts';
import { channelRoutes } from './routes/channel-routes.ts';
import { guildRoutes } from './routes/guild-routes.ts';
import { messageRoutes } from './routes/message-routes.ts';
import { createSnowflakes } from './snowflake.ts';
import { createThreads } from './threads.ts';
import { createWorld, type World } from './world.ts';
import { buildWorld } from './world-build.ts';
import { deleteChannel } from './world-change.ts';
import { paradiseStudio } from './world-seed.ts';

const defaults = {
  uploadLimitBytes: 10 * 1024 * 1024,
  fileUrlLifeMs: 24 * 3_600_000,
  acknowledgeWithinMs: 3000,
  interactionTokenLifeMs: 15 * 60_000,
  globalRequestsPerSecond: 50,
  channelWrites: { requestsMax: 5, windowMs: 5000 },
  heartbeatIntervalMs: 41_250,
  logEntriesMax: 50_000,
} as const;

function createStage(
  options: DiscordStandInOptions,
  addresses: { cdnUrl: () => string; gatewayUrl: () => string },
) {
  const { clock } = options;
  const nextId = createSnowflakes(clock);
  const seed = options.world ?? paradiseStudio;
  const applicationId = options.applicationId ?? nextId();
  const uploadLimitBytes = options.uploadLimitBytes ?? defaults.uploadLimitBytes;
  const world = createWorld({
    clock,
    nextId,
    applicationId,
    botName: seed.botName ?? 'Makevideo',
    uploadLimitBytes,
  });
  buildWorld(world, seed);
  const files = createFileShelf({
    world,
    urlLifeMs: options.fileUrlLifeMs ?? defaults.fileUrlLifeMs,
    cdnUrl: addresses.cdnUrl,
  });
  const messages = createMessageStore({ world, files });
  const threads = createThreads({ world, messages });
  const writer = createMessageWriter({ world, messages, files, threads });
  const commands = createCommands({ world });
  const modals = createModals({ world });
  const acknowledgeWithinMs = options.acknowledgeWithinMs ?? defaults.acknowledgeWithinMs;
  const tokenLifeMs = options.interactionTokenLifeMs ?? defaults.interactionTokenLifeMs;
  const interactions = createInteractions({ world, acknowledgeWithinMs, tokenLifeMs });
  const answers = createInteractionAnswers({ world, messages, writer, interactions, modals });
  const stage: Stage = {
    world,
    files,
    messages,
    threads,
    writer,
    commands,
    answers,
    hasMessageContentIntent: options.hasMessageContentIntent ?? true,
    gatewayUrl: addresses.gatewayUrl,
    countOldEdit: createOldEdits(clock),
  };
  const people = createPeople({ ...stage, interactions, modals, acknowledgeWithinMs });
  return { stage, people, interactions };
}

function createFaults(deps: {
  world: World;
  messages: MessageStore;
  requests: RequestFaults;
  gateway: Gateway;
}): Faults {
  const { world, messages, requests, gateway } = deps;
  return {
    next: requests.next,
    clear: requests.clear,
    dropGateway: ({ isResumable = true } = {}) => gateway.drop(isResumable),
    askForReconnect: gateway.askForReconnect,
    ignoreHeartbeats: gateway.ignoreHeartbeats,
    refuseGateway: gateway.refuse,
    revoke: (channelId, permissions) => revoke(world, channelId, permissions),
    deleteMessage(channelId, messageId) {
      const stored = messages.find(messageId);
      if (stored?.channelId !== channelId) throw refusal(10008);
      messages.remove(stored);
    },
    deleteChannel(channelId) {
      const channel = world.channels.get(channelId);
      if (channel === undefined) throw refusal(10003);
      deleteChannel(world, channel);
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      // A server that listens on TCP has an address with a port.
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/**
 * Starts a loopback Discord: REST below `/api`, gateway and files on one port of 127.0.0.1.
 * A bot needs `rest.api` (or `DISCORD_API_URL`) = `apiUrl`; the gateway's address comes from `GET /gateway/bot`.
 * Rejects when the port is taken.
 */
export async function createDiscordStandIn(options: DiscordStandInOptions): Promise<DiscordStandIn> {
  let port = 0;
  const httpUrl = () => `http://127.0.0.1:${port}`;
  const gatewayUrl = () => `ws://127.0.0.1:${port}`;
  const { stage, people, interactions } = createStage(options, { cdnUrl: httpUrl, gatewayUrl });
  const keeper = createLog({
    messages: stage.messages,
    entriesMax: options.logEntriesMax ?? defaults.logEntriesMax,
  });
  const gateway = createGateway({
    world: stage.world,
    keeper,
    botToken: options.botToken,
    hasMessageContentIntent: stage.hasMessageContentIntent,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? defaults.heartbeatIntervalMs,
    url: gatewayUrl,
  });
  interactions.onOpen(gateway.interaction);
  const requests = createRequestFaults();
  const ending = new AbortController();
  const channelWrites = options.channelWrites ?? defaults.channelWrites;
  const rest: RestServerDeps = {
    stage,
    findRoute: createRouter([
      ...messageRoutes(channelWrites),
      ...channelRoutes,
      ...guildRoutes,
      ...applicationRoutes,
    ]),
    limits: createRateLimits({
      clock: options.clock,
      globalRequestsPerSecond: options.globalRequestsPerSecond ?? defaults.globalRequestsPerSecond,
    }),
    faults: requests,
    keeper,
    botToken: options.botToken,
    latencyMs: options.latencyMs ?? 0,
    signal: ending.signal,
  };
  const server = createServer((request, response) => {
    const isFile = /^\/(?:ephemeral-)?attachments\//.test(request.url ?? '');
    if (isFile) serveFile(stage.files, request, response);
    else void serveRest(rest, request, response);
  });
  server.on('upgrade', gateway.upgrade);
  port = await listen(server, options.port ?? 0);
  return {
    apiUrl: `${httpUrl()}/api`,
    cdnUrl: httpUrl(),
    gatewayUrl: gatewayUrl(),
    people,
    faults: createFaults({ ...stage, requests, gateway }),
    log: keeper.log,
    async close() {
      ending.abort();
      gateway.close();
      interactions.close();
      await close(server);
    },
  };
}
