/** The steps of a turn and its render that are seen on the wire, by name, in their order. A step that a story does not reach fails its test. */
import type { CrashHouse } from './crash-house.ts';
import type { Moment, Passage } from './tap.ts';

export type Step = {
  readonly name: string;
  readonly call: string;
  /** The first such call of a story is 1. */
  readonly nth: number;
  readonly moment: Moment;
  /** For `streaming`: which piece of the answer. */
  readonly piece?: number;
  /** What the backend has to do in a story so that the step is certainly reached, however quick or slow anybody is. */
  readonly scenario?: string;
  /** The person was not told yet that the request is accepted: it may be lost here, and then nothing of it is done. */
  readonly mayBeUnheard?: boolean;
  /** The instruction may never leave, because it was stored as submitted already (invariant I1). */
  readonly mayBeUnsent?: boolean;
};

type Call = Omit<Step, 'name' | 'moment'> & { readonly what: string };

const messages = 'POST /api/v10/channels/:id/messages';
const edits = 'PATCH /api/v10/channels/:id/messages/:id';
const state = 'GET /api/state/nemo_agent/me/:id/latest';
const polls = 'GET /api/render/proxy/lambda/:id';

/** Each of these calls is one that a story cannot do without. */
const calls: readonly Call[] = [
  { what: 'the thread', call: 'POST /api/v10/channels/:id/messages/:id/threads', nth: 1 },
  { what: 'the status message', call: messages, nth: 1 },
  { what: 'the session', call: 'POST /api/tasks/me/with-session/nemo_agent', nth: 1 },
  { what: 'the hand-over of the file', call: 'POST /api/upload-video/nemo_agent/me/:id', nth: 1 },
  { what: 'the snapshot before', call: state, nth: 1 },
  // What people see is written while the instruction is sent; neither waits for the other.
  { what: 'the first edit', call: edits, nth: 1, mayBeUnsent: true },
  { what: 'the second edit', call: edits, nth: 2, mayBeUnsent: true },
  { what: 'the look after the stream', call: state, nth: 2 },
  { what: 'the draft for the render', call: state, nth: 3 },
  { what: 'the render request', call: 'POST /api/render/proxy/lambda', nth: 1 },
  { what: 'the first poll', call: polls, nth: 1 },
  { what: 'the second poll', call: polls, nth: 2, scenario: 'completed without url first' },
  { what: 'the project link', call: 'POST /api/auth/claim-token', nth: 1 },
  { what: 'the timeline for the result', call: state, nth: 4 },
  { what: 'the result message', call: messages, nth: 2 },
];

const phases: readonly { readonly moment: Moment; readonly says: (what: string) => string }[] = [
  { moment: 'sent', says: (what) => `${what} is asked for, and the request is lost` },
  { moment: 'done', says: (what) => `${what} is there, and the answer is lost` },
  { moment: 'answered', says: (what) => `${what} is there, and the bot knows it` },
];

const callback = 'POST /api/v10/interactions/:id/:id/callback';
const run = 'POST /run_sse';

export const steps: readonly Step[] = [
  { name: 'the acknowledgement is lost', call: callback, nth: 1, moment: 'sent', mayBeUnheard: true },
  { name: 'the request is acknowledged', call: callback, nth: 1, moment: 'done', mayBeUnheard: true },
  ...calls.flatMap(({ what, ...call }) =>
    phases.map(({ moment, says }) => ({ name: says(what), ...call, moment })),
  ),
  { name: 'the instruction is on its way, and lost', call: run, nth: 1, moment: 'sent', mayBeUnsent: true },
  { name: 'the instruction has arrived', call: run, nth: 1, moment: 'done' },
  { name: 'the first words came', call: run, nth: 1, moment: 'streaming', piece: 1 },
  { name: 'more words came', call: run, nth: 1, moment: 'streaming', piece: 6 },
  { name: 'still more words came', call: run, nth: 1, moment: 'streaming', piece: 14 },
  { name: 'the stream has ended', call: run, nth: 1, moment: 'answered' },
];

/** For the story that comes next. */
export const prepareFor = ({ nemo }: Pick<CrashHouse, 'nemo'>, { scenario }: Step): void => {
  if (scenario !== undefined) nemo.scenarios.use(scenario, { for: 'next turn' });
};

/** Says once that a step is reached. */
export const createWatch = (step: Step): ((passage: Passage) => boolean) => {
  let calls = 0;
  let pieces = 0;
  let isOver = false;
  return ({ call, moment }) => {
    if (isOver || call !== step.call) return false;
    if (moment === 'sent') calls += 1;
    if (calls !== step.nth || moment !== step.moment) return false;
    if (moment === 'streaming') pieces += 1;
    isOver = pieces === (step.piece ?? 0);
    return isOver;
  };
};
