/** Discord's interactions as the port's, and a word to the person where there is nothing to do. It must not know any command. */
import {
  type AnySelectMenuInteraction,
  ApplicationCommandOptionType,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Interaction as DiscordInteraction,
  GatewayIntentBits,
  type MessageContextMenuCommandInteraction,
  type ModalSubmitInteraction,
  type RepliableInteraction,
} from 'discord.js';
import { type Locale, localeOf } from '../core/locale.ts';
import { textView } from '../core/view.ts';
import type {
  ButtonPress,
  ChatHandlers,
  CommandCall,
  FormSubmission,
  MenuChoice,
  TargetMessage,
} from '../ports/chat.ts';
import type { Log } from '../ports/log.ts';
import { type Answers, createAnswers } from './answers.ts';
import type { ReadAttachments } from './attachments.ts';
import type { CallDiscord } from './call.ts';
import { readForm } from './forms.ts';
import { wordsOf } from './mentions.ts';
import { type People, placeOfInteraction } from './places.ts';
import type { UploadLimits } from './upload-limits.ts';

/** The few words that this room says by itself. */
export type DiscordTexts = (locale: Locale) => {
  /** Something failed before the person got any answer. */
  readonly somethingWentWrong: string;
  /** They used something that this version of the bot does not know (an old button, a removed command). */
  readonly notUnderstood: string;
  /** They came while this process was stopping. */
  readonly restarting: string;
};

type Deps = {
  readonly call: CallDiscord;
  readonly people: People;
  readonly uploadLimits: UploadLimits;
  readonly readAttachments: ReadAttachments;
  readonly texts: DiscordTexts;
  readonly log: Log;
};

type Incoming = CommandCall | ButtonPress | MenuChoice | FormSubmission;
type Common = Omit<FormSubmission, 'kind' | 'customId' | 'fields' | 'attachments'>;

const commonOf = (interaction: RepliableInteraction, answers: Answers, deps: Deps): Common => {
  const { answer, answerPrivately, deferPrivately } = answers;
  return {
    eventId: interaction.id,
    place: placeOfInteraction(interaction),
    person: deps.people.ofInteraction(interaction),
    // The type says that it is always there; Discord added it in 2024 and leaves it out of some payloads.
    uploadSizeBytesMax: interaction.attachmentSizeLimit ?? null,
    // What this connection was opened with: Discord refuses one that asks for more than it grants.
    hearsWords: interaction.client.options.intents.has(GatewayIntentBits.MessageContent),
    answer,
    answerPrivately,
    deferPrivately,
  };
};

type Parts = { readonly common: Common; readonly answers: Answers; readonly deps: Deps };

const commandOf = (
  interaction: ChatInputCommandInteraction,
  { common, answers, deps }: Parts,
): CommandCall => {
  const given = interaction.options.data;
  const subcommand = given.find((option) => option.type === ApplicationCommandOptionType.Subcommand);
  const options = subcommand?.options ?? (subcommand ? [] : given);
  const files = options.flatMap((option) => (option.attachment ? [option.attachment] : []));
  return {
    ...common,
    kind: 'command',
    name: interaction.commandName,
    subcommand: subcommand?.name ?? null,
    options: Object.fromEntries(
      options.flatMap((option) =>
        option.attachment || option.value === undefined ? [] : [[option.name, option.value]],
      ),
    ),
    attachments: deps.readAttachments(files, null),
    target: null,
    openForm: answers.openForm,
  };
};

/** Discord sends the whole message along, without the privileged intent too (Discord docs: Gateway, Message Content Intent). */
const targetOf = (interaction: MessageContextMenuCommandInteraction, deps: Deps): TargetMessage => {
  const message = interaction.targetMessage;
  // A forwarded message carries what it forwards as a snapshot, and nothing of its own.
  const said = message.messageSnapshots.first() ?? message;
  const content = message.author.id === interaction.client.user.id ? '' : (said.content ?? '');
  return {
    messageId: message.id,
    // Names for ids can be found only in a channel that discord.js knows.
    text: interaction.channel === null ? content.trim() : wordsOf(message, content),
    attachments: deps.readAttachments(said.attachments.values(), {
      channelId: message.channelId,
      messageId: message.id,
    }),
  };
};

const menuOf = (
  interaction: MessageContextMenuCommandInteraction,
  { common, answers, deps }: Parts,
): CommandCall => ({
  ...common,
  kind: 'command',
  name: interaction.commandName,
  subcommand: null,
  options: {},
  attachments: [],
  target: targetOf(interaction, deps),
  openForm: answers.openForm,
});

const buttonOf = (interaction: ButtonInteraction, { common, answers }: Parts): ButtonPress => ({
  ...common,
  kind: 'button',
  customId: interaction.customId,
  messageId: interaction.message.id,
  openForm: answers.openForm,
  acknowledge: answers.acknowledge,
  redraw: answers.redraw,
});

const menuChoiceOf = (interaction: AnySelectMenuInteraction, { common, answers }: Parts): MenuChoice => ({
  ...common,
  kind: 'menu',
  customId: interaction.customId,
  values: interaction.values,
  redraw: answers.redraw,
});

const formOf = (interaction: ModalSubmitInteraction, { common, deps }: Parts): FormSubmission => ({
  ...common,
  kind: 'form',
  customId: interaction.customId,
  ...readForm(interaction, deps.readAttachments),
});

/** One line for each kind of interaction that the port knows; anything else is null. */
const read = (interaction: RepliableInteraction, answers: Answers, deps: Deps): Incoming | null => {
  const parts = { common: commonOf(interaction, answers, deps), answers, deps };
  if (interaction.isChatInputCommand()) return commandOf(interaction, parts);
  if (interaction.isMessageContextMenuCommand()) return menuOf(interaction, parts);
  if (interaction.isButton()) return buttonOf(interaction, parts);
  if (interaction.isAnySelectMenu()) return menuChoiceOf(interaction, parts);
  if (interaction.isModalSubmit()) return formOf(interaction, parts);
  return null;
};

const logName = (interaction: RepliableInteraction): string =>
  interaction.isCommand() ? interaction.commandName : interaction.customId;

/** Hands interactions over and sees to it that nobody is left without an answer. Never rejects. */
export const createInteractions = (deps: Deps) => {
  const { log, texts } = deps;

  /** The last word of this room; if even that fails, the log is all that is left. */
  const say = async (interaction: RepliableInteraction, answers: Answers, text: string): Promise<void> => {
    if (answers.isBegun()) return;
    await answers.answerPrivately(textView(text)).catch((error: unknown) => {
      log.warn({ eventId: interaction.id, error }, 'could not answer an interaction');
    });
  };

  const handOver = async (
    interaction: RepliableInteraction,
    handlers: ChatHandlers | null,
  ): Promise<void> => {
    const answers = createAnswers(interaction, deps.call);
    const words = texts(localeOf(interaction.locale));
    try {
      if (handlers === null) return await say(interaction, answers, words.restarting);
      const incoming = read(interaction, answers, deps);
      if (incoming) return await handlers.onInteraction(incoming);
      log.warn({ eventId: interaction.id, type: interaction.type }, 'an interaction of an unknown kind');
      await say(interaction, answers, words.notUnderstood);
    } catch (error) {
      log.error({ eventId: interaction.id, name: logName(interaction), error }, 'an interaction failed');
      await say(interaction, answers, words.somethingWentWrong);
    }
  };

  return {
    /** Without handlers the person is told to come back. */
    handle: async (interaction: DiscordInteraction, handlers: ChatHandlers | null): Promise<void> => {
      if (interaction.attachmentSizeLimit) {
        deps.uploadLimits.learn(interaction.guildId, interaction.attachmentSizeLimit);
      }
      // Suggestions while typing cannot be answered with a message, and no command asks for them.
      if (interaction.isRepliable()) return handOver(interaction, handlers);
      log.warn({ eventId: interaction.id, type: interaction.type }, 'an interaction that cannot be answered');
    },
  };
};
