/** What a person can do on the page, checked and handed to the Discord stand-in. It must not know HTTP. */
import { z } from 'zod';
import type { People, PersonFile } from '../discord/people.ts';
import { BadRequest } from './answer.ts';
import type { ActionAnswers } from './protocol.ts';

export type Actions = {
  /** Does one action by its name; resolves with what the stand-in answered. Throws `BadRequest` or the stand-in's refusal. */
  run(name: string, input: unknown): Promise<unknown>;
};

const id = z.string().regex(/^\d{1,20}$/u);
const name = z.string().min(1).max(100);
const words = z.string().max(6000);
const file = z.custom<PersonFile>(
  (value) =>
    typeof value === 'object' && value !== null && 'bytes' in value && value.bytes instanceof Uint8Array,
  'a file',
);
const message = { userId: id, channelId: id, messageId: id };
const command = {
  userId: id,
  channelId: id,
  name,
  subcommandGroup: name.optional(),
  subcommand: name.optional(),
  options: z.record(z.string().max(32), z.union([words, z.number(), z.boolean(), file])).optional(),
  locale: z.string().max(10).optional(),
};
const field = z.union([words, z.array(words).max(25), z.array(file).max(10)]);

type Action = (people: People, input: unknown) => Promise<unknown>;

/** An action whose input has to fit `shape`. */
function action<Input>(
  shape: z.ZodType<Input>,
  act: (people: People, input: Input) => Promise<unknown>,
): Action {
  return async (people, input) => {
    const checked = shape.safeParse(input);
    if (!checked.success) throw new BadRequest(400, z.prettifyError(checked.error));
    return act(people, checked.data);
  };
}

const byName: ReadonlyMap<string, Action> = new Map<keyof ActionAnswers, Action>([
  [
    'sendMessage',
    action(
      z.object({
        userId: id,
        channelId: id,
        content: words.optional(),
        files: z.array(file).max(25).optional(),
        replyToId: id.optional(),
      }),
      (people, input) => people.sendMessage(input),
    ),
  ],
  [
    'editMessage',
    action(z.object({ ...message, content: words }), (people, input) => people.editMessage(input)),
  ],
  ['deleteMessage', action(z.object(message), (people, input) => people.deleteMessage(input))],
  [
    'addReaction',
    action(z.object({ ...message, emoji: name }), (people, input) => people.addReaction(input)),
  ],
  [
    'removeReaction',
    action(z.object({ ...message, emoji: name }), (people, input) => people.removeReaction(input)),
  ],
  [
    'startTyping',
    action(z.object({ userId: id, channelId: id }), (people, input) => people.startTyping(input)),
  ],
  [
    'createThread',
    action(z.object({ userId: id, channelId: id, name, messageId: id.optional() }), (people, input) =>
      people.createThread(input),
    ),
  ],
  ['runCommand', action(z.object(command), (people, input) => people.runCommand(input))],
  [
    'runMessageCommand',
    action(z.object({ ...message, name, locale: z.string().max(10).optional() }), (people, input) =>
      people.runMessageCommand(input),
    ),
  ],
  [
    'autocomplete',
    action(z.object({ ...command, focused: name }), (people, input) => people.autocomplete(input)),
  ],
  [
    'pressButton',
    action(z.object({ userId: id, messageId: id, customId: name }), (people, input) =>
      people.pressButton(input),
    ),
  ],
  [
    'chooseSelect',
    action(
      z.object({ userId: id, messageId: id, customId: name, values: z.array(name).max(25) }),
      (people, input) => people.chooseSelect(input),
    ),
  ],
  [
    'submitModal',
    action(
      z.object({ userId: id, modalId: id, fields: z.record(z.string().max(100), field) }),
      (people, input) => people.submitModal(input),
    ),
  ],
  [
    'dismissModal',
    action(z.object({ userId: id, modalId: id }), (people, input) => people.dismissModal(input)),
  ],
  [
    'dismissEphemeral',
    action(z.object({ userId: id, messageId: id }), (people, input) => people.dismissEphemeral(input)),
  ],
  [
    'openDirectMessage',
    action(z.object({ userId: id }), (people, input) => people.openDirectMessage(input.userId)),
  ],
  [
    'setDirectMessages',
    action(z.object({ userId: id, areOpen: z.boolean() }), (people, input) =>
      people.setDirectMessages(input.userId, input.areOpen),
    ),
  ],
  [
    'setLocale',
    action(z.object({ userId: id, locale: z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/u) }), (people, input) =>
      people.setLocale(input.userId, input.locale),
    ),
  ],
]);

export function createActions(people: People): Actions {
  return {
    async run(name, input) {
      const found = byName.get(name);
      if (found === undefined) throw new BadRequest(404, `There is no action "${name}".`);
      return found(people, input);
    },
  };
}
