/** Buttons and selects under a message. They are disabled until the bot has answered, and say when it did not. */
import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { InteractionView } from '../../discord/people.ts';
import type { Button, Message, Select } from '../../discord/shapes.ts';
import { Dots } from './controls.ts';
import { usePage } from './page-context.ts';
import { SelectChoices } from './select-choices.ts';

const styleNames: Readonly<Record<Button['style'], string>> = {
  1: 'primary',
  2: 'secondary',
  3: 'success',
  4: 'danger',
  5: 'link',
};

type Press = {
  isPending: boolean;
  customId: string;
  run: (action: 'pressButton' | 'chooseSelect', input: Record<string, unknown>) => Promise<void>;
};

export function Components({ message }: { message: Message }) {
  const { texts } = usePage();
  const { interaction, press } = usePress(message);
  if (message.components.length === 0) return null;
  return html`<div class="components">
    ${message.components.map(
      (row, index) => html`<div key=${index} class="component-row">
      ${row.components.map((part) =>
        part.type === 2
          ? html`<${ButtonPart} key=${part.custom_id ?? part.url} button=${part} press=${press} />`
          : html`<${SelectPart} key=${part.custom_id} select=${part} press=${press} />`,
      )}
    </div>`,
    )}
    ${
      interaction?.state === 'failed'
        ? html`<p class="failure" role="alert">⚠ ${interaction.failure ?? texts.interactionFailed}</p>`
        : null
    }
  </div>`;
}

/** What was pressed last on this message, and how it fares. */
function usePress(message: Message): { interaction: InteractionView | undefined; press: Press } {
  const { world, act } = usePage();
  const [pressed, setPressed] = useState<{ id: string | null; customId: string } | null>(null);
  const interaction = world.interactions.find((one) => one.id === pressed?.id);
  const isPending = pressed !== null && (pressed.id === null || interaction?.state === 'pending');
  const run = async (
    action: 'pressButton' | 'chooseSelect',
    input: Record<string, unknown>,
  ): Promise<void> => {
    const customId = String(input['customId']);
    setPressed({ id: null, customId });
    const answer = await act(action, { messageId: message.id, ...input });
    setPressed(answer === null ? null : { id: answer.id, customId });
  };
  return { interaction, press: { isPending, customId: pressed?.customId ?? '', run } };
}

function ButtonPart({ button, press }: { button: Button; press: Press }) {
  const label = [button.emoji?.name, button.label].filter(Boolean).join(' ');
  if (button.url !== undefined) {
    return html`<a class="button link" href=${button.url} target="_blank" rel="noopener noreferrer">
      ${label} <span aria-hidden="true">↗</span>
    </a>`;
  }
  const isThis = press.isPending && press.customId === button.custom_id;
  return html`<button
    type="button"
    class=${`button ${styleNames[button.style]}`}
    disabled=${button.disabled === true}
    aria-disabled=${press.isPending}
    aria-busy=${isThis}
    onClick=${() => (press.isPending ? undefined : press.run('pressButton', { customId: button.custom_id }))}
  >${isThis ? html`<${Dots} />` : null}<span>${label}</span></button>`;
}

function SelectPart({ select, press }: { select: Select; press: Press }) {
  return html`<${SelectChoices}
    select=${select}
    isDisabled=${select.disabled === true || press.isPending}
    onChoose=${(values: readonly string[]) => press.run('chooseSelect', { customId: select.custom_id, values })}
  />`;
}
