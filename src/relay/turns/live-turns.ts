/** Turns in the hands of this process: their state, their board and their Stop. Knows nothing of what a turn does. */
import { messagesFor } from '../../core/messages/messages.ts';
import type { Priority } from '../../core/pacing.ts';
import { reduceTurn } from '../../core/reduce-turn.ts';
import type { RenderState } from '../../core/render.ts';
import type { BackendEvent, OwnEvent, TurnState } from '../../core/turn.ts';
import { layOutTurn, sealFull, unsealed } from '../../core/turn-layout.ts';
import { createNewsOf } from '../../core/turn-news.ts';
import { viewTurn } from '../../core/turn-view.ts';
import type { MessageView } from '../../ports/chat.ts';
import type { TurnRecord } from '../../ports/store.ts';
import { type Board, createPublisher, type Publisher } from '../board/publisher.ts';
import { createTicker, type Ticker } from '../board/ticker.ts';
import type { RelayDeps } from '../deps.ts';
import { createSaving } from './turn-saving.ts';

/** What the last view of a turn may take while the process stops. */
const stopFlushMs = 3_000;

export type LiveTurn = {
  record(): TurnRecord;
  /** Aborts when the person pressed Stop. */
  readonly stopSignal: AbortSignal;
  stop(): void;
  /** Something happened: the state follows, and the view is shown as soon as may be. */
  dispatch(event: OwnEvent | BackendEvent): void;
  /** Requests of the thread before this one. */
  setAhead(ahead: number): void;
  setRender(render: RenderState | null): void;
  /** Whether a render follows the settled turn is known now: what was held back until then is shown. */
  renderDecided(): void;
  /** Changes the record and stores it; rejects with StoreError. */
  update(change: Partial<Omit<TurnRecord, 'turnId' | 'state'>>): Promise<void>;
  /** As `update`, for what people see. */
  amend(change: Partial<Omit<TurnRecord, 'turnId' | 'state'>>): Promise<void>;
  /** Stores the state as it is now; rejects with StoreError. */
  save(): Promise<void>;
  /** Stored as submitted: the instruction may have been sent. */
  isSubmitted(): boolean;
  /** Ticks, and calls `look`, about once a second until the returned function is called. */
  startTicking(look: () => void): () => void;
  /** Calls `look` about once a second until the returned function is called. */
  onTick(look: () => void): () => void;
  /** Resolves when the newest view is written, or when that is given up; a stopping process does not wait long. */
  flush(stopping: AbortSignal): Promise<void>;
  /** Shows nothing any more; resolves when nothing is under way. Whoever takes the turn in hand next shows all of it. */
  letGo(): Promise<void>;
};

export type LiveTurns = {
  /** Takes a turn in hand; null when nothing of this id is kept. Give it back with `release`. */
  acquire(turnId: string): Promise<LiveTurn | null>;
  release(turnId: string): void;
  /** The turn if this process has it in hand. */
  find(turnId: string): LiveTurn | null;
};

type Details = { ahead: number; render: RenderState | null; isRenderUndecided: boolean };

/** `onBare`: a message was drawn without its footer, which should not stay so when no words come. */
const createDraw = (
  deps: RelayDeps,
  record: () => TurnRecord,
  { details, onBare }: { readonly details: Details; readonly onBare: () => void },
): (() => readonly MessageView[]) => {
  let sealing = unsealed(deps.clock.nowMs());
  return () => {
    const { turnId, threadId, locale, state, credits, isRenderOffered } = record();
    const messages = messagesFor(locale);
    const { timing, webUrl } = deps.settings;
    const nowMs = deps.clock.nowMs();
    const told = { cost: credits?.after ?? null, isRenderOffered, ...details };
    const view = viewTurn(state, { turnId, threadId, nowMs, messages, timing, webUrl, ...told });
    sealing = sealFull(sealing, view, nowMs);
    if (sealing.isBare) onBare();
    return layOutTurn(view, messages, sealing);
  };
};

/** Notices that have come due: the only thing in a view that changes with time alone. */
const noticesDue = (deps: RelayDeps, state: TurnState, details: Details): number => {
  const sinceMs = details.render?.startedAtMs ?? state.startedAtMs ?? deps.clock.nowMs();
  return Math.floor((deps.clock.nowMs() - sinceMs) / deps.settings.timing.noticeIntervalMs);
};

const openBoard = (
  publisher: Publisher,
  { turnId, threadId, statusMessages, state }: TurnRecord,
  turn: Pick<LiveTurn, 'update'> & { readonly onPlaceLost: () => void },
): Board =>
  publisher.open({
    channelId: threadId,
    key: turnId,
    about: { turnId, threadId },
    posted: statusMessages,
    mayBePosted: state.phase !== 'queued',
    onPosted: (posted) => turn.update({ statusMessages: posted }),
    onPlaceLost: turn.onPlaceLost,
  });

/** The place is lost. What was not sent need not be; what was sent costs the same, and its video is offered elsewhere. */
const stopUnsent = ({ state: { phase } }: TurnRecord, stopping: AbortController): void => {
  if (phase === 'queued' || phase === 'preparing')
    stopping.abort(new Error('The place of the turn is lost.'));
};

/** What was shown of a turn that was settled before is not known here: its last words may be missing. */
const createShow = (
  board: Board,
  draw: () => readonly MessageView[],
  { state }: TurnRecord,
): ((priority: Priority) => void) => {
  let isUnseen = state.phase === 'settled';
  return (priority) => {
    board.show(draw, isUnseen ? 'finalWords' : priority);
    isUnseen = false;
  };
};

/** What all live turns share. */
type Shared = { readonly ticker: Ticker; readonly publisher: Publisher };

const createLiveTurn = (deps: RelayDeps, first: TurnRecord, { ticker, publisher }: Shared): LiveTurn => {
  let record = first;
  let notices = 0;
  const details: Details = { ahead: 0, render: null, isRenderUndecided: first.state.phase !== 'settled' };
  const stopping = new AbortController();
  const { save, saveWords, wordsFinished, isSubmitted } = createSaving(deps, () => record);
  const update = async (change: Partial<TurnRecord>): Promise<void> => {
    record = { ...record, ...change };
    await save();
  };
  const board = openBoard(publisher, first, { update, onPlaceLost: () => stopUnsent(record, stopping) });
  const draw = createDraw(deps, () => record, { details, onBare: () => show('moreWords') });
  const show = createShow(board, draw, first);
  const newsOf = createNewsOf();

  const dispatch = (event: OwnEvent | BackendEvent): void => {
    const state = reduceTurn(record.state, { ...event, atMs: deps.clock.nowMs() }, deps.settings.timing);
    if (state === record.state) return;
    const isSegmentFinished = state.said.length > record.state.said.length && state.phase === 'streaming';
    record = { ...record, state };
    show(newsOf(state));
    if (isSegmentFinished) wordsFinished();
  };

  const tick = (look: () => void): void => {
    look();
    dispatch({ type: 'tick' });
    saveWords();
    const due = noticesDue(deps, record.state, details);
    if (due > notices) show('notice');
    notices = due;
  };

  return {
    record: () => record,
    stopSignal: stopping.signal,
    stop: () => stopping.abort(new Error('The person pressed Stop.')),
    dispatch,
    setAhead: (ahead) => {
      details.ahead = ahead;
      show('notice');
    },
    setRender: (render) => {
      details.render = render;
      show(render?.phase === 'failed' ? 'problem' : 'notice');
    },
    renderDecided: () => {
      details.isRenderUndecided = false;
      // A render has been shown already; without one, last words may have been held back.
      if (details.render === null) show('finalWords');
    },
    update,
    amend: (change) => update(change).then(() => show('notice')),
    save,
    isSubmitted,
    startTicking: (look) => ticker(() => tick(look)),
    onTick: ticker,
    flush: async (stopping) => {
      if (!stopping.aborted) await board.flush(stopping);
      if (stopping.aborted) await board.flush(AbortSignal.timeout(stopFlushMs));
    },
    letGo: () => board.letGo(),
  };
};

export const createLiveTurns = (deps: RelayDeps): LiveTurns => {
  const shared: Shared = { ticker: createTicker(deps), publisher: createPublisher(deps) };
  const inHand = new Map<string, { turn: LiveTurn; holders: number }>();

  const take = (record: TurnRecord): { turn: LiveTurn; holders: number } => {
    const held = inHand.get(record.turnId) ?? { turn: createLiveTurn(deps, record, shared), holders: 0 };
    inHand.set(record.turnId, held);
    return held;
  };

  return {
    acquire: async (turnId) => {
      const record = inHand.get(turnId)?.turn.record() ?? (await deps.store.turns.get(turnId));
      if (record === null) return null;
      const held = take(record);
      held.holders += 1;
      return held.turn;
    },
    release: (turnId) => {
      const held = inHand.get(turnId);
      if (held === undefined) return;
      held.holders -= 1;
      if (held.holders === 0) inHand.delete(turnId);
    },
    find: (turnId) => inHand.get(turnId)?.turn ?? null,
  };
};
