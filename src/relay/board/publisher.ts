/** Brings the newest view to its chat messages: newest wins, one write at a time, the last one always written. When is the chat's matter. Knows no turns. */
import type { Priority } from '../../core/pacing.ts';
import type { AnsweredAt, Chat, MessageView } from '../../ports/chat.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Tally } from '../../ports/tally.ts';
import { createPump, hasKind } from './pump.ts';

export type PublisherDeps = {
  readonly chat: Pick<Chat, 'createMessage' | 'editMessage' | 'deleteMessage'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly tally: Pick<Tally, 'viewReplaced'>;
};

export type BoardOptions = {
  readonly channelId: string;
  /** Names the messages for ever: the same key and part never make a second message (invariant I4). */
  readonly key: string;
  /** Fields of every line in the log. */
  readonly about: Readonly<Record<string, string>>;
  /** Messages that are there from an earlier process. */
  readonly posted: readonly AnsweredAt[];
  /** An earlier process may have posted the first message and never learnt of it. */
  readonly mayBePosted?: boolean;
  /** Called, and awaited, after every new message, so that its id is stored before it is edited. */
  onPosted(posted: readonly AnsweredAt[]): Promise<void>;
  /** The place is gone, or closed to us: nothing will be written there any more. */
  onPlaceLost?(): void;
};

/** The messages that show one view. */
export type Board = {
  /** Remembers how to draw the newest view; it is drawn only when it is written. `priority`: what is new in it. */
  show(draw: () => readonly MessageView[], priority: Priority): void;
  /** Resolves when the newest view is written, before all mere words; tries again while the platform is unavailable. */
  flush(signal: AbortSignal): Promise<void>;
  /** Gives up what was not sent, for ever; resolves when nothing is under way. Somebody else shows the view from here on. */
  letGo(): Promise<void>;
};

/** Rejects with the signal's reason if that comes first. */
const untilAborted = async (work: Promise<void>, signal: AbortSignal): Promise<void> => {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};

const createBoard = (deps: PublisherDeps, options: BoardOptions): Board => {
  const { log } = deps;
  const { about } = options;
  const pump = createPump(deps, options);
  let pumping: Promise<void> | null = null;
  let isOver = false;
  /** The platform refused for good (permission, channel gone): asking again and again would only get the bot banned. */
  let isRefused = false;
  let isGone = false;

  const giveUp = (error: unknown): void => {
    isRefused = !hasKind(error, 'unavailable');
    isGone = hasKind(error, 'placeGone');
    if (isGone) log.warn({ ...about, err: error }, 'the place of a view is gone');
    else log.error({ ...about, err: error }, 'a view cannot be written');
    if (isGone || hasKind(error, 'forbidden')) options.onPlaceLost?.();
  };

  const run = async (): Promise<void> => {
    try {
      await pump.run(() => isOver);
      pumping = null;
      start();
    } catch (error) {
      pumping = null;
      giveUp(error);
    }
  };

  const start = (): void => {
    if (pumping === null && !isRefused && !isOver && pump.hasWork()) pumping = run();
  };

  return {
    show: (draw, priority) => {
      if (pump.hasWork()) deps.tally.viewReplaced();
      pump.put({ draw, priority });
      start();
    },
    flush: async (signal) => {
      if (isGone) return;
      isRefused = false;
      isOver = false;
      if (pumping === null && !pump.hasWork()) return;
      pump.press();
      start();
      try {
        for (let work = pumping; work !== null; work = pumping) await untilAborted(work, signal);
      } catch (error) {
        // Out of time: whoever shows the turn next starts from what is stored.
        isOver = true;
        pump.takeBack();
        log.warn({ ...about, err: error }, 'the last view of a message was not written');
      }
    },
    letGo: async () => {
      isOver = true;
      pump.takeBack();
      await pumping;
    },
  };
};

export type Publisher = { open(options: BoardOptions): Board };

export const createPublisher = (deps: PublisherDeps): Publisher => ({
  open: (options) => createBoard(deps, options),
});
