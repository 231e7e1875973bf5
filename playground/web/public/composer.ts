/** Where one writes: words, files, sample pictures, replies, and the door to slash commands. */
import { html } from 'htm/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { beginDraft, type CommandChoice } from './command-draft.ts';
import { CommandForm } from './command-form.ts';
import { CommandPicker, usePicker } from './command-picker.ts';
import { valueIn } from './controls.ts';
import { type Draft, emptyDraft, isEmpty, withMoreFiles, withoutFile } from './draft.ts';
import { filesOf, takeFrom } from './file-picker.ts';
import { PictureIcon } from './icons.ts';
import { nameOf, type Place, placeName } from './names.ts';
import { usePage } from './page-context.ts';
import { plainText, shorten } from './plain-text.ts';
import { SampleTray } from './sample-tray.ts';
import { Thumbnails } from './thumbnails.ts';

export type ComposerProps = { place: Place; draft: Draft; change: (next: (draft: Draft) => Draft) => void };

/** Discord's own limit without a subscription; the counter appears a little before. */
const lengthMax = 2000;
const counterFrom = 1800;
const typingEveryMs = 8000;
/** A placeholder that does not fit is cut without a sign. */
const placeNameMax = 26;

export function Composer({ place, draft, change }: ComposerProps) {
  const { texts } = usePage();
  const [hasTray, setTray] = useState(false);
  const isDone = draft === emptyDraft;
  useEffect(() => {
    if (isDone) setTray(false);
  }, [isDone]);
  const add = (files: readonly File[]): void => change((draft) => withMoreFiles(draft, files));
  return html`<section class="composer" aria-label=${texts.send}>
    <${ReplyBar} draft=${draft} onCancel=${() => change((draft) => ({ ...draft, replyTo: null }))} />
    ${hasTray ? html`<${SampleTray} onPick=${(file: File) => add([file])} onClose=${() => setTray(false)} />` : null}
    ${
      draft.command === null
        ? html`<${MessageBox} place=${place} draft=${draft} change=${change} />`
        : html`<${CommandForm} place=${place} command=${draft.command} change=${change} />`
    }
    <div class="composer-foot">
      <button type="button" class="as-link" aria-expanded=${hasTray} onClick=${() => setTray(!hasTray)}>
        <${PictureIcon} /> ${texts.samples}
      </button>
      <span class="hint">${texts.composerHint}</span>
    </div>
  </section>`;
}

function ReplyBar({ draft, onCancel }: { draft: Draft; onCancel: () => void }) {
  const { texts, names } = usePage();
  if (draft.replyTo === null) return null;
  return html`<p class="reply-bar">
    ${texts.replyingTo} <strong>${nameOf(draft.replyTo.author)}</strong>
    <span class="excerpt">${shorten(plainText(draft.replyTo.content, names), 80)}</span>
    <button type="button" aria-label=${texts.cancel} onClick=${onCancel}>✕</button>
  </p>`;
}

function MessageBox({ place, draft, change }: ComposerProps) {
  const { world, texts } = usePage();
  const field = useRef<HTMLTextAreaElement>(null);
  const { send, isSending, noteTyping } = useSending({ place, draft, change });
  const begin = (choice: CommandChoice): void =>
    change((draft) => ({
      ...draft,
      text: '',
      files: [],
      command: { ...beginDraft(choice), files: draft.files },
    }));
  const picker = usePicker({ place, typed: draft.text, onChoose: begin });
  useEffect(() => growToFit(field.current), [draft.text]);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);

  const onKeyDown = async (event: KeyboardEvent): Promise<void> => {
    if (picker.takesKey(event)) return;
    if (event.key === 'Escape') change((draft) => ({ ...draft, replyTo: null }));
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    await send();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const files = filesOf(event.clipboardData);
    if (files.length === 0) return;
    event.preventDefault();
    change((draft) => withMoreFiles(draft, files));
  };
  const onInput = (event: Event): void => {
    const text = valueIn(event);
    change((draft) => ({ ...draft, text }));
    noteTyping(text);
  };
  return html`<div class="message-box">
    <${CommandPicker} picker=${picker} />
    <${Thumbnails} files=${draft.files} onRemove=${(gone: File) => change((draft) => withoutFile(draft, gone))} />
    <div class="line">
      <${AttachButton} onFiles=${(files: File[]) => change((draft) => withMoreFiles(draft, files))} />
      <textarea
        ref=${field} rows="1" value=${draft.text} placeholder=${texts.messageTo(shorten(placeName(world, place), placeNameMax))}
        aria-label=${texts.messageTo(placeName(world, place))}
        ...${picker.attributes}
        onInput=${onInput} onKeyDown=${onKeyDown} onPaste=${onPaste}
      ></textarea>
      <${Counter} length=${draft.text.length} />
      <button type="button" class="send" disabled=${isSending || isEmpty(draft)} aria-label=${texts.send} onClick=${send}>
        ➤
      </button>
    </div>
  </div>`;
}

function Counter({ length }: { length: number }) {
  if (length <= counterFrom) return null;
  return html`<span class=${length > lengthMax ? 'counter over' : 'counter'}>${lengthMax - length}</span>`;
}

function AttachButton({ onFiles }: { onFiles: (files: File[]) => void }) {
  const { texts } = usePage();
  const input = useRef<HTMLInputElement>(null);
  const choose = (): void => input.current?.click();
  return html`<button type="button" class="attach" aria-label=${texts.attach} onClick=${choose}>＋</button>
    <input ref=${input} type="file" multiple hidden onChange=${(event: Event) => onFiles(takeFrom(event))} />`;
}

/** The draft stays where it is until the server took it: a refused message can be mended. */
function useSending({ place, draft, change }: ComposerProps) {
  const { act } = usePage();
  const [isSending, setSending] = useState(false);
  const typedAtMs = useRef(0);
  const channelId = place.channel.id;
  const send = async (): Promise<void> => {
    if (isSending || isEmpty(draft)) return;
    setSending(true);
    const { text, files, replyTo } = draft;
    const reply = replyTo === null ? {} : { replyToId: replyTo.id };
    const sent = await act('sendMessage', { channelId, content: text, files, ...reply });
    setSending(false);
    typedAtMs.current = 0;
    if (sent !== null) change(() => emptyDraft);
  };
  const noteTyping = (text: string): void => {
    const now = Date.now();
    if (text === '' || text.startsWith('/') || now - typedAtMs.current < typingEveryMs) return;
    typedAtMs.current = now;
    void act('startTyping', { channelId });
  };
  return { send, isSending, noteTyping };
}

/** As tall as its words, up to what the style sheet allows. */
function growToFit(field: HTMLTextAreaElement | null): void {
  if (field === null) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
