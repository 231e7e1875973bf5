/** A command or form that no message answers yet, or that failed: only its person sees this line. */
import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { InteractionView } from '../../discord/people.ts';
import { Avatar } from './avatar.ts';
import { TextButton } from './controls.ts';
import { Usage } from './message-context.ts';
import { nameOf } from './names.ts';
import { usePage } from './page-context.ts';

export function InteractionLine({ interaction }: { interaction: InteractionView }) {
  const { world, texts } = usePage();
  const [isDismissed, dismiss] = useState(false);
  if (isDismissed) return null;
  const name = interaction.kind === 'command' ? `/${interaction.name}` : interaction.name;
  return html`<li class="message private" tabindex="-1">
    <div class="gutter"><${Avatar} user=${world.bot} /></div>
    <div class="body">
      ${interaction.kind === 'modal' ? null : html`<${Usage} user=${world.viewer} name=${name} />`}
      <p class="byline"><strong class="author">${nameOf(world.bot)}</strong> <span class="app-tag">${texts.app}</span></p>
      ${
        interaction.state === 'failed'
          ? html`<${Failure} words=${interaction.failure ?? texts.noResponse} onDismiss=${() => dismiss(true)} />`
          : html`<p class="thinking">${texts.sending}</p>`
      }
    </div>
  </li>`;
}

function Failure({ words, onDismiss }: { words: string; onDismiss: () => void }) {
  const { texts } = usePage();
  return html`<p class="failure">⚠ ${words}</p>
    <p class="private-note">
      ${texts.onlyYou} ·${' '}
      <${TextButton} label=${texts.dismiss} onClick=${onDismiss} />
    </p>`;
}
