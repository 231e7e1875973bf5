/** Players for the bare addresses of films in a message, as Discord unfolds them. It must not know who wrote it. */
import { html } from 'htm/preact';
import type { Message } from '../../discord/shapes.ts';
import { filmAddresses } from './film-addresses.ts';

export function LinkedFilms({ message }: { message: Message }) {
  return filmAddresses(message.content).map(
    (address) => html`<figure class="file" key=${address}>
      <video controls playsinline preload="metadata" src=${address} aria-label=${address}></video>
    </figure>`,
  );
}
