/** What a person types into a slash command, checked as Discord's client checks it. It must not know what becomes of it. */
import { lengthOf } from './form.ts';
import type { OptionInput } from './people.ts';
import { badForm, type DiscordRefusal } from './refusal.ts';
import { isPersonFile, type Resolver } from './resolved.ts';
import type { Command, CommandOption } from './shapes.ts';

/** One option of an interaction's data. */
export interface OptionData {
  name: string;
  type: number;
  value?: string | number | boolean;
  options?: OptionData[];
  focused?: boolean;
}

export interface CommandWords {
  subcommandGroup?: string | undefined;
  subcommand?: string | undefined;
  options?: Record<string, OptionInput> | undefined;
  /** Autocomplete: the option being typed; required ones may still be missing. */
  focused?: string | undefined;
}

function wrong(option: string, message: string): DiscordRefusal {
  return badForm([{ path: ['options', option], code: 'APPLICATION_COMMAND_OPTION_INVALID', message }]);
}

function checkText(option: CommandOption, value: OptionInput): string {
  if (typeof value !== 'string') throw wrong(option.name, 'This option takes words.');
  const length = lengthOf(value);
  if (length < (option.min_length ?? 0) || length > (option.max_length ?? 6000)) {
    throw wrong(option.name, 'These words are too short or too long.');
  }
  return value;
}

function checkNumber(option: CommandOption, value: OptionInput): number {
  const isRight = typeof value === 'number' && (option.type === 10 || Number.isInteger(value));
  if (!isRight) throw wrong(option.name, 'This option takes a number.');
  if (
    value < (option.min_value ?? Number.MIN_SAFE_INTEGER) ||
    value > (option.max_value ?? Number.MAX_SAFE_INTEGER)
  ) {
    throw wrong(option.name, 'This number is out of range.');
  }
  return value;
}

function checkChoice<Value extends string | number>(option: CommandOption, value: Value): Value {
  const choices = option.choices ?? [];
  if (choices.length > 0 && !choices.some((choice) => choice.value === value)) {
    throw wrong(option.name, 'This is not one of the choices.');
  }
  return value;
}

function readId(option: CommandOption, value: OptionInput): string {
  if (typeof value !== 'string' || !/^\d+$/.test(value)) throw wrong(option.name, 'This option takes an id.');
  return value;
}

function readValue(option: CommandOption, value: OptionInput, resolve: Resolver): string | number | boolean {
  switch (option.type) {
    case 3:
      return checkChoice(option, checkText(option, value));
    case 4:
    case 10:
      return checkChoice(option, checkNumber(option, value));
    case 5:
      if (typeof value !== 'boolean') throw wrong(option.name, 'This option takes yes or no.');
      return value;
    case 6:
      return resolve.user(readId(option, value));
    case 7:
      return resolve.channel(readId(option, value));
    case 8:
      return resolve.role(readId(option, value));
    case 9: {
      const id = readId(option, value);
      return resolve.isRole(id) ? resolve.role(id) : resolve.user(id);
    }
    case 11:
      if (!isPersonFile(value)) throw wrong(option.name, 'This option takes a file.');
      return resolve.file(value, option.file_types);
    default:
      throw wrong(option.name, 'This option takes no value.');
  }
}

function readLeaves(options: readonly CommandOption[], words: CommandWords, resolve: Resolver): OptionData[] {
  const given = words.options ?? {};
  for (const name of Object.keys(given)) {
    if (!options.some((option) => option.name === name)) throw wrong(name, 'The command has no such option.');
  }
  const read: OptionData[] = [];
  for (const option of options) {
    const value = given[option.name];
    const isFocused = words.focused === option.name;
    if (value === undefined) {
      if (option.required === true && words.focused === undefined)
        throw wrong(option.name, 'This option is required.');
      if (isFocused) read.push({ name: option.name, type: option.type, value: '', focused: true });
    } else if (isFocused && (typeof value === 'string' || typeof value === 'number')) {
      read.push({ name: option.name, type: option.type, value, focused: true });
    } else read.push({ name: option.name, type: option.type, value: readValue(option, value, resolve) });
  }
  return read;
}

function child(options: readonly CommandOption[], type: 1 | 2, name: string | undefined): CommandOption {
  const found = options.find((option) => option.type === type && option.name === name);
  if (found === undefined) throw wrong(name ?? 'subcommand', 'The command has no such subcommand.');
  return found;
}

/** The `options` of an interaction's data. Errors: 50035 for what the client would not let pass, 40005 for a file over the limit. */
export function readCommandWords(command: Command, words: CommandWords, resolve: Resolver): OptionData[] {
  const options = command.options ?? [];
  if (!options.some(({ type }) => type <= 2)) return readLeaves(options, words, resolve);
  if (words.subcommandGroup === undefined) {
    const sub = child(options, 1, words.subcommand);
    return [{ name: sub.name, type: 1, options: readLeaves(sub.options ?? [], words, resolve) }];
  }
  const group = child(options, 2, words.subcommandGroup);
  const sub = child(group.options ?? [], 1, words.subcommand);
  const leaves = readLeaves(sub.options ?? [], words, resolve);
  return [{ name: group.name, type: 2, options: [{ name: sub.name, type: 1, options: leaves }] }];
}
