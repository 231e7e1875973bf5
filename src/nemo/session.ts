/** Opens sessions and makes the link to a project. Knows these two requests and no other. */
import { z } from 'zod';
import type { BackendSession } from '../ports/backend.ts';
import { dataOf } from './answer.ts';
import type { Api } from './api.ts';
import { idSchema } from './json.ts';

const absentId = idSchema.nullish().catch(undefined);

/** nemo-api §3; `user_id` (or `bind_id`) is promised by one source and missing in the sample of another. */
const sessionSchema = z.object({
  session_id: idSchema,
  task_id: absentId,
  user_id: absentId,
  bind_id: absentId,
});

/** `POST /api/tasks/me/with-session/nemo_agent` (nemo-api §3). Every call makes a new session. */
export const openSession = async (
  api: Api,
  call: { readonly token: string; readonly language: string; readonly signal: AbortSignal },
): Promise<BackendSession> => {
  const body = await api.json({
    call: 'session',
    method: 'POST',
    path: '/api/tasks/me/with-session/nemo_agent',
    token: call.token,
    signal: call.signal,
    json: { task_name: 'project', language: call.language },
  });
  const data = dataOf('session', body, sessionSchema);
  return {
    sessionId: data.session_id,
    taskId: data.task_id ?? null,
    userId: data.user_id ?? data.bind_id ?? null,
  };
};

/** A token with another prefix could open the account and has no place in an address (nemo-api §8.4). */
const claimSchema = z.object({ claim_token: z.string().startsWith('clm_') });

/** `POST /api/auth/claim-token` (nemo-api §8.4) → an address for people. */
export const claimLink = async (
  api: Api,
  call: {
    readonly token: string;
    readonly taskId: string;
    readonly sessionId: string;
    readonly webUrl: string;
    readonly signal: AbortSignal;
  },
): Promise<string> => {
  const body = await api.json({
    call: 'claim',
    method: 'POST',
    path: '/api/auth/claim-token',
    token: call.token,
    signal: call.signal,
    json: { task_id: call.taskId, session_id: call.sessionId },
  });
  const { claim_token: claimToken } = dataOf('claim', body, claimSchema);
  return `${call.webUrl}/workspace/claim?ct=${encodeURIComponent(claimToken)}`;
};
