/** What a command, a button and a form are. Types only. */
import type { Locale } from '../core/locale.ts';
import type { Messages } from '../core/messages/catalogue.ts';
import type { ButtonPress, Chat, CommandCall, FormSubmission, MenuChoice } from '../ports/chat.ts';
import type { CommandDefinition, SlashDefinition } from '../ports/command-definition.ts';
import type { Log } from '../ports/log.ts';
import type { Relay } from '../ports/relay.ts';

export type CommandServices = {
  readonly relay: Relay;
  readonly chat: Chat;
  readonly log: Log;
  /** In the language of the server or of the person who acts. */
  readonly messages: Messages;
  /** What the server wants everybody to be answered in, whatever they choose; null: nothing. */
  readonly serverLocale: Locale | null;
  readonly signal: AbortSignal;
};

export type Command = {
  readonly definition: CommandDefinition;
  run(call: CommandCall, services: CommandServices): Promise<void>;
};

export type Subcommand = SlashDefinition['subcommands'][number] & Pick<Command, 'run'>;

type Options = { readonly args: readonly string[]; readonly services: CommandServices };

export type ButtonCommand = {
  /** What its custom ids begin with (custom-ids.ts). */
  readonly name: string;
  press(press: ButtonPress, options: Options): Promise<void>;
};

export type FormCommand = {
  /** As of a button. */
  readonly name: string;
  submit(form: FormSubmission, options: Options): Promise<void>;
};

export type MenuCommand = {
  /** As of a button. */
  readonly name: string;
  choose(choice: MenuChoice, options: Options): Promise<void>;
};
