/** Asks back before credits are spent on an edit that says only "better". Once in a thread: whatever comes next goes through. */
import { messagesFor } from '../core/messages/messages.ts';
import { isVague } from '../core/vague.ts';
import type { ThreadRecord } from '../ports/store.ts';
import type { RelayDeps } from './deps.ts';
import type { LiveTurn } from './live-turns.ts';
import { changeThread } from './thread-changes.ts';

/**
 * True when the turn was answered with a question and is settled. Stored as asked before it is shown, and the same turn may ask again:
 * a crash in between loses nothing. Rejects with StoreError.
 */
export const askBack = async (deps: RelayDeps, live: LiveTurn, thread: ThreadRecord): Promise<boolean> => {
  const { turnId, instruction, files, locale } = live.record();
  if (files.length > 0 || !isVague(instruction)) return false;
  const asked = await changeThread(deps, thread.threadId, (newest) =>
    newest.vagueTurnId === null ? { ...newest, vagueTurnId: turnId } : newest,
  );
  if (asked?.vagueTurnId !== turnId) return false;
  const { greeting, vague } = messagesFor(locale);
  // Where nothing was made yet there is nothing to make better: the person needs a beginning.
  if (thread.session === null) live.dispatch({ type: 'replied', text: greeting, choices: 'examples' });
  else live.dispatch({ type: 'replied', text: vague.question, choices: 'clearer' });
  await live.save();
  return true;
};
