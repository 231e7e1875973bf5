// The NemoVideo stand-in: a loopback server that plays the backend of docs/protocol. Wires its parts; holds no rule itself.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Accounts, createAccounts } from './accounts.ts';
import { type AssetStore, createAssetStore } from './asset-store.ts';
import type { VideoSegment } from './draft.ts';
import { createEncoder, findFfmpeg } from './film/encoder.ts';
import { createFilmMaker } from './film/film.ts';
import { drawCard } from './film/lettering.ts';
import type { Frame } from './film/prepared-pictures.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createPace, type Pace } from './pace.ts';
import { createProjects } from './projects.ts';
import { createRenders, type MakeFilm } from './renders.ts';
import { createRouter } from './router.ts';
import { authRoutes } from './routes/auth-routes.ts';
import type { World } from './routes/exchange.ts';
import { messageRoute } from './routes/message-route.ts';
import { renderRoutes } from './routes/render-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { uploadRoutes } from './routes/upload-routes.ts';
import { samplePictures } from './sample-pictures.ts';
import { loadScenarios } from './scenarios/all-scenarios.ts';
import { createScenarioDesk, type ScenarioDesk } from './scenarios/desk.ts';

export type NemoStandInOptions = {
  clock: { nowMs: () => number };
  /** 0 or nothing: any free port. */
  port?: number;
  /** Divides the stand-in's own waiting: 1 is a human pace, tests use 50 and more. Encoding takes what it takes. */
  speed?: number;
  /** The token of a registered account with 25,000 credits. */
  operatorToken?: string;
  /** Tokens of more registered accounts. */
  userTokens?: readonly string[];
  /** Hosts from which files may be fetched by URL; loopback when left out. */
  allowedFetchHosts?: readonly string[];
  /** Where files and films are kept while it runs; a new directory for temporary files when left out. */
  workDirectory?: string;
  /** The longer side of films; 1920 when left out. */
  filmLongEdgePx?: number;
  /** The share of plain edits that end without a word; 0.3 when left out, chosen by the words of the edit. */
  silentShare?: number;
  /** Told about errors of the stand-in itself, which clients see as a 500. */
  onError?: (error: unknown) => void;
};

export type NemoStandIn = {
  url: string;
  operatorToken: string;
  scenarios: ScenarioDesk;
  ledger: Ledger;
  /** Whose credits there are, and how to change them. */
  accounts: Pick<Accounts, 'all' | 'setCredits'>;
  /** How much faster than life it works; see the option. */
  pace: Pick<Pace, 'speed' | 'setSpeed'>;
  /** Ends all connections and encoders, and removes its temporary files. */
  close: () => Promise<void>;
};

const loopback = '127.0.0.1';
/** Long enough that no client finds its idle connection closed in the very moment of a request. */
const keepAliveMs = 120_000;
const loopbackHosts = [loopback, 'localhost', '[::1]'] as const;

/** Starts the server on 127.0.0.1. Rejects when the port is taken or a capture cannot be read. */
export async function createNemoStandIn(options: NemoStandInOptions): Promise<NemoStandIn> {
  const operatorToken = options.operatorToken ?? 'nmv_usr_operator_of_the_stand_in_000000000000000000';
  const directory = await mkdtemp(path.join(await workParent(options.workDirectory), 'nemo-'));
  const closing = new AbortController();
  const { ledger, record } = createLedger(options.clock.nowMs);
  const { desk, take } = createScenarioDesk(await loadScenarios());
  const server = createServer({ keepAliveTimeout: keepAliveMs });
  const turns = new Set<Promise<void>>();
  const address = { url: '' };
  const deps = { nowMs: options.clock.nowMs, newId: randomUUID };
  const pace = createPace({ nowMs: options.clock.nowMs, speed: options.speed ?? 1, signal: closing.signal });
  const assets = createAssetStore({
    directory,
    newId: randomUUID,
    assetUrl: (id, filename) => `${address.url}/cdn/uploads/${id}/${encodeURIComponent(filename)}`,
    allowedHosts: options.allowedFetchHosts ?? loopbackHosts,
    signal: closing.signal,
  });
  const makeFilm = createFilmStudio({ assets, directory, longEdgePx: options.filmLongEdgePx ?? 1920 });
  const renders = createRenders({ pace, makeFilm, directory, record, signal: closing.signal });
  const world: World = {
    accounts: createAccounts({ ...deps, registeredTokens: [operatorToken, ...(options.userTokens ?? [])] }),
    projects: createProjects(deps),
    assets,
    renders,
    record,
    pace,
    newId: randomUUID,
    baseUrl: () => address.url,
    take,
    silentShare: options.silentShare ?? 0.3,
    background: (work) => watch(turns, work),
  };
  const onError = (error: unknown): void => {
    if (!closing.signal.aborted) options.onError?.(error);
  };
  const route = createRouter({
    routes: [...authRoutes, ...sessionRoutes, ...uploadRoutes, messageRoute, ...renderRoutes],
    world,
    onError,
  });
  server.on('request', (request, response) => void route(request, response));
  try {
    address.url = await listen(server, options.port ?? 0);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  const close = async (): Promise<void> => {
    closing.abort();
    server.closeAllConnections();
    server.close();
    await Promise.allSettled([renders.settled(), ...turns, once(server, 'close')]);
    await rm(directory, { recursive: true, force: true });
  };
  const { accounts } = world;
  return { url: address.url, operatorToken, scenarios: desk, ledger, accounts, pace, close };
}

async function workParent(wished: string | undefined): Promise<string> {
  if (wished === undefined) return tmpdir();
  await mkdir(wished, { recursive: true });
  return wished;
}

/** Keeps the promise until it ends; how it ended is told where it was awaited. */
function watch(running: Set<Promise<void>>, work: Promise<void>): void {
  const forget = (): void => {
    running.delete(work);
  };
  running.add(work);
  work.then(forget, forget);
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, loopback);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('The server has no port.');
  return `http://${loopback}:${address.port}`;
}

/** Films of a draft whose pictures come from people, from the project itself or from nowhere. */
function createFilmStudio({
  assets,
  directory,
  longEdgePx,
}: {
  assets: AssetStore;
  directory: string;
  longEdgePx: number;
}): MakeFilm {
  const film = createFilmMaker({ encoder: createEncoder(findFfmpeg(process.env)), directory, longEdgePx });
  const pictureOf = createPictureSource(assets);
  return (order) => film.make({ ...order, pictureOf });
}

/** The person's picture, one of the project's own, or a card with the name of a film that was sent. */
function createPictureSource(assets: AssetStore) {
  return async (segment: VideoSegment, frame: Frame): Promise<string | Buffer> => {
    const sample = samplePictures.find((picture) => `generated:${picture.filename}` === segment.src.asset);
    if (sample !== undefined) return sample.draw();
    const asset = assets.find(segment.src.asset);
    return asset?.kind === 'image' ? asset.path : drawCard(asset?.filename ?? segment.m.title, frame);
  };
}
