/** Calls in channels that came while nobody listened: fresh ones are taken as if they came now, older ones are asked about. Knows no threads. */
import { cleanLine, escapeForeignText } from '../../core/foreign-text.ts';
import { messagesFor } from '../../core/messages/messages.ts';
import { textView } from '../../core/view.ts';
import type { IncomingMessage, MessageView } from '../../ports/chat.ts';
import type { Relay } from '../../ports/relay.ts';
import type { RelayDeps } from '../deps.ts';
import { arrivalIdOf } from './arrivals.ts';
import { turnIdOf } from './turn-intake.ts';

export type MissedCalls = {
  /** Reads a channel since then. `freshSinceMs`: what is older is asked about. Rejects with ChatError, StoreError or the signal's reason. */
  take(
    channelId: string,
    options: { readonly sinceMs: number; readonly freshSinceMs: number; readonly signal: AbortSignal },
  ): Promise<void>;
  run: Relay['runMissedCall'];
};

type CallDeps = RelayDeps & { readonly onMessage: (message: IncomingMessage) => Promise<void> };

/** A channel in which many called is asked by the newest few; the others call again. */
const questionsMax = 5;
const quoteLengthMax = 200;

const isTaken = async ({ store }: RelayDeps, { messageId }: IncomingMessage): Promise<boolean> =>
  (await store.turns.get(turnIdOf(messageId))) !== null ||
  (await store.arrivals.get(arrivalIdOf(messageId))) !== null;

/** What nobody took in. A message that joined a burst has no record of its own: it follows one that was taken, of the same person. */
const readUntaken = async (
  deps: RelayDeps,
  channelId: string,
  options: { readonly sinceMs: number; readonly signal: AbortSignal },
): Promise<readonly IncomingMessage[]> => {
  const untaken: IncomingMessage[] = [];
  const takenAtMs = new Map<string, number>();
  for (const message of await deps.chat.messagesSince(channelId, options)) {
    const { person, createdAtMs } = message;
    const sinceTakenMs = createdAtMs - (takenAtMs.get(person.id) ?? Number.NEGATIVE_INFINITY);
    if (sinceTakenMs <= deps.settings.burstWindowMs || (await isTaken(deps, message)))
      takenAtMs.set(person.id, createdAtMs);
    else untaken.push(message);
  }
  return untaken;
};

/** Who called, what, and when: read again when they press the button. */
const keyOf = ({ person, createdAtMs }: IncomingMessage): string => `called:${createdAtMs}:${person.id}`;

const questionOf = (message: IncomingMessage): MessageView => {
  const { person, text, attachments } = message;
  const { places, note } = messagesFor(person.locale);
  const words = escapeForeignText(cleanLine(text, quoteLengthMax));
  const quote = words === '' ? note.filesReceived(attachments.length) : words;
  const button = {
    kind: 'action',
    label: places.runMissed,
    customId: keyOf(message),
    tone: 'primary',
  } as const;
  return {
    ...textView(`<@${person.id}> ${places.missed([quote])}`),
    buttons: [button],
    mentionUserId: person.id,
    isSilent: false,
  };
};

const ask = async (deps: RelayDeps, message: IncomingMessage, signal: AbortSignal): Promise<void> => {
  const { channelId } = message.place;
  const key = keyOf(message);
  // A process that was ended in the middle of its catching up may have asked already.
  if ((await deps.chat.findOwnMessage(channelId, key, { signal })) !== null) return;
  await deps.chat.createMessage(channelId, questionOf(message), { key, signal });
};

/** The newest call of each person; a bare mention asked for nothing that would still be wanted. */
const callsOf = (messages: readonly IncomingMessage[]): readonly IncomingMessage[] => {
  const calls = messages.filter(
    ({ mentionsBot, text, attachments }) => mentionsBot && (text !== '' || attachments.length > 0),
  );
  return [...new Map(calls.map((message) => [message.person.id, message])).values()].slice(-questionsMax);
};

export const createMissedCalls = (deps: CallDeps): MissedCalls => ({
  take: async (channelId, { sinceMs, freshSinceMs, signal }) => {
    const untaken = await readUntaken(deps, channelId, { sinceMs, signal });
    const isFresh = ({ createdAtMs }: IncomingMessage): boolean => createdAtMs >= freshSinceMs;
    for (const call of callsOf(untaken.filter((message) => !isFresh(message)))) {
      if (!call.place.missing.includes('send')) await ask(deps, call, signal);
    }
    // What is not meant for the bot is left alone there, as always.
    for (const message of untaken.filter(isFresh)) await deps.onMessage(message);
  },

  run: async (channelId, { personId, atMs, signal }) => {
    const found = await readUntaken(deps, channelId, { sinceMs: atMs, signal });
    const meant = found.filter(({ person, createdAtMs }) => person.id === personId && createdAtMs === atMs);
    for (const message of meant) await deps.onMessage(message);
    return meant.length;
  },
});
