/** What of a board is written next, and again after a failure. It must not know how a view is written, nor who waits for it. */
import { isMorePressing, type Priority } from '../../core/pacing.ts';
import type { MessageView } from '../../ports/chat.ts';
import { ChatError, type ChatErrorKind } from '../../ports/chat.ts';
import { createBeat } from './beat.ts';
import { createBoardWriter } from './board-writer.ts';
import type { BoardOptions, PublisherDeps } from './publisher.ts';

/** Waits between tries while the platform is unavailable; about three minutes in all. */
const retryDelaysMs = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 60_000];

/** A view that nobody has seen, and the most pressing that is new in it. */
type Unseen = { readonly draw: () => readonly MessageView[]; readonly priority: Priority };

const merge = (newer: Unseen, older: Unseen | null): Unseen =>
  older !== null && isMorePressing(older.priority, newer.priority)
    ? { draw: newer.draw, priority: older.priority }
    : newer;

export const hasKind = (error: unknown, kind: ChatErrorKind): boolean =>
  error instanceof ChatError && error.kind === kind;

const createUnseen = () => {
  let unseen: Unseen | null = null;
  return {
    get: (): Unseen | null => unseen,
    add: (newer: Unseen): Unseen => {
      unseen = merge(newer, unseen);
      return unseen;
    },
    /** The newest there is, as pressing as what was taken before. */
    take: (before: Unseen): Unseen => {
      const newest = unseen === null ? before : merge(unseen, before);
      unseen = null;
      return newest;
    },
    /** It was not written after all. */
    giveBack: (taken: Unseen): void => {
      unseen = merge(unseen ?? taken, taken);
    },
  };
};

/** Waits before the next try; rejects with the error when there were too many. */
const createPatience = ({ clock, log }: PublisherDeps, { about }: BoardOptions) => {
  let failures = 0;
  return {
    renew: (): void => {
      failures = 0;
    },
    wait: async (error: unknown, signal: AbortSignal): Promise<void> => {
      const delayMs = retryDelaysMs[failures];
      if (delayMs === undefined) throw error;
      failures += 1;
      log.warn({ ...about, err: error }, 'a view could not be written yet');
      try {
        await clock.sleep(delayMs, signal);
      } catch {
        // Somebody asks for the view at once: that is what the signal is for.
      }
    },
  };
};

/** The first message of all tells the person that they were heard; somebody waits for what is pressed. */
const leastPriority = (board: { readonly hasPosted: boolean; readonly isPressed: boolean }): Priority => {
  if (!board.hasPosted) return 'acknowledgement';
  return board.isPressed ? 'finalWords' : 'moreWords';
};

/** Writes until nothing is unseen. */
export const createPump = (deps: PublisherDeps, options: BoardOptions) => {
  const write = createBoardWriter(deps, options);
  const patience = createPatience(deps, options);
  const unseen = createUnseen();
  /** What waits to be sent, or was sent and is not answered yet. */
  let underWay: Priority | null = null;
  let hasPosted = options.posted.length > 0;
  let isPressed = false;
  /** Takes back what waits to be sent, or ends a wait: after a failure, or for more words. */
  let interrupt = new AbortController();
  const beat = createBeat(deps.clock);

  const writeNewest = async (next: Unseen): Promise<void> => {
    const { signal } = interrupt;
    const { priority } = merge(next, { ...next, priority: leastPriority({ hasPosted, isPressed }) });
    let newest = unseen.take({ ...next, priority });
    const draw = (): readonly MessageView[] => {
      if (priority === 'moreWords' && beat.isTooEarly()) interrupt.abort();
      signal.throwIfAborted();
      newest = unseen.take(newest);
      return newest.draw();
    };
    underWay = priority;
    try {
      if (priority === 'notice') await beat.untilNoticed(signal);
      await write({ draw, priority, takeBack: signal });
      beat.wrote();
      patience.renew();
      hasPosted = true;
    } catch (error) {
      unseen.giveBack(newest);
      if (signal.aborted && error === signal.reason) return;
      if (!hasKind(error, 'unavailable')) throw error;
      await patience.wait(error, interrupt.signal);
    } finally {
      underWay = null;
    }
  };

  return {
    put: (newer: Unseen): void => {
      if (unseen.get() !== null) deps.tally.viewReplaced();
      const { priority } = unseen.add(newer);
      beat.said();
      if (underWay !== null && isMorePressing(priority, underWay)) interrupt.abort();
    },
    hasWork: (): boolean => unseen.get() !== null,
    /** Whatever waits is asked for again, before all mere words. */
    press: (): void => {
      isPressed = true;
      patience.renew();
      if (underWay === null || isMorePressing('finalWords', underWay)) interrupt.abort();
    },
    takeBack: (): void => interrupt.abort(),
    /** Rejects when the platform refuses, or was unavailable for too long. `isOver` is asked between two writes. */
    run: async (isOver: () => boolean): Promise<void> => {
      for (let next = unseen.get(); next !== null && !isOver(); next = unseen.get()) {
        if (interrupt.signal.aborted) interrupt = new AbortController();
        if (beat.isWaiting()) await beat.untilMore(interrupt.signal);
        else await writeNewest(next);
      }
      isPressed = false;
    },
  };
};
