/** Writes one view into its messages, part by part, each drawn when it is sent. It must not know when that is, or what is tried again. */
import { isMorePressing, type Priority } from '../../core/pacing.ts';
import type { AnsweredAt, MessageView } from '../../ports/chat.ts';
import { ChatError } from '../../ports/chat.ts';
import type { BoardOptions, PublisherDeps } from './publisher.ts';

type Part = { readonly at: AnsweredAt; shown: MessageView | undefined; isGone: boolean };

type Views = readonly MessageView[];

export type Writing = {
  readonly draw: () => Views;
  readonly priority: Priority;
  /** Ends the write where it waits for its turn; rejects with the signal's reason. */
  readonly takeBack: AbortSignal;
};

type Step =
  | { readonly kind: 'create'; readonly index: number; readonly view: MessageView }
  | { readonly kind: 'edit'; readonly index: number; readonly part: Part }
  | { readonly kind: 'remove'; readonly part: Part };

const isSame = (one: MessageView | undefined, other: MessageView): boolean =>
  one !== undefined &&
  one.text === other.text &&
  JSON.stringify(one.buttons) === JSON.stringify(other.buttons) &&
  one.files.length === other.files.length;

/** What is still to do for these views: older parts first, then new ones, then what is too much. */
const nextStep = (parts: readonly Part[], views: Views): Step | null => {
  for (const [index, part] of parts.entries()) {
    const view = views[index];
    if (view !== undefined && !part.isGone && !isSame(part.shown, view)) return { kind: 'edit', index, part };
  }
  const view = views[parts.length];
  if (view !== undefined) return { kind: 'create', index: parts.length, view };
  const tooMuch = parts.length > views.length ? parts.at(-1) : undefined;
  return tooMuch === undefined ? null : { kind: 'remove', part: tooMuch };
};

/** The messages of a board, as far as they are known. */
const createSheet = (options: BoardOptions) => {
  const parts: Part[] = options.posted.map((at) => ({ at, shown: undefined, isGone: false }));
  /** Messages that newer ones took the place of. */
  const replaced: Part[] = [];
  let afterReplaced = '';
  /** Keys under which a message may be there already, of an earlier try or an earlier process. */
  const tried = options.mayBePosted === true ? [`${options.key}:0`] : [];
  return {
    parts,
    replaced,
    tried,
    keyOf: (index: number): string => `${options.key}:${index}${afterReplaced}`,
    tellPosted: (): Promise<void> => options.onPosted(parts.map(({ at }) => at)),
    /** Old messages can hardly be edited: this part and those behind it are posted anew, in their order, before the old ones go. */
    replaceFrom: (index: number): void => {
      const old = parts.splice(index);
      afterReplaced = `:${old[0]?.at.messageId ?? ''}`;
      replaced.push(...old);
    },
  };
};

type Sheet = ReturnType<typeof createSheet>;
type Desk = Pick<PublisherDeps, 'chat' | 'log'> &
  Pick<BoardOptions, 'channelId' | 'about'> & { readonly sheet: Sheet };

/** A write ends by being taken back. One signal for all would collect a listener of each, and whoever comes looks through them all. */
const never = (): AbortSignal => new AbortController().signal;

/** `view`: as it was when it was asked for; null: what stands there then is not known, and perhaps nothing, which posts nothing. */
const create = async (
  { chat, channelId, sheet }: Desk,
  { index, view }: { index: number; view: MessageView | null },
  writing: Writing,
): Promise<Views> => {
  let views: Views = [];
  let sent: MessageView | undefined;
  const nothingThere = new AbortController();
  const drawNow = (): MessageView => {
    views = writing.draw();
    sent = views[index] ?? view ?? undefined;
    if (sent !== undefined) return sent;
    nothingThere.abort();
    throw nothingThere.signal.reason;
  };
  const key = sheet.keyOf(index);
  const takeBack = AbortSignal.any([writing.takeBack, nothingThere.signal]);
  try {
    const waits = { signal: never(), priority: writing.priority, takeBack };
    const at = await chat.createMessage(channelId, drawNow, { key, ...waits });
    // An earlier try may have arrived although its answer was lost: the platform gives back that message, with the words of then.
    sheet.parts.push({ at, shown: sheet.tried.includes(key) ? undefined : sent, isGone: false });
  } catch (error) {
    if (nothingThere.signal.aborted && error === nothingThere.signal.reason) return views;
    if (error instanceof ChatError && error.kind === 'unavailable') sheet.tried.push(key);
    throw error;
  }
  await sheet.tellPosted();
  return views;
};

const explain = (
  { sheet, log, about }: Desk,
  error: unknown,
  { index, part }: { index: number; part: Part },
) => {
  const kind = error instanceof ChatError ? error.kind : null;
  const { messageId } = part.at;
  if (kind === 'tooOld') {
    log.info({ ...about, messageId }, 'a status message is replaced because of its age');
    sheet.replaceFrom(index);
  } else if (kind === 'gone') {
    // Somebody deleted the message on purpose: it counts as shown and is never posted again.
    log.info({ ...about, messageId }, 'a status message was deleted by somebody');
    part.isGone = true;
  } else {
    throw error;
  }
};

const edit = async (
  desk: Desk,
  { index, part }: { index: number; part: Part },
  { draw, priority, takeBack }: Writing,
): Promise<Views> => {
  let views: Views = [];
  let sent: MessageView | null = null;
  const drawNow = (): MessageView | null => {
    views = draw();
    const view = views[index];
    if (view === undefined || isSame(part.shown, view)) return null;
    sent = view;
    // Files that are there stay there: an edit sends only what the message does not have yet.
    return part.shown?.files.length === view.files.length ? { ...view, files: [] } : view;
  };
  try {
    await desk.chat.editMessage(part.at, drawNow, { signal: never(), priority, takeBack });
    if (sent !== null) part.shown = sent;
  } catch (error) {
    explain(desk, error, { index, part });
  }
  return views;
};

const remove = async ({ chat }: Desk, part: Part): Promise<void> => {
  if (!part.isGone) await chat.deleteMessage(part.at, { signal: never() });
};

/** What people see half of is completed before others get more words, and an end before others get theirs. */
const completingAs = (priority: Priority): Priority => {
  if (priority === 'finalWords') return 'finalRest';
  return isMorePressing('notice', priority) ? 'notice' : priority;
};

/** Resolves when the newest view is shown; rejects with ChatError, the signal's reason, or what `onPosted` rejects with. */
export const createBoardWriter = (deps: Pick<PublisherDeps, 'chat' | 'log'>, options: BoardOptions) => {
  const sheet = createSheet(options);
  const { channelId, about } = options;
  const { chat, log } = deps;
  const desk: Desk = { chat, log, channelId, about, sheet };
  const { parts, replaced } = sheet;

  const take = async (step: Step, views: Views, writing: Writing): Promise<Views> => {
    if (step.kind === 'create') return create(desk, step, writing);
    if (step.kind === 'edit') return edit(desk, step, writing);
    parts.pop();
    await remove(desk, step.part);
    await sheet.tellPosted();
    return views;
  };

  /** Most news is in the last message, or behind it when it is full, so it is drawn once, when its turn has come. */
  const firstLook = async (writing: Writing): Promise<Views> => {
    const index = parts.length - 1;
    const part = parts[index];
    if (part?.shown?.isFull === true) return create(desk, { index: index + 1, view: null }, writing);
    return part === undefined || part.isGone ? writing.draw() : edit(desk, { index, part }, writing);
  };

  return async (writing: Writing): Promise<void> => {
    let views = await firstLook(writing);
    const completing = { ...writing, priority: completingAs(writing.priority) };
    for (let step = nextStep(parts, views); step !== null; step = nextStep(parts, views)) {
      views = await take(step, views, parts.length === 0 ? writing : completing);
    }
    for (let old = replaced[0]; old !== undefined; old = replaced[0]) {
      await remove(desk, old);
      replaced.shift();
    }
  };
};
