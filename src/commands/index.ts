/** The explicit list of commands, buttons and forms, and who gets which event. */
import { messagesFor } from '../core/messages/messages.ts';
import type { ButtonPress, ChatHandlers, CommandCall, FormSubmission, MenuChoice } from '../ports/chat.ts';
import {
  anywayButton,
  clearerButton,
  deleteButton,
  editButton,
  exampleButton,
  renderAgainButton,
  runAgainButton,
  shapeButton,
  stopButton,
  timelineButton,
} from './buttons.ts';
import { calledButton } from './called-button.ts';
import type { ButtonCommand, Command, CommandServices, FormCommand, MenuCommand } from './command.ts';
import { connectSubmission } from './connect.ts';
import { calledBy } from './custom-ids.ts';
import { editSubmission } from './edit.ts';
import { forgetButton } from './forget.ts';
import { inTime } from './in-time.ts';
import { makeVideoMenu } from './make-video-menu.ts';
import { makevideo } from './makevideo.ts';
import { missedButton } from './missed-button.ts';
import { nemo } from './nemo.ts';
import { say } from './private-answers.ts';
import { projectButton } from './project-button.ts';
import { settingMenu, settingsButton } from './settings.ts';

export const commands: readonly Command[] = [makevideo, nemo, makeVideoMenu];

const buttons: readonly ButtonCommand[] = [
  stopButton,
  runAgainButton,
  editButton,
  shapeButton,
  renderAgainButton,
  exampleButton,
  clearerButton,
  anywayButton,
  timelineButton,
  deleteButton,
  settingsButton,
  forgetButton,
  missedButton,
  calledButton,
  projectButton,
];

const menus: readonly MenuCommand[] = [settingMenu];

const forms: readonly FormCommand[] = [editSubmission, connectSubmission];

const isCalled = ({ definition }: Command, call: CommandCall): boolean =>
  definition.name === call.name && 'translations' in definition === (call.target !== null);

const runCommand = (call: CommandCall, services: CommandServices): Promise<void> => {
  const command = commands.find((candidate) => isCalled(candidate, call));
  return command === undefined ? say(call, services.messages.unknownCommand) : command.run(call, services);
};

const pressButton = (press: ButtonPress, services: CommandServices): Promise<void> => {
  const called = calledBy(press.customId, buttons);
  if (called === null) return say(press, services.messages.staleButton);
  return called.command.press(press, { args: called.args, services });
};

const submitForm = (form: FormSubmission, services: CommandServices): Promise<void> => {
  const called = calledBy(form.customId, forms);
  if (called === null) return say(form, services.messages.staleButton);
  return called.command.submit(form, { args: called.args, services });
};

const choose = (choice: MenuChoice, services: CommandServices): Promise<void> => {
  const called = calledBy(choice.customId, menus);
  if (called === null) return say(choice, services.messages.staleButton);
  return called.command.choose(choice, { args: called.args, services });
};

/** The wrong language is better than no answer. */
const localeLimitMs = 700;

/** Finds what an interaction belongs to; whatever is unknown gets a private line, never silence. */
export const createDispatch =
  (services: Omit<CommandServices, 'messages' | 'serverLocale'>): ChatHandlers['onInteraction'] =>
  async (came) => {
    const { place, person } = came;
    const asked = services.relay.serverLocale(place.guildId);
    const serverLocale = await inTime(asked, localeLimitMs).catch(() => null);
    const locale = serverLocale ?? person.locale;
    const interaction = { ...came, person: { ...person, locale } };
    const own = { ...services, serverLocale, messages: messagesFor(locale) };
    switch (interaction.kind) {
      case 'command':
        return runCommand(interaction, own);
      case 'button':
        return pressButton(interaction, own);
      case 'menu':
        return choose(interaction, own);
      case 'form':
        return submitForm(interaction, own);
    }
  };
