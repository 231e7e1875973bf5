/** Brings the newest view to its chat messages: newest wins, one write at a time, the last one always written. Knows no turns. */
import type { AnsweredAt, Chat, MessageView } from '../ports/chat.ts';
import { ChatError } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

type PublisherDeps = {
  readonly chat: Chat;
  readonly clock: Clock;
  readonly log: Log;
  /** Least time between two writes of one board. */
  readonly editIntervalMs: number;
};

type BoardOptions = {
  readonly channelId: string;
  /** Names the messages for ever: the same key and part never make a second message (invariant I4). */
  readonly key: string;
  /** Messages that are there from an earlier process. */
  readonly posted: readonly AnsweredAt[];
  /** Called, and awaited, after every new message, so that its id is stored before it is edited. */
  onPosted(posted: readonly AnsweredAt[]): Promise<void>;
};

/** The messages that show one view. */
export type Board = {
  /** Remembers how to draw the newest view; it is drawn only when it is written. */
  show(draw: () => readonly MessageView[]): void;
  /** Resolves when the newest view is written, without the pause between edits; tries again while the platform is unavailable. */
  flush(signal: AbortSignal): Promise<void>;
};

/** Waits between tries of the last write; about three minutes in all. */
const retryDelaysMs = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 60_000];

const isSame = (one: MessageView | undefined, other: MessageView): boolean =>
  one !== undefined &&
  one.text === other.text &&
  JSON.stringify(one.buttons) === JSON.stringify(other.buttons) &&
  one.files.length === other.files.length;

type Part = { readonly at: AnsweredAt; shown: MessageView | undefined; isGone: boolean };

/** Writes views into messages, part by part; throws ChatError when the platform refuses. */
const createWriter = (deps: PublisherDeps, options: BoardOptions) => {
  const { chat, log } = deps;
  const parts: Part[] = options.posted.map((at) => ({ at, shown: undefined, isGone: false }));

  const create = async (view: MessageView, index: number, signal: AbortSignal): Promise<void> => {
    const at = await chat.createMessage(options.channelId, view, { key: `${options.key}:${index}`, signal });
    parts.push({ at, shown: view, isGone: false });
    await options.onPosted(parts.map((part) => part.at));
  };

  const edit = async (part: Part, view: MessageView, signal: AbortSignal): Promise<void> => {
    if (part.isGone || isSame(part.shown, view)) return;
    // Files that are there stay there: an edit sends only what the message does not have yet.
    const hasFiles = part.shown?.files.length === view.files.length;
    try {
      await chat.editMessage(part.at, hasFiles ? { ...view, files: [] } : view, { signal });
      part.shown = view;
    } catch (error) {
      // Somebody deleted the message on purpose: it counts as shown and is never posted again.
      if (!(error instanceof ChatError) || error.kind !== 'gone') throw error;
      part.isGone = true;
      log.info({ messageId: part.at.messageId }, 'a status message was deleted by somebody');
    }
  };

  /** A shorter view needs fewer messages. */
  const removeFrom = async (count: number, signal: AbortSignal): Promise<void> => {
    while (parts.length > count) {
      const part = parts.pop();
      if (part !== undefined && !part.isGone) await chat.deleteMessage(part.at, { signal });
    }
    await options.onPosted(parts.map((part) => part.at));
  };

  return async (views: readonly MessageView[], signal: AbortSignal): Promise<void> => {
    for (const [index, view] of views.entries()) {
      const part = parts[index];
      if (part === undefined) await create(view, index, signal);
      else await edit(part, view, signal);
    }
    if (parts.length > views.length) await removeFrom(views.length, signal);
  };
};

const isTransient = (error: unknown): boolean => error instanceof ChatError && error.kind === 'unavailable';

export const createPublisher = (deps: PublisherDeps): { open(options: BoardOptions): Board } => ({
  open: (options) => {
    const { clock, log, editIntervalMs } = deps;
    const write = createWriter(deps, options);
    const never = new AbortController().signal;
    let newest: (() => readonly MessageView[]) | null = null;
    let pumping: Promise<void> | null = null;
    let hurry = new AbortController();
    /** The platform refused for good (permission, channel gone): asking again every second would only get the bot banned. */
    let isRefused = false;

    /** While words stream in a failed write is no loss: the next view comes anyway. */
    const writeNewest = async (): Promise<void> => {
      const draw = newest;
      newest = null;
      if (draw === null) return;
      try {
        await write(draw(), never);
      } catch (error) {
        newest ??= draw;
        isRefused = !isTransient(error);
        if (isRefused) throw error;
        log.warn({ err: error }, 'a view could not be written yet');
      }
    };

    const pause = async (): Promise<void> => {
      // Aborted on purpose when the last view must not wait.
      await clock.sleep(editIntervalMs, hurry.signal).catch(() => undefined);
    };

    const pump = async (): Promise<void> => {
      while (newest !== null && !hurry.signal.aborted) {
        await writeNewest();
        await pause();
      }
    };

    const start = (): void => {
      pumping ??= pump()
        .catch((error: unknown) => log.error({ err: error }, 'a view cannot be written'))
        .finally(() => {
          pumping = null;
        });
    };

    const writeWithRetries = async (signal: AbortSignal): Promise<void> => {
      for (const delayMs of retryDelaysMs) {
        await writeNewest();
        if (newest === null) return;
        await clock.sleep(delayMs, signal);
      }
      log.error({ channelId: options.channelId }, 'the last view of a message could not be written');
    };

    return {
      show: (draw) => {
        newest = draw;
        if (!hurry.signal.aborted && !isRefused) start();
      },
      flush: async (signal) => {
        hurry.abort();
        await pumping;
        try {
          await writeWithRetries(signal);
        } catch (error) {
          // Refused for good, not stored, or out of time: whoever shows the turn next starts from what is stored.
          log.error(
            { err: error, channelId: options.channelId },
            'the last view of a message was not written',
          );
        }
        hurry = new AbortController();
        if (newest !== null && !isRefused) start();
      },
    };
  },
});
