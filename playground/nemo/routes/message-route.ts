// POST /run_sse (nemo-api §4): who may start a turn, what it costs, and what is counted. It must not know the wire's shape.
import { z } from 'zod';
import type { Hold } from '../accounts.ts';
import type { Material } from '../draft.ts';
import type { Project } from '../projects.ts';
import { type Reply, refusal, unprocessable } from '../reply.ts';
import { samplePictures } from '../sample-pictures.ts';
import type { Scenario, TurnChange } from '../scenarios/scenario.ts';
import { planTurn, type Step, type TurnPlan } from '../script.ts';
import { playTurn } from '../turns.ts';
import {
  type AccountExchange,
  findProject,
  type Route,
  readJson,
  sessionNotFound,
  type World,
} from './exchange.ts';

const messageBody = z.object({
  app_name: z.literal('nemo_agent'),
  user_id: z.literal('me'),
  session_id: z.string().min(1),
  new_message: z.object({
    role: z.literal('user').optional(),
    parts: z.array(z.object({ text: z.string().min(1) })).min(1),
  }),
});

/** What lies beyond the documented keys is taken, as by the real server, and noted. */
const exactMessageBody = z.strictObject({
  ...messageBody.shape,
  new_message: z.strictObject({
    role: z.literal('user').optional(),
    parts: z.array(z.strictObject({ text: z.string() })),
  }),
});

const changedStepsMax = 1000;

export const messageRoute: Route = {
  name: 'message',
  method: 'POST',
  path: '/run_sse',
  auth: 'bearer',
  isSessionInBody: true,
  handle: receiveMessage,
};

async function receiveMessage(exchange: AccountExchange): Promise<Reply> {
  const { world, account, request } = exchange;
  const read = await readJson(exchange);
  const parsed = messageBody.safeParse(read.ok ? read.body : undefined);
  if (!parsed.success) {
    world.record.violations({
      rule: 'message body',
      detail: parsed.error.issues.map((issue) => issue.path.join('.')).join(', '),
      sessionId: null,
    });
    return unprocessable(parsed.error.issues);
  }
  if (!(request.headers.accept ?? '').includes('text/event-stream')) {
    world.record.violations({
      rule: 'accept header',
      detail: request.headers.accept ?? 'none',
      sessionId: parsed.data.session_id,
    });
    return { kind: 'json', status: 406, body: { detail: 'Accept must include text/event-stream' } };
  }
  if (!exactMessageBody.safeParse(read.ok ? read.body : undefined).success) {
    world.record.violations({
      rule: 'message keys',
      detail: 'more keys than documented',
      sessionId: parsed.data.session_id,
    });
  }
  const project = findProject(exchange, parsed.data.session_id);
  if (project === null) return sessionNotFound;
  const text = parsed.data.new_message.parts.map((part) => part.text).join('\n');
  const replaced = world
    .take({ part: 'reply', route: 'message', sessionId: project.sessionId })
    .at(-1)?.reply;
  if (replaced !== undefined) return replaced.make({ userId: account.userId, sessionId: project.sessionId });
  return startTurn(exchange, project, text);
}

async function startTurn(exchange: AccountExchange, project: Project, text: string): Promise<Reply> {
  const { world, account } = exchange;
  const plan = planTurn({
    message: text,
    language: project.language,
    draft: project.draft,
    materials: project.assets.filter((asset) => asset.kind !== 'audio'),
    inventMaterials: () => generatedMaterials(world),
    silentShare: world.silentShare,
  });
  const available =
    world.take({ part: 'credits', sessionId: project.sessionId }).at(-1)?.credits ?? account.available;
  const hold = available < plan.credits ? null : world.accounts.hold(account, plan.credits);
  if (hold === null) {
    const data = { user_id: account.userId, required: plan.credits, available };
    return refusal(2001, 'insufficient credits', data);
  }
  noteSubmission(world, project, text);
  const change = mergeChanges(world.take({ part: 'turn', sessionId: project.sessionId }));
  const turn = runTurn(exchange, { project, plan, hold, change });
  world.background(turn);
  await turn;
  return { kind: 'written' };
}

/** Two at once and repeated words are accepted, as by the server that was measured, and charged again: the ledger shows it. */
function noteSubmission(world: World, project: Project, text: string): void {
  const { sessionId } = project;
  if (project.runningTurns > 0)
    world.record.violations({ rule: 'one running turn per session', detail: text.slice(0, 80), sessionId });
  if (project.messages.at(-1) === text)
    world.record.violations({ rule: 'same message twice', detail: text.slice(0, 80), sessionId });
  project.messages.push(text);
  world.record.submissions({
    turnId: `turn_${project.sessionId}_${project.messages.length}`,
    sessionId,
    text,
  });
}

type RunningTurn = { project: Project; plan: TurnPlan; hold: Hold; change: TurnChange };

/** Credits are deducted when the turn stored something, and given back otherwise. */
async function runTurn(
  { world, account, response }: AccountExchange,
  { project, plan, hold, change }: RunningTurn,
): Promise<void> {
  const { sessionId } = project;
  const turnId = `turn_${sessionId}_${project.messages.length}`;
  let isRunning = true;
  let hasWritten = false;
  project.runningTurns += 1;
  const stopRunning = (): void => {
    if (isRunning) project.runningTurns -= 1;
    isRunning = false;
  };
  try {
    await playTurn(
      {
        plan,
        change,
        response,
        onEnded: stopRunning,
        onWrite: (write) => {
          hasWritten = true;
          world.projects.write(project, write);
        },
      },
      world,
    );
  } finally {
    stopRunning();
    if (hasWritten) hold.settle();
    else hold.release();
    if (hasWritten)
      world.record.charges({ userId: account.userId, sessionId, turnId, credits: plan.credits });
  }
}

/** Later scenarios win where they speak of the same thing; changed steps are changed in turn. */
function mergeChanges(scenarios: readonly Scenario[]): TurnChange {
  const merged: TurnChange = {};
  for (const { turn = {} } of scenarios) {
    const [first, second] = [merged.steps, turn.steps];
    Object.assign(merged, turn);
    if (first === undefined || second === undefined) continue;
    merged.steps = (plan, isOpen) => second({ ...plan, steps: firstOf(first(plan, isOpen)) }, isOpen);
  }
  return merged;
}

/** Steps of a scenario that another one changes are laid out at once; one without end must not fill the memory. */
function firstOf(steps: Iterable<Step>): Step[] {
  const first: Step[] = [];
  for (const step of steps) {
    first.push(step);
    if (first.length >= changedStepsMax) break;
  }
  return first;
}

/** Without a picture of the person's own, the agent "generates" the project's samples. */
function generatedMaterials(world: World): Material[] {
  return samplePictures.slice(0, 3).map(({ filename }) => ({
    id: `generated:${filename}`,
    filename,
    url: `${world.baseUrl()}/cdn/generated/${filename}`,
    hash: `generated-${filename}`,
  }));
}
