/** The page's HTTP server: which path does what. Loopback only. It must not know what the page looks like. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { BotProcess } from '../bot-process.ts';
import type { FaultDesk } from '../discord/fault-desk.ts';
import type { People } from '../discord/people.ts';
import { DiscordRefusal } from '../discord/refusal.ts';
import type { Accounts } from '../nemo/accounts.ts';
import type { Pace } from '../nemo/pace.ts';
import type { ScenarioDesk } from '../nemo/scenarios/desk.ts';
import { createActions } from './actions.ts';
import { BadRequest, sendBytes, sendError, sendJson } from './answer.ts';
import { sendFeed } from './feed.ts';
import type { Monitor } from './monitor.ts';
import { createPageAssets } from './page-assets.ts';
import type { About } from './protocol.ts';
import { readForm } from './read-form.ts';
import { isSameOrigin } from './same-origin.ts';
import { readWebsitePage } from './website-page.ts';

export type SamplePicture = { name: string; description: string; contentType: string; bytes: Uint8Array };

export type PageServerDeps = {
  people: People;
  monitor: Monitor;
  bot: BotProcess;
  scenarios: ScenarioDesk;
  faults: FaultDesk;
  accounts: Pick<Accounts, 'setCredits'>;
  pace: Pick<Pace, 'setSpeed'>;
  samples: readonly SamplePicture[];
  /** Where pictures and films of messages are served. */
  mediaOrigins: readonly string[];
  firstViewerId: string;
  firstChannelId: string;
  /** 0 takes a free port. */
  port: number;
  formSizeBytesMax?: number;
};

export type PageServer = { url: string; close(): Promise<void> };

/** Ten files of the ordinary limit of 10 MiB, and room enough to see the stand-in refuse a bigger one. */
const formSizeBytesMax = 128 * 1024 * 1024;

type Exchange = { request: IncomingMessage; response: ServerResponse; url: URL };
type Routes = (exchange: Exchange) => Promise<void>;

const botWish = z.object({ do: z.enum(['start', 'stop', 'kill']) });
/** Ten and sixty turn minutes into moments; the first is life. */
const speeds = [1, 10, 60] as const;
const clockWish = z.object({ speed: z.literal(speeds) });
/** Without a name: back to normal. */
const faultWish = z.object({
  name: z.string().max(100).nullable(),
  for: z.enum(['next turn', 'everything']).default('next turn'),
});
const creditsWish = z.object({
  userId: z.string().max(100),
  available: z.number().int().min(0).max(1_000_000),
});
const scenarioWish = z.object({ name: z.string().max(100), for: z.enum(['next turn', 'everything']) });

export async function createPageServer(deps: PageServerDeps): Promise<PageServer> {
  const routes = createRoutes(deps);
  let port = deps.port;
  const server = createServer((request, response) => {
    serve(routes, { request, response, port }).catch((error: unknown) => answerError(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(deps.port, '127.0.0.1', resolve);
  });
  port = portOf(server.address());
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const portOf = (address: AddressInfo | string | null): number => {
  if (address === null || typeof address === 'string') throw new TypeError('The server has no port.');
  return address.port;
};

async function serve(
  routes: { get: Routes; post: Routes },
  exchange: { request: IncomingMessage; response: ServerResponse; port: number },
): Promise<void> {
  const { request, response, port } = exchange;
  if (!isSameOrigin(request, port)) throw new BadRequest(403, 'Only the page itself may ask for this.');
  const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
  if (request.method === 'GET') return routes.get({ request, response, url });
  if (request.method === 'POST') return routes.post({ request, response, url });
  throw new BadRequest(405, 'Only GET and POST.');
}

function createRoutes(deps: PageServerDeps): { get: Routes; post: Routes } {
  return { get: createGetRoutes(deps), post: createPostRoutes(deps) };
}

function createGetRoutes(deps: PageServerDeps): Routes {
  const assets = createPageAssets(deps.mediaOrigins);
  const about = describePlayground(deps);
  return async ({ request, response, url }) => {
    if (url.pathname === '/api/about') return sendJson(response, 200, about);
    if (url.pathname === '/api/feed') {
      const viewerId = url.searchParams.get('viewer') ?? '';
      if (!about.people.some((person) => person.id === viewerId))
        throw new BadRequest(404, 'There is no such person.');
      return sendFeed(deps, { request, response, viewerId });
    }
    const sample = deps.samples.find((sample) => url.pathname === `/api/samples/${sample.name}`);
    if (sample !== undefined) return sendBytes(response, { status: 200, ...sample });
    const asset = readWebsitePage(url.pathname) ?? (await assets.read(url.pathname));
    if (asset === null) throw new BadRequest(404, 'There is nothing here.');
    return sendBytes(response, { status: 200, ...asset });
  };
}

function createPostRoutes(deps: PageServerDeps): Routes {
  const actions = createActions(deps.people);
  return async ({ request, response, url }) => {
    const input = await readForm(request, deps.formSizeBytesMax ?? formSizeBytesMax);
    if (url.pathname === '/api/bot') return sendJson(response, 200, await steerBot(deps.bot, input));
    if (url.pathname === '/api/scenario') return sendJson(response, 200, useScenario(deps.scenarios, input));
    if (url.pathname === '/api/fault') return sendJson(response, 200, useFault(deps.faults, input));
    if (url.pathname === '/api/credits') return sendJson(response, 200, setCredits(deps, input));
    if (url.pathname === '/api/clock') return sendJson(response, 200, await setClock(deps, input));
    const [, name] = /^\/api\/actions\/([A-Za-z]+)$/u.exec(url.pathname) ?? [];
    if (name === undefined) throw new BadRequest(404, 'There is nothing here.');
    return sendJson(response, 200, (await actions.run(name, input)) ?? true);
  };
}

function describePlayground(deps: PageServerDeps): About {
  const { people, scenarios, faults, samples, firstViewerId, firstChannelId } = deps;
  return {
    people: people.all(),
    firstViewerId,
    firstChannelId,
    scenarios: scenarios.names.map((name) => ({
      name,
      description: scenarios.describe(name),
      group: scenarios.groupOf(name),
    })),
    faults: faults.list,
    speeds,
    samples: samples.map(({ name, description }) => ({ name, description })),
  };
}

async function steerBot(bot: BotProcess, input: unknown) {
  const wish = botWish.safeParse(input);
  if (!wish.success) throw new BadRequest(400, z.prettifyError(wish.error));
  if (wish.data.do === 'start') bot.start();
  else if (wish.data.do === 'stop') await bot.stop();
  else await bot.kill();
  return bot.state();
}

function useScenario(scenarios: ScenarioDesk, input: unknown) {
  const wish = scenarioWish.safeParse(input);
  if (!wish.success) throw new BadRequest(400, z.prettifyError(wish.error));
  const { name, for: target } = wish.data;
  if (!scenarios.names.includes(name)) throw new BadRequest(404, `There is no scenario "${name}".`);
  scenarios.use(name, { for: target });
  return scenarios.active();
}

function useFault(faults: FaultDesk, input: unknown) {
  const wish = faultWish.safeParse(input);
  if (!wish.success) throw new BadRequest(400, z.prettifyError(wish.error));
  const { name, for: span } = wish.data;
  if (name === null) faults.clear();
  else if (faults.list.some((fault) => fault.name === name)) faults.use(name, span);
  else throw new BadRequest(404, `There is no fault "${name}".`);
  return faults.active();
}

function setCredits({ accounts }: PageServerDeps, input: unknown) {
  const wish = creditsWish.safeParse(input);
  if (!wish.success) throw new BadRequest(400, z.prettifyError(wish.error));
  const { userId, available } = wish.data;
  if (!accounts.setCredits(userId, available)) throw new BadRequest(404, `There is no account "${userId}".`);
  return wish.data;
}

/** The bot reads its times when it starts, so a running one starts again, politely. */
async function setClock({ pace, bot }: PageServerDeps, input: unknown) {
  const wish = clockWish.safeParse(input);
  if (!wish.success) throw new BadRequest(400, z.prettifyError(wish.error));
  pace.setSpeed(wish.data.speed);
  if (bot.state().phase === 'running') {
    await bot.stop();
    bot.start();
  }
  return wish.data;
}

/** A refusal of Discord is an answer; anything else unknown is a bug of the playground, and its words help to find it. */
function answerError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (error instanceof BadRequest) sendError(response, error.status, { error: error.message, code: null });
  else if (error instanceof DiscordRefusal)
    sendError(response, 409, { error: describeRefusal(error), code: error.code });
  else
    sendError(response, 500, { error: error instanceof Error ? error.message : String(error), code: null });
}

function describeRefusal(refusal: DiscordRefusal): string {
  const details = refusal.problems.map((problem) => `${problem.path.join('.')}: ${problem.message}`);
  return [refusal.message, ...details].join('\n');
}
