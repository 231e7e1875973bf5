/** The chat platform, with every write measured and posted videos counted. Passes everything on unchanged. */
import { type Chat, ChatError, type MessageView } from '../ports/chat.ts';
import type { Metrics } from './metrics.ts';
import { type Stopwatch, timed } from './timed.ts';

type Deps = { readonly metrics: Metrics; readonly stopwatch: Stopwatch };

const resultOf = (error: unknown): string => {
  if (error === null) return 'ok';
  return error instanceof ChatError ? error.kind : 'aborted';
};

const hasFilm = ({ files }: MessageView): boolean => files.some(({ name }) => name.endsWith('.mp4'));

/** A result is the message that links a finished film; it carries the film itself where it fits. */
const formOf = (view: MessageView): 'file' | 'link' | null => {
  if (hasFilm(view)) return 'file';
  return view.mentionUserId !== null && view.buttons.some((button) => button.kind === 'link') ? 'link' : null;
};

/** The same chat, observed. */
export const observeChat = (chat: Chat, { metrics, stopwatch }: Deps): Chat => {
  const measure = <T>(call: keyof Chat, run: () => Promise<T>): Promise<T> =>
    timed(stopwatch, run, (seconds, error) =>
      metrics.observe('makevideo_chat_call_seconds', { call, result: resultOf(error) }, seconds),
    );
  return {
    ...chat,
    createMessage: async (channelId, view, options) => {
      let drawn: MessageView | null = null;
      const draw = (): MessageView => {
        drawn = typeof view === 'function' ? view() : view;
        return drawn;
      };
      const given = typeof view === 'function' ? draw : draw();
      const at = await measure('createMessage', () => chat.createMessage(channelId, given, options));
      const form = drawn === null ? null : formOf(drawn);
      if (form !== null) metrics.count('makevideo_deliveries_total', { form });
      return at;
    },
    editMessage: (at, view, options) => measure('editMessage', () => chat.editMessage(at, view, options)),
    deleteMessage: (at, options) => measure('deleteMessage', () => chat.deleteMessage(at, options)),
    openThread: (under, options) => measure('openThread', () => chat.openThread(under, options)),
    findOwnMessage: async (channelId, key, options) => {
      const found = await measure('findOwnMessage', () => chat.findOwnMessage(channelId, key, options));
      // Looked for before posting again: it is there, and is not posted a second time (invariant I4).
      if (found !== null) metrics.count('makevideo_duplicates_avoided_total', { what: 'message' });
      return found;
    },
  };
};
