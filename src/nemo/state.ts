/** Reads a session's state and an account's credits. Knows these two requests and no other. */
import { z } from 'zod';
import { readTimeline } from '../core/timeline.ts';
import type { Credits, Snapshot } from '../ports/backend.ts';
import { dataOf } from './answer.ts';
import type { Api } from './api.ts';
import { fingerprintOf } from './fingerprint.ts';
import { idSchema } from './json.ts';
import { stateSizeBytesMax } from './limits.ts';

type Read = { readonly token: string; readonly signal: AbortSignal };

/** nemo-api §6.2: `draft` may be absent, null or `{}`, or all of it null; the shape of `generated_media` is unknown. */
const stateSchema = z
  .object({
    user_id: idSchema.nullish().catch(undefined),
    bind_id: idSchema.nullish().catch(undefined),
    state: z
      .object({
        draft: z.unknown().optional(),
        video_infos: z.unknown().optional(),
        generated_media: z.unknown().optional(),
      })
      .nullish(),
  })
  .nullable();

const countOf = (media: unknown): number =>
  typeof media === 'object' && media !== null ? Object.keys(media).length : 0;

/** Nothing yet has three spellings; they must not look like a change. */
const orNull = (value: unknown): unknown => {
  const isNothing =
    value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
  return isNothing ? null : value;
};

/** `GET /api/state/nemo_agent/me/{sid}/latest` (nemo-api §6.2). */
export const readSnapshot = async (
  api: Api,
  call: Read & { readonly sessionId: string },
): Promise<Snapshot> => {
  const body = await api.json({
    call: 'state',
    method: 'GET',
    path: `/api/state/nemo_agent/me/${encodeURIComponent(call.sessionId)}/latest`,
    token: call.token,
    signal: call.signal,
    sizeBytesMax: stateSizeBytesMax,
  });
  const { state, user_id: userId, bind_id: bindId } = dataOf('state', body, stateSchema) ?? {};
  const draft = orNull(state?.draft);
  const uploaded = orNull(state?.video_infos);
  const generated = orNull(state?.generated_media);
  return {
    draft,
    timeline: readTimeline(draft),
    fingerprint: fingerprintOf([draft, uploaded, generated]),
    mediaCount: countOf(uploaded) + countOf(generated),
    userId: userId ?? bindId ?? null,
  };
};

/** A number, also in quotes; an overdrawn account has none left. null: the answer does not say. */
const amountSchema = z
  .union([z.number(), z.string().trim().regex(/^-?\d/u).pipe(z.coerce.number())])
  .transform((amount) => Math.max(0, amount))
  .nullable()
  .catch(null);

const creditsSchema = z.object({ available: amountSchema, frozen: amountSchema, total: amountSchema });

/**
 * `GET /api/credits/balance/simple` (nemo-api §6.1). A balance without numbers is unknown: only one variant of little trust counts it
 * as zero, and then a person who has credits would be sent away.
 */
export const readCredits = async (api: Api, call: Read): Promise<Credits | 'unknown'> => {
  const body = await api.json({
    call: 'credits',
    method: 'GET',
    path: '/api/credits/balance/simple',
    token: call.token,
    signal: call.signal,
  });
  const { available, frozen, total } = dataOf('credits', body, creditsSchema);
  if (available === null) return 'unknown';
  const reserved = frozen ?? 0;
  return { available, frozen: reserved, total: total ?? available + reserved };
};
