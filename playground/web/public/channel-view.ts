/** The middle: one channel's head, its conversation, and where one writes. */
import { html } from 'htm/preact';
import { useEffect, useState } from 'preact/hooks';
import type { WorldView } from '../../discord/people.ts';
import type { Channel, Message, Snowflake } from '../../discord/shapes.ts';
import { Composer } from './composer.ts';
import { Dots } from './controls.ts';
import { type Draft, emptyDraft, withMoreFiles } from './draft.ts';
import { filesOf } from './file-picker.ts';
import { MessageList } from './message-list.ts';
import { findPlace, findUser, mayWrite, nameOf, type Place, placeName } from './names.ts';
import { usePage } from './page-context.ts';
import { TryIt } from './try-it.ts';

type ChannelViewProps = { drawer: string; onMenu: () => void; onPanel: () => void };

export function ChannelView({ drawer, onMenu, onPanel }: ChannelViewProps) {
  const { world, state, texts } = usePage();
  const [drafts, setDrafts] = useState<Readonly<Record<Snowflake, Draft>>>({});
  const place = findPlace(world, state.channelId);
  const head = html`<${Head} place=${place} drawer=${drawer} onMenu=${onMenu} onPanel=${onPanel} />`;
  if (place === null)
    return html`<main class="channel">${head}<p class="empty">${texts.chooseChannel}</p></main>`;
  const { id } = place.channel;
  const key = `${world.viewer.id} ${id}`;
  const draft = drafts[key] ?? emptyDraft;
  const change = (next: (draft: Draft) => Draft): void =>
    setDrafts((drafts) => ({ ...drafts, [key]: next(drafts[key] ?? emptyDraft) }));
  const reply = (replyTo: Message): void => {
    change((draft) => ({ ...draft, replyTo }));
    document.querySelector<HTMLElement>('.composer textarea')?.focus();
  };
  const isOpen = mayWrite(place);
  const firstStep = isOpen ? html`<${TryIt} place=${place} change=${change} />` : null;
  const addFiles = (files: File[]): void => change((draft) => withMoreFiles(draft, files));
  return html`<${DropArea} name=${placeName(world, place)} isOpen=${isOpen} onFiles=${addFiles}>
    ${head}
    <${MessageList} key=${key} place=${place} onReply=${reply} firstStep=${firstStep} />
    <${TypingLine} channelId=${id} />
    ${
      isOpen
        ? html`<${Composer} key=${key} place=${place} draft=${draft} change=${change} />`
        : html`<p class="no-permission">${texts.noPermission}</p>`
    }
  <//>`;
}

function Head({ place, drawer, onMenu, onPanel }: ChannelViewProps & { place: Place | null }) {
  const { world, texts } = usePage();
  const lock = place?.channel.thread_metadata;
  const marks = [
    lock?.archived === true ? texts.archived : '',
    lock?.locked === true ? texts.locked : '',
  ].filter(Boolean);
  return html`<header class="channel-head">
    <button type="button" class="menu-button" aria-label=${texts.menu} aria-expanded=${drawer === 'menu'} onClick=${onMenu}>
      ☰
    </button>
    <div class="channel-title">
      ${place?.parent ? html`<${Crumb} parent=${place.parent} />` : null}
      <h2>${place === null ? '' : placeName(world, place)}</h2>
      ${marks.map((mark) => html`<span key=${mark} class="mark">${mark}</span>`)}
      ${place?.channel.topic ? html`<span class="topic">${place.channel.topic}</span>` : null}
    </div>
    <${BotChip} />
    <button type="button" class="panel-button" aria-expanded=${drawer === 'panel'} onClick=${onPanel}>${texts.panel}</button>
  </header>`;
}

function Crumb({ parent }: { parent: Channel }) {
  return html`<a class="crumb" href=${`#/${parent.id}`}>#${parent.name}</a>
    <span aria-hidden="true" class="crumb-sign">›</span>`;
}

/** Says at the top that the bot is not there, so that nobody waits for an answer. */
function BotChip() {
  const { state, texts } = usePage();
  const { bot } = state;
  if (bot === null || (bot.phase === 'running' && bot.isOnline)) return null;
  const why = bot.signal ?? `${texts.exitCode} ${bot.exitCode ?? '?'}`;
  const words =
    bot.phase === 'died'
      ? texts.botDied(why)
      : bot.phase === 'running'
        ? texts.botConnecting
        : texts.botStopped;
  return html`<p class=${`bot-chip ${bot.phase}`} role="status">${words}</p>`;
}

function TypingLine({ channelId }: { channelId: Snowflake }) {
  const { world, state, texts } = usePage();
  const now = Date.now();
  const people = state.typing.filter(
    (one) => one.channelId === channelId && one.untilMs > now && one.userId !== world.viewer.id,
  );
  useRedrawAt(Math.min(...people.map((one) => one.untilMs)));
  const names = people.map((one) => userName(world, one.userId)).join(', ');
  return html`<p class="typing">
    ${names === '' ? null : html`<${Dots} /> ${texts.typing(names)}`}
  </p>`;
}

function useRedrawAt(atMs: number): void {
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!Number.isFinite(atMs)) return undefined;
    const timer = window.setTimeout(() => redraw(atMs), Math.max(0, atMs - Date.now()) + 20);
    return () => window.clearTimeout(timer);
  }, [atMs]);
}

function userName(world: WorldView, userId: Snowflake): string {
  const user = findUser(world, userId);
  return user === null ? userId : nameOf(user);
}

type DropAreaProps = { name: string; isOpen: boolean; onFiles: (files: File[]) => void; children?: unknown };

/** Files may be dropped anywhere on the conversation. */
function DropArea({ name, isOpen, onFiles, children }: DropAreaProps) {
  const { texts } = usePage();
  const [isOver, setOver] = useState(false);
  const over = (event: DragEvent): void => {
    if (!isOpen || event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    setOver(true);
  };
  const leave = (event: DragEvent): void => {
    if (event.relatedTarget === null || event.currentTarget === event.target) setOver(false);
  };
  const drop = (event: DragEvent): void => {
    setOver(false);
    // A field for files inside took them already.
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (isOpen) onFiles(filesOf(event.dataTransfer));
  };
  return html`<main class="channel" aria-label=${name} onDragOver=${over} onDragLeave=${leave} onDrop=${drop}>
    ${children}
    ${isOver ? html`<p class="drop-hint">${texts.dropHere}</p>` : null}
  </main>`;
}
