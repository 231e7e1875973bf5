/** Answers that only the person who acts can see. Knows no command. */
import { type MessageView, textView } from '../core/view.ts';
import { NemoError } from '../ports/backend.ts';
import type { CommandCall, FormSubmission } from '../ports/chat.ts';
import type { CommandServices } from './command.ts';

export type Answerable = Pick<
  FormSubmission | CommandCall,
  'eventId' | 'person' | 'place' | 'answerPrivately' | 'deferPrivately'
>;

export const say = (to: Answerable, text: string): Promise<void> => to.answerPrivately(textView(text));

/** Acknowledges first and works then. Ends with words in any case: those of the work, or why it failed. */
export const answerLater = async (
  to: Answerable,
  services: CommandServices,
  work: () => Promise<string | MessageView>,
): Promise<void> => {
  const { eventId, person } = to;
  const deferred = await to.deferPrivately();
  const answer = await work().catch((error: unknown) => {
    // A refusal of the backend is an ordinary day; anything else needs the operator's eye.
    const level = error instanceof NemoError ? 'warn' : 'error';
    services.log[level]({ err: error, eventId }, 'a private answer could not be given');
    return services.relay.explain(error, { locale: person.locale, reference: eventId });
  });
  await deferred.finish(typeof answer === 'string' ? textView(answer) : answer);
};

/**
 * Whether the person may steer the thread in which they act; if not, they are told. Only ids of this very place count: a custom id
 * that names another thread was not made by us for here.
 */
export const maySteer = async (
  to: Answerable,
  services: CommandServices,
  about: { threadId: string; missing: string },
): Promise<boolean> => {
  const isHere = to.place.channelId === about.threadId;
  const standing = isHere ? await services.relay.standing(about.threadId, to.person) : 'missing';
  if (standing === 'may') return true;
  await say(to, standing === 'missing' ? about.missing : services.messages.notYours);
  return false;
};
