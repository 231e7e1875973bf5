/** Takes care of what was written while nobody listened: what is fresh is done, what is older is asked about. It must not know why nobody listened. */
import { cleanLine, escapeForeignText } from '../../core/foreign-text.ts';
import { messagesFor } from '../../core/messages/messages.ts';
import { textView } from '../../core/view.ts';
import { ChatError, type IncomingMessage, type MessageView } from '../../ports/chat.ts';
import type { Relay } from '../../ports/relay.ts';
import type { ThreadRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import type { Listening } from './listening.ts';
import { tellOfLostRequests } from './lost-answers.ts';
import type { MissedCalls } from './missed-calls.ts';
import { turnIdOf } from './turn-intake.ts';

export type CatchUp = {
  /** Reads what was missed since then. Never rejects, but with the signal's reason. */
  since(sinceMs: number, signal: AbortSignal): Promise<void>;
  /** Reads what was missed since the process before this one; from then on it is stored what was heard. In its own time. */
  begin(stopping: AbortSignal): void;
  runMissed: Relay['runMissed'];
};

type CatchUpDeps = RelayDeps & {
  readonly listening: Listening;
  readonly missedCalls: MissedCalls;
  readonly onMessage: (message: IncomingMessage) => Promise<void>;
};

/** Events on their way when the connection broke; messages that were taken in are known by their turns. */
const overlapMs = 10_000;
/** Who wrote this lately still waits for it; who wrote longer ago is asked. */
const freshForMs = 10 * 60_000;
/** Nobody is asked about what is older. */
const lookBackMsMax = 24 * 60 * 60_000;
const placesMax = 50;
const quotesMax = 5;
const quoteLengthMax = 200;

type Missed = { readonly thread: ThreadRecord; readonly messages: readonly IncomingMessage[] };

const isWish = (message: IncomingMessage): boolean =>
  message.isTextWithheld || message.text !== '' || message.attachments.length > 0;

/** What its requester wrote in a project since then, and nobody took in; null where there is no project. */
const readPlace = async (
  deps: RelayDeps,
  channelId: string,
  options: { sinceMs: number; signal: AbortSignal },
): Promise<Missed | null> => {
  const thread = await deps.store.threads.get(channelId);
  if (thread === null) return null;
  const messages: IncomingMessage[] = [];
  for (const message of await deps.chat.messagesSince(channelId, options)) {
    const isTheirs = message.person.id === thread.requesterId && isWish(message);
    const isKnown = isTheirs && (await deps.store.turns.get(turnIdOf(message.messageId))) !== null;
    if (isTheirs && !isKnown) messages.push(message);
  }
  return { thread, messages };
};

const quoteOf = ({ text, attachments }: IncomingMessage, { locale }: ThreadRecord): string =>
  text === ''
    ? messagesFor(locale).note.filesReceived(attachments.length)
    : escapeForeignText(cleanLine(text, quoteLengthMax));

/** The times name the messages: they are read again when somebody presses the button. */
const questionKey = (messages: readonly IncomingMessage[]): string =>
  `missed:${messages[0]?.createdAtMs ?? 0}:${messages.at(-1)?.createdAtMs ?? 0}`;

const questionOf = ({ thread, messages }: Missed): MessageView => {
  const { places } = messagesFor(thread.locale);
  const shown = messages.filter(({ isTextWithheld }) => !isTextWithheld);
  if (shown.length === 0) return textView(places.missedWithheld);
  const quotes = shown.slice(-quotesMax).map((message) => quoteOf(message, thread));
  const customId = questionKey(messages);
  const button = { kind: 'action', label: places.runMissed, customId, tone: 'primary' } as const;
  return { ...textView(places.missed(quotes)), buttons: [button] };
};

const ask = async (deps: RelayDeps, missed: Missed, signal: AbortSignal): Promise<void> => {
  const { threadId } = missed.thread;
  const key = questionKey(missed.messages);
  // A process that was ended in the middle of its catching up may have asked already.
  if ((await deps.chat.findOwnMessage(threadId, key, { signal })) !== null) return;
  await deps.chat.createMessage(threadId, questionOf(missed), { key: `${key}:${threadId}`, signal });
};

const takePlace = async (
  deps: CatchUpDeps,
  channelId: string,
  options: { sinceMs: number; signal: AbortSignal },
): Promise<void> => {
  const missed = await readPlace(deps, channelId, options);
  if (missed === null || missed.messages.length === 0) return;
  const freshSinceMs = deps.clock.nowMs() - freshForMs;
  const isFresh = ({ createdAtMs }: IncomingMessage): boolean => createdAtMs >= freshSinceMs;
  const older = missed.messages.filter((message) => !isFresh(message));
  const fresh = missed.messages.filter(isFresh);
  const counts = { older: older.length, fresh: fresh.length };
  deps.log.info({ threadId: channelId, ...counts }, 'missed messages are taken up');
  if (older.length > 0) await ask(deps, { ...missed, messages: older }, options.signal);
  for (const message of fresh) await deps.onMessage(message);
};

/** One place that is closed to us, or one that cannot be read now, must not keep the others waiting. */
const inEach = async (
  { log }: Pick<RelayDeps, 'log'>,
  { channelIds, signal }: { readonly channelIds: readonly string[]; readonly signal: AbortSignal },
  take: (channelId: string) => Promise<void>,
): Promise<void> => {
  for (const channelId of channelIds.slice(0, placesMax)) {
    try {
      await take(channelId);
    } catch (error) {
      signal.throwIfAborted();
      const level = error instanceof ChatError ? 'info' : 'error';
      log[level]({ err: error, channelId }, 'what was missed in a place could not be taken up');
    }
  }
};

const placesWithNews = ({ chat, listening, clock }: CatchUpDeps, sinceMs: number) => {
  const fromMs = Math.max(sinceMs - overlapMs, clock.nowMs() - lookBackMsMax);
  const projects = [...listening.directChannels(), ...chat.threadsWithNews(fromMs)];
  return { fromMs, projects, channels: chat.channelsWithNews(fromMs) };
};

/** Projects first: somebody waits there. Then channels, for those who called the bot or dropped pictures. */
const createSince =
  (deps: CatchUpDeps): CatchUp['since'] =>
  async (sinceMs, signal) => {
    const { clock, missedCalls, log } = deps;
    const { fromMs, projects, channels } = placesWithNews(deps, sinceMs);
    await inEach(deps, { channelIds: projects, signal }, (channelId) =>
      takePlace(deps, channelId, { sinceMs: fromMs, signal }),
    );
    const freshSinceMs = clock.nowMs() - freshForMs;
    await inEach(deps, { channelIds: channels, signal }, (channelId) =>
      missedCalls.take(channelId, { sinceMs: fromMs, freshSinceMs, signal }),
    );
    const counts = { places: projects.length, channels: channels.length };
    log.info({ sinceMs: fromMs, ...counts }, 'what was missed is read');
  };

export const createCatchUp = (deps: CatchUpDeps): CatchUp => {
  const since = createSince(deps);
  return {
    since,

    begin: (stopping) => {
      const { listening, log } = deps;
      const start = async (): Promise<void> => {
        const left = await listening.before();
        if (left !== null) {
          await since(left.heardUntilMs, stopping);
          const { fromMs, projects, channels } = placesWithNews(deps, left.heardUntilMs);
          const places = [...channels.slice(0, placesMax), ...projects.slice(0, placesMax)];
          await tellOfLostRequests(deps, places, { sinceMs: fromMs, signal: stopping });
        }
        // Not before: it would be stored over what the process before this one left.
        listening.begin(stopping);
      };
      start().catch((error: unknown) => {
        if (!stopping.aborted) log.error({ err: error }, 'what was missed could not be read');
      });
    },

    runMissed: async (channelId, { fromMs, toMs, signal }) => {
      const missed = await readPlace(deps, channelId, { sinceMs: fromMs, signal });
      const meant = missed?.messages.filter(({ createdAtMs }) => createdAtMs <= toMs) ?? [];
      for (const message of meant) await deps.onMessage(message);
      return meant.length;
    },
  };
};
