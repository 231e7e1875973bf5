/** The small controls that many parts of the page share, and how to read a field. */
import { html } from 'htm/preact';

type Press = (event: Event) => unknown;

/** A button that looks like a link. */
export function TextButton({ label, onClick }: { label: string; onClick: Press }) {
  return html`<button type="button" class="as-link" onClick=${onClick}>${label}</button>`;
}

export function CloseButton({ label, onClick }: { label: string; onClick: Press }) {
  return html`<button type="button" class="close" aria-label=${label} onClick=${onClick}>✕</button>`;
}

/** Somebody or something is busy. */
export function Dots() {
  return html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>`;
}

/** What stands in the field of an event; nothing for other elements. */
export function valueIn({ currentTarget }: Event): string {
  const isField =
    currentTarget instanceof HTMLInputElement ||
    currentTarget instanceof HTMLTextAreaElement ||
    currentTarget instanceof HTMLSelectElement;
  return isField ? currentTarget.value : '';
}
