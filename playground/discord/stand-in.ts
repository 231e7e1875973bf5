/** Starts the stand-in for Discord: world, REST, gateway and files behind one port. */
import { createServer, type Server } from 'node:http';
import { serveFile } from './cdn.ts';
import type { DiscordStandIn, DiscordStandInOptions, Faults } from './contract.ts';
import { createRequestFaults, type RequestFaults } from './faults.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { createLog, type LogKeeper } from './log.ts';
import { revoke } from './people-actions.ts';
import { createRateLimits } from './rate-limits.ts';
import { refusal } from './refusal.ts';
import { createRouter, type Stage } from './rest-route.ts';
import { type RestServerDeps, serveRest } from './rest-server.ts';
import { applicationRoutes } from './routes/application-routes.ts';
import { channelRoutes } from './routes/channel-routes.ts';
import { guildRoutes } from './routes/guild-routes.ts';
import { messageRoutes } from './routes/message-routes.ts';
import { createStage, type Settings, withDefaults } from './stage.ts';
import { deleteChannel } from './world-change.ts';

interface FaultDeps {
  stage: Stage;
  requests: RequestFaults;
  gateway: Gateway;
  withholdMessageContent: (isWithheld: boolean) => void;
}

function createFaults({ stage, requests, gateway, withholdMessageContent }: FaultDeps): Faults {
  const { world, messages, files } = stage;
  return {
    next: requests.next,
    clear: requests.clear,
    dropGateway: ({ isResumable = true } = {}) => gateway.drop(isResumable),
    askForReconnect: gateway.askForReconnect,
    ignoreHeartbeats: gateway.ignoreHeartbeats,
    repeatEvents: gateway.repeat,
    refuseGateway: gateway.refuse,
    withholdMessageContent,
    expireFiles: () => files.expire(),
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

interface RestDeps {
  stage: Stage;
  requests: RequestFaults;
  keeper: LogKeeper;
  signal: AbortSignal;
}

function restDeps(settings: Settings, { stage, requests, keeper, signal }: RestDeps): RestServerDeps {
  const { clock, globalRequestsPerSecond, botToken, latencyMs, channelWrites } = settings;
  const routes = [...messageRoutes(channelWrites), ...channelRoutes, ...guildRoutes, ...applicationRoutes];
  const limits = createRateLimits({ clock, globalRequestsPerSecond });
  return {
    stage,
    findRoute: createRouter(routes),
    limits,
    faults: requests,
    keeper,
    botToken,
    latencyMs,
    signal,
  };
}

/** Long enough that no client finds its idle connection closed in the very moment of a request. */
const keepAliveMs = 120_000;

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('The server listens on no port.'));
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
  const settings = withDefaults(options);
  let port = 0;
  const cdnUrl = () => `http://127.0.0.1:${port}`;
  const gatewayUrl = () => `ws://127.0.0.1:${port}`;
  let hasIntent = settings.hasMessageContentIntent;
  const hasMessageContentIntent = () => hasIntent;
  const withholdMessageContent = (isWithheld: boolean): void => {
    hasIntent = !isWithheld;
  };
  const addresses = { cdnUrl, gatewayUrl, hasMessageContentIntent };
  const { stage, people, interactions } = createStage(settings, addresses);
  const keeper = createLog({ messages: stage.messages, entriesMax: settings.logEntriesMax });
  const gateway = createGateway({
    ...settings,
    hasMessageContentIntent,
    world: stage.world,
    keeper,
    url: gatewayUrl,
  });
  interactions.onOpen(gateway.interaction);
  const requests = createRequestFaults();
  const ending = new AbortController();
  const rest = restDeps(settings, { stage, requests, keeper, signal: ending.signal });
  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    const isFile = /^\/(?:ephemeral-)?attachments\//.test(request.url ?? '');
    if (isFile) serveFile(stage.files, request, response);
    else void serveRest(rest, request, response);
  });
  server.on('upgrade', gateway.upgrade);
  port = await listen(server, settings.port);
  return {
    apiUrl: `${cdnUrl()}/api`,
    cdnUrl: cdnUrl(),
    gatewayUrl: gatewayUrl(),
    people,
    faults: createFaults({ stage, requests, gateway, withholdMessageContent }),
    log: keeper.log,
    async close() {
      ending.abort();
      gateway.close();
      interactions.close();
      await close(server);
    },
  };
}
