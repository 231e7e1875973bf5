/** Forms as Discord's modals, and what comes back of them. It must not know what a form is for. */
import {
  type APIFileUploadComponent,
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  type APITextInputComponent,
  ComponentType,
  type ModalSubmitInteraction,
  TextInputStyle,
} from 'discord.js';
import type { FormSubmission, FormView } from '../ports/chat.ts';
import type { ReadAttachments } from './attachments.ts';
import { acceptedFileTypes } from './file-types.ts';
import { clip } from './outbound.ts';

/** Limits of modals (Discord docs: Modal, Label, Text Input, File Upload). */
const titleLengthMax = 45;
const labelLengthMax = 45;
const placeholderLengthMax = 100;
const textLengthMax = 4000;
const filesCountMax = 10;

/** A longer answer gets a box of several lines. */
const oneLineLengthMax = 100;

type Field = FormView['fields'][number];

const textInput = (field: Extract<Field, { kind: 'text' }>): APITextInputComponent => ({
  type: ComponentType.TextInput,
  custom_id: field.id,
  style: field.lengthMax > oneLineLengthMax ? TextInputStyle.Paragraph : TextInputStyle.Short,
  placeholder: clip(field.placeholder, placeholderLengthMax),
  max_length: Math.min(field.lengthMax, textLengthMax),
  required: field.isRequired,
});

const fileUpload = (field: Extract<Field, { kind: 'files' }>): APIFileUploadComponent => ({
  type: ComponentType.FileUpload,
  custom_id: field.id,
  min_values: 0,
  max_values: Math.min(field.countMax, filesCountMax),
  required: false,
  file_types: acceptedFileTypes,
});

const labelled = (field: Field): APILabelComponent => ({
  type: ComponentType.Label,
  label: clip(field.label, labelLengthMax),
  component: field.kind === 'text' ? textInput(field) : fileUpload(field),
});

/** The data of interaction response type 9 (Discord docs: Receiving and Responding, Modal). */
export const modalOf = (form: FormView): APIModalInteractionResponseCallbackData => ({
  custom_id: form.customId,
  title: clip(form.title, titleLengthMax),
  components: form.fields.map(labelled),
});

/** What a person filled in: words by field id, and all files together. */
export const readForm = (
  interaction: ModalSubmitInteraction,
  readAttachments: ReadAttachments,
): Pick<FormSubmission, 'fields' | 'attachments'> => {
  const filled = [...interaction.fields.fields.values()];
  return {
    fields: Object.fromEntries(
      filled.flatMap((field) =>
        field.type === ComponentType.TextInput ? [[field.customId, field.value]] : [],
      ),
    ),
    attachments: readAttachments(
      filled.flatMap((field) =>
        field.type === ComponentType.FileUpload ? [...(field.attachments?.values() ?? [])] : [],
      ),
      null,
    ),
  };
};
