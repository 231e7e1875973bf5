/** Answers of a process that died before it stored what they answered: nothing follows them, and whoever reads them is told. */
import { localeOfWords } from '../../core/locale.ts';
import { messagesFor } from '../../core/messages/messages.ts';
import { textView } from '../../core/view.ts';
import { ChatError, type OwnAnswer } from '../../ports/chat.ts';
import type { RelayDeps } from '../deps.ts';
import { arrivalIdOf } from './arrivals.ts';
import { turnIdOf } from './turn-intake.ts';

type LostDeps = Pick<RelayDeps, 'chat' | 'store' | 'clock' | 'log'>;

/** A request that this process has just answered is stored within moments. */
const patienceMs = 15_000;

const isStored = async ({ store }: LostDeps, { eventId }: OwnAnswer): Promise<boolean> =>
  (await store.turns.get(turnIdOf(eventId))) !== null ||
  (await store.arrivals.get(arrivalIdOf(eventId))) !== null;

/** Other answers promise nothing: what a request is answered with begins so, in every language. */
const promises = ({ text }: OwnAnswer): boolean => /^(?:🎬|📥) /u.test(text);

const readLost = async (
  deps: LostDeps,
  channelIds: readonly string[],
  options: { readonly sinceMs: number; readonly signal: AbortSignal },
): Promise<readonly OwnAnswer[]> => {
  const lost: OwnAnswer[] = [];
  for (const channelId of channelIds) {
    const answers = await deps.chat.answersSince(channelId, options).catch((error: unknown) => {
      if (!(error instanceof ChatError)) throw error;
      deps.log.info({ err: error, channelId }, 'answers of before could not be read in a place');
      return [];
    });
    for (const answer of answers.filter(promises)) if (!(await isStored(deps, answer))) lost.push(answer);
  }
  return lost;
};

const tell = async (deps: LostDeps, { at, text }: OwnAnswer, signal: AbortSignal): Promise<void> => {
  const { lostRequest } = messagesFor(localeOfWords(text, 'en'));
  // A process before this one may have been ended right after it had told.
  if (text.includes(lostRequest)) return;
  deps.log.warn({ ...at }, 'a request was answered and never stored; its person is told');
  const view = textView(`${text}\n${lostRequest}`);
  await deps.chat.editMessage(at, view, { priority: 'notice', signal }).catch((error: unknown) => {
    if (!(error instanceof ChatError)) throw error;
    deps.log.info({ err: error, ...at }, 'nor could that be said');
  });
};

/** Rejects with StoreError and with the signal's reason. */
export const tellOfLostRequests = async (
  deps: LostDeps,
  channelIds: readonly string[],
  options: { readonly sinceMs: number; readonly signal: AbortSignal },
): Promise<void> => {
  const { signal } = options;
  const doubtful = await readLost(deps, channelIds, options);
  if (doubtful.length === 0) return;
  await deps.clock.sleep(patienceMs, signal);
  for (const answer of doubtful) if (!(await isStored(deps, answer))) await tell(deps, answer, signal);
};
