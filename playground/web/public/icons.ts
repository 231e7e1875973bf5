/** Small signs that need no emoji font. Silent for screen readers: words stand beside them. */
import { html } from 'htm/preact';

const pen = {
  fill: 'none',
  stroke: 'currentColor',
  'stroke-width': 1.6,
  'stroke-linecap': 'round',
  'stroke-linejoin': 'round',
};

export function ThreadIcon() {
  return html`<svg class="icon" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" ...${pen}>
    <path d="M3 4h9M3 8h6" />
    <path d="M11 8h4v4l-2.2 2.4V12H11a2 2 0 0 1-2-2" />
  </svg>`;
}

export function PictureIcon() {
  return html`<svg class="icon" width="16" height="16" viewBox="0 0 18 18" aria-hidden="true" ...${pen}>
    <rect x="2" y="3" width="14" height="12" rx="2.5" />
    <path d="m3 13 4-4 3 3 2-2 3.4 3.4" />
    <circle cx="11.5" cy="6.8" r="1" fill="currentColor" stroke="none" />
  </svg>`;
}
