/** Brings the newest view to its chat messages: newest wins, one write at a time, the last one always written. Knows no turns. */
import type { AnsweredAt, Chat, MessageView } from '../ports/chat.ts';
import { ChatError } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

type PublisherDeps = {
  readonly chat: Pick<Chat, 'createMessage' | 'editMessage' | 'deleteMessage'>;
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

/** How to draw the newest view, and whether a newer one will follow anyway. */
type Drawing = {
  readonly draw: () => readonly MessageView[];
  readonly isPassing: boolean;
  readonly signal: AbortSignal;
};

/** Writes views into messages, part by part; throws ChatError when the platform refuses. */
const createWriter = (deps: PublisherDeps, options: BoardOptions) => {
  const { chat, log } = deps;
  const parts: Part[] = options.posted.map((at) => ({ at, shown: undefined, isGone: false }));

  const create = async (view: MessageView, index: number, signal: AbortSignal): Promise<void> => {
    const at = await chat.createMessage(options.channelId, view, { key: `${options.key}:${index}`, signal });
    parts.push({ at, shown: view, isGone: false });
    await options.onPosted(parts.map((part) => part.at));
  };

  const edit = async (part: Part, index: number, { draw, isPassing, signal }: Drawing): Promise<void> => {
    const before = part.shown;
    const first = draw()[index];
    if (first === undefined || part.isGone || isSame(before, first)) return;
    let view = first;
    const drawNow = (): MessageView => {
      const newest = draw()[index] ?? first;
      view = newest;
      // Files that are there stay there: an edit sends only what the message does not have yet.
      return before?.files.length === newest.files.length ? { ...newest, files: [] } : newest;
    };
    try {
      await chat.editMessage(part.at, drawNow, { signal, isPassing });
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

  return async (drawing: Drawing): Promise<void> => {
    const { draw, signal } = drawing;
    const views = draw();
    for (const [index, view] of views.entries()) {
      const part = parts[index];
      if (part === undefined) await create(view, index, signal);
      else await edit(part, index, drawing);
    }
    if (parts.length > views.length) await removeFrom(views.length, signal);
  };
};

const isTransient = (error: unknown): boolean => error instanceof ChatError && error.kind === 'unavailable';

/** Holds the newest view until it is written. */
const createDesk = (deps: PublisherDeps, options: BoardOptions) => {
  const { log } = deps;
  const write = createWriter(deps, options);
  const never = new AbortController().signal;
  let newest: (() => readonly MessageView[]) | null = null;
  let isRefused = false;
  return {
    put: (draw: () => readonly MessageView[]): void => {
      newest = draw;
    },
    hasWork: (): boolean => newest !== null,
    /** The platform refused for good (permission, channel gone): asking again every second would only get the bot banned. */
    isRefused: (): boolean => isRefused,
    /** While words stream in a write that failed in passing is no loss: it is tried again, or a newer view comes. */
    writeNewest: async (isPassing: boolean): Promise<void> => {
      const draw = newest;
      newest = null;
      if (draw === null) return;
      try {
        await write({ draw, isPassing, signal: never });
      } catch (error) {
        newest ??= draw;
        isRefused = !isTransient(error);
        if (isRefused) throw error;
        log.warn({ err: error }, 'a view could not be written yet');
      }
    },
  };
};

type Desk = ReturnType<typeof createDesk>;

const writeWithRetries = async (deps: PublisherDeps, desk: Desk, signal: AbortSignal): Promise<void> => {
  for (const delayMs of retryDelaysMs) {
    await desk.writeNewest(false);
    if (!desk.hasWork()) return;
    await deps.clock.sleep(delayMs, signal);
  }
  throw new Error('The platform was unavailable for too long.');
};

const createBoard = (deps: PublisherDeps, options: BoardOptions): Board => {
  const { clock, log, editIntervalMs } = deps;
  const desk = createDesk(deps, options);
  let pumping: Promise<void> | null = null;
  let hurry = new AbortController();

  const pump = async (): Promise<void> => {
    while (desk.hasWork() && !hurry.signal.aborted) {
      await desk.writeNewest(true);
      // Rejects on purpose when the last view must not wait.
      await clock.sleep(editIntervalMs, hurry.signal).catch(() => undefined);
    }
  };

  const start = (): void => {
    if (!desk.hasWork() || desk.isRefused() || hurry.signal.aborted) return;
    pumping ??= pump()
      .catch((error: unknown) => log.error({ err: error }, 'a view cannot be written'))
      .finally(() => {
        pumping = null;
      });
  };

  return {
    show: (draw) => {
      desk.put(draw);
      start();
    },
    flush: async (signal) => {
      hurry.abort();
      await pumping;
      await writeWithRetries(deps, desk, signal).catch((error: unknown) => {
        // Refused for good, not stored, or out of time: whoever shows the turn next starts from what is stored.
        const { channelId } = options;
        log.error({ err: error, channelId }, 'the last view of a message was not written');
      });
      hurry = new AbortController();
      start();
    },
  };
};

export const createPublisher = (deps: PublisherDeps): { open(options: BoardOptions): Board } => ({
  open: (options) => createBoard(deps, options),
});
