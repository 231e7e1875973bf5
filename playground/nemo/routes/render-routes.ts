// Rendering (nemo-api §8): submit, poll, cancel, the fallback download, and the film's own address. It must not know ffmpeg.
import { z } from 'zod';
import { draftHash } from '../draft.ts';
import type { RenderJob, Seen } from '../renders.ts';
import { httpError, type Reply, refusal, unprocessable } from '../reply.ts';
import type { RenderChange } from '../scenarios/scenario.ts';
import {
  type AccountExchange,
  type Exchange,
  findProject,
  missingAttribution,
  type Route,
  readJson,
  sessionNotFound,
} from './exchange.ts';

const renderBody = z.object({
  id: z.string().min(1).max(200),
  sessionId: z.string().min(1),
  draft: z.looseObject({ t: z.array(z.looseObject({ sg: z.array(z.unknown()).optional() })) }),
  output: z.looseObject({ format: z.literal('mp4'), quality: z.string().optional() }).optional(),
});

const ofJob = (exchange: Exchange): string | null =>
  exchange.world.renders.find(exchange.params['renderId'] ?? '')?.sessionId ?? null;
const notFound: Reply = { kind: 'json', status: 404, body: { code: 404, message: 'render not found' } };

export const renderRoutes: readonly Route[] = [
  {
    name: 'submit render',
    method: 'POST',
    path: '/api/render/proxy/lambda',
    auth: 'bearer',
    isSessionInBody: true,
    handle: submit,
  },
  {
    name: 'poll render',
    method: 'GET',
    path: '/api/render/proxy/lambda/:renderId',
    auth: 'bearer',
    sessionOf: ofJob,
    handle: poll,
  },
  {
    name: 'cancel render',
    method: 'POST',
    path: '/api/render/proxy/lambda/:renderId/cancel',
    auth: 'bearer',
    sessionOf: ofJob,
    handle: cancel,
  },
  {
    name: 'download render',
    method: 'GET',
    path: '/api/render/proxy/:renderId/download',
    auth: 'bearer',
    sessionOf: ofJob,
    handle: download,
  },
  {
    name: 'film',
    method: 'GET',
    path: '/render-result/:renderId/output.mp4',
    auth: 'none',
    sessionOf: ofJob,
    handle: readFilm,
  },
];

async function submit(exchange: AccountExchange): Promise<Reply> {
  const { world, request } = exchange;
  const read = await readJson(exchange);
  const missing = missingAttribution(request);
  if (missing.length > 0) return httpError(402, 'export is not available on your plan');
  const parsed = renderBody.safeParse(read.ok ? read.body : undefined);
  if (!parsed.success) {
    world.record.violations({
      rule: 'render body',
      detail: parsed.error.issues.map((issue) => issue.path.join('.')).join(', '),
      sessionId: null,
    });
    return unprocessable(parsed.error.issues);
  }
  const { id, sessionId, draft } = parsed.data;
  const project = findProject(exchange, sessionId);
  if (project === null) return sessionNotFound;
  const replaced = world.take({ part: 'reply', route: 'submit render', sessionId }).at(-1)?.reply;
  if (replaced !== undefined) return replaced.make({ userId: exchange.account.userId, sessionId });
  const known = project.produced.get(draftHash(draft));
  if (known === undefined) {
    const rule = draft.t.some((track) => (track.sg ?? []).length > 0)
      ? 'draft sent back unchanged'
      : 'exportable draft';
    world.record.violations({ rule, detail: id, sessionId });
    return refusal(400, 'invalid draft');
  }
  const change: RenderChange = {};
  for (const scenario of world.take({ part: 'render', sessionId })) Object.assign(change, scenario.render);
  const job = world.renders.submit({ id, sessionId, draft: known, change });
  if (job === null) {
    world.record.violations({ rule: 'unique render id', detail: id, sessionId });
    return refusal(400, 'duplicate id');
  }
  if (change.isSubmitAnswerLost === true) return { kind: 'reset' };
  const data = { id, status: job.status, progress: job.progress };
  return { kind: 'json', status: 200, body: { success: true, data } };
}

async function poll(exchange: AccountExchange): Promise<Reply> {
  const job = findJob(exchange);
  if (job === null) return notFound;
  const [fault, ...laterFaults] = job.change.firstPolls ?? [];
  if (fault !== undefined) {
    job.change = { ...job.change, firstPolls: laterFaults };
    return fault === 'reset'
      ? { kind: 'reset' }
      : {
          kind: 'text',
          status: 502,
          contentType: 'text/html',
          text: '<html><h1>502 Bad Gateway</h1></html>',
        };
  }
  const seen = exchange.world.renders.poll(job);
  const isWrapped = exchange.world.take({ part: 'shapeB', sessionId: job.sessionId }).length > 0;
  return {
    kind: 'json',
    status: 200,
    body: isWrapped ? shapeB(exchange, job, seen) : shapeA(exchange, job, seen),
  };
}

/** Top level, `output.url`: the documented contract of this base (nemo-api §8.2). */
function shapeA({ world }: Exchange, job: RenderJob, { status, progress, hasUrl }: Seen): unknown {
  const film = job.film;
  const output =
    hasUrl && film !== null
      ? {
          output: {
            url: filmUrl(world.baseUrl(), job),
            duration: film.durationMs / 1000,
            size: film.sizeBytes,
          },
        }
      : {};
  return {
    taskId: job.id,
    status,
    progress,
    ...output,
    ...(job.error === null ? {} : { error: 'render failed' }),
  };
}

/** Wrapped, `outputUrl`: what the neighbouring gateway returns. */
function shapeB({ world }: Exchange, job: RenderJob, { status, progress, hasUrl }: Seen): unknown {
  const done = job.completedAtMs === null ? {} : { completedAt: job.completedAtMs };
  const url = hasUrl ? { outputUrl: filmUrl(world.baseUrl(), job) } : {};
  const error = job.error === null ? {} : { error: 'render failed' };
  return {
    success: status !== 'failed',
    data: { id: job.id, status, progress, ...url, createdAt: job.createdAtMs, ...done, ...error },
  };
}

function filmUrl(baseUrl: string, job: RenderJob): string {
  return `${baseUrl}/render-result/${encodeURIComponent(job.id)}/output.mp4`;
}

async function cancel(exchange: AccountExchange): Promise<Reply> {
  const job = findJob(exchange);
  if (job === null) return notFound;
  if (job.status !== 'pending' && job.status !== 'processing')
    return refusal(400, `a ${job.status} render cannot be cancelled`);
  exchange.world.renders.cancel(job);
  return { kind: 'json', status: 200, body: { success: true, data: { id: job.id, status: 'cancelled' } } };
}

async function download(exchange: AccountExchange): Promise<Reply> {
  const job = findJob(exchange);
  return job?.status === 'completed'
    ? { kind: 'file', path: job.filmPath, contentType: 'video/mp4' }
    : notFound;
}

/** The film's own address plays a foreign CDN: whoever sends it the token has leaked it (nemo-api §8.3). */
async function readFilm({ world, request, params }: Exchange): Promise<Reply> {
  const job = world.renders.find(params['renderId'] ?? '');
  if (request.headers.authorization !== undefined) {
    world.record.violations({
      rule: 'no token to the film address',
      detail: params['renderId'] ?? '',
      sessionId: job?.sessionId ?? null,
    });
    return {
      kind: 'text',
      status: 400,
      contentType: 'application/xml',
      text: '<Error><Code>InvalidArgument</Code></Error>',
    };
  }
  if (job?.status !== 'completed' || job.change.filmIsGone === true) {
    return {
      kind: 'text',
      status: 404,
      contentType: 'application/xml',
      text: '<Error><Code>NoSuchKey</Code></Error>',
    };
  }
  return { kind: 'file', path: job.filmPath, contentType: 'video/mp4' };
}

function findJob(exchange: AccountExchange): RenderJob | null {
  const job = exchange.world.renders.find(exchange.params['renderId'] ?? '');
  return job === null || findProject(exchange, job.sessionId) === null ? null : job;
}
