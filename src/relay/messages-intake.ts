/** What a plain message means to the bot: an instruction, a burst of pictures, or nothing. */
import { localeOfWords } from '../core/locale.ts';
import { messagesFor } from '../core/messages/messages.ts';
import { textView } from '../core/view.ts';
import type { BotPermission, IncomingMessage } from '../ports/chat.ts';
import type { Acceptance } from '../ports/relay.ts';
import type { ThreadRecord } from '../ports/store.ts';
import type { Arrivals } from './arrivals.ts';
import type { RelayDeps } from './deps.ts';
import type { TurnIntake } from './turn-intake.ts';

type MessageDeps = RelayDeps & {
  readonly intake: TurnIntake;
  readonly arrivals: Arrivals;
  readonly stopping: AbortSignal;
};

/** What the bot needs in a channel to open a thread and work in it. */
const neededInChannel: readonly BotPermission[] = ['view', 'send', 'openThread', 'sendInThread'];

const maySteer = (thread: ThreadRecord, message: IncomingMessage): boolean =>
  thread.requesterId === message.person.id || message.person.isModerator;

/** A short line under the person's message; they asked for something and must not be met with silence. */
const say = async (deps: MessageDeps, message: IncomingMessage, text: string): Promise<void> => {
  const key = `say:${message.messageId}`;
  await deps.chat.createMessage(message.place.channelId, textView(text), { key, signal: deps.stopping });
};

const isEmpty = (message: IncomingMessage): boolean =>
  message.text === '' && message.attachments.length === 0;

const instruct = (deps: MessageDeps, message: IncomingMessage): Promise<Acceptance> =>
  deps.intake.add({
    eventId: message.messageId,
    threadId: message.place.channelId,
    guildId: message.place.guildId,
    requesterId: message.person.id,
    locale: message.person.locale,
    instruction: message.text,
    attachments: message.attachments,
    source: { channelId: message.place.channelId, messageId: message.messageId },
  });

const takeInstruction = async (deps: MessageDeps, message: IncomingMessage): Promise<void> => {
  const messages = messagesFor(message.person.locale);
  if ((await instruct(deps, message)) === 'full') await say(deps, message, messages.laneFull);
};

/** In a thread: the requester's and moderators' words are instructions; others talk among themselves unless they call the bot. */
const onThreadMessage = async (deps: MessageDeps, message: IncomingMessage): Promise<void> => {
  const thread = await deps.store.threads.get(message.place.channelId);
  const messages = messagesFor(message.person.locale);
  if (thread === null && !message.mentionsBot) return;
  if (thread !== null && !maySteer(thread, message)) {
    if (message.mentionsBot) await say(deps, message, messages.notYours);
    return;
  }
  if (message.isTextWithheld) return say(deps, message, messages.textWithheld);
  if (isEmpty(message) && thread !== null && !message.mentionsBot) return;
  await takeInstruction(deps, message);
};

const onChannelMessage = async (deps: MessageDeps, message: IncomingMessage): Promise<void> => {
  const { place } = message;
  const isDrop = deps.settings.dropChannels.includes(place.channelId) && message.attachments.length > 0;
  if (!message.mentionsBot && !isDrop && !deps.arrivals.isGathering(message)) return;
  const messages = messagesFor(message.person.locale);
  const missing = neededInChannel.filter((permission) => place.missing.includes(permission));
  if (missing.includes('view') || missing.includes('send')) {
    deps.log.warn({ channelId: place.channelId, missing }, 'a request cannot be answered in this channel');
    return;
  }
  if (missing.length > 0) {
    const names = missing.map((permission) => messages.permissionNames[permission]);
    return say(deps, message, messages.missingPermissions(names));
  }
  await deps.arrivals.gather(message);
};

/** Takes care of one message. When it could not be stored, the person is told and nothing was started (invariant I9). */
export const createMessageIntake =
  (deps: MessageDeps) =>
  async (incoming: IncomingMessage): Promise<void> => {
    const { person, text } = incoming;
    const message = { ...incoming, person: { ...person, locale: localeOfWords(text, person.locale) } };
    try {
      if (message.place.kind === 'thread') await onThreadMessage(deps, message);
      else if (message.place.kind === 'dm') await takeInstruction(deps, message);
      else await onChannelMessage(deps, message);
    } catch (error) {
      deps.log.error({ err: error, messageId: message.messageId }, 'a message could not be taken in');
      await say(deps, message, messagesFor(message.person.locale).savedNothing);
    }
  };
