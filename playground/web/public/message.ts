/** One message: who, when, what, and what can be done with it. */
import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { Message } from '../../discord/shapes.ts';
import { Attachments } from './attachments.ts';
import { Avatar } from './avatar.ts';
import { Components } from './components.ts';
import { Dots, TextButton } from './controls.ts';
import { Embeds } from './embeds.ts';
import { LinkedFilms } from './linked-films.ts';
import { Words } from './markdown-view.ts';
import { MessageActions } from './message-actions.ts';
import { MessageContext, SystemLine, ThreadChip } from './message-context.ts';
import { MessageEditor } from './message-editor.ts';
import { colorOf, nameOf, type Place } from './names.ts';
import { usePage } from './page-context.ts';

const privateFlag = 64;
const thinkingFlag = 128;
const noEmbedsFlag = 4;

export type MessageProps = {
  message: Message;
  isContinuation: boolean;
  /** The one message that Tab reaches; arrow keys go on from it. */
  isLast: boolean;
  place: Place;
  onReply: (message: Message) => void;
};

export function MessageItem({ message, isContinuation, isLast, place, onReply }: MessageProps) {
  const { world } = usePage();
  const [isEditing, setEditing] = useState(false);
  if (message.type === 18 || message.type === 21)
    return html`<${SystemLine} message=${message} isLast=${isLast} />`;
  const isPrivate = (message.flags & privateFlag) !== 0;
  const isForViewer =
    message.mentions.some((user) => user.id === world.viewer.id) || message.mention_everyone;
  const names = [
    'message',
    isPrivate ? 'private' : '',
    isContinuation ? 'continued' : '',
    isForViewer ? 'for-viewer' : '',
  ];
  return html`<li class=${names.filter(Boolean).join(' ')} tabindex=${isLast ? 0 : -1} data-message-id=${message.id}>
    <div class="gutter">
      ${isContinuation ? html`<${Clock} message=${message} />` : html`<${Avatar} user=${message.author} />`}
    </div>
    <div class="body">
      <${MessageContext} message=${message} />
      ${isContinuation ? null : html`<${Byline} message=${message} />`}
      ${
        isEditing
          ? html`<${MessageEditor} message=${message} onDone=${() => setEditing(false)} />`
          : html`<${Content} message=${message} />`
      }
      <${Reactions} message=${message} />
      <${ThreadChip} message=${message} />
      ${isPrivate ? html`<${PrivateNote} message=${message} />` : null}
    </div>
    ${isPrivate || isEditing ? null : html`<${MessageActions} ...${{ message, place, onReply }} onEdit=${() => setEditing(true)} />`}
  </li>`;
}

function Byline({ message }: { message: Message }) {
  const { world, texts } = usePage();
  const color = colorOf(world, message.author.id);
  return html`<p class="byline">
    <strong class="author" style=${color === null ? undefined : `--role: ${color}`}>${nameOf(message.author)}</strong>
    ${message.author.bot === true ? html`<span class="app-tag">${texts.app}</span>` : null}
    <${Clock} message=${message} />
  </p>`;
}

function Clock({ message }: { message: Message }) {
  const { times } = usePage();
  const atMs = Date.parse(message.timestamp);
  return html`<time class="clock" dateTime=${message.timestamp} title=${times.full(atMs)}>${times.clock(atMs)}</time>`;
}

function Content({ message }: { message: Message }) {
  const { texts } = usePage();
  if ((message.flags & thinkingFlag) !== 0) {
    return html`<p class="thinking"><${Dots} /> ${nameOf(message.author)} ${texts.thinking}</p>`;
  }
  const edited = message.edited_timestamp;
  return html`<div class="content">
    ${message.content === '' ? null : html`<${Words} source=${message.content} />`}
    ${edited === null ? null : html`<${Edited} at=${edited} />`}
    <${Attachments} attachments=${message.attachments} />
    ${(message.flags & noEmbedsFlag) === 0 ? html`<${Unfolded} message=${message} />` : null}
    <${Components} message=${message} />
  </div>`;
}

/** What the author's links and embeds show; a message can ask for nothing of it. */
function Unfolded({ message }: { message: Message }) {
  return html`<${LinkedFilms} message=${message} /><${Embeds} embeds=${message.embeds} />`;
}

function Edited({ at }: { at: string }) {
  const { texts, times } = usePage();
  return html`<time class="edited" dateTime=${at} title=${times.full(Date.parse(at))}>${texts.edited}</time>`;
}

function Reactions({ message }: { message: Message }) {
  const { act } = usePage();
  if (message.reactions === undefined || message.reactions.length === 0) return null;
  const place = { channelId: message.channel_id, messageId: message.id };
  const toggle = (emoji: string, isMine: boolean) => () =>
    act(isMine ? 'removeReaction' : 'addReaction', { ...place, emoji });
  return html`<ul class="reactions">
    ${message.reactions.map(
      ({ emoji, count, me }) => html`<li key=${emoji.name}>
      <button type="button" aria-pressed=${me} onClick=${toggle(emoji.name, me)}>${emoji.name} ${count}</button>
    </li>`,
    )}
  </ul>`;
}

function PrivateNote({ message }: { message: Message }) {
  const { texts, act } = usePage();
  return html`<p class="private-note">
    ${texts.onlyYou} ·${' '}
    <${TextButton} label=${texts.dismiss} onClick=${() => act('dismissEphemeral', { messageId: message.id })} />
  </p>`;
}
