// Tokens: anonymous ones (nemo-api §2) and claim tokens for a project's link (§8.4). It must not know films.
import { z } from 'zod';
import { httpError, type Reply, success, unprocessable } from '../reply.ts';
import {
  type AccountExchange,
  type Exchange,
  findProject,
  type Route,
  readJson,
  sessionNotFound,
} from './exchange.ts';

const clientIdCharactersMax = 64;
const claimTokenSeconds = 604_800;
const claimBody = z.object({ task_id: z.string().min(1), session_id: z.string().min(1) });

export const authRoutes: readonly Route[] = [
  {
    name: 'anonymous token',
    method: 'POST',
    path: '/api/auth/anonymous-token',
    auth: 'none',
    handle: issueToken,
  },
  {
    name: 'claim token',
    method: 'POST',
    path: '/api/auth/claim-token',
    auth: 'bearer',
    handle: issueClaimToken,
  },
];

async function issueToken({ world, request }: Exchange): Promise<Reply> {
  const clientId = request.headers['x-client-id'];
  if (typeof clientId !== 'string' || clientId === '')
    return httpError(400, 'X-Client-Id header is required');
  if (clientId.length > clientIdCharactersMax)
    return httpError(400, 'X-Client-Id must have at most 64 characters');
  const issued = world.accounts.issueAnonymous({
    clientId,
    address: request.socket.remoteAddress ?? 'unknown',
  });
  if (issued === null) return httpError(429, 'too many anonymous tokens for this address');
  const { token, userId, expiresAtMs, credits } = issued;
  return success({ token, user_id: userId, expires_at: new Date(expiresAtMs).toISOString(), credits });
}

async function issueClaimToken(exchange: AccountExchange): Promise<Reply> {
  const read = await readJson(exchange);
  const parsed = claimBody.safeParse(read.ok ? read.body : undefined);
  if (!parsed.success) return unprocessable(parsed.error.issues);
  const project = findProject(exchange, parsed.data.session_id);
  if (project === null || project.taskId !== parsed.data.task_id) return sessionNotFound;
  return success({
    claim_token: `clm_${exchange.world.newId().replaceAll('-', '')}`,
    expires_in: claimTokenSeconds,
  });
}
