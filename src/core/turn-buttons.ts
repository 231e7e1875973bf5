/** What a person can press under a turn. Custom ids carry all that is needed, so they work after a restart. Pure. */
import type { Messages } from './messages/catalogue.ts';
import type { Problem, ProblemKind } from './problems.ts';
import type { RenderState } from './render.ts';
import type { Choices, TurnState } from './turn.ts';
import { actionButton, type ButtonView } from './view.ts';

type ButtonContext = {
  readonly turnId: string;
  readonly threadId: string;
  readonly messages: Messages;
  readonly render: RenderState | null;
  readonly isRenderOffered: boolean;
};

const isRendering = (render: RenderState | null): boolean =>
  render !== null && ['prepared', 'submitted', 'rendering'].includes(render.phase);

/** Somebody has to ask for the video, because the server wants it so. */
export const isRenderOpen = ({
  isRenderOffered,
  render,
}: Pick<ButtonContext, 'isRenderOffered' | 'render'>): boolean => isRenderOffered && render === null;

const choiceButtons = (
  choices: Exclude<Choices, 'none'>,
  { messages, threadId, turnId }: ButtonContext,
): readonly ButtonView[] => {
  if (choices === 'examples') {
    return messages.examples.map((label, index) => actionButton(label, `example:${index}:${threadId}`));
  }
  const { labels, anyway } = messages.vague;
  return [
    ...labels.map((label, index) => actionButton(label, `clearer:${index}:${threadId}`)),
    actionButton(anyway, `anyway:${turnId}`),
  ];
};

/** Asked once more, it would end the same: these ask for other files, or for a film first. */
const hopeless: ReadonlySet<ProblemKind> = new Set([
  'unsupportedFile',
  'fileTooLarge',
  'fileUnreadable',
  'nothingToExport',
]);

/** What was sent may cost again; what was not has cost nothing. */
const againButtons = (
  { outcome, problem, submittedAtMs }: TurnState,
  { messages, turnId }: ButtonContext,
): readonly ButtonView[] => {
  if (outcome !== 'failed') return [];
  if (submittedAtMs !== null) return [actionButton(messages.buttons.runAgain, `again:${turnId}`)];
  if (problem !== null && hopeless.has(problem.kind)) return [];
  return [actionButton(messages.buttons.tryAgain, `again:${turnId}`)];
};

/** A render costs nothing, so whatever it failed of it may be tried again; one that the plan refuses needs the project first. */
const failedRenderButtons = (
  { kind }: Problem,
  { messages, threadId }: ButtonContext,
): readonly ButtonView[] => {
  if (hopeless.has(kind)) return [];
  const renderAgain = actionButton(messages.buttons.renderAgain, `render:${threadId}`);
  const project = actionButton(messages.render.projectLabel, `project:${threadId}`);
  return kind === 'planBlocked' ? [project, renderAgain] : [renderAgain];
};

export const turnButtons = (state: TurnState, context: ButtonContext): readonly ButtonView[] => {
  const { messages, turnId, threadId, render } = context;
  if (state.phase !== 'settled' || isRendering(render)) {
    return [actionButton(messages.buttons.stop, `stop:${turnId}`)];
  }
  if (state.choices !== 'none') return choiceButtons(state.choices, context);
  if (isRenderOpen(context)) {
    return [{ ...actionButton(messages.buttons.render, `render:${threadId}`), tone: 'primary' }];
  }
  if (render?.phase === 'failed' && render.problem !== null) {
    return failedRenderButtons(render.problem, context);
  }
  return againButtons(state, context);
};
