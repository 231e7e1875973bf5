/** Changes the words of one's own message in its place. */
import { html } from 'htm/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Message } from '../../discord/shapes.ts';
import { valueIn } from './controls.ts';
import { usePage } from './page-context.ts';

export function MessageEditor({ message, onDone }: { message: Message; onDone: () => void }) {
  const { texts, act } = usePage();
  const [content, setContent] = useState(message.content);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const save = async (): Promise<void> => {
    const done = await act('editMessage', { channelId: message.channel_id, messageId: message.id, content });
    if (done !== null) onDone();
  };
  const onKeyDown = async (event: KeyboardEvent): Promise<void> => {
    if (event.key === 'Escape') onDone();
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    await save();
  };
  return html`<div class="editor">
    <textarea
      ref=${field}
      aria-label=${texts.edit}
      value=${content}
      rows="3"
      onInput=${(event: Event) => setContent(valueIn(event))}
      onKeyDown=${onKeyDown}
    ></textarea>
    <button type="button" class="button primary" onClick=${save}>${texts.save}</button>
    <button type="button" class="button secondary" onClick=${onDone}>${texts.cancel}</button>
  </div>`;
}
