/** Players for the bare addresses of films in a message, as Discord unfolds them. It must not know who wrote it. */
import { html } from 'htm/preact';
import type { Message } from '../../discord/shapes.ts';

const filmsMax = 5;

/** Addresses of films in a text. Those in angle brackets or behind words of their own are not unfolded. */
export function filmAddresses(source: string): string[] {
  const found = source.matchAll(/(?<![<(])https?:\/\/[^\s<>?#]+?\.(?:mp4|webm|mov)(?:[?#][^\s<>]*)?(?=\s|$)/gu);
  return [...new Set([...found].map(([address]) => address))].slice(0, filmsMax);
}

export function LinkedFilms({ message }: { message: Message }) {
  return filmAddresses(message.content).map(
    (address) => html`<figure class="file" key=${address}>
      <video controls playsinline preload="metadata" src=${address} aria-label=${address}></video>
    </figure>`,
  );
}
