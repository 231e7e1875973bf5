/** A slash command while somebody fills it in. Pure. */
import type { Command, CommandOption } from '../../discord/shapes.ts';
import type { CommandLists } from '../protocol.ts';
import type { Place } from './names.ts';

/** One line of the picker: a command, or one subcommand of it. */
export type CommandChoice = {
  command: Command;
  subcommandGroup: string | undefined;
  subcommand: string | undefined;
  /** What is typed: "/nemo credits". */
  label: string;
  description: string;
  options: readonly CommandOption[];
};

export type OptionValue = string | number | boolean;

export type CommandDraft = {
  choice: CommandChoice;
  values: Readonly<Record<string, OptionValue>>;
  /** They go to the file options in their order. */
  files: readonly File[];
};

/** Option types of docs: interactions/application-commands. */
export const optionTypes = {
  subcommand: 1,
  group: 2,
  text: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  file: 11,
} as const;

type Localised = { name: string; name_localizations?: Record<string, string> | null };
type Described = { description: string; description_localizations?: Record<string, string> | null };

export const nameIn = (locale: string, item: Localised): string =>
  item.name_localizations?.[locale] ?? item.name;
export const descriptionIn = (locale: string, item: Described): string =>
  item.description_localizations?.[locale] ?? item.description;

export const commandsAt = (commands: CommandLists, { guild }: Place): readonly Command[] =>
  guild === null ? commands.directMessages : (commands.guilds[guild.id] ?? []);

/** Every command that can be run by typing, subcommands one by one as Discord lists them. */
export function listChoices(commands: readonly Command[], locale: string): CommandChoice[] {
  return commands
    .filter((command) => command.type === 1)
    .flatMap((command) => choicesOf(command, locale))
    .sort((a, b) => a.label.localeCompare(b.label));
}

function choicesOf(command: Command, locale: string): CommandChoice[] {
  const label = `/${nameIn(locale, command)}`;
  const options = command.options ?? [];
  const nested = options.filter(
    (option) => option.type === optionTypes.subcommand || option.type === optionTypes.group,
  );
  if (nested.length === 0) {
    const description = descriptionIn(locale, command);
    return [{ command, subcommandGroup: undefined, subcommand: undefined, label, description, options }];
  }
  return nested.flatMap((option) => {
    if (option.type === optionTypes.subcommand) return [subcommandChoice({ command, label, option, locale })];
    const groupLabel = `${label} ${nameIn(locale, option)}`;
    return (option.options ?? []).map((inner) =>
      subcommandChoice({ command, label: groupLabel, option: inner, locale, group: option.name }),
    );
  });
}

function subcommandChoice(parts: {
  command: Command;
  label: string;
  option: CommandOption;
  locale: string;
  group?: string;
}): CommandChoice {
  const { command, label, option, locale, group } = parts;
  return {
    command,
    subcommandGroup: group,
    subcommand: option.name,
    label: `${label} ${nameIn(locale, option)}`,
    description: descriptionIn(locale, option),
    options: option.options ?? [],
  };
}

/** Choices that fit what was typed so far; those that begin with it come first. */
export function matchChoices(choices: readonly CommandChoice[], typed: string): CommandChoice[] {
  const wanted = typed.toLowerCase().trim();
  const begins = choices.filter((choice) => choice.label.toLowerCase().startsWith(wanted));
  const holds = choices.filter(
    (choice) => !begins.includes(choice) && choice.label.toLowerCase().includes(wanted.slice(1)),
  );
  return [...begins, ...holds];
}

/** As people read them: files of a command, which lie in one strip here, under one name. */
export function optionNames(
  options: readonly CommandOption[],
  locale: string,
): readonly { label: string; isRequired: boolean }[] {
  const files = options.filter(({ type }) => type === optionTypes.file);
  return options.flatMap((option) => {
    if (option.type === optionTypes.file && option !== files[0]) return [];
    const label = option === files[0] ? rangeOf(files, locale) : nameIn(locale, option);
    return [{ label, isRequired: option.required === true }];
  });
}

/** "image1 … image5". */
export function rangeOf(options: readonly CommandOption[], locale: string): string {
  const names = options.map((option) => nameIn(locale, option));
  return names.length > 2 ? `${names[0]} … ${names.at(-1)}` : names.join(', ');
}

export const beginDraft = (choice: CommandChoice): CommandDraft => ({ choice, values: {}, files: [] });

export const fileOptions = (draft: CommandDraft): CommandOption[] =>
  draft.choice.options.filter((option) => option.type === optionTypes.file);

/** Takes as many files as there are options for them. */
export function withFiles(draft: CommandDraft, more: readonly File[]): CommandDraft {
  return { ...draft, files: [...draft.files, ...more].slice(0, fileOptions(draft).length) };
}

/** An empty field is an option that was not given. */
export function withValue(draft: CommandDraft, name: string, value: OptionValue | null): CommandDraft {
  const others = Object.entries(draft.values).filter(([other]) => other !== name);
  const given = value === null || value === '' ? [] : [[name, value] as const];
  return { ...draft, values: Object.fromEntries([...others, ...given]) };
}

export type Trial = { choice: CommandChoice; option: CommandOption; filesMax: number };

/** The first command that makes something of a wish and files; null where there is none. */
export function findTrial(choices: readonly CommandChoice[]): Trial | null {
  for (const choice of choices) {
    const option = choice.options.find(
      ({ type, required }) => type === optionTypes.text && required === true,
    );
    const filesMax = choice.options.filter(({ type }) => type === optionTypes.file).length;
    if (option !== undefined && filesMax > 0) return { choice, option, filesMax };
  }
  return null;
}

/** The first required file option that no file is left for. */
export function missingFile(draft: CommandDraft): CommandOption | null {
  return (
    fileOptions(draft).find(
      (option, index) => option.required === true && draft.files[index] === undefined,
    ) ?? null
  );
}

/** What the server's action "runCommand" takes, without the person and the place. */
export function commandInput(draft: CommandDraft): Record<string, unknown> {
  const { choice } = draft;
  const files = fileOptions(draft).flatMap((option, index) => {
    const file = draft.files[index];
    return file === undefined ? [] : [[option.name, file] as const];
  });
  return {
    name: choice.command.name,
    ...(choice.subcommandGroup === undefined ? {} : { subcommandGroup: choice.subcommandGroup }),
    ...(choice.subcommand === undefined ? {} : { subcommand: choice.subcommand }),
    options: { ...draft.values, ...Object.fromEntries(files) },
  };
}
