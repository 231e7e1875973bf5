/** Brings the newest view to its chat messages: newest wins, one write at a time, the last one always written. When is the chat's matter. Knows no turns. */
import { isMorePressing, type Priority } from '../../core/pacing.ts';
import type { AnsweredAt, Chat, MessageView } from '../../ports/chat.ts';
import { ChatError, type ChatErrorKind } from '../../ports/chat.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Tally } from '../../ports/tally.ts';
import { createBeat } from './beat.ts';
import { createBoardWriter } from './board-writer.ts';

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

/** Waits between tries while the platform is unavailable; about three minutes in all. */
const retryDelaysMs = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 60_000];

/** A view that nobody has seen, and the most pressing that is new in it. */
type Unseen = { readonly draw: () => readonly MessageView[]; readonly priority: Priority };

const merge = (newer: Unseen, older: Unseen | null): Unseen =>
  older !== null && isMorePressing(older.priority, newer.priority)
    ? { draw: newer.draw, priority: older.priority }
    : newer;

const hasKind = (error: unknown, kind: ChatErrorKind): boolean =>
  error instanceof ChatError && error.kind === kind;

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

/** Waits before the next try; rejects with the error when there were too many. */
const createPatience = ({ clock, log }: PublisherDeps) => {
  let failures = 0;
  return {
    renew: (): void => {
      failures = 0;
    },
    wait: async (error: unknown, signal: AbortSignal): Promise<void> => {
      const delayMs = retryDelaysMs[failures];
      if (delayMs === undefined) throw error;
      failures += 1;
      log.warn({ err: error }, 'a view could not be written yet');
      try {
        await clock.sleep(delayMs, signal);
      } catch {
        // Somebody asks for the view at once: that is what the signal is for.
      }
    },
  };
};

/** Writes until nothing is unseen. */
const createPump = (deps: PublisherDeps, options: BoardOptions) => {
  const write = createBoardWriter(deps, options);
  const patience = createPatience(deps);
  let unseen: Unseen | null = null;
  /** What waits to be sent, or was sent and is not answered yet. */
  let underWay: Priority | null = null;
  let hasPosted = options.posted.length > 0;
  let isPressed = false;
  /** Takes back what waits to be sent, or ends a wait: after a failure, or for more words. */
  let interrupt = new AbortController();
  const beat = createBeat(deps.clock);

  const writeNewest = async (asked: Unseen): Promise<void> => {
    const { signal } = interrupt;
    let newest = asked;
    const draw = (): readonly MessageView[] => {
      if (asked.priority === 'moreWords' && beat.isTooEarly()) {
        interrupt.abort();
        throw signal.reason;
      }
      newest = unseen === null ? newest : merge(unseen, newest);
      unseen = null;
      return newest.draw();
    };
    unseen = null;
    underWay = asked.priority;
    try {
      await write({ draw, priority: asked.priority, takeBack: signal });
      beat.wrote();
      patience.renew();
      hasPosted = true;
    } catch (error) {
      unseen = merge(unseen ?? newest, newest);
      if (signal.aborted && error === signal.reason) return;
      if (!hasKind(error, 'unavailable')) throw error;
      await patience.wait(error, interrupt.signal);
    } finally {
      underWay = null;
    }
  };

  /** The first message of all tells the person that they were heard. */
  const leastPriority = (): Priority => {
    if (!hasPosted) return 'acknowledgement';
    return isPressed ? 'finalWords' : 'moreWords';
  };

  return {
    put: (newer: Unseen): void => {
      if (unseen !== null) deps.tally.viewReplaced();
      unseen = merge(newer, unseen);
      beat.said();
      if (underWay !== null && isMorePressing(unseen.priority, underWay)) interrupt.abort();
    },
    hasWork: (): boolean => unseen !== null,
    /** Whatever waits is asked for again, before all mere words. */
    press: (): void => {
      isPressed = true;
      patience.renew();
      if (underWay === null || isMorePressing('finalWords', underWay)) interrupt.abort();
    },
    takeBack: (): void => interrupt.abort(),
    /** Rejects when the platform refuses, or was unavailable for too long. `isOver` is asked between two writes. */
    run: async (isOver: () => boolean): Promise<void> => {
      while (unseen !== null && !isOver()) {
        if (interrupt.signal.aborted) interrupt = new AbortController();
        if (beat.isWaiting()) await beat.untilMore(interrupt.signal);
        else await writeNewest(merge(unseen, { ...unseen, priority: leastPriority() }));
      }
      isPressed = false;
    },
  };
};

const createBoard = (deps: PublisherDeps, options: BoardOptions): Board => {
  const { log } = deps;
  const pump = createPump(deps, options);
  let pumping: Promise<void> | null = null;
  let isOver = false;
  /** The platform refused for good (permission, channel gone): asking again and again would only get the bot banned. */
  let isRefused = false;
  let isGone = false;

  const giveUp = (error: unknown): void => {
    isRefused = !hasKind(error, 'unavailable');
    isGone = hasKind(error, 'placeGone');
    if (isGone) log.warn({ err: error }, 'the place of a view is gone');
    else log.error({ err: error }, 'a view cannot be written');
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
        log.warn({ err: error }, 'the last view of a message was not written');
      }
    },
    letGo: async () => {
      isOver = true;
      pump.takeBack();
      await pumping;
    },
  };
};

export const createPublisher = (deps: PublisherDeps): { open(options: BoardOptions): Board } => ({
  open: (options) => createBoard(deps, options),
});
