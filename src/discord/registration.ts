/** Commands as Discord knows them, registered only when something changed. It must not know what a command does. */

import { isDeepStrictEqual } from 'node:util';
import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
  type RESTPostAPIContextMenuApplicationCommandsJSONBody,
  RequestMethod,
  Routes,
} from 'discord.js';
import { z } from 'zod';
import type { Locale } from '../core/locale.ts';
import type {
  CommandDefinition,
  CommandOption,
  MenuDefinition,
  SlashDefinition,
} from '../ports/command-definition.ts';
import type { Log } from '../ports/log.ts';
import type { CallDiscord } from './call.ts';
import { chatErrorOf } from './errors.ts';
import { acceptedFileTypes } from './file-types.ts';

type Texts = Readonly<Record<Locale, string>>;

/** Discord's tags for the languages beside English, which is the default (Discord docs: Reference, Locales). */
const localized = (texts: Texts): { 'zh-CN': string; 'zh-TW': string } => ({
  'zh-CN': texts.zh,
  'zh-TW': texts.zh,
});

const described = (part: { readonly name: string; readonly description: Texts }) => ({
  name: part.name,
  description: part.description.en,
  description_localizations: localized(part.description),
});

const optionOf = (option: CommandOption): APIApplicationCommandBasicOption => {
  const name_localizations = localized({ en: option.name, ...option.translations });
  const common = { ...described(option), name_localizations, required: option.isRequired };
  switch (option.kind) {
    case 'text':
      return { ...common, type: ApplicationCommandOptionType.String, max_length: option.lengthMax };
    case 'file':
      return { ...common, type: ApplicationCommandOptionType.Attachment, file_types: acceptedFileTypes };
    case 'choice':
      return {
        ...common,
        type: ApplicationCommandOptionType.String,
        choices: option.choices.map(({ value, name }) => ({
          name: name.en,
          name_localizations: localized(name),
          value,
        })),
      };
  }
};

const optionsOf = (definition: SlashDefinition): APIApplicationCommandOption[] => [
  ...definition.subcommands.map((subcommand) => ({
    ...described(subcommand),
    type: ApplicationCommandOptionType.Subcommand as const,
  })),
  ...definition.options.map(optionOf),
];

/**
 * Global commands say where they may be used: everywhere, also where only a person brought the bot. No thread can be opened there,
 * so what they start goes on in their direct messages.
 */
const placesOf = (guildId: string | null) =>
  guildId === null
    ? {
        integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
        contexts: [
          InteractionContextType.Guild,
          InteractionContextType.BotDM,
          InteractionContextType.PrivateChannel,
        ],
      }
    : {};

const slashBody = (definition: SlashDefinition): RESTPostAPIChatInputApplicationCommandsJSONBody => ({
  ...described(definition),
  type: ApplicationCommandType.ChatInput,
  options: optionsOf(definition),
});

/** Entries of a menu have neither description nor options (Discord docs: Application Commands, Message Commands). */
const menuBody = ({
  name,
  translations,
}: MenuDefinition): RESTPostAPIContextMenuApplicationCommandsJSONBody => ({
  type: ApplicationCommandType.Message,
  name,
  name_localizations: localized({ en: name, ...translations }),
});

type Body =
  | RESTPostAPIChatInputApplicationCommandsJSONBody
  | RESTPostAPIContextMenuApplicationCommandsJSONBody;

/** The body of one command (Discord docs: Application Commands). */
export function commandBody(
  definition: SlashDefinition,
  guildId: string | null,
): RESTPostAPIChatInputApplicationCommandsJSONBody;
export function commandBody(definition: CommandDefinition, guildId: string | null): Body;
export function commandBody(definition: CommandDefinition, guildId: string | null): Body {
  const body = 'translations' in definition ? menuBody(definition) : slashBody(definition);
  return { ...body, ...placesOf(guildId) };
}

const textsShape = z
  .record(z.string(), z.string())
  .nullish()
  .transform((texts) => texts ?? {});
const listShape = <T>(item: z.ZodType<T>) =>
  z
    .array(item)
    .nullish()
    .transform((list) => list ?? []);

const partShape = {
  type: z.number(),
  name: z.string(),
  description: z.string().default(''),
  name_localizations: textsShape,
  description_localizations: textsShape,
};

const choiceShape = z.object({ name: z.string(), name_localizations: textsShape, value: z.unknown() });

const optionShape = z.object({
  ...partShape,
  required: z.boolean().default(false),
  max_length: z.number().nullish().default(null),
  choices: listShape(choiceShape),
  file_types: listShape(z.string()),
  options: listShape(z.unknown()),
});

/** What decides whether two commands are the same; ids, versions and the defaults that Discord adds do not. */
const commandShape = z.object({
  ...partShape,
  options: listShape(optionShape),
  integration_types: listShape(z.number()),
  contexts: listShape(z.number()),
});

type Comparable = z.infer<typeof commandShape>;

const byName = (one: Comparable, other: Comparable): number => one.name.localeCompare(other.name);

/** Null when the answer does not read. A server's own commands have no contexts, whatever Discord answers. */
const comparable = (commands: unknown, guildId: string | null): Comparable[] | null => {
  const read = z.array(commandShape).safeParse(commands);
  if (!read.success) return null;
  const sorted = read.data.sort(byName);
  return guildId === null
    ? sorted
    : sorted.map((command) => ({ ...command, integration_types: [], contexts: [] }));
};

/** Whether an application may be installed by people is set in the developer portal; what Discord says where it may not is not documented. */
const forServersAlone = (body: Body): Body => ({
  ...body,
  integration_types: [ApplicationIntegrationType.GuildInstall],
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
});

/**
 * Replaces the registered commands by ours unless they are equal already: Discord counts new commands per day.
 * Rejects with ChatError or, when the signal aborts, with its reason.
 */
export const registerCommands = async (
  commands: readonly CommandDefinition[],
  options: {
    applicationId: string;
    guildId: string | null;
    call: CallDiscord;
    log: Log;
    signal: AbortSignal;
  },
): Promise<void> => {
  const { applicationId, guildId, call, log, signal } = options;
  const fullRoute =
    guildId === null
      ? Routes.applicationCommands(applicationId)
      : Routes.applicationGuildCommands(applicationId, guildId);
  const query = new URLSearchParams({ with_localizations: 'true' });
  const reading = call({ method: RequestMethod.Get, fullRoute, query }, { answer: z.unknown(), signal });
  // Reading only spares a write: without it everything is registered anew.
  const present = await reading.catch((error: unknown) => {
    log.warn({ error, guildId }, 'the registered commands could not be read');
    return null;
  });
  const body = commands.map((definition) => commandBody(definition, guildId));
  if (isDeepStrictEqual(comparable(present, guildId), comparable(body, guildId))) return;
  const put = (body: readonly Body[]): Promise<unknown> =>
    call({ method: RequestMethod.Put, fullRoute, body }, { answer: z.unknown(), signal });
  await put(body).catch((error: unknown) => {
    if (guildId !== null || chatErrorOf(error).kind !== 'refused') throw error;
    log.warn({ error }, 'commands are registered for servers alone: Discord did not take them for people');
    return put(body.map(forServersAlone));
  });
  log.info({ guildId, count: commands.length }, 'commands registered');
};
