/** The field of one command option that is not a file. */
import { html } from 'htm/preact';
import { useEffect, useId, useState } from 'preact/hooks';
import type { CommandOption } from '../../discord/shapes.ts';
import {
  type CommandDraft,
  commandInput,
  descriptionIn,
  nameIn,
  type OptionValue,
  optionTypes,
} from './command-draft.ts';
import { valueIn } from './controls.ts';
import { nameOf, type Place } from './names.ts';
import { usePage } from './page-context.ts';

type Choice = { name: string; value: OptionValue };
type OptionFieldProps = {
  option: CommandOption;
  command: CommandDraft;
  place: Place;
  onValue: (value: OptionValue | null) => void;
};

const numberTypes: readonly number[] = [optionTypes.integer, optionTypes.number];
const suggestAfterMs = 250;

export function OptionField({ option, command, place, onValue }: OptionFieldProps) {
  const { locale, texts } = usePage();
  const choices = useChoices(option, place);
  const description = descriptionIn(locale, option);
  const value = command.values[option.name] ?? '';
  const control =
    choices === null
      ? html`<${FreeField} option=${option} command=${command} place=${place} onValue=${onValue} />`
      : html`<select
          required=${option.required === true}
          value=${String(value)}
          onChange=${(event: Event) => onValue(chosenOf(event, choices))}
        >
          <option value="">${description}</option>
          ${choices.map(({ name, value }) => html`<option key=${value} value=${String(value)}>${name}</option>`)}
        </select>`;
  return html`<label class=${option.type === optionTypes.text && choices === null ? 'option wide' : 'option'}>
    <span class="option-label">
      ${nameIn(locale, option)} <span class="field-hint">${option.required === true ? texts.required : texts.optional}</span>
    </span>
    ${control}
  </label>`;
}

/** What there is to choose from; `null` when the person writes freely. */
function useChoices(option: CommandOption, place: Place): Choice[] | null {
  const { world, texts, locale } = usePage();
  const guild = place.guild;
  const people = (guild?.members ?? []).map(({ user }) => ({ name: `@${nameOf(user)}`, value: user.id }));
  const roles = (guild?.roles ?? []).map((role) => ({ name: `@${role.name}`, value: role.id }));
  switch (option.type) {
    case optionTypes.boolean:
      return [
        { name: texts.yes, value: true },
        { name: texts.no, value: false },
      ];
    case optionTypes.user:
      return guild === null ? [{ name: nameOf(world.viewer), value: world.viewer.id }] : people;
    case optionTypes.role:
      return roles;
    case optionTypes.mentionable:
      return [...people, ...roles];
    case optionTypes.channel:
      return (guild?.channels ?? [])
        .filter(
          (channel) => option.channel_types === undefined || option.channel_types.includes(channel.type),
        )
        .map((channel) => ({ name: `#${channel.name ?? channel.id}`, value: channel.id }));
    default:
      return option.choices?.map((choice) => ({ name: nameIn(locale, choice), value: choice.value })) ?? null;
  }
}

function chosenOf(event: Event, choices: readonly Choice[]): OptionValue | null {
  const value = valueIn(event);
  return choices.find((choice) => String(choice.value) === value)?.value ?? null;
}

function FreeField({ option, command, place, onValue }: OptionFieldProps) {
  const { locale } = usePage();
  const listId = useId();
  const isNumber = numberTypes.includes(option.type);
  const value = command.values[option.name] ?? '';
  const suggestions = useSuggestions({ option, command, place });
  const write = (event: Event): void => {
    const text = valueIn(event);
    onValue(isNumber && text !== '' ? Number(text) : text);
  };
  return html`<input
      type=${isNumber ? 'number' : 'text'} value=${value} required=${option.required === true}
      autocomplete="off" placeholder=${descriptionIn(locale, option)}
      min=${option.min_value} max=${option.max_value} step=${option.type === optionTypes.number ? 'any' : undefined}
      minLength=${option.min_length} maxLength=${option.max_length ?? 6000}
      list=${suggestions.length > 0 ? listId : undefined}
      onInput=${write}
    />
    <datalist id=${listId}>
      ${suggestions.map(({ name, value }) => html`<option key=${value} value=${String(value)}>${name}</option>`)}
    </datalist>`;
}

/** Asks the bot what it would offer, a moment after the last key. */
function useSuggestions({ option, command, place }: Omit<OptionFieldProps, 'onValue'>): readonly Choice[] {
  const { act } = usePage();
  const [suggestions, setSuggestions] = useState<readonly Choice[]>([]);
  const value = command.values[option.name];
  // Only a change of this field is a reason to ask.
  useEffect(() => {
    if (option.autocomplete !== true) return undefined;
    let isWanted = true;
    const ask = async (): Promise<void> => {
      const { options, ...input } = commandInput({ ...command, files: [] });
      const given = { ...Object(options), [option.name]: value ?? '' };
      const answer = await act('autocomplete', {
        channelId: place.channel.id,
        ...input,
        options: given,
        focused: option.name,
      });
      if (isWanted && Array.isArray(answer)) setSuggestions(answer);
    };
    const timer = window.setTimeout(() => void ask(), suggestAfterMs);
    return () => {
      isWanted = false;
      window.clearTimeout(timer);
    };
  }, [value]);
  return suggestions;
}
