/** Puts words into a person's mouth: they appear as an answer in the thread and become its next instruction. */
import type { Attachment, ButtonPress, CommandCall, FormSubmission, Place } from '../ports/chat.ts';
import { accept } from './accept.ts';
import type { CommandServices } from './command.ts';

type Wish = { readonly instruction: string; readonly attachments: readonly Attachment[] };

/** Only after `maySteer`: the place is taken for a thread with a project. */
export const instruct = async (
  from: ButtonPress | CommandCall | FormSubmission,
  services: CommandServices,
  wish: Wish,
): Promise<void> => {
  const { messages } = services;
  // A thread that the platform's cache does not know looks like a channel.
  const place: Place = { ...from.place, kind: from.place.kind === 'dm' ? 'dm' : 'thread' };
  const words =
    wish.instruction === ''
      ? messages.note.filesReceived(wish.attachments.length)
      : messages.starter(wish.instruction);
  const { locale } = from.person;
  await accept(services, { ...from, place, locale, ...wish }, words);
};
