/** The message under which the thread of a request is opened: the answer to its command, wherever that is given. Knows no threads. */
import { messagesFor } from '../../core/messages/messages.ts';
import { textView } from '../../core/view.ts';
import type { AnsweredAt } from '../../ports/chat.ts';
import type { Acceptance } from '../../ports/relay.ts';
import type { ArrivalRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';

export type Starters = {
  /**
   * Our answer to a command is on its way here: stored as soon as it is visible, because the request may run in another process, now
   * or after a crash. When it fails, the person is told, and the request is dropped: they will try again. Called before the request
   * is in line, so that it finds the answer here if it runs here.
   */
  expect(record: ArrivalRecord, answer: Promise<AnsweredAt>, accepting: Promise<Acceptance>): void;
  /**
   * Where the thread is to be opened. If the answer never got there because its process died, a message of its own takes its place.
   * null: the request was dropped. Rejects with ChatError, StoreError or the signal's reason.
   */
  locate(record: ArrivalRecord, signal: AbortSignal): Promise<AnsweredAt | null>;
};

type StarterDeps = Pick<RelayDeps, 'chat' | 'store' | 'clock' | 'log'>;

/** An answer that takes longer never becomes visible: Discord waits three seconds for it, and our tries end after ten. */
const answerPatienceMs = 12_000;
const readIntervalMs = 250;
/** Answers are stored within moments; a search costs a request, so it is for those whose process has died. */
const searchAfterMs = 2_000;
const searchIntervalMs = 4_000;
const explainLimitMs = 30_000;

type Speaker = Pick<RelayDeps, 'chat' | 'log'>;

/** A line in the channel in which the request was made. */
const sayInChannel = async (
  { chat }: Pick<Speaker, 'chat'>,
  { channelId, requesterId }: ArrivalRecord,
  line: { readonly key: string; readonly text: string; readonly signal: AbortSignal },
): Promise<void> => {
  const { key, text, signal } = line;
  const view = { ...textView(text), mentionUserId: requesterId, isSilent: false };
  await chat.createMessage(channelId, view, { key, signal });
};

/** Says in the channel that it did not work. */
export const explainArrival = (
  deps: Pick<Speaker, 'chat'>,
  record: ArrivalRecord,
  signal: AbortSignal,
): Promise<void> => {
  const text = messagesFor(record.locale).somethingWentWrong;
  return sayInChannel(deps, record, { key: `sorry:${record.arrivalId}`, text, signal });
};

/** Says in the channel that it goes on later. A courtesy: it never rejects. */
export const sayArrivalWaits = (deps: Speaker, record: ArrivalRecord, signal: AbortSignal): Promise<void> => {
  const { arrivalId, locale } = record;
  const line = { key: `waits:${arrivalId}`, text: messagesFor(locale).savedForLater, signal };
  return sayInChannel(deps, record, line).catch((error: unknown) => {
    deps.log.warn({ err: error, arrivalId }, 'that a request waits could not be said');
  });
};

/**
 * An answer that only a search found may say that nothing was saved: the process that gave it could not know better. The request runs
 * after all, so it shows its words again. A courtesy to who reads it; the thread opens in any case.
 */
const showAgain = async (
  { chat, log }: StarterDeps,
  record: ArrivalRecord,
  at: { found: AnsweredAt; signal: AbortSignal },
): Promise<AnsweredAt> => {
  const { instruction, locale, arrivalId } = record;
  const view = textView(messagesFor(locale).starter(instruction));
  await chat
    .editMessage(at.found, view, { priority: 'notice', signal: at.signal })
    .catch((error: unknown) => log.warn({ err: error, arrivalId }, 'an answer could not be shown again'));
  return at.found;
};

/** The answer that another process gives, or gave before it died; `lost` when it never got there. */
const awaitAnswer = async (
  deps: StarterDeps,
  { arrivalId, channelId, acceptedAtMs }: ArrivalRecord,
  signal: AbortSignal,
): Promise<AnsweredAt | 'dropped' | 'lost'> => {
  const { chat, store, clock } = deps;
  const eventId = arrivalId.slice(1);
  let searchAtMs = acceptedAtMs + searchAfterMs;
  for (;;) {
    const newest = await store.arrivals.get(arrivalId);
    if (newest === null) return 'dropped';
    if (newest.starter !== null) return newest.starter;
    const nowMs = clock.nowMs();
    const isLast = nowMs >= acceptedAtMs + answerPatienceMs;
    if (isLast || nowMs >= searchAtMs) {
      const found = await chat.findOwnMessage(channelId, eventId, { signal });
      if (found !== null) return showAgain(deps, newest, { found, signal });
      if (isLast) return 'lost';
      searchAtMs = nowMs + searchIntervalMs;
    }
    await clock.sleep(readIntervalMs, signal);
  }
};

export const createStarters = (deps: StarterDeps): Starters => {
  const { chat, store, log } = deps;
  /** Settled ones are left out: what they brought is stored. */
  const answers = new Map<string, Promise<AnsweredAt | null>>();

  const drop = async (record: ArrivalRecord, error: unknown): Promise<null> => {
    const { arrivalId } = record;
    log.error({ err: error, arrivalId }, 'a command could not be answered; its request is dropped');
    await store.arrivals.delete(arrivalId);
    await explainArrival(deps, record, AbortSignal.timeout(explainLimitMs)).catch((cause: unknown) => {
      log.warn({ err: cause, arrivalId }, 'nor could that be said in the channel');
    });
    return null;
  };

  const remember = async (record: ArrivalRecord, starter: AnsweredAt): Promise<AnsweredAt> => {
    await store.arrivals.set(record.arrivalId, { ...record, starter }).catch((error: unknown) => {
      log.warn({ err: error, arrivalId: record.arrivalId }, 'the answer to a command could not be stored');
    });
    return starter;
  };

  const settle = async (
    record: ArrivalRecord,
    answer: Promise<AnsweredAt>,
    accepting: Promise<Acceptance>,
  ): Promise<AnsweredAt | null> => {
    const settling = Promise.allSettled([answer]);
    if ((await accepting) !== 'accepted') return null;
    const [answered] = await settling;
    return answered.status === 'fulfilled' ? remember(record, answered.value) : drop(record, answered.reason);
  };

  return {
    expect: (record, answer, accepting) => {
      const { arrivalId } = record;
      if (answers.has(arrivalId)) return;
      const settled = settle(record, answer, accepting).finally(() => answers.delete(arrivalId));
      answers.set(arrivalId, settled);
      settled.catch((error: unknown) => {
        log.warn(
          { err: error, arrivalId },
          'a request was not stored, or its failed answer could not be dropped',
        );
      });
    },
    locate: async (record, signal) => {
      if (record.starter !== null) return record.starter;
      const { arrivalId, channelId, instruction, locale } = record;
      const here = answers.get(arrivalId);
      if (here !== undefined) return here;
      const found = await awaitAnswer(deps, record, signal);
      if (found === 'dropped') return null;
      if (found !== 'lost') return found;
      const view = textView(messagesFor(locale).starter(instruction));
      return chat.createMessage(channelId, view, { key: `starter:${arrivalId}`, signal });
    },
  };
};
