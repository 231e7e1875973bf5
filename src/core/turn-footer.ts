/** The small line under a turn: a sign of life while it runs, and what became of it. Pure. */
import type { Timing } from './limits.ts';
import type { Messages } from './messages/catalogue.ts';
import { isSlowRender, type RenderState } from './render.ts';
import type { TurnState } from './turn.ts';
import { isRenderOpen } from './turn-buttons.ts';

export type FooterContext = {
  readonly nowMs: number;
  readonly messages: Messages;
  readonly timing: Timing;
  /** The render that follows this turn, if any. */
  readonly render: RenderState | null;
  /** What the turn took, and what is left; null where it is not known. */
  readonly cost: { readonly took: number; readonly left: number | null } | null;
  /** The render waits for somebody to press a button. */
  readonly isRenderOffered: boolean;
};

/** null when there is nothing to say. */
const oneLine = (parts: readonly (string | null)[]): string | null =>
  parts.filter((part) => part !== null).join(' · ') || null;

const activityText = (state: TurnState, messages: Messages): string => {
  if (state.phase === 'reconciling') return messages.activity.checking;
  if (state.activity !== 'uploading') return messages.activity[state.activity];
  return messages.activity.uploading(state.uploads?.done ?? 0, state.uploads?.total ?? 0);
};

/** "⏳ Still working..." once for every notice interval that has passed since the turn began. */
const notice = (startedAtMs: number | null, context: FooterContext): string | null => {
  if (startedAtMs === null) return null;
  const elapsedMs = context.nowMs - startedAtMs;
  const { noticeIntervalMs } = context.timing;
  const notices = Math.floor(elapsedMs / noticeIntervalMs);
  return notices < 1 ? null : context.messages.stillWorking(notices * noticeIntervalMs);
};

const renderFooter = (render: RenderState, context: FooterContext): string | null => {
  const { messages } = context;
  switch (render.phase) {
    case 'prepared':
    case 'submitted':
    case 'rendering': {
      const progress = isSlowRender(render)
        ? messages.render.slow
        : messages.activity.rendering(render.progress);
      return oneLine([progress, notice(render.startedAtMs, context)]);
    }
    case 'ready':
      return messages.render.ready;
    case 'delivered':
      return messages.render.delivered;
    case 'cancelled':
      return messages.render.cancelled;
    case 'failed':
      return null;
  }
};

const settledFooter = (context: FooterContext): string | null => {
  const { render, cost, messages } = context;
  return oneLine([
    render === null ? null : renderFooter(render, context),
    isRenderOpen(context) ? messages.renderOffer : null,
    cost === null ? null : messages.cost(cost.took, cost.left),
  ]);
};

/** One small line: what is going on, for how long, and what it took; null when there is nothing to say. */
export const turnFooter = (state: TurnState, context: FooterContext): string | null => {
  if (state.phase === 'settled') return settledFooter(context);
  if (state.phase === 'queued') return null;
  // While connecting, the text itself says so.
  const isSaid = state.activity === 'connecting';
  const activity = isSaid ? null : activityText(state, context.messages);
  return oneLine([activity, notice(state.startedAtMs, context)]);
};
