/** Turns that the bot answers by itself, without the agent: export, credits, the timeline, files alone. They cost nothing. */
import type { Intent } from '../../core/intent.ts';
import { messagesFor } from '../../core/messages/messages.ts';
import { isExportable } from '../../core/timeline.ts';
import { describeTimeline } from '../../core/timeline-words.ts';
import type { Choices } from '../../core/turn.ts';
import type { ThreadRecord } from '../../ports/store.ts';
import { refusal } from '../failures.ts';
import type { LiveTurn } from './live-turns.ts';
import type { StreamDeps } from './turn-stream.ts';

type ReplyOptions = { readonly live: LiveTurn; readonly thread: ThreadRecord; readonly signal: AbortSignal };

const reply = (live: LiveTurn, text: string, choices: Choices = 'none'): void =>
  live.dispatch({ type: 'replied', text, choices });

const replyCredits = async (deps: StreamDeps, { live, thread, signal }: ReplyOptions): Promise<void> => {
  const { account } = await deps.sessions.open(thread, signal);
  const left = await deps.backend.credits({ account, signal });
  const messages = messagesFor(live.record().locale);
  reply(live, left === 'unknown' ? messages.creditsUnknown : messages.credits(left.available, left.frozen));
};

const readTimelineOf = async (deps: StreamDeps, { thread, signal }: ReplyOptions) => {
  const { account, session } = await deps.sessions.open(thread, signal);
  const { timeline } = await deps.backend.snapshot({ account, signal, sessionId: session.sessionId });
  return timeline;
};

const replyTimeline = async (deps: StreamDeps, options: ReplyOptions): Promise<void> => {
  const messages = messagesFor(options.live.record().locale);
  const timeline = await readTimelineOf(deps, options);
  const hasTracks = timeline.tracks.length > 0;
  reply(options.live, hasTracks ? describeTimeline(timeline, messages.timeline) : messages.noTimeline);
};

/** The render itself follows when the turn is settled. */
const replyExport = async (deps: StreamDeps, options: ReplyOptions): Promise<void> => {
  const timeline = await readTimelineOf(deps, options);
  if (isExportable(timeline)) reply(options.live, messagesFor(options.live.record().locale).render.asked);
  else options.live.dispatch({ type: 'failed', problem: refusal('nothingToExport') });
};

const handOverAll = async (deps: StreamDeps, { live, thread, signal }: ReplyOptions): Promise<void> => {
  await deps.sessions.open(thread, signal);
  await deps.handOver.ensure(live, thread, signal);
};

/** Files without a wish: they are handed over, and the person is asked what to make. Nothing at all: the greeting. */
const replyFiles = async (deps: StreamDeps, { live, thread, signal }: ReplyOptions): Promise<void> => {
  const messages = messagesFor(live.record().locale);
  const { files: sent, instruction } = live.record();
  if (sent.length === 0 && instruction.trim() === '') return reply(live, messages.greeting, 'examples');
  if (sent.length > 0) await handOverAll(deps, { live, thread, signal });
  const taken = live.record().files.filter((file) => file.outcome?.accepted === true);
  if (taken.length > 0) return reply(live, messages.dropQuestion(taken.length), 'examples');
  return reply(live, messages.uploadHelp);
};

/** Answers a turn of any intent but `chat`; afterwards it is settled. Rejects with NemoError, StoreError or the signal's reason. */
export const replyTo = async (
  deps: StreamDeps,
  intent: Exclude<Intent, 'chat'>,
  options: ReplyOptions,
): Promise<void> => {
  const replies = { credits: replyCredits, status: replyTimeline, export: replyExport, upload: replyFiles };
  await replies[intent](deps, options);
  await options.live.save();
};
