/** The list of commands that opens over the box when its words begin with a slash. */
import { html } from 'htm/preact';
import { useEffect, useState } from 'preact/hooks';
import { type CommandChoice, commandsAt, listChoices, matchChoices, optionNames } from './command-draft.ts';
import type { Place } from './names.ts';
import { usePage } from './page-context.ts';

const listId = 'command-list';
const optionId = (index: number): string => `${listId}-${index}`;

export type Picker = {
  isOpen: boolean;
  choices: readonly CommandChoice[];
  index: number;
  choose: (choice: CommandChoice) => void;
  /** True when the key was for the picker. */
  takesKey: (event: KeyboardEvent) => boolean;
  /** What the text field says about the list to screen readers. */
  attributes: Readonly<Record<string, unknown>>;
};

type PickerOptions = { place: Place; typed: string; onChoose: (choice: CommandChoice) => void };

export function usePicker({ place, typed, onChoose }: PickerOptions): Picker {
  const { state, locale } = usePage();
  const [index, setIndex] = useState(0);
  const [closedFor, setClosedFor] = useState<string | null>(null);
  useEffect(() => setIndex(0), [typed]);
  const commands = commandsAt(state.commands, place);
  const choices = typed.startsWith('/') ? matchChoices(listChoices(commands, locale), typed) : [];
  // Words with a slash in front that fit no command are an ordinary message.
  const isOpen =
    typed.startsWith('/') && closedFor !== typed && (choices.length > 0 || commands.length === 0);

  const takesKey = (event: KeyboardEvent): boolean => {
    if (!isOpen || event.isComposing) return false;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const choice = choices[index];
    if (step !== 0 && choices.length > 0) setIndex((index + step + choices.length) % choices.length);
    else if (event.key === 'Escape') setClosedFor(typed);
    else if ((event.key === 'Enter' || event.key === 'Tab') && choice !== undefined) onChoose(choice);
    else return false;
    event.preventDefault();
    return true;
  };
  const attributes = {
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': isOpen,
    'aria-controls': isOpen ? listId : undefined,
    'aria-activedescendant': isOpen && choices.length > 0 ? optionId(index) : undefined,
  };
  return { isOpen, choices, index, choose: onChoose, takesKey, attributes };
}

export function CommandPicker({ picker }: { picker: Picker }) {
  const { texts } = usePage();
  const { isOpen, choices, index } = picker;
  useEffect(() => {
    if (isOpen) document.getElementById(optionId(index))?.scrollIntoView({ block: 'nearest' });
  }, [isOpen, index]);
  if (!isOpen) return null;
  if (choices.length === 0) return html`<p class="picker picker-empty">${texts.noCommands}</p>`;
  return html`<div class="picker">
    <p class="picker-title">${texts.commands}</p>
    <ul id=${listId} role="listbox" aria-label=${texts.commands}>
      ${choices.map(
        (choice, place) => html`<li
        key=${choice.label} id=${optionId(place)} role="option" aria-selected=${place === index}
        onMouseDown=${(event: Event) => event.preventDefault()} onClick=${() => picker.choose(choice)}
      ><${ChoiceLine} choice=${choice} /></li>`,
      )}
    </ul>
  </div>`;
}

function ChoiceLine({ choice }: { choice: CommandChoice }) {
  const { locale } = usePage();
  const options = optionNames(choice.options, locale).map(
    ({ label, isRequired }) =>
      html`<span key=${label} class=${isRequired ? 'option-name required' : 'option-name'}>${label}</span> `,
  );
  return html`<span class="choice-names"><strong>${choice.label}</strong> ${options}</span>
    <span class="choice-description">${choice.description}</span>`;
}
