/** A form that the bot opened in front of the viewer. */
import { html } from 'htm/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ModalView as Modal } from '../../discord/people.ts';
import type { FileUpload, Label, ModalRow, Select, TextInput } from '../../discord/shapes.ts';
import { FilePicker } from './file-picker.ts';
import { Words } from './markdown-view.ts';
import { usePage } from './page-context.ts';
import { defaultsOf, SelectChoices } from './select-choices.ts';

type Field = TextInput | Select | FileUpload;
type Value = string | readonly string[] | readonly File[];
type Values = Readonly<Record<string, Value>>;

export function ModalView({ modal }: { modal: Modal }) {
  const { texts, act } = usePage();
  const [values, setValues] = useState<Values>(() => firstValues(modal.rows));
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const box = dialog.current;
    box?.showModal();
    // Closing gives the focus back to where it was.
    return () => box?.close();
  }, []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    await act('submitModal', { modalId: modal.modalId, fields: values });
  };
  const dismiss = async (event: Event): Promise<void> => {
    event.preventDefault();
    await act('dismissModal', { modalId: modal.modalId });
  };
  const set = (id: string, value: Value): void => setValues((values) => ({ ...values, [id]: value }));
  return html`<dialog ref=${dialog} class="modal" aria-labelledby="modal-title" onCancel=${dismiss}>
    <form onSubmit=${submit}>
      <h2 id="modal-title">${modal.title}</h2>
      ${modal.rows.map((row, index) => html`<${Row} key=${index} row=${row} values=${values} set=${set} />`)}
      <div class="modal-buttons">
        <button type="button" class="button secondary" onClick=${dismiss}>${texts.cancel}</button>
        <button type="submit" class="button primary">${texts.submit}</button>
      </div>
    </form>
  </dialog>`;
}

function firstValues(rows: readonly ModalRow[]): Values {
  const fields = rows.flatMap((row): Field[] =>
    row.type === 18 ? [row.component] : row.type === 1 ? row.components : [],
  );
  return Object.fromEntries(fields.map((field) => [field.custom_id, firstValue(field)]));
}

function firstValue(field: Field): Value {
  if (field.type === 4) return field.value ?? '';
  return field.type === 19 ? [] : defaultsOf(field);
}

type RowProps = { row: ModalRow; values: Values; set: (id: string, value: Value) => void };

function Row({ row, values, set }: RowProps) {
  if (row.type === 10) return html`<${Words} source=${row.content} />`;
  if (row.type === 18) return html`<${LabelRow} row=${row} values=${values} set=${set} />`;
  return row.components.map(
    (input) => html`<label key=${input.custom_id} class="modal-field">
      <span class="field-name">${input.label ?? ''}<${Star} isShown=${input.required !== false} /></span>
      <${TextField} input=${input} values=${values} set=${set} />
    </label>`,
  );
}

function LabelRow({ row, values, set }: { row: Label; values: Values; set: RowProps['set'] }) {
  const { component } = row;
  const name = html`<span class="field-name">${row.label}<${Star} isShown=${component.required !== false} /></span>
    ${row.description === undefined ? null : html`<span class="field-hint">${row.description}</span>`}`;
  if (component.type === 4)
    return html`<label class="modal-field">${name}<${TextField} input=${component} values=${values} set=${set} /></label>`;
  if (component.type === 19)
    return html`<fieldset class="modal-field">
      <legend>${name}</legend>
      <${UploadField} upload=${component} values=${values} set=${set} />
    </fieldset>`;
  const choose = (chosen: readonly string[]): void => set(component.custom_id, chosen);
  return html`<div class="modal-field">
    ${name}
    <${SelectChoices} select=${component} isDisabled=${false} onChoose=${choose} />
  </div>`;
}

const Star = ({ isShown }: { isShown: boolean }) =>
  isShown ? html`<span class="star" aria-hidden="true"> *</span>` : null;

function TextField({ input, values, set }: { input: TextInput; values: Values; set: RowProps['set'] }) {
  const write = (event: Event): void => {
    const { currentTarget } = event;
    if (currentTarget instanceof HTMLInputElement || currentTarget instanceof HTMLTextAreaElement)
      set(input.custom_id, currentTarget.value);
  };
  const shared = {
    value: values[input.custom_id],
    placeholder: input.placeholder,
    required: input.required !== false,
    minLength: input.min_length,
    maxLength: input.max_length ?? 4000,
    onInput: write,
  };
  return input.style === 1
    ? html`<input type="text" ...${shared} />`
    : html`<textarea rows="4" ...${shared}></textarea>`;
}

function UploadField({ upload, values, set }: { upload: FileUpload; values: Values; set: RowProps['set'] }) {
  const given = values[upload.custom_id] ?? [];
  const files = typeof given === 'string' ? [] : given.filter((one) => one instanceof File);
  return html`<${FilePicker}
    files=${files}
    countMax=${upload.max_values ?? 1}
    fileTypes=${upload.file_types}
    onChange=${(files: readonly File[]) => set(upload.custom_id, files)}
  />`;
}
