/** Submits, follows and cancels renders. Knows the render requests (nemo-api §8) and no other. */
import { z } from 'zod';
import { NemoError, type RenderStatus } from '../ports/backend.ts';
import type { Api } from './api.ts';
import { asSecure } from './foreign.ts';

type RenderCall = { readonly token: string; readonly renderId: string; readonly signal: AbortSignal };

const pathOf = (renderId: string): string => `/api/render/proxy/lambda/${encodeURIComponent(renderId)}`;

/** `POST /api/render/proxy/lambda` (nemo-api §8.1). Any 2xx without an error code means that it was taken. */
export const submitRender = async (
  api: Api,
  call: RenderCall & { readonly sessionId: string; readonly draft: unknown },
): Promise<void> => {
  await api.json({
    call: 'render',
    method: 'POST',
    path: '/api/render/proxy/lambda',
    token: call.token,
    signal: call.signal,
    json: {
      id: call.renderId,
      // The one camelCase key of the backend (nemo-api §8.1).
      sessionId: call.sessionId,
      draft: call.draft,
      output: { format: 'mp4', quality: 'high' },
    },
  });
};

const webAddress = z
  .url({ protocol: /^https?$/u })
  .nullish()
  .catch(undefined);
const progressSchema = z.coerce.number().nullish().catch(undefined);

/** Both shapes of nemo-api §8.2 have these keys, at the top level or below `data`. */
const statusSchema = z.object({
  status: z.string().nullish().catch(undefined),
  progress: progressSchema,
  outputUrl: webAddress,
  output: z.object({ url: webAddress }).nullish().catch(undefined),
});

const answerSchema = statusSchema.extend({ data: statusSchema.nullish().catch(undefined) }).catch({});

type Status = RenderStatus['status'];

/** `pending`, `processing`, `completed`, `failed` are documented; the others are neighbours' words (nemo-api §8.2, §12). */
const statusWords: ReadonlyMap<string, Status> = new Map([
  ['pending', 'pending'],
  ['queued', 'pending'],
  ['processing', 'processing'],
  ['rendering', 'processing'],
  ['running', 'processing'],
  ['completed', 'completed'],
  ['succeeded', 'completed'],
  ['failed', 'failed'],
  ['error', 'failed'],
  ['cancelled', 'failed'],
  ['canceled', 'failed'],
]);

/** Where a render answer says the film is, in all four places (nemo-api §15 row 7); null where it does not. */
export const outputUrlOf = (body: unknown): string | null => {
  const answer = answerSchema.parse(body);
  const url = answer.output?.url ?? answer.data?.output?.url ?? answer.outputUrl ?? answer.data?.outputUrl;
  return url === null || url === undefined ? null : asSecure(url);
};

const statusOf = (body: unknown): RenderStatus => {
  const answer = answerSchema.parse(body);
  const url = outputUrlOf(body);
  const word = statusWords.get((answer.status ?? answer.data?.status ?? '').toLowerCase()) ?? 'unknown';
  const progress = answer.progress ?? answer.data?.progress ?? null;
  return {
    // Without an address it is not finished yet (nemo-api §8.2).
    status: word === 'completed' && url === null ? 'processing' : word,
    progress: progress === null ? null : Math.min(100, Math.max(0, progress)),
    url,
  };
};

/** `GET /api/render/proxy/lambda/{id}` (nemo-api §8.2); null when the backend does not know the id. */
export const readRenderStatus = async (api: Api, call: RenderCall): Promise<RenderStatus | null> => {
  try {
    const path = pathOf(call.renderId);
    const { token, signal } = call;
    return statusOf(await api.json({ call: 'renderStatus', method: 'GET', path, token, signal }));
  } catch (error) {
    if (error instanceof NemoError && error.problem.kind === 'sessionLost') return null;
    throw error;
  }
};

/** `POST /api/render/proxy/lambda/{id}/cancel` (nemo-api §8.2). */
export const cancelRender = async (api: Api, call: RenderCall): Promise<void> => {
  const path = `${pathOf(call.renderId)}/cancel`;
  await api.json({ call: 'cancelRender', method: 'POST', path, token: call.token, signal: call.signal });
};
