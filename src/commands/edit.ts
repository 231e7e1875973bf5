/** The form behind the Edit button: words and files that become the next instruction of a thread. */
import type { Messages } from '../core/messages/catalogue.ts';
import type { FormView } from '../ports/chat.ts';
import type { FormCommand } from './command.ts';
import { instruct } from './instruct.ts';
import { maySteer, say } from './private-answers.ts';

const wordsLengthMax = 1_500;
/** What Discord takes in one form (Discord docs: Component Reference, File Upload). */
const filesCountMax = 10;

export const editForm = (threadId: string, { forms }: Messages): FormView => ({
  customId: `edit:${threadId}`,
  title: forms.editTitle,
  fields: [
    {
      kind: 'text',
      id: 'words',
      label: forms.editWords,
      placeholder: forms.editWordsPlaceholder,
      lengthMax: wordsLengthMax,
      isRequired: false,
    },
    { kind: 'files', id: 'files', label: forms.editFiles, countMax: filesCountMax },
  ],
});

export const editSubmission: FormCommand = {
  name: 'edit',
  submit: async (form, { args: [threadId = ''], services }) => {
    const { messages } = services;
    const instruction = (form.fields['words'] ?? '').trim();
    const { attachments } = form;
    if (instruction === '' && attachments.length === 0) return say(form, messages.emptyRequest);
    if (!(await maySteer(form, services, { threadId, missing: messages.staleButton }))) return undefined;
    return instruct(form, services, { instruction, attachments });
  },
};
