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

/** The newest there is, as pressing as what was taken before and not written after all. */
const newestOf = (unseen: Unseen | null, before: Unseen): Unseen =>
  unseen === null ? before : merge(unseen, before);

export const hasKind = (error: unknown, kind: ChatErrorKind): boolean =>
  error instanceof ChatError && error.kind === kind;

/** Waits before the next try; rejects with the error when there were too many failures. */
const waitAfter = async (
  { clock, log, about }: Pick<PublisherDeps, 'clock' | 'log'> & Pick<BoardOptions, 'about'>,
  error: unknown,
  { failures, signal }: { failures: number; signal: AbortSignal },
): Promise<void> => {
  const delayMs = retryDelaysMs[failures - 1];
  if (delayMs === undefined) throw error;
  log.warn({ ...about, err: error }, 'a view could not be written yet');
  try {
    await clock.sleep(delayMs, signal);
  } catch {
    // Somebody asks for the view at once: that is what the signal is for.
  }
};

/** The first message of all tells the person that they were heard; somebody waits for what is pressed. */
const leastPriority = (board: { readonly hasPosted: boolean; readonly isPressed: boolean }): Priority => {
  if (!board.hasPosted) return 'acknowledgement';
  return board.isPressed ? 'finalWords' : 'moreWords';
};

/** Writes until nothing is unseen. */
export const createPump = (deps: PublisherDeps, options: BoardOptions) => {
  const write = createBoardWriter(deps, options);
  let unseen: Unseen | null = null;
  /** What waits to be sent, or was sent and is not answered yet. */
  let underWay: Priority | null = null;
  let failures = 0;
  let hasPosted = options.posted.length > 0;
  let isPressed = false;
  /** Takes back what waits to be sent, or ends a wait: after a failure, or for more words. null: nothing runs. */
  let interrupt: AbortController | null = null;
  const beat = createBeat(deps.clock);

  const writeNewest = async (next: Unseen, signal: AbortSignal): Promise<void> => {
    let newest = merge(next, { ...next, priority: leastPriority({ hasPosted, isPressed }) });
    const { priority } = newest;
    unseen = null;
    const draw = (): readonly MessageView[] => {
      if (priority === 'moreWords' && beat.isTooEarly()) interrupt?.abort();
      signal.throwIfAborted();
      newest = newestOf(unseen, newest);
      unseen = null;
      return newest.draw();
    };
    underWay = priority;
    try {
      if (priority === 'notice') await beat.untilNoticed(signal);
      await write({ draw, priority, takeBack: signal });
      beat.wrote();
      failures = 0;
      hasPosted = true;
    } catch (error) {
      unseen = newestOf(unseen, newest);
      if (signal.aborted && error === signal.reason) return;
      if (!hasKind(error, 'unavailable')) throw error;
      failures += 1;
      await waitAfter({ ...deps, ...options }, error, { failures, signal });
    } finally {
      underWay = null;
    }
  };

  return {
    put: (newer: Unseen): void => {
      unseen = merge(newer, unseen);
      beat.said();
      if (underWay !== null && isMorePressing(unseen.priority, underWay)) interrupt?.abort();
    },
    hasWork: (): boolean => unseen !== null,
    /** Whatever waits is asked for again, before all mere words. */
    press: (): void => {
      isPressed = true;
      failures = 0;
      if (underWay === null || isMorePressing('finalWords', underWay)) interrupt?.abort();
    },
    takeBack: (): void => interrupt?.abort(),
    /** Rejects when the platform refuses, or was unavailable for too long. `isOver` is asked between two writes. */
    run: async (isOver: () => boolean): Promise<void> => {
      for (let next = unseen; next !== null && !isOver(); next = unseen) {
        if (interrupt === null || interrupt.signal.aborted) interrupt = new AbortController();
        await (beat.isWaiting() ? beat.untilMore(interrupt.signal) : writeNewest(next, interrupt.signal));
      }
      interrupt = null;
      isPressed = false;
    },
  };
};
