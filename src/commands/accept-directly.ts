/** A request from a place that takes no thread: answered privately, and gone on with in the person's direct messages. */
import { refusalText } from '../core/refusal-text.ts';
import type { CommandCall } from '../ports/chat.ts';
import type { Request } from '../ports/relay.ts';
import type { CommandServices } from './command.ts';
import { answerLater } from './private-answers.ts';

/** Acknowledges at once; nothing is promised before the first line stands in the direct messages and the request is stored. */
export const acceptDirectly = (
  call: CommandCall,
  services: CommandServices,
  wish: Pick<Request, 'locale' | 'instruction' | 'attachments'>,
): Promise<void> =>
  answerLater(call, services, async () => {
    const { eventId, place, person } = call;
    const { messages, relay } = services;
    const refusal = await relay.admit({ eventId, place, person, ...wish });
    if (refusal !== null) return refusalText(refusal, messages);
    const accepted = await relay.acceptDirectly({ eventId, place, person, ...wish });
    const going = messages.places.goingOnDirectly;
    const { directMessagesClosed: closed } = messages.places;
    return { accepted: going, known: going, full: messages.laneFull, closed }[accepted];
  });
