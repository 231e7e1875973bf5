/** "Yes, do it" under the question about a call in a channel that came while the bot was away. */
import { textView } from '../core/view.ts';
import type { ButtonCommand } from './command.ts';
import { momentOf } from './custom-ids.ts';
import { say } from './private-answers.ts';

/** Custom id `called:<epoch ms>:<person>`. The question makes room for the answer; pressed twice all the same, it is done once. */
export const calledButton: ButtonCommand = {
  name: 'called',
  press: async (press, { args: [at, personId = ''], services }) => {
    const { relay, messages, signal } = services;
    const atMs = momentOf(at);
    if (atMs === 0) return say(press, messages.staleButton);
    if (press.person.id !== personId) return say(press, messages.notYours);
    await press.redraw(textView(messages.places.missedRuns));
    await relay.runMissedCall(press.place.channelId, { personId, atMs, signal });
    return undefined;
  },
};
