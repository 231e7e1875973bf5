/** Commands as people see them, to be registered with a chat platform. Nothing here knows Discord. Registered by src/discord. */
import type { Locale } from '../core/locale.ts';

/** A command as people see it, free of any platform's JSON: one that is typed, or one in the menu of a message. */
export type CommandDefinition = SlashDefinition | MenuDefinition;

/** An entry in the menu of a message, 1 to 32 characters; the English name is also the one that comes back when it is chosen. */
export type MenuDefinition = {
  readonly name: string;
  readonly translations: Readonly<Record<Exclude<Locale, 'en'>, string>>;
};

/** Names match ^[a-z0-9_-]{1,32}$. Those of commands are the same in all languages, because what the bot says refers to them. */
export type SlashDefinition = {
  readonly name: string;
  readonly description: Readonly<Record<Locale, string>>;
  readonly options: readonly CommandOption[];
  readonly subcommands: readonly {
    readonly name: string;
    readonly description: Readonly<Record<Locale, string>>;
  }[];
};

export type CommandOption = {
  readonly name: string;
  /** The name as people see it in other languages: letters and digits, at most 32. */
  readonly translations: Readonly<Record<Exclude<Locale, 'en'>, string>>;
  readonly description: Readonly<Record<Locale, string>>;
  readonly isRequired: boolean;
} & (
  | { readonly kind: 'text'; readonly lengthMax: number }
  | { readonly kind: 'file' }
  | {
      readonly kind: 'choice';
      readonly choices: readonly {
        readonly value: string;
        readonly name: Readonly<Record<Locale, string>>;
      }[];
    }
);
