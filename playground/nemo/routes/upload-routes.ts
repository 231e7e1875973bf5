// Files of people, by URL or as a form (nemo-api §5), and their public copies. It must not know how files are judged.
import { z } from 'zod';
import type { Taken } from '../asset-store.ts';
import { boundaryOf, MultipartError, readMultipart } from '../multipart.ts';
import { type Asset, describeAsset, type Project } from '../projects.ts';
import { type Reply, refusal, success, unprocessable } from '../reply.ts';
import { samplePictures } from '../sample-pictures.ts';
import {
  type AccountExchange,
  type Exchange,
  findProject,
  type Route,
  readJson,
  sessionNotFound,
} from './exchange.ts';

const urlsBody = z.object({ urls: z.array(z.string().min(1)).min(1), source_type: z.literal('url') });
const acceptedTypes = 'mp4, mov, avi, webm, mkv, jpg, png, gif, webp, mp3, wav, m4a, aac';

export const uploadRoutes: readonly Route[] = [
  {
    name: 'upload',
    method: 'POST',
    path: '/api/upload-video/nemo_agent/me/:sessionId',
    auth: 'bearer',
    sessionOf: ({ params }) => params['sessionId'] ?? null,
    handle: upload,
  },
  { name: 'asset', method: 'GET', path: '/cdn/uploads/:assetId/:filename', auth: 'none', handle: readAsset },
  { name: 'asset', method: 'GET', path: '/cdn/generated/:filename', auth: 'none', handle: readSample },
];

async function upload(exchange: AccountExchange): Promise<Reply> {
  const project = findProject(exchange, exchange.params['sessionId'] ?? '');
  if (project === null) {
    exchange.request.resume();
    return sessionNotFound;
  }
  const boundary = boundaryOf(exchange.request.headers['content-type']);
  return boundary === null ? takeUrls(exchange, project) : takeForm(exchange, project, boundary);
}

async function takeUrls(exchange: AccountExchange, project: Project): Promise<Reply> {
  const read = await readJson(exchange);
  const parsed = urlsBody.safeParse(read.ok ? read.body : undefined);
  if (!parsed.success) return unprocessable(parsed.error.issues);
  const isCutOff = exchange.world.take({ part: 'unreachableUrls', sessionId: project.sessionId }).length > 0;
  const taken: Taken[] = [];
  for (const url of parsed.data.urls) {
    taken.push(
      isCutOff
        ? { ok: false, why: 'unreachable', filename: 'file' }
        : await exchange.world.assets.fromUrl(url),
    );
  }
  return settle(exchange, { project, taken, by: 'url' });
}

async function takeForm(exchange: AccountExchange, project: Project, boundary: string): Promise<Reply> {
  const taken: Taken[] = [];
  try {
    for await (const part of readMultipart(exchange.request, boundary)) {
      if (part.name === 'files' && part.filename !== null)
        taken.push(await exchange.world.assets.fromStream(part.filename, part.body));
      else
        exchange.world.record.violations({
          rule: 'upload field name',
          detail: part.name,
          sessionId: project.sessionId,
        });
    }
  } catch (error) {
    if (!(error instanceof MultipartError)) throw error;
    return unprocessable([{ path: ['files'], message: error.message }]);
  }
  exchange.noteBody({
    files: taken.map((file) =>
      file.ok
        ? { filename: file.asset.filename, sizeBytes: file.asset.sizeBytes }
        : { filename: file.filename },
    ),
  });
  if (taken.length === 0) return unprocessable([{ path: ['files'], message: 'field required' }]);
  return settle(exchange, { project, taken, by: 'multipart' });
}

type Upload = { project: Project; taken: readonly Taken[]; by: 'url' | 'multipart' };

/** All or nothing: how the real service answers for one bad file among good ones is not documented. */
function settle({ world }: AccountExchange, { project, taken, by }: Upload): Reply {
  const { sessionId } = project;
  const refusedTypes = world
    .take({ part: 'refusedTypes', sessionId })
    .flatMap((scenario) => scenario.refusedTypes ?? []);
  const assets = taken.flatMap((file) => (file.ok ? [file.asset] : []));
  const bad = taken.find((file) => !file.ok);
  const unwanted = assets.find((asset) => refusedTypes.includes(asset.mimeType));
  if (unwanted !== undefined) return refuse({ ok: false, why: 'unsupported', filename: unwanted.filename });
  if (bad !== undefined) return refuse(bad);
  const isLastRefused = assets.length > 1 && world.take({ part: 'refusesLastFile', sessionId }).length > 0;
  const refused = isLastRefused ? assets.splice(-1) : [];
  for (const { filename, sizeBytes } of assets) world.record.uploads({ sessionId, filename, sizeBytes, by });
  project.assets.push(...assets);
  const failed = refused.map(({ filename }) => ({ filename, code: 4001, message: 'unsupported file type' }));
  const files = assets.map(describeAsset);
  return success({ files, session_state_applied: true, ...(failed.length > 0 ? { failed } : {}) });
}

function refuse({ why, filename }: Taken & { ok: false }): Reply {
  if (why === 'unsupported')
    return refusal(4001, `unsupported file type: ${filename}. Accepted: ${acceptedTypes}`);
  if (why === 'too large') return refusal(4002, `file too large: ${filename}. The limit is 200 MB`);
  // No document gives a code for this; an unknown one keeps clients honest.
  return refusal(5001, `failed to fetch url: ${filename}`);
}

async function readAsset({ world, params }: Exchange): Promise<Reply> {
  const asset: Asset | null = world.assets.find(params['assetId'] ?? '');
  if (asset === null) return { kind: 'text', status: 404, contentType: 'text/plain', text: 'Not Found' };
  return { kind: 'file', path: asset.path, contentType: asset.mimeType };
}

async function readSample({ params, response }: Exchange): Promise<Reply> {
  const sample = samplePictures.find((picture) => picture.filename === params['filename']);
  if (sample === undefined)
    return { kind: 'text', status: 404, contentType: 'text/plain', text: 'Not Found' };
  const bytes = await sample.draw();
  response.writeHead(200, { 'content-type': sample.mimeType, 'content-length': bytes.length });
  response.end(bytes);
  return { kind: 'written' };
}
