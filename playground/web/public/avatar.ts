/** Drawn faces: a coloured disc with an initial, and the bot's own sign. */
import { html } from 'htm/preact';
import { useId } from 'preact/hooks';
import type { User } from '../../discord/shapes.ts';
import { nameOf } from './names.ts';

/** Names in the page say who it is, so the picture is silent for screen readers. */
export function Avatar({ user, size = 40 }: { user: User; size?: number }) {
  return user.bot === true
    ? html`<${BotSign} size=${size} />`
    : html`<${Initial} user=${user} size=${size} />`;
}

function Initial({ user, size }: { user: User; size: number }) {
  const hue = hueOf(user.username);
  const letter = Array.from(nameOf(user))[0] ?? '?';
  return html`<svg class="avatar" width=${size} height=${size} viewBox="0 0 40 40" aria-hidden="true">
    <circle cx="20" cy="20" r="20" fill=${`hsl(${hue} 42% 46%)`} />
    <text x="20" y="20" dy="0.36em" text-anchor="middle" font-size="18" font-weight="600" fill="#fff">
      ${letter.toUpperCase()}
    </text>
  </svg>`;
}

function BotSign({ size }: { size: number }) {
  // One name for all would be that of the first sign, and a hidden one paints nothing.
  const sky = useId();
  return html`<svg class="avatar" width=${size} height=${size} viewBox="0 0 40 40" aria-hidden="true">
    <defs>
      <linearGradient id=${sky} x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" stop-color="#f6a76b" />
        <stop offset="1" stop-color="#d65f76" />
      </linearGradient>
    </defs>
    <circle cx="20" cy="20" r="20" fill=${`url(#${sky})`} />
    <path d="M16 12.5 L28 20 L16 27.5 Z" fill="#fff" stroke="#fff" stroke-width="2.5" stroke-linejoin="round" />
  </svg>`;
}

const hueOf = (name: string): number =>
  Array.from(name).reduce((hue, letter) => (hue * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7);
