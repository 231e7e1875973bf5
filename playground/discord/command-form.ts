/** Rules for registering commands. It must not know who runs them. */
import * as z from 'zod';
import { flag, lengthOf, problem, readForm, snowflake, text } from './form.ts';
import { badForm } from './refusal.ts';
import type { Command, CommandOption } from './shapes.ts';

/* Source of every figure: docs, Interactions, Application Commands. */
const slashName = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const charactersMax = 8000;

/** Discord's languages (docs: reference, Locales). */
const locales = new Set(
  'id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko'.split(
    ' ',
  ),
);

const name = z.string().check((context) => {
  if (slashName.test(context.value) && context.value === context.value.toLowerCase()) return;
  problem(context, { code: 'APPLICATION_COMMAND_INVALID_NAME', message: 'Command name is invalid' });
});

const localised = (value: z.ZodType<string>) =>
  z
    .record(z.string(), value)
    .nullish()
    .check((context) => {
      for (const locale of Object.keys(context.value ?? {})) {
        if (locales.has(locale)) continue;
        problem(context, { code: 'BASE_TYPE_CHOICES', message: 'Unknown locale', path: [locale] });
      }
    });

const choice = z.object({
  name: text(1, 100),
  name_localizations: localised(text(1, 100)),
  value: z.union([text(0, 100), z.number()]),
});

const optionFields = {
  type: z.int().min(1).max(11),
  name,
  name_localizations: localised(name),
  description: text(1, 100),
  description_localizations: localised(text(1, 100)),
  required: flag.optional(),
  choices: z.array(choice).max(25).nullish(),
  channel_types: z.array(z.int()).optional(),
  min_value: z.number().nullish(),
  max_value: z.number().nullish(),
  min_length: z.int().min(0).max(6000).nullish(),
  max_length: z.int().min(1).max(6000).nullish(),
  autocomplete: flag.optional(),
  file_types: z
    .array(z.string().regex(/^(image|video|audio|\.[\w.]+)$/))
    .max(10)
    .nullish(),
};

interface OptionShape {
  type: number;
  name: string;
  required?: boolean | undefined;
  autocomplete?: boolean | undefined;
  choices?: unknown[] | null | undefined;
}

function checkOptions(context: { value: OptionShape[] | null | undefined; issues: unknown[] }): void {
  const options = context.value ?? [];
  const names = new Set<string>();
  let isOptionalSeen = false;
  const hasSubcommands = options.some(({ type }) => type <= 2);
  for (const [index, option] of options.entries()) {
    if (names.has(option.name)) {
      problem(context, {
        code: 'APPLICATION_COMMAND_OPTIONS_NAME_INVALID',
        message: 'Option name is already used',
        path: [index, 'name'],
      });
    }
    names.add(option.name);
    if (option.required === true && isOptionalSeen) {
      problem(context, {
        code: 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        message: 'Required options must be placed before non-required options',
        path: [index],
      });
    }
    if (option.required !== true) isOptionalSeen = true;
    if (hasSubcommands && option.type > 2) {
      problem(context, {
        code: 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
        message: 'Sub-command and sub-command group option types are mutually exclusive to all other types',
        path: [index],
      });
    }
    if (option.autocomplete === true && (option.choices ?? []).length > 0) {
      problem(context, {
        code: 'APPLICATION_COMMAND_AUTOCOMPLETE_INVALID',
        message: 'Autocomplete and choices exclude each other',
        path: [index],
      });
    }
  }
}

const leaf = z.object(optionFields);
const leaves = z.array(leaf).max(25).nullish().check(checkOptions);
const subcommand = z.object({ ...optionFields, options: leaves });
const optionTree = z
  .array(z.object({ ...optionFields, options: z.array(subcommand).max(25).nullish().check(checkOptions) }))
  .max(25)
  .nullish()
  .check(checkOptions);

const commandForm = z.object({
  id: snowflake.nullish(),
  type: z.literal([1, 2, 3]).nullish(),
  name: z.string(),
  name_localizations: z.record(z.string(), z.string()).nullish(),
  description: z.string().nullish(),
  description_localizations: localised(text(1, 100)),
  options: optionTree,
  default_member_permissions: z.union([z.string().regex(/^\d+$/), z.int()]).nullish(),
  dm_permission: flag.nullish(),
  nsfw: flag.nullish(),
  integration_types: z.array(z.int().min(0).max(1)).nullish(),
  contexts: z.array(z.int().min(0).max(2)).nullish(),
});

type CommandForm = z.infer<typeof commandForm>;
/** A checked command that Discord has not numbered yet. */
export type NewCommand = Omit<Command, 'id' | 'application_id' | 'version' | 'guild_id'>;

function longest(word: string, others: Record<string, string> | null | undefined): number {
  return Math.max(lengthOf(word), ...Object.values(others ?? {}).map(lengthOf));
}

interface Counted {
  name: string;
  name_localizations?: Record<string, string> | null | undefined;
  description?: string | null | undefined;
  description_localizations?: Record<string, string> | null | undefined;
  choices?: NonNullable<CommandOption['choices']> | undefined;
  options?: readonly Counted[] | undefined;
}

/** Characters of names, descriptions and values, each at its longest translation. */
function characters(form: Counted): number {
  let sum =
    longest(form.name, form.name_localizations) +
    longest(form.description ?? '', form.description_localizations);
  for (const choice of form.choices ?? []) {
    sum += longest(choice.name, choice.name_localizations) + lengthOf(String(choice.value));
  }
  for (const option of form.options ?? []) sum += characters(option);
  return sum;
}

function checkKind(form: CommandForm, path: readonly (string | number)[]): void {
  const type = form.type ?? 1;
  const at = (field: string, code: string, message: string) =>
    badForm([{ path: [...path, field], code, message }]);
  if (type === 1) {
    readForm(z.object({ name, name_localizations: localised(name), description: text(1, 100) }), form, path);
    return;
  }
  readForm(z.object({ name: text(1, 32) }), form, path);
  if (form.description) {
    throw at(
      'description',
      'APPLICATION_COMMAND_DESCRIPTION_INVALID',
      'Context menu commands cannot have description',
    );
  }
  if ((form.options ?? []).length > 0) {
    throw at('options', 'APPLICATION_COMMAND_OPTIONS_INVALID', 'Context menu commands cannot have options');
  }
}

/** Removes keys that are null or undefined, at every depth, as Discord's answers leave them out. */
function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null && one !== undefined)
      .map(([key, one]) => [key, pruned(one)]),
  );
}

/** One command, checked. Errors: 50035 with every problem at its place below `path`. */
export function readCommand(body: unknown, path: readonly (string | number)[] = []): NewCommand {
  const form = readForm(commandForm, body, path);
  checkKind(form, path);
  // Pruning leaves exactly the optional keys out that the form allows to be null.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see the line above
  const options = pruned(form.options ?? []) as CommandOption[];
  const shaped = {
    ...form,
    options,
    name_localizations: form.name_localizations ?? null,
    description: form.description ?? '',
  };
  if (characters(shaped) > charactersMax) {
    throw badForm([
      {
        path: [...path],
        code: 'APPLICATION_COMMAND_TOO_LARGE',
        message: 'Command exceeds maximum size (8000)',
      },
    ]);
  }
  return {
    type: form.type ?? 1,
    name: form.name,
    name_localizations: form.name_localizations ?? null,
    description: form.description ?? '',
    description_localizations: form.description_localizations ?? null,
    ...(options.length > 0 ? { options } : {}),
    default_member_permissions:
      form.default_member_permissions == null ? null : String(form.default_member_permissions),
    nsfw: form.nsfw ?? false,
    integration_types: form.integration_types ?? [0],
    contexts: form.contexts ?? (form.dm_permission === false ? [0] : null),
  };
}

/** A whole list. Errors: 50035; two of one type and name are a problem of the second. */
export function readCommands(body: unknown): NewCommand[] {
  const list = readForm(z.array(z.unknown()), body);
  const seen = new Set<string>();
  return list.map((one, index) => {
    const command = readCommand(one, [index]);
    const key = `${command.type}:${command.name}`;
    if (seen.has(key)) {
      throw badForm([
        {
          path: [index, 'name'],
          code: 'APPLICATION_COMMANDS_DUPLICATE_NAME',
          message: 'Application command names must be unique',
        },
      ]);
    }
    seen.add(key);
    return command;
  });
}
