/** /nemo connect: a person brings their own NemoVideo token, in a form, so that it never stands in a chat or its history. */
import type { FormCommand, Subcommand } from './command.ts';
import { answerLater } from './private-answers.ts';

/** Twice the length of the tokens that are known (nemo-api §2). */
const tokenLengthMax = 100;

export const connect: Subcommand = {
  name: 'connect',
  description: {
    en: 'Use your own NemoVideo account for what you make',
    zh: '用你自己的 NemoVideo 账户制作视频',
  },
  run: (call, { messages: { forms } }) =>
    call.openForm({
      customId: 'connect',
      title: forms.connectTitle,
      fields: [
        {
          kind: 'text',
          id: 'token',
          label: forms.connectToken,
          placeholder: forms.connectTokenPlaceholder,
          lengthMax: tokenLengthMax,
          isRequired: false,
        },
      ],
    }),
};

export const connectSubmission: FormCommand = {
  name: 'connect',
  submit: (form, { services }) =>
    answerLater(form, services, async () => {
      const { relay, signal } = services;
      const { account } = services.messages;
      const token = (form.fields['token'] ?? '').trim();
      if (token === '') {
        return (await relay.disconnect(form.person)) ? account.disconnected : account.nothingConnected;
      }
      const connected = await relay.connect(form.person, token, signal);
      if (connected === 'malformed') return account.malformedToken;
      if (connected === 'refused') return account.refusedToken;
      return account.connected(connected === 'unknown' ? null : connected.available);
    }),
};
