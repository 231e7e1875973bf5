/** The small bar of a message: react, reply, edit, delete, apps, thread. It appears with the pointer or the focus. */
import { html } from 'htm/preact';
import type { Message } from '../../discord/shapes.ts';
import { commandsAt } from './command-draft.ts';
import { ThreadIcon } from './icons.ts';
import { may, type Place } from './names.ts';
import { usePage } from './page-context.ts';

const reactions = ['👍', '❤️', '🎉'] as const;

type MessageActionsProps = {
  message: Message;
  place: Place;
  onReply: (message: Message) => void;
  onEdit: () => void;
};

export function MessageActions({ message, place, onReply, onEdit }: MessageActionsProps) {
  const { world, texts, act } = usePage();
  const at = { channelId: message.channel_id, messageId: message.id };
  const isOwn = message.author.id === world.viewer.id;
  const mayDelete = isOwn || may(place, 'manageMessages');
  const react = (emoji: string) => () => act('addReaction', { ...at, emoji });
  return html`<div class="actions" role="toolbar">
    ${reactions.map((emoji) => {
      const label = `${texts.react} ${emoji}`;
      return html`<button type="button" key=${emoji} aria-label=${label} onClick=${react(emoji)}>${emoji}</button>`;
    })}
    <button type="button" onClick=${() => onReply(message)}>${texts.reply}</button>
    ${isOwn ? html`<button type="button" onClick=${onEdit}>${texts.edit}</button>` : null}
    ${mayDelete ? html`<button type="button" onClick=${() => act('deleteMessage', at)}>${texts.remove}</button>` : null}
    <${AppCommands} message=${message} place=${place} />
    <${ThreadButton} message=${message} place=${place} />
  </div>`;
}

/** Commands that the bot registered for messages ("Apps" in Discord's menu). */
function AppCommands({ message, place }: { message: Message; place: Place }) {
  const { state, act, locale } = usePage();
  const commands = commandsAt(state.commands, place);
  const at = { channelId: message.channel_id, messageId: message.id, locale };
  return commands
    .filter((command) => command.type === 3)
    .map((command) => {
      const name = command.name_localizations?.[locale] ?? command.name;
      const run = () => act('runMessageCommand', { ...at, name: command.name });
      return html`<button type="button" key=${command.id} onClick=${run}>✦ ${name}</button>`;
    });
}

function ThreadButton({ message, place }: { message: Message; place: Place }) {
  const { texts, act, openChannel } = usePage();
  if (place.kind !== 'channel' || message.thread !== undefined || !may(place, 'createThreads')) return null;
  const create = async (): Promise<void> => {
    const name = message.content.slice(0, 60).trim() || texts.thread;
    const thread = await act('createThread', { channelId: message.channel_id, messageId: message.id, name });
    if (thread !== null) openChannel(message.id);
  };
  return html`<button type="button" aria-label=${texts.thread} onClick=${create}><${ThreadIcon} /></button>`;
}
