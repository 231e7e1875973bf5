/** A slash command as a small form: a labelled field for each option, one strip for its files, Enter runs it. */
import { html } from 'htm/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CommandOption } from '../../discord/shapes.ts';
import {
  type CommandDraft,
  commandInput,
  descriptionIn,
  fileOptions,
  missingFile,
  optionTypes,
  rangeOf,
  withValue,
} from './command-draft.ts';
import { CloseButton } from './controls.ts';
import { type Draft, emptyDraft } from './draft.ts';
import { FilePicker } from './file-picker.ts';
import type { Place } from './names.ts';
import { OptionField } from './option-field.ts';
import { usePage } from './page-context.ts';

type CommandFormProps = {
  place: Place;
  command: CommandDraft;
  change: (next: (draft: Draft) => Draft) => void;
};

export function CommandForm({ place, command, change }: CommandFormProps) {
  const { texts, act, locale } = usePage();
  const [isSending, setSending] = useState(false);
  const isReady = !isSending && missingFile(command) === null;
  const form = useRef<HTMLFormElement>(null);
  useEffect(
    () => form.current?.querySelector<HTMLElement>('input, select, textarea, button.primary')?.focus(),
    [],
  );
  const update = (next: (command: CommandDraft) => CommandDraft): void =>
    change((draft) => (draft.command === null ? draft : { ...draft, command: next(draft.command) }));
  const close = (): void => change((draft) => ({ ...draft, command: null, files: command.files }));
  const run = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!isReady) return;
    setSending(true);
    const done = await act('runCommand', { channelId: place.channel.id, locale, ...commandInput(command) });
    setSending(false);
    if (done !== null) change(() => emptyDraft);
  };
  const setFiles = (files: readonly File[]): void => update((command) => ({ ...command, files }));
  const options = command.choice.options.filter((option) => option.type !== optionTypes.file);
  return html`<form ref=${form} class="command-form" onSubmit=${run} onKeyDown=${(event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
  }}>
    <header>
      <strong class="command-name">${command.choice.label}</strong>
      <span class="choice-description">${command.choice.description}</span>
      <${CloseButton} label=${texts.cancel} onClick=${close} />
    </header>
    <div class="fields">
      ${options.map(
        (option) => html`<${OptionField}
        key=${option.name} option=${option} command=${command} place=${place}
        onValue=${(value: string | number | boolean | null) => update((command) => withValue(command, option.name, value))}
      />`,
      )}
      <${FileField} command=${command} onFiles=${setFiles} />
    </div>
    <button type="submit" class="button primary" disabled=${!isReady}>${texts.runCommand}</button>
  </form>`;
}

/** Discord has one box for each file option; here the files of all of them lie in one strip and are dealt out in order. */
type FileFieldProps = { command: CommandDraft; onFiles: (files: readonly File[]) => void };

function FileField({ command, onFiles }: FileFieldProps) {
  const { locale } = usePage();
  const options = fileOptions(command);
  const [first] = options;
  if (first === undefined) return null;
  return html`<fieldset class="option file-option">
    <legend>
      ${rangeOf(options, locale)} <${Required} option=${first} />
      ${options.length === 1 ? html`<span class="field-hint">${descriptionIn(locale, first)}</span>` : null}
    </legend>
    <${FilePicker} files=${command.files} countMax=${options.length} fileTypes=${first.file_types} onChange=${onFiles} />
  </fieldset>`;
}

export function Required({ option }: { option: CommandOption }) {
  const { texts } = usePage();
  return html`<span class="field-hint">${option.required === true ? texts.required : texts.optional}</span>`;
}
