/** "Make video" in the menu of a message: its words and files become a video, whoever wrote it. Needs no privileged intent. */
import { placeLink, refusalText } from '../core/refusal-text.ts';
import { acceptDirectly } from './accept-directly.ts';
import type { Command } from './command.ts';
import { answerLater, say } from './private-answers.ts';
import { missingHere } from './work-permissions.ts';

export const makeVideoMenu: Command = {
  definition: { name: 'Make video', translations: { zh: '制作视频' } },
  run: async (call, services) => {
    const { relay, messages } = services;
    const { eventId, place, person, target } = call;
    if (target === null) return say(call, messages.unknownCommand);
    const { messageId, text: instruction, attachments } = target;
    if (instruction === '' && attachments.length === 0) return say(call, messages.emptyRequest);
    if (place.kind === 'threadless') {
      return acceptDirectly(call, services, { locale: person.locale, instruction, attachments });
    }
    const missing = missingHere(place, messages);
    if (missing !== null) return say(call, missing);
    return answerLater(call, services, async () => {
      if ((await relay.standing(place.channelId, person)) === 'notYours') return messages.notYours;
      const request = { eventId, place, person, locale: person.locale, instruction, attachments };
      const refusal = await relay.admit(request);
      if (refusal !== null) return refusalText(refusal, messages);
      const accepted = await relay.acceptMessage(request, { channelId: place.channelId, messageId });
      if (accepted === 'full') return messages.laneFull;
      // A thread that is opened under a message has the id of that message.
      return messages.makingFromMessage(placeLink(place.kind === 'channel' ? messageId : place.channelId));
    });
  },
};
