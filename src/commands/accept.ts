/** Answers a command or button in words and has its wish stored at the same time. Both start at once, so neither waits. */
import { messagesFor } from '../core/messages/messages.ts';
import { refusalText } from '../core/refusal-text.ts';
import { textView } from '../core/view.ts';
import type { ButtonPress, CommandCall } from '../ports/chat.ts';
import type { Request } from '../ports/relay.ts';
import type { CommandServices } from './command.ts';
import { inTime } from './in-time.ts';

type Wish = Omit<Request, 'answer'> & Pick<CommandCall | ButtonPress, 'answer' | 'answerPrivately'>;

/** Of the three seconds for the first answer; a place that is kept later than this is given back by itself. */
const admissionLimitMs = 1_800;

/** Why the wish is not taken, in words; null: it is. Asked before the answer, so that only the person who asked reads it. */
const refusalOf = async (services: CommandServices, wish: Wish): Promise<string | null> => {
  const messages = messagesFor(wish.locale);
  try {
    const refusal = await inTime(services.relay.admit(wish), admissionLimitMs);
    return refusal === null ? null : refusalText(refusal, messages);
  } catch (error) {
    services.log.error(
      { err: error, eventId: wish.eventId },
      'whether a request may be taken could not be read',
    );
    return messages.savedNothing;
  }
};

/** The answer is the acknowledgement; a thread is opened under it where there is none yet (invariant I5). */
export const accept = async (services: CommandServices, wish: Wish, answerText: string): Promise<void> => {
  const { eventId, place, person, locale, instruction, attachments } = wish;
  const messages = messagesFor(locale);
  const refused = await refusalOf(services, wish);
  if (refused !== null) return wish.answerPrivately(textView(refused));
  const answer = wish.answer({ ...textView(answerText), isSilent: false });
  const accepting = services.relay.accept({
    eventId,
    place,
    person,
    locale,
    instruction,
    attachments,
    answer,
  });
  const [answered, accepted] = await Promise.allSettled([answer, accepting]);
  if (answered.status === 'rejected') throw answered.reason;
  const tell = (text: string): Promise<void> =>
    services.chat.editMessage(answered.value, textView(text), { signal: services.signal });
  if (accepted.status === 'rejected') {
    services.log.error({ err: accepted.reason, eventId }, 'a request could not be stored');
    await tell(messages.savedNothing);
  } else if (accepted.value === 'full') {
    await tell(messages.laneFull);
  }
};
