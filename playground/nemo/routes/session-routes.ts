// Sessions, credits and snapshots (nemo-api §3 and §6). It must not know streams or films.
import { z } from 'zod';
import { type Reply, success, unprocessable } from '../reply.ts';
import { type AccountExchange, findProject, type Route, readJson, sessionNotFound } from './exchange.ts';

const sessionBody = z.object({ task_name: z.string().min(1), language: z.string().min(1).optional() });

export const sessionRoutes: readonly Route[] = [
  {
    name: 'create session',
    method: 'POST',
    path: '/api/tasks/me/with-session/nemo_agent',
    auth: 'bearer',
    handle: createSession,
  },
  {
    name: 'credits',
    method: 'GET',
    path: '/api/credits/balance/simple',
    auth: 'bearer',
    handle: readCredits,
  },
  {
    name: 'state',
    method: 'GET',
    path: '/api/state/nemo_agent/me/:sessionId/latest',
    auth: 'bearer',
    sessionOf: ({ params }) => params['sessionId'] ?? null,
    handle: readState,
  },
];

async function createSession(exchange: AccountExchange): Promise<Reply> {
  const read = await readJson(exchange);
  const parsed = sessionBody.safeParse(read.ok ? read.body : undefined);
  if (!parsed.success) return unprocessable(parsed.error.issues);
  const { task_name: taskName, language } = parsed.data;
  const project = exchange.world.projects.create({ owner: exchange.account, taskName, language });
  return success({
    task_id: project.taskId,
    session_id: project.sessionId,
    user_id: exchange.account.userId,
  });
}

async function readCredits({ world, account }: AccountExchange): Promise<Reply> {
  const pretended = world.take({ part: 'credits', sessionId: null }).at(-1)?.credits;
  const available = pretended ?? account.available;
  return success({ available, frozen: account.frozen, total: available + account.frozen });
}

async function readState(exchange: AccountExchange): Promise<Reply> {
  const project = findProject(exchange, exchange.params['sessionId'] ?? '');
  if (project === null) return sessionNotFound;
  return success({
    session_id: project.sessionId,
    task_id: project.taskId,
    task_name: project.taskName,
    user_id: exchange.account.userId,
    state: exchange.world.projects.readState(project),
  });
}
