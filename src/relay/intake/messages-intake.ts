/** What a plain message means to the bot: an instruction, a burst of pictures, or nothing. */
import { type Locale, localeOfWords } from '../../core/locale.ts';
import { messagesFor } from '../../core/messages/messages.ts';
import { refusalText } from '../../core/refusal-text.ts';
import { maySteer } from '../../core/settings.ts';
import { textView } from '../../core/view.ts';
import type { BotPermission, IncomingMessage } from '../../ports/chat.ts';
import type { Acceptance, Relay } from '../../ports/relay.ts';
import type { ThreadRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import type { Arrivals } from './arrivals.ts';
import { type DirectMessages, tellDirectly } from './direct-messages.ts';
import type { ServerSettings } from './server-settings.ts';
import type { TurnIntake } from './turn-intake.ts';
import { createTurnstile } from './turnstile.ts';

type MessageDeps = RelayDeps & {
  readonly intake: TurnIntake;
  readonly arrivals: Arrivals;
  readonly directMessages: DirectMessages;
  readonly admit: Relay['admit'];
  readonly serverSettings: ServerSettings;
  readonly stopping: AbortSignal;
};

/** What the bot needs in a channel to open a thread and work in it, and in a thread. */
const neededInChannel: readonly BotPermission[] = ['view', 'send', 'openThread', 'sendInThread'];
const neededInThread: readonly BotPermission[] = ['sendInThread', 'manageThreads'];

const steers = async (deps: MessageDeps, thread: ThreadRecord, message: IncomingMessage): Promise<boolean> =>
  maySteer(thread.requesterId, message.person, await deps.serverSettings.of(thread.guildId));

/** A short line under the person's message; they asked for something and must not be met with silence. */
const say = async (deps: MessageDeps, message: IncomingMessage, text: string): Promise<void> => {
  const key = `say:${message.messageId}`;
  await deps.chat.createMessage(message.place.channelId, textView(text), { key, signal: deps.stopping });
};

/** The bot was called where it may not write: the person hears of it in their direct messages, or from nobody. */
const sayDirectly = async (
  deps: MessageDeps,
  message: IncomingMessage,
  missing: readonly BotPermission[],
): Promise<void> => {
  const { permissionNames, places } = messagesFor(message.person.locale);
  const { channelId } = message.place;
  deps.log.warn({ channelId, missing }, 'a request cannot be answered where it was made');
  const view = textView(places.cannotWriteThere(missing.map((permission) => permissionNames[permission])));
  const key = `say:${message.messageId}`;
  await tellDirectly(deps, message.person.id, { view, key, signal: deps.stopping });
};

/** Where no thread can be, the person's direct messages take its place; a line says so, if one may be written. */
const goOnDirectly = async (deps: MessageDeps, message: IncomingMessage): Promise<void> => {
  const { messageId: eventId, place, person, text: instruction, attachments } = message;
  const { laneFull, places } = messagesFor(person.locale);
  const request = { eventId, place, person, locale: person.locale, instruction, attachments };
  const accepted = await deps.directMessages.accept(request, deps.stopping);
  if (accepted === 'known' || place.missing.includes('send')) return;
  const texts = { accepted: places.goingOnDirectly, closed: places.directMessagesClosed, full: laneFull };
  await say(deps, message, texts[accepted]);
};

/** Whether it is taken; if not, the person is told why and when it would be. */
const isAdmitted = async (deps: MessageDeps, message: IncomingMessage): Promise<boolean> => {
  const { messageId: eventId, place, person, text: instruction, attachments } = message;
  const refusal = await deps.admit({ eventId, place, person, instruction, attachments });
  if (refusal === null) return true;
  deps.log.info({ messageId: eventId, reason: refusal.reason }, 'a request is not taken');
  await say(deps, message, refusalText(refusal, messagesFor(person.locale)));
  return false;
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
  if (!(await isAdmitted(deps, message))) return;
  if ((await instruct(deps, message)) === 'full') await say(deps, message, messages.laneFull);
};

/** In a thread: the requester's and moderators' words are instructions; others talk among themselves unless they call the bot. */
const onThreadMessage = async (deps: MessageDeps, message: IncomingMessage): Promise<void> => {
  const thread = await deps.store.threads.get(message.place.channelId);
  const messages = messagesFor(message.person.locale);
  if (thread === null && !message.mentionsBot) return;
  if (thread !== null && !(await steers(deps, thread, message))) {
    if (message.mentionsBot) await say(deps, message, messages.notYours);
    return;
  }
  const missing = neededInThread.filter((permission) => message.place.missing.includes(permission));
  if (missing.length > 0) return sayDirectly(deps, message, missing);
  if (message.isTextWithheld) return say(deps, message, messages.textWithheld);
  if (isEmpty(message) && thread !== null && !message.mentionsBot) return;
  await takeInstruction(deps, message);
};

/** Files in a channel that the operator or the server has chosen for them. */
const isDrop = async (
  { settings, serverSettings }: MessageDeps,
  message: IncomingMessage,
): Promise<boolean> => {
  const { channelId, guildId } = message.place;
  if (message.attachments.length === 0) return false;
  if (settings.dropChannels.includes(channelId)) return true;
  return (await serverSettings.of(guildId)).dropChannelIds.includes(channelId);
};

const onChannelMessage = async (deps: MessageDeps, message: IncomingMessage): Promise<void> => {
  const { place } = message;
  const isGathering = deps.arrivals.isGathering(message);
  if (!message.mentionsBot && !isGathering && !(await isDrop(deps, message))) return;
  if (place.kind === 'threadless') {
    if (await isAdmitted(deps, message)) await goOnDirectly(deps, message);
    return undefined;
  }
  const messages = messagesFor(message.person.locale);
  const missing = neededInChannel.filter((permission) => place.missing.includes(permission));
  if (missing.includes('view') || missing.includes('send')) {
    return sayDirectly(deps, message, missing);
  }
  if (missing.length > 0) {
    const names = missing.map((permission) => messages.permissionNames[permission]);
    return say(deps, message, messages.missingPermissions(names));
  }
  // What joins a burst belongs to a request that is let in already.
  if (isGathering || (await isAdmitted(deps, message))) await deps.arrivals.gather(message);
};

/**
 * What the server wants, or what the words are in; where they do not tell ("9:16"), the person goes on in the language in which they
 * began the project. Never rejects.
 */
const languageOf = async (deps: MessageDeps, { place, person, text }: IncomingMessage): Promise<Locale> => {
  const wanted = await deps.serverSettings.localeOf(place.guildId);
  if (wanted !== null) return wanted;
  const isProject = place.kind === 'thread' || place.kind === 'dm';
  // A store that cannot be read is noticed where the message is taken.
  const thread = isProject ? await deps.store.threads.get(place.channelId).catch(() => null) : null;
  return localeOfWords(text, thread?.requesterId === person.id ? thread.locale : person.locale);
};

/** When it could not be stored, the person is told and nothing was started (invariant I9). */
const take = async (deps: MessageDeps, incoming: IncomingMessage): Promise<void> => {
  const { person, place } = incoming;
  const locale = await languageOf(deps, incoming);
  const message = { ...incoming, person: { ...person, locale } };
  try {
    if (place.kind === 'thread') await onThreadMessage(deps, message);
    else if (place.kind === 'dm') await takeInstruction(deps, message);
    else await onChannelMessage(deps, message);
  } catch (error) {
    deps.log.error({ err: error, messageId: message.messageId }, 'a message could not be taken in');
    await say(deps, message, messagesFor(locale).savedNothing);
  }
};

/**
 * Takes care of messages: in a thread all in their order, in a channel those of one person, so that whether somebody may is decided
 * before their next message comes. What is said in a channel and cannot be meant for the bot costs nothing.
 */
export const createMessageIntake = (deps: MessageDeps) => {
  const turnstile = createTurnstile();
  return async (message: IncomingMessage): Promise<void> => {
    const { place, person, mentionsBot, attachments } = message;
    const isProject = place.kind === 'thread' || place.kind === 'dm';
    const key = isProject ? place.channelId : `${place.channelId}:${person.id}`;
    const joins = turnstile.isBusy(key) || deps.arrivals.isGathering(message);
    if (!isProject && !mentionsBot && attachments.length === 0 && !joins) return;
    await turnstile.inTurn(key, () => take(deps, message));
  };
};
