/** Goes on with a person in their direct messages, where the place that they called from takes no thread or no words. */
import { messagesFor } from '../../core/messages/messages.ts';
import { textView } from '../../core/view.ts';
import { ChatError, type MessageView } from '../../ports/chat.ts';
import type { DirectAcceptance, Request } from '../../ports/relay.ts';
import type { RelayDeps } from '../deps.ts';
import type { TurnIntake } from './turn-intake.ts';

export type DirectMessages = {
  /**
   * The request becomes the next instruction of the person's direct messages, which are their thread. `closed`: the person takes
   * none, and nothing was started. Rejects with ChatError when the platform is away, and with StoreError.
   */
  accept(request: Omit<Request, 'answer'>, signal: AbortSignal): Promise<DirectAcceptance>;
};

type DirectDeps = RelayDeps & { readonly intake: TurnIntake };

/** Refused for this person or forgotten: asking again would change nothing. */
const isClosed = (error: unknown): boolean =>
  error instanceof ChatError && ['forbidden', 'gone', 'placeGone'].includes(error.kind);

/** Writes to a person directly; null when they take no direct messages. Rejects with ChatError when the platform is away. */
export const tellDirectly = async (
  deps: Pick<RelayDeps, 'chat' | 'log'>,
  personId: string,
  message: { view: MessageView; key: string; signal: AbortSignal },
): Promise<{ channelId: string; messageId: string } | null> => {
  const { view, key, signal } = message;
  try {
    const { channelId } = await deps.chat.openDirectMessage(personId, { signal });
    return await deps.chat.createMessage(channelId, view, { key, signal });
  } catch (error) {
    if (!isClosed(error)) throw error;
    deps.log.info({ err: error, personId }, 'a person takes no direct messages');
    return null;
  }
};

export const createDirectMessages = (deps: DirectDeps): DirectMessages => ({
  accept: async (request, signal) => {
    const { eventId, person, locale, instruction, attachments } = request;
    const view = textView(messagesFor(locale).starter(instruction));
    // The first line of the project there, and the proof that the person can be reached before anything is started.
    const source = await tellDirectly(deps, person.id, { view, key: `direct:${eventId}`, signal });
    if (source === null) return 'closed';
    return deps.intake.add({
      eventId,
      threadId: source.channelId,
      guildId: null,
      requesterId: person.id,
      locale,
      instruction,
      attachments,
      source,
    });
  },
});
