/** The bot's answers to interactions: the first one, and what its token allows for 15 minutes. It must not know HTTP. */
import * as z from 'zod';
import { modalForm, numbered, refuseNewModalFields } from './component-form.ts';
import { readForm, text } from './form.ts';
import type { Interaction, Interactions } from './interactions.ts';
import { messageFlags, readMessage } from './message-form.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';
import { emptyDraft, type MessageWriter, type UploadedFile, type ViaInteraction } from './message-writing.ts';
import type { Modals } from './modals.ts';
import { badForm, refusal } from './refusal.ts';
import type { Channel, Message, ModalRow, Snowflake } from './shapes.ts';
import type { World } from './world.ts';

/** A body with its files, as the request brought them. */
export interface AnswerInput {
  body: unknown;
  files: readonly UploadedFile[];
}

export interface InteractionAnswers {
  /** What `with_response=true` answers: the interaction and what became of it. Errors: 10062, 40060, 50035, those of messages. */
  first(id: Snowflake, token: string, input: AnswerInput): Record<string, unknown>;
  followUp(token: string, input: AnswerInput): Message;
  /** `messageId` may be "@original". Errors of these three: 10015, 50027, 10008. */
  read(token: string, messageId: string): Message;
  edit(token: string, messageId: string, input: AnswerInput): Message;
  remove(token: string, messageId: string): void;
}

export interface InteractionAnswersDeps {
  world: World;
  messages: MessageStore;
  writer: MessageWriter;
  interactions: Interactions;
  modals: Modals;
}

/** Types a first answer may have, by the interaction's type and whether it came from a message's component. */
function allowedTypes({ type, sourceId }: Interaction): number[] {
  if (type === 4) return [8];
  if (type === 2) return [4, 5, 9];
  if (type === 3) return [4, 5, 6, 7, 9];
  return sourceId === null ? [4, 5] : [4, 5, 6, 7];
}

const answerForm = z.object({ type: z.int(), data: z.unknown().optional() });
const choicesForm = z.object({
  choices: z.array(z.object({ name: text(1, 100), value: z.union([text(0, 100), z.number()]) })).max(25),
});
const flagsForm = z.object({ flags: z.int().nullish() });

function isEphemeral(data: unknown): boolean {
  const read = flagsForm.safeParse(data);
  return read.success && ((read.data.flags ?? 0) & messageFlags.ephemeral) !== 0;
}

/** A deferral may carry EPHEMERAL and no other flag (docs: Interaction Callback Data Structure). */
function readDeferral(data: unknown): boolean {
  const { flags } = readForm(flagsForm, data, ['data']);
  if (((flags ?? 0) & ~messageFlags.ephemeral) !== 0) {
    throw badForm([
      { path: ['data', 'flags'], code: 'BASE_TYPE_CHOICES', message: 'Only EPHEMERAL may be set.' },
    ]);
  }
  return isEphemeral(data);
}

type Deps = InteractionAnswersDeps;

function channelOf({ world }: Deps, { channelId }: Interaction): Channel {
  const channel = world.channels.get(channelId);
  if (channel === undefined) throw refusal(10003);
  return channel;
}

/** An answer quotes what it answers: the first answer, the message of the component, or the target of a message command. */
function viaOf(
  interaction: Interaction,
  more: { isEphemeral: boolean; isLoading?: boolean },
): ViaInteraction {
  const { id, userId, metadata, originalId, sourceId, channelId, guildId } = interaction;
  const target = metadata.target_message_id;
  const base = {
    interactionId: id,
    onlyFor: more.isEphemeral ? userId : null,
    metadata,
    ...(more.isLoading === true ? { isLoading: true } : {}),
  };
  const answeredId = originalId ?? sourceId ?? target;
  if (answeredId == null) return { ...base, type: 20 };
  const guild = guildId === null ? {} : { guild_id: guildId };
  const reference = { type: 0, message_id: answeredId, channel_id: channelId, ...guild };
  return { ...base, type: originalId === null && target !== undefined ? 23 : 19, reference };
}

function post(
  deps: Deps,
  interaction: Interaction,
  { body, files, path }: AnswerInput & { path: readonly string[] },
): Message {
  return deps.writer.create({
    author: deps.world.bot,
    channel: channelOf(deps, interaction),
    // Neither nonces nor replies are for interactions.
    draft: { ...readMessage(body, path), nonce: undefined, enforceNonce: false, reference: undefined },
    files,
    via: viaOf(interaction, { isEphemeral: isEphemeral(body) }),
  });
}

function change(
  { writer }: Deps,
  stored: StoredMessage,
  { body, files, path }: AnswerInput & { path: readonly string[] },
): Message {
  return writer.edit({ stored, draft: readMessage(body, path), files, isInteraction: true });
}

function sourceOf({ messages }: Deps, { sourceId }: Interaction): StoredMessage {
  const stored = messages.find(sourceId ?? '');
  if (stored === undefined) throw refusal(10008);
  return stored;
}

function openModal({ modals }: Deps, interaction: Interaction, body: unknown): void {
  refuseNewModalFields(body);
  const { custom_id, title, components } = readForm(modalForm, body, ['data']);
  modals.open(interaction, { customId: custom_id, title, rows: numbered<ModalRow>(components) });
}

/** Does what a first answer asks for. Returns the message that `@original` means from now on. */
function respond(
  deps: Deps,
  interaction: Interaction,
  { type, ...input }: AnswerInput & { type: number },
): Message | null {
  const path = ['data'];
  if (type === 4) return post(deps, interaction, { ...input, path });
  if (type === 5) {
    const via = viaOf(interaction, { isEphemeral: readDeferral(input.body), isLoading: true });
    const channel = channelOf(deps, interaction);
    return deps.writer.create({ author: deps.world.bot, channel, draft: emptyDraft, files: [], via });
  }
  if (type === 6) return deps.messages.present(sourceOf(deps, interaction).message);
  if (type === 7) return change(deps, sourceOf(deps, interaction), { ...input, path });
  if (type === 8) interaction.choices = readForm(choicesForm, input.body, path).choices;
  if (type === 9) openModal(deps, interaction, input.body);
  return null;
}

/** The message a token may touch: the first answer and the follow-ups of its own interaction. */
function target({ interactions, messages }: Deps, token: string, messageId: string): StoredMessage {
  const interaction = interactions.withToken(token);
  const id = messageId === '@original' ? (interaction.originalId ?? '') : messageId;
  const stored = messages.find(id);
  const isOurs =
    stored !== undefined && (stored.interactionId === interaction.id || id === interaction.originalId);
  if (!isOurs) throw refusal(10008);
  return stored;
}

function settleIfThought({ interactions }: Deps, stored: StoredMessage): void {
  const interaction = interactions.find(stored.interactionId ?? '');
  if (interaction?.view.state === 'thinking' && interaction.originalId === stored.id) {
    interactions.settle(interaction, { state: 'answered' });
  }
}

function callbackResponse(
  interaction: Interaction,
  type: number,
  message: Message | null,
): Record<string, unknown> {
  const { id, channelId, guildId } = interaction;
  const isNew = type === 4 || type === 5;
  const isForOne = ((message?.flags ?? 0) & messageFlags.ephemeral) !== 0;
  return {
    interaction: {
      id,
      type: interaction.type,
      ...(message === null ? {} : { response_message_id: message.id, response_message_loading: type === 5 }),
      ...(isNew ? { response_message_ephemeral: isForOne } : {}),
      channel_id: channelId,
      ...(guildId === null ? {} : { guild_id: guildId }),
    },
    ...(message !== null && (isNew || type === 7) ? { resource: { type, message } } : {}),
  };
}

function first(deps: Deps, interaction: Interaction, { body, files }: AnswerInput): Record<string, unknown> {
  const { type, data } = readForm(answerForm, body);
  const allowed = allowedTypes(interaction);
  if (!allowed.includes(type)) {
    const message = `Value must be one of {${allowed.join(', ')}}.`;
    throw badForm([{ path: ['type'], code: 'BASE_TYPE_CHOICES', message }]);
  }
  const message = respond(deps, interaction, { type, body: data, files });
  interaction.answeredWith = type;
  if (message !== null) interaction.originalId = message.id;
  const isNew = type === 4 || type === 5;
  const messageId = isNew ? (message?.id ?? null) : null;
  deps.interactions.settle(interaction, { state: type === 5 ? 'thinking' : 'answered', messageId });
  return callbackResponse(interaction, type, message);
}

/** Follow-ups in a place to which only a person brought the application (docs: Receiving and Responding, Create Followup Message). */
const guestFollowUpsMax = 5;

function followUp(deps: Deps, interaction: Interaction, input: AnswerInput): Message {
  interaction.followUps += 1;
  const isGuest = interaction.metadata.authorizing_integration_owners['0'] === undefined;
  if (isGuest && interaction.followUps > guestFollowUpsMax) throw refusal(40094);
  const original = deps.messages.find(interaction.originalId ?? '');
  const isThinking = ((original?.message.flags ?? 0) & messageFlags.loading) !== 0;
  if (original === undefined || !isThinking) return post(deps, interaction, { ...input, path: [] });
  // The first follow-up after a deferral takes the place of "thinking…", and its audience.
  const message = change(deps, original, { ...input, path: [] });
  settleIfThought(deps, original);
  return message;
}

export function createInteractionAnswers(deps: InteractionAnswersDeps): InteractionAnswers {
  const { interactions, messages } = deps;
  return {
    first: (id, token, input) => first(deps, interactions.awaiting(id, token), input),
    followUp: (token, input) => followUp(deps, interactions.withToken(token), input),
    read: (token, messageId) => messages.present(target(deps, token, messageId).message),
    edit(token, messageId, input) {
      const stored = target(deps, token, messageId);
      const message = change(deps, stored, { ...input, path: [] });
      settleIfThought(deps, stored);
      return message;
    },
    remove(token, messageId) {
      const stored = target(deps, token, messageId);
      settleIfThought(deps, stored);
      messages.remove(stored);
    },
  };
}
