/** What a message belongs to: the reply above it, the command that caused it, the thread under it. */
import { html } from 'htm/preact';
import type { Message, User } from '../../discord/shapes.ts';
import { Attachments } from './attachments.ts';
import { Avatar } from './avatar.ts';
import { ThreadIcon } from './icons.ts';
import { Words } from './markdown-view.ts';
import { nameOf } from './names.ts';
import { usePage } from './page-context.ts';
import { plainText, shorten } from './plain-text.ts';

const replyType = 19;
const commandTypes: readonly number[] = [20, 23];

export function MessageContext({ message }: { message: Message }) {
  if (message.type === replyType) return html`<${ReplyLine} message=${message} />`;
  if (commandTypes.includes(message.type)) return html`<${CommandLine} message=${message} />`;
  return null;
}

function ReplyLine({ message }: { message: Message }) {
  const { texts, names } = usePage();
  const original = message.referenced_message;
  if (original === null || original === undefined) {
    return html`<p class="context">↰ <em>${texts.deletedOriginal}</em></p>`;
  }
  const files = original.attachments.map((file) => file.filename).join(', ');
  const words = original.content === '' ? files : shorten(plainText(original.content, names), 160);
  return html`<p class="context">
    ↰ <${Avatar} user=${original.author} size=${16} />
    <strong>${nameOf(original.author)}</strong> <span class="excerpt">${words}</span>
  </p>`;
}

function CommandLine({ message }: { message: Message }) {
  const cause = message.interaction_metadata;
  if (cause === undefined) return null;
  const sign = message.type === 20 ? '/' : '';
  return html`<${Usage} user=${cause.user} name=${`${sign}${cause.name ?? ''}`} />`;
}

/** "Maya used /makevideo". */
export function Usage({ user, name }: { user: User; name: string }) {
  const { texts } = usePage();
  return html`<p class="context">
    <${Avatar} user=${user} size=${16} />
    <strong>${nameOf(user)}</strong> ${texts.used} <span class="mention">${name}</span>
  </p>`;
}

/** A thread without a message announces itself in its channel (type 18); one under a message begins with it (type 21). */
export function SystemLine({ message, isLast }: { message: Message; isLast: boolean }) {
  const tabIndex = isLast ? 0 : -1;
  return message.type === 18
    ? html`<${ThreadStarted} message=${message} tabIndex=${tabIndex} />`
    : html`<${ThreadBegins} original=${message.referenced_message ?? null} tabIndex=${tabIndex} />`;
}

function ThreadStarted({ message, tabIndex }: { message: Message; tabIndex: number }) {
  const { texts, times } = usePage();
  const threadId = message.message_reference?.channel_id ?? message.thread?.id;
  return html`<li class="message system" tabindex=${tabIndex}>
    <div class="gutter"><${ThreadIcon} /></div>
    <p class="body"><strong>${nameOf(message.author)}</strong> ${texts.startedThread}${' '}
      ${threadId === undefined ? message.content : html`<a href=${`#/${threadId}`}>${message.content}</a>`}
      <time class="clock"> ${times.clock(Date.parse(message.timestamp))}</time></p>
  </li>`;
}

function ThreadBegins({ original, tabIndex }: { original: Message | null; tabIndex: number }) {
  const { texts } = usePage();
  return html`<li class="message system" tabindex=${tabIndex}>
    <div class="gutter"><${ThreadIcon} /></div>
    <div class="body">
      <p class="thread-start">${texts.threadStart}</p>
      ${original === null ? null : html`<${Original} message=${original} />`}
    </div>
  </li>`;
}

function Original({ message }: { message: Message }) {
  return html`<div class="original">
    <p class="context"><${Avatar} user=${message.author} size=${16} /> <strong>${nameOf(message.author)}</strong></p>
    ${message.content === '' ? null : html`<${Words} source=${message.content} />`}
    <${Attachments} attachments=${message.attachments} />
  </div>`;
}

export function ThreadChip({ message }: { message: Message }) {
  const { texts, world } = usePage();
  const { thread } = message;
  if (thread === undefined) return null;
  // Whoever sees the thread knows its messages; its first line repeats this message and does not count.
  const seen = (world.messages[thread.id] ?? []).filter((one) => one.type !== 21).length;
  const count = Math.max(thread.message_count ?? 0, seen);
  return html`<a class="thread-chip" href=${`#/${thread.id}`} aria-label=${`${texts.openThread}: ${thread.name ?? ''}`}>
    <${ThreadIcon} /> <strong>${thread.name}</strong>
    <span class="count">${texts.messagesCount(count)} ›</span>
  </a>`;
}
