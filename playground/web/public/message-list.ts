/** The conversation of one channel, oldest first, kept at its newest line unless the reader scrolled up. */
import { html } from 'htm/preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { InteractionView } from '../../discord/people.ts';
import type { Message } from '../../discord/shapes.ts';
import { InteractionLine } from './interaction-line.ts';
import { MessageItem } from './message.ts';
import { type Place, placeName } from './names.ts';
import { usePage } from './page-context.ts';
import type { Times } from './timestamps.ts';

const shownAtFirst = 100;
/** Messages of one author within this time stand under one name (as Discord draws them). */
const groupMs = 7 * 60_000;
const nearEndPixels = 80;

type Item = { key: string; atMs: number } & (
  | { kind: 'message'; message: Message; isContinuation: boolean }
  | { kind: 'interaction'; interaction: InteractionView }
  | { kind: 'day'; text: string }
);

type MessageListProps = {
  place: Place;
  onReply: (message: Message) => void;
  /** Stands where there are no messages yet. */
  firstStep: unknown;
};

export function MessageList({ place, onReply, firstStep }: MessageListProps) {
  const { world, texts, times } = usePage();
  const [shown, setShown] = useState(shownAtFirst);
  const messages = world.messages[place.channel.id] ?? [];
  const waiting = world.interactions.filter(
    (one) => one.channelId === place.channel.id && one.userId === world.viewer.id && isWaiting(one),
  );
  const items = layOut(messages.slice(-shown), waiting, times);
  const { box, end, isAtEnd, follow } = useStickToEnd();

  const showMore = (): void => setShown(shown + shownAtFirst);
  const toEnd = (): void => end.current?.scrollIntoView();
  return html`<div
    class="messages" ref=${box} onScroll=${follow} id="messages" tabindex="-1"
    role="log" aria-live="off" aria-label=${placeName(world, place)}
  >
    ${messages.length > shown ? html`<button type="button" class="earlier" onClick=${showMore}>${texts.earlier}</button>` : null}
    ${items.length === 0 ? html`<div class="empty"><p>${texts.empty}</p><p>${texts.emptyHint}</p>${firstStep}</div>` : null}
    <ol class="message-list" onKeyDown=${moveByArrows}>
      ${items.map((item, index) => drawItem(item, { place, onReply, isLast: index === items.length - 1 }))}
    </ol>
    <div ref=${end}></div>
    ${isAtEnd ? null : html`<button type="button" class="to-newest" onClick=${toEnd}>↓ ${texts.toNewest}</button>`}
  </div>`;
}

/** An interaction has a line of its own until a message answers it. Buttons and modals show theirs where they are. */
function isWaiting(one: InteractionView): boolean {
  if (one.kind === 'component' || one.messageId !== null) return false;
  return one.state === 'pending' || one.state === 'failed';
}

type DrawOptions = { place: Place; onReply: (message: Message) => void; isLast: boolean };

function drawItem(item: Item, { place, onReply, isLast }: DrawOptions) {
  if (item.kind === 'day') return html`<li key=${item.key} class="day"><span>${item.text}</span></li>`;
  if (item.kind === 'interaction')
    return html`<${InteractionLine} key=${item.key} interaction=${item.interaction} />`;
  const { key, message, isContinuation } = item;
  const details = { message, isContinuation, isLast, place, onReply };
  return html`<${MessageItem} key=${key} ...${details} />`;
}

function layOut(messages: readonly Message[], waiting: readonly InteractionView[], times: Times): Item[] {
  const items: Item[] = [];
  let previous: Message | null = null;
  let day = '';
  for (const message of messages) {
    const atMs = Date.parse(message.timestamp);
    const text = times.day(atMs);
    if (text !== day) items.push({ kind: 'day', key: `day ${text}`, atMs, text });
    const isContinuation = text === day && continues(previous, message);
    items.push({ kind: 'message', key: message.id, atMs, message, isContinuation });
    day = text;
    previous = message;
  }
  for (const interaction of waiting) {
    items.push({ kind: 'interaction', key: interaction.id, atMs: interaction.createdAtMs, interaction });
  }
  return items.sort((a, b) => a.atMs - b.atMs);
}

function continues(previous: Message | null, message: Message): boolean {
  if (previous === null || previous.author.id !== message.author.id) return false;
  if (message.type !== 0 || previous.type === 18 || previous.type === 21) return false;
  if ((message.flags & 64) !== (previous.flags & 64)) return false;
  return Date.parse(message.timestamp) - Date.parse(previous.timestamp) < groupMs;
}

/** Arrow keys go from message to message, Tab to what a message offers, Escape back to where one writes. */
function moveByArrows(event: KeyboardEvent): void {
  const { target, key, currentTarget } = event;
  if (key === 'Escape') document.querySelector<HTMLElement>('.composer textarea')?.focus();
  if ((key !== 'ArrowUp' && key !== 'ArrowDown') || !(target instanceof HTMLElement)) return;
  if (!target.classList.contains('message') || !(currentTarget instanceof HTMLElement)) return;
  const all = [...currentTarget.querySelectorAll<HTMLElement>('li.message')];
  const next = all[all.indexOf(target) + (key === 'ArrowUp' ? -1 : 1)];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** Pictures and live edits change heights late, so the content is watched rather than the messages. */
function useStickToEnd() {
  const box = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const lastTop = useRef(0);
  const [isAtEnd, setAtEnd] = useState(true);

  useLayoutEffect(() => {
    const list = box.current?.querySelector('.message-list');
    if (box.current === null || list === null || list === undefined) return undefined;
    const pane = box.current;
    const stay = (): void => {
      if (sticks.current) pane.scrollTop = pane.scrollHeight;
    };
    const observer = new ResizeObserver(stay);
    observer.observe(list);
    observer.observe(pane);
    stay();
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, []);

  const follow = (): void => {
    const pane = box.current;
    if (pane === null) return;
    const isNearEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < nearEndPixels;
    // A picture that loads moves the end away; only a scroll upwards is a wish to read what was before.
    const wentUp = pane.scrollTop < lastTop.current - 1;
    lastTop.current = pane.scrollTop;
    if (isNearEnd) sticks.current = true;
    else if (wentUp) sticks.current = false;
    setAtEnd(sticks.current);
  };
  return { box, end, isAtEnd, follow };
}
