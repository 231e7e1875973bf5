/** "Yes, do it" under the question about what was written while the bot was away. */
import { textView } from '../core/view.ts';
import type { ButtonCommand } from './command.ts';
import { momentOf } from './custom-ids.ts';
import { maySteer, say } from './private-answers.ts';

/** The question makes room for the answer, so that nobody presses it twice; pressed twice all the same, it is done once. */
export const missedButton: ButtonCommand = {
  name: 'missed',
  press: async (press, { args: [from, to], services }) => {
    const { relay, messages, signal } = services;
    const threadId = press.place.channelId;
    const missing = messages.staleButton;
    const [fromMs, toMs] = [momentOf(from), momentOf(to)];
    if (fromMs === 0 || toMs < fromMs) return say(press, missing);
    if (!(await maySteer(press, services, { threadId, missing }))) return undefined;
    await press.redraw(textView(messages.places.missedRuns));
    await relay.runMissed(threadId, { fromMs, toMs, signal });
    return undefined;
  },
};
