/** "Open project": a link made when it is asked for, because links to projects live for a week only (nemo-api §8.4). */
import { textView } from '../core/view.ts';
import type { ButtonCommand } from './command.ts';
import { answerLater, maySteer } from './private-answers.ts';

/** Custom id `project:<thread>`. */
export const projectButton: ButtonCommand = {
  name: 'project',
  press: async (press, { args: [threadId = ''], services }) => {
    const { messages, relay, signal } = services;
    if (!(await maySteer(press, services, { threadId, missing: messages.staleButton }))) return undefined;
    return answerLater(press, services, async () => {
      const { noProjectLink, projectLabel, projectLink } = messages.render;
      const url = await relay.projectLink(threadId, signal);
      if (url === null) return noProjectLink;
      return { ...textView(projectLink), buttons: [{ kind: 'link', label: projectLabel, url }] };
    });
  },
};
