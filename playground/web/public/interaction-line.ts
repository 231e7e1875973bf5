/** A command or form that no message answers yet, or that failed: only its person sees this line. */
import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { InteractionView } from '../../discord/people.ts';
import { Avatar } from './avatar.ts';
import { nameOf } from './names.ts';
import { usePage } from './page-context.ts';

export function InteractionLine({ interaction }: { interaction: InteractionView }) {
  const { world, texts } = usePage();
  const [isDismissed, dismiss] = useState(false);
  if (isDismissed) return null;
  const hasFailed = interaction.state === 'failed';
  const isCommand = interaction.kind !== 'modal';
  return html`<li class="message private" tabindex="0">
    <div class="gutter"><${Avatar} user=${world.bot} /></div>
    <div class="body">
      ${isCommand ? html`<p class="context"><${Avatar} user=${world.viewer} size=${16} /> <strong>${nameOf(world.viewer)}</strong> ${texts.used} <span class="mention">${interaction.kind === 'command' ? '/' : ''}${interaction.name}</span></p>` : null}
      <p class="byline"><strong class="author">${nameOf(world.bot)}</strong> <span class="app-tag">${texts.app}</span></p>
      ${hasFailed ? html`<p class="failure">⚠ ${interaction.failure ?? texts.noResponse}</p>` : html`<p class="thinking">${texts.sending}</p>`}
      ${hasFailed ? html`<p class="private-note">${texts.onlyYou} · <button type="button" class="as-link" onClick=${() => dismiss(true)}>${texts.dismiss}</button></p>` : null}
    </div>
  </li>`;
}
