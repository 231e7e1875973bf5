/** /nemo forget: a person has what is kept of them deleted, after one question. */
import { textView } from '../core/view.ts';
import type { ButtonCommand, Subcommand } from './command.ts';
import { answerLater } from './private-answers.ts';

export const forget: Subcommand = {
  name: 'forget',
  description: { en: 'Delete what I keep about you', zh: '删除我保存的关于你的一切' },
  run: (call, { messages }) =>
    call.answerPrivately({
      ...textView(messages.forget.question),
      buttons: [{ kind: 'action', label: messages.forget.button, customId: 'forget', tone: 'danger' }],
    }),
};

/** Nobody but the person who asked sees the button; whoever presses one forgets themselves, and nobody else. */
export const forgetButton: ButtonCommand = {
  name: 'forget',
  press: (press, { services }) =>
    answerLater(press, services, async () => {
      const { messages, relay } = services;
      const forgotten = await relay.forget(press.person);
      if (forgotten === 'busy') return messages.forget.busy;
      return messages.forget.done(forgotten.projects, forgotten.requests);
    }),
};
