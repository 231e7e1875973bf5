/** Answers for itself what an agent would have to guess: a greeting, and, once in a thread, an edit that says only "better". */
import { isFirstWords } from '../../core/first-words.ts';
import { messagesFor } from '../../core/messages/messages.ts';
import { isVague } from '../../core/vague.ts';
import type { ThreadRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import type { LiveTurn } from './live-turns.ts';
import { changeThread } from './thread-changes.ts';

/** First contact: what to do, and three things to try. */
const greet = async (live: LiveTurn): Promise<true> => {
  const text = messagesFor(live.record().locale).greeting;
  live.dispatch({ type: 'replied', text, choices: 'examples' });
  await live.save();
  return true;
};

/**
 * True when the turn was answered with a question and is settled. Stored as asked before it is shown, and the same turn may ask again:
 * a crash in between loses nothing. Rejects with StoreError.
 */
export const askBack = async (deps: RelayDeps, live: LiveTurn, thread: ThreadRecord): Promise<boolean> => {
  const { turnId, instruction, files, locale } = live.record();
  if (files.length > 0) return false;
  if (thread.session === null && isFirstWords(instruction)) return greet(live);
  if (!isVague(instruction)) return false;
  const asked = await changeThread(deps, thread.threadId, (newest) =>
    newest.vagueTurnId === null ? { ...newest, vagueTurnId: turnId } : newest,
  );
  if (asked?.vagueTurnId !== turnId) return false;
  // Where nothing was made yet there is nothing to make better: the person needs a beginning.
  if (thread.session === null) return greet(live);
  live.dispatch({ type: 'replied', text: messagesFor(locale).vague.question, choices: 'clearer' });
  await live.save();
  return true;
};
