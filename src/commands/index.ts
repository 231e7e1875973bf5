/** The explicit list of commands and buttons, and who gets which event. */
import { messagesFor } from '../core/messages/messages.ts';
import { textView } from '../core/view.ts';
import type { ButtonPress, ChatHandlers, CommandCall } from '../ports/chat.ts';
import { exampleButton, renderAgainButton, runAgainButton, stopButton, timelineButton } from './buttons.ts';
import type { ButtonCommand, Command, CommandServices } from './command.ts';
import { makevideo } from './makevideo.ts';

export const commands: readonly Command[] = [makevideo];

const buttons: readonly ButtonCommand[] = [
  stopButton,
  runAgainButton,
  renderAgainButton,
  exampleButton,
  timelineButton,
];

const runCommand = (call: CommandCall, services: CommandServices): Promise<void> => {
  const command = commands.find(({ definition }) => definition.name === call.name);
  return command === undefined
    ? call.answerPrivately(textView(services.messages.unknownCommand))
    : command.run(call, services);
};

const pressButton = (press: ButtonPress, services: CommandServices): Promise<void> => {
  const [name, ...args] = press.customId.split(':');
  const button = buttons.find((candidate) => candidate.name === name);
  return button === undefined
    ? press.answerPrivately(textView(services.messages.staleButton))
    : button.press(press, { args, services });
};

/** Finds the command or button of an interaction; whatever is unknown gets a private line, never silence. */
export const createDispatch =
  (services: Omit<CommandServices, 'messages'>): ChatHandlers['onInteraction'] =>
  (interaction) => {
    const messages = messagesFor(interaction.person.locale);
    switch (interaction.kind) {
      case 'command':
        return runCommand(interaction, { ...services, messages });
      case 'button':
        return pressButton(interaction, { ...services, messages });
      case 'form':
        return interaction.answerPrivately(textView(messages.staleButton));
    }
  };
