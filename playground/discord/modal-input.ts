/** What a person puts into a modal, checked as Discord's client checks it. It must not know what becomes of it. */
import { lengthOf } from './form.ts';
import type { FieldInput } from './people.ts';
import { badForm, type DiscordRefusal } from './refusal.ts';
import { isPersonFile, type Resolver } from './resolved.ts';
import type { FileUpload, Label, ModalRow, Select, TextInput } from './shapes.ts';

type Data = Record<string, unknown>;

function wrong(customId: string, message: string): DiscordRefusal {
  return badForm([{ path: ['components', customId], code: 'COMPONENT_VALIDATION_FAILED', message }]);
}

function readText(field: TextInput, given: FieldInput | undefined): Data {
  const value = given ?? field.value ?? '';
  if (typeof value !== 'string') throw wrong(field.custom_id, 'This field takes words.');
  const length = lengthOf(value);
  if (length === 0 && field.required !== false) throw wrong(field.custom_id, 'This field is required.');
  if (length > (field.max_length ?? 4000)) throw wrong(field.custom_id, 'These words are too long.');
  if (length > 0 && length < (field.min_length ?? 0))
    throw wrong(field.custom_id, 'These words are too short.');
  return { type: 4, id: field.id, custom_id: field.custom_id, value };
}

function checkCount(field: Select | FileUpload, count: number): void {
  const isRequired = field.required !== false;
  if (count === 0 && !isRequired) return;
  const min = field.min_values ?? (isRequired ? 1 : 0);
  if (count < min || count > (field.max_values ?? 1)) throw wrong(field.custom_id, 'Too few or too many.');
}

function readFiles(field: FileUpload, given: FieldInput | undefined, resolve: Resolver): Data {
  const files = Array.isArray(given) ? given.filter(isPersonFile) : [];
  checkCount(field, files.length);
  const values = files.map((file) => resolve.file(file, field.file_types));
  return { type: 19, id: field.id, custom_id: field.custom_id, values };
}

/** Values of a select, in a message or a modal. Errors: 50035 for a value that is not offered, or a wrong count. */
export function readSelect(field: Select, given: readonly string[], resolve: Resolver): string[] {
  if (field.disabled === true) throw wrong(field.custom_id, 'This menu is disabled.');
  checkCount(field, given.length);
  for (const value of given) {
    if (field.type === 3 && !field.options?.some((option) => option.value === value)) {
      throw wrong(field.custom_id, 'This is not one of the choices.');
    }
    if (field.type === 5 || field.type === 7) resolve.user(value);
    if (field.type === 6) resolve.role(value);
    if (field.type === 8) resolve.channel(value);
  }
  return [...given];
}

function readField(field: Label['component'], given: FieldInput | undefined, resolve: Resolver): Data {
  if (field.type === 4) return readText(field, given);
  if (field.type === 19) return readFiles(field, given, resolve);
  const values = Array.isArray(given)
    ? given.filter((one) => typeof one === 'string')
    : given === undefined
      ? []
      : [given];
  return {
    type: field.type,
    id: field.id,
    custom_id: field.custom_id,
    values: readSelect(field, values, resolve),
  };
}

/** The `components` of a modal submit (docs: Component Reference, the interaction response structures). */
export function readModal(
  rows: readonly ModalRow[],
  fields: Record<string, FieldInput>,
  resolve: Resolver,
): Data[] {
  return rows.map((row): Data => {
    if (row.type === 10) return { type: 10, id: row.id };
    if (row.type === 1) {
      return {
        type: 1,
        id: row.id,
        components: row.components.map((one) => readText(one, fields[one.custom_id])),
      };
    }
    return {
      type: 18,
      id: row.id,
      component: readField(row.component, fields[row.component.custom_id], resolve),
    };
  });
}
