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
import type { Message, ModalRow, Snowflake } from './shapes.ts';
import type { World } from './world.ts';

export interface InteractionAnswers {
  /** The answer of `with_response=true`: the interaction and what became of it. */
  first(
    id: Snowflake,
    token: string,
    input: { body: unknown; files: readonly UploadedFile[] },
  ): Record<string, unknown>;
  followUp(token: string, input: { body: unknown; files: readonly UploadedFile[] }): Message;
  /** `messageId` may be "@original". */
  read(token: string, messageId: string): Message;
  edit(token: string, messageId: string, input: { body: unknown; files: readonly UploadedFile[] }): Message;
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

const answerForm = z.object({ type: z.int(), data: z.unknown() });
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

export function createInteractionAnswers(deps: InteractionAnswersDeps): InteractionAnswers {
  const { world, messages, writer, interactions, modals } = deps;

  const channelOf = (interaction: Interaction) => {
    const channel = world.channels.get(interaction.channelId);
    if (channel === undefined) throw refusal(10003);
    return channel;
  };

  const viaOf = (
    interaction: Interaction,
    more: { isEphemeral: boolean; isLoading?: boolean },
  ): ViaInteraction => {
    const target = interaction.metadata.target_message_id;
    const base: ViaInteraction = {
      interactionId: interaction.id,
      type: interaction.sourceId === null ? (target === undefined ? 20 : 23) : 19,
      onlyFor: more.isEphemeral ? interaction.userId : null,
      metadata: interaction.metadata,
      ...(more.isLoading === true ? { isLoading: true } : {}),
    };
    const answeredId = interaction.originalId ?? interaction.sourceId ?? target;
    if (answeredId == null) return base;
    const guild = interaction.guildId === null ? {} : { guild_id: interaction.guildId };
    return {
      ...base,
      type: base.type === 20 ? 19 : base.type,
      reference: { type: 0, message_id: answeredId, channel_id: interaction.channelId, ...guild },
    };
  };

  const post = (
    interaction: Interaction,
    input: { body: unknown; files: readonly UploadedFile[]; path: readonly string[]; isEphemeral: boolean },
  ): Message =>
    writer.create({
      author: world.bot,
      channel: channelOf(interaction),
      draft: {
        ...readMessage(input.body, input.path),
        nonce: undefined,
        enforceNonce: false,
        reference: undefined,
      },
      files: input.files,
      via: viaOf(interaction, { isEphemeral: input.isEphemeral }),
    });

  const change = (
    stored: StoredMessage,
    input: { body: unknown; files: readonly UploadedFile[]; path: readonly string[] },
  ) =>
    writer.edit({
      stored,
      draft: readMessage(input.body, input.path),
      files: input.files,
      isInteraction: true,
    });

  const sourceOf = ({ sourceId }: Interaction): StoredMessage => {
    const stored = messages.find(sourceId ?? '');
    if (stored === undefined) throw refusal(10008);
    return stored;
  };

  const respond = (
    interaction: Interaction,
    type: number,
    input: { body: unknown; files: readonly UploadedFile[] },
  ): Message | null => {
    const { body, files } = input;
    if (type === 4) return post(interaction, { body, files, path: ['data'], isEphemeral: isEphemeral(body) });
    if (type === 5) {
      const via = viaOf(interaction, { isEphemeral: readDeferral(body), isLoading: true });
      return writer.create({
        author: world.bot,
        channel: channelOf(interaction),
        draft: emptyDraft,
        files: [],
        via,
      });
    }
    if (type === 6) return messages.present(sourceOf(interaction).message);
    if (type === 7) return change(sourceOf(interaction), { body, files, path: ['data'] });
    if (type === 8) interaction.choices = readForm(choicesForm, body, ['data']).choices;
    if (type === 9) {
      refuseNewModalFields(body);
      const { custom_id, title, components } = readForm(modalForm, body, ['data']);
      modals.open(interaction, {
        customId: custom_id,
        title,
        rows: numbered<ModalRow>(components),
      });
    }
    return null;
  };

  const target = (token: string, messageId: string): StoredMessage => {
    const interaction = interactions.withToken(token);
    const id = messageId === '@original' ? (interaction.originalId ?? '') : messageId;
    const stored = messages.find(id);
    const isOurs =
      stored !== undefined && (stored.interactionId === interaction.id || id === interaction.originalId);
    if (!isOurs) throw refusal(10008);
    return stored;
  };

  const settleIfThought = (stored: StoredMessage) => {
    const interaction = stored.interactionId === null ? undefined : interactions.find(stored.interactionId);
    if (interaction?.view.state === 'thinking' && interaction.originalId === stored.id) {
      interactions.settle(interaction, 'answered');
    }
  };

  return {
    first(id, token, { body, files }) {
      const interaction = interactions.awaiting(id, token);
      const { type, data } = readForm(answerForm, body);
      if (!allowedTypes(interaction).includes(type)) {
        const choices = allowedTypes(interaction).join(', ');
        throw badForm([
          { path: ['type'], code: 'BASE_TYPE_CHOICES', message: `Value must be one of {${choices}}.` },
        ]);
      }
      const message = respond(interaction, type, { body: data, files });
      interaction.answeredWith = type;
      if (message !== null) interaction.originalId = message.id;
      const isNew = type === 4 || type === 5;
      interactions.settle(
        interaction,
        type === 5 ? 'thinking' : 'answered',
        isNew ? (message?.id ?? null) : null,
      );
      const shown = isNew || type === 7 ? message : null;
      return {
        interaction: {
          id,
          type: interaction.type,
          ...(message === null
            ? {}
            : { response_message_id: message.id, response_message_loading: type === 5 }),
          ...(isNew
            ? { response_message_ephemeral: ((message?.flags ?? 0) & messageFlags.ephemeral) !== 0 }
            : {}),
          channel_id: interaction.channelId,
          ...(interaction.guildId === null ? {} : { guild_id: interaction.guildId }),
        },
        ...(shown === null ? {} : { resource: { type, message: shown } }),
      };
    },
    followUp(token, { body, files }) {
      const interaction = interactions.withToken(token);
      const original = messages.find(interaction.originalId ?? '');
      // The first follow-up after a deferral takes the place of "thinking…", and its audience.
      if (original !== undefined && (original.message.flags & messageFlags.loading) !== 0) {
        const message = change(original, { body, files, path: [] });
        settleIfThought(original);
        return message;
      }
      return post(interaction, { body, files, path: [], isEphemeral: isEphemeral(body) });
    },
    read: (token, messageId) => messages.present(target(token, messageId).message),
    edit(token, messageId, { body, files }) {
      const stored = target(token, messageId);
      const message = change(stored, { body, files, path: [] });
      settleIfThought(stored);
      return message;
    },
    remove(token, messageId) {
      const stored = target(token, messageId);
      settleIfThought(stored);
      messages.remove(stored);
    },
  };
}
