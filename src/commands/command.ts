/** What a command and a button are. Types only. */
import type { Messages } from '../core/messages/catalogue.ts';
import type { ButtonPress, Chat, CommandCall, CommandDefinition } from '../ports/chat.ts';
import type { Log } from '../ports/log.ts';
import type { Relay } from '../ports/relay.ts';

export type CommandServices = {
  readonly relay: Relay;
  readonly chat: Chat;
  readonly log: Log;
  /** In the language of the person who acts. */
  readonly messages: Messages;
  readonly signal: AbortSignal;
};

export type Command = {
  readonly definition: CommandDefinition;
  run(call: CommandCall, services: CommandServices): Promise<void>;
};

export type ButtonCommand = {
  /** The custom id is `name:` and then arguments, separated by colons. */
  readonly name: string;
  press(press: ButtonPress, options: { args: readonly string[]; services: CommandServices }): Promise<void>;
};
