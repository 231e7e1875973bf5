/** A select of Discord as the browser's own: of given options, or of people, roles and channels. */
import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { WorldView } from '../../discord/people.ts';
import type { Select } from '../../discord/shapes.ts';
import { nameOf } from './names.ts';
import { usePage } from './page-context.ts';

type Choice = { value: string; label: string };
type SelectChoicesProps = {
  select: Select;
  isDisabled: boolean;
  onChoose: (values: readonly string[]) => void;
};

export function SelectChoices({ select, isDisabled, onChoose }: SelectChoicesProps) {
  const { world } = usePage();
  const choices = choicesOf(select, world);
  const isMany = (select.max_values ?? 1) > 1;
  const [chosen, setChosen] = useState<readonly string[]>(defaultsOf(select));
  const isTooFew = chosen.length < (select.min_values ?? 1);
  const read = (event: Event): void => {
    if (!(event.currentTarget instanceof HTMLSelectElement)) return;
    const values = [...event.currentTarget.selectedOptions]
      .map((option) => option.value)
      .filter((value) => value !== '');
    setChosen(values);
    if (!isMany && values.length > 0) onChoose(values);
  };
  return html`<div class="select">
    ${isMany ? html`<small class="select-caption" aria-hidden="true">${select.placeholder}</small>` : null}
    <select multiple=${isMany} disabled=${isDisabled} aria-label=${select.placeholder ?? select.custom_id} onChange=${read}>
      ${isMany ? null : html`<option value="" selected=${chosen.length === 0}>${select.placeholder ?? '…'}</option>`}
      ${choices.map(({ value, label }) => html`<option key=${value} value=${value} selected=${chosen.includes(value)}>${label}</option>`)}
    </select>
    ${isMany ? html`<${ManyButton} isDisabled=${isDisabled || isTooFew} onClick=${() => onChoose(chosen)} />` : null}
  </div>`;
}

function ManyButton({ isDisabled, onClick }: { isDisabled: boolean; onClick: () => void }) {
  const { texts } = usePage();
  return html`<button type="button" class="button secondary" disabled=${isDisabled} onClick=${onClick}>
    ${texts.submit}
  </button>`;
}

export const defaultsOf = (select: Select): string[] => [
  ...(select.options ?? []).filter((option) => option.default === true).map((option) => option.value),
  ...(select.default_values ?? []).map(({ id }) => id),
];

function choicesOf(select: Select, world: WorldView): Choice[] {
  const people = world.guilds
    .flatMap((guild) => guild.members)
    .map(({ user }): Choice => ({ value: user.id, label: `@${nameOf(user)}` }));
  const roles = world.guilds
    .flatMap((guild) => guild.roles)
    .map(
      (role): Choice => ({ value: role.id, label: role.name.startsWith('@') ? role.name : `@${role.name}` }),
    );
  const channels = world.guilds
    .flatMap((guild) => guild.channels)
    .filter((channel) => select.channel_types === undefined || select.channel_types.includes(channel.type))
    .map((channel): Choice => ({ value: channel.id, label: `#${channel.name ?? channel.id}` }));
  switch (select.type) {
    case 3:
      return (select.options ?? []).map((option) => ({
        value: option.value,
        label: withDescription(option),
      }));
    case 5:
      return people;
    case 6:
      return roles;
    case 7:
      return [...people, ...roles];
    case 8:
      return channels;
  }
}

const withDescription = (option: { label: string; description?: string }): string =>
  option.description === undefined ? option.label : `${option.label} (${option.description})`;
