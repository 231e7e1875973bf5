import { ComponentType, TextInputStyle } from 'discord.js';
import { expect, test } from 'vitest';
import { modalOf } from '../../src/discord/forms.ts';

test('shows text and file fields under their labels', () => {
  const modal = modalOf({
    customId: 'edit:1',
    title: 'Edit the video',
    fields: [
      {
        kind: 'text',
        id: 'words',
        label: 'What to change',
        placeholder: 'slower',
        lengthMax: 2000,
        isRequired: true,
      },
      { kind: 'text', id: 'title', label: 'Title', placeholder: '', lengthMax: 40, isRequired: false },
      { kind: 'files', id: 'files', label: 'More pictures', countMax: 5 },
    ],
  });
  expect(modal).toMatchObject({
    custom_id: 'edit:1',
    title: 'Edit the video',
    components: [
      {
        type: ComponentType.Label,
        label: 'What to change',
        component: {
          type: ComponentType.TextInput,
          custom_id: 'words',
          style: TextInputStyle.Paragraph,
          max_length: 2000,
          required: true,
        },
      },
      { component: { custom_id: 'title', style: TextInputStyle.Short, required: false } },
      {
        label: 'More pictures',
        component: {
          type: ComponentType.FileUpload,
          custom_id: 'files',
          min_values: 0,
          max_values: 5,
          required: false,
          file_types: expect.arrayContaining(['image', 'video', 'audio', '.heic']),
        },
      },
    ],
  });
});

test('keeps within the limits of Discord', () => {
  const long = 'x'.repeat(5000);
  const modal = modalOf({
    customId: 'edit:1',
    title: long,
    fields: [
      { kind: 'text', id: 'words', label: long, placeholder: long, lengthMax: 9000, isRequired: true },
      { kind: 'files', id: 'files', label: long, countMax: 99 },
    ],
  });
  expect(modal.title).toHaveLength(45);
  expect(modal.components).toMatchObject([
    { label: 'x'.repeat(45), component: { placeholder: 'x'.repeat(100), max_length: 4000 } },
    { label: 'x'.repeat(45), component: { max_values: 10 } },
  ]);
});
