/** What somebody is about to send in one channel. Pure. */
import type { Message } from '../../discord/shapes.ts';
import { type CommandDraft, withFiles } from './command-draft.ts';

export type Draft = {
  text: string;
  files: readonly File[];
  replyTo: Message | null;
  /** A slash command that is being filled in; the rest waits meanwhile. */
  command: CommandDraft | null;
};

/** Files of one message (Discord docs: resources/message, Create Message). */
const filesMax = 10;

export const emptyDraft: Draft = { text: '', files: [], replyTo: null, command: null };

/** Files go to the command that is being filled in, or else to the message. */
export function withMoreFiles(draft: Draft, files: readonly File[]): Draft {
  if (draft.command !== null) return { ...draft, command: withFiles(draft.command, files) };
  return { ...draft, files: [...draft.files, ...files].slice(0, filesMax) };
}

export const isEmpty = (draft: Draft): boolean => draft.text.trim() === '' && draft.files.length === 0;

export const withoutFile = (draft: Draft, gone: File): Draft => ({
  ...draft,
  files: draft.files.filter((file) => file !== gone),
});
