/** The buttons under our messages. Their custom ids carry all that is needed, so they work after a restart. */
import { textView } from '../core/view.ts';
import type { ButtonPress, Place } from '../ports/chat.ts';
import { accept } from './accept.ts';
import type { ButtonCommand, CommandServices } from './command.ts';

const say = (press: ButtonPress, text: string): Promise<void> => press.answerPrivately(textView(text));

/** Tells a person who may not, and says whether the press may go on. */
const mayPress = async (
  press: ButtonPress,
  services: CommandServices,
  threadId: string,
): Promise<boolean> => {
  const standing = await services.relay.standing(threadId, press.person);
  if (standing === 'may') return true;
  await say(press, standing === 'missing' ? services.messages.staleButton : services.messages.notYours);
  return false;
};

/** Puts words into the person's mouth: they appear as an answer in the chat and become the next instruction. */
const instruct = async (
  press: ButtonPress,
  services: CommandServices,
  request: { threadId: string; instruction: string },
): Promise<void> => {
  if (!(await mayPress(press, services, request.threadId))) return;
  const { instruction, threadId } = request;
  const { place, person } = press;
  const thread: Place = { ...place, kind: place.kind === 'dm' ? 'dm' : 'thread', channelId: threadId };
  const wish = { ...press, place: thread, locale: person.locale, instruction, attachments: [] };
  await accept(services, wish, services.messages.starter(instruction));
};

export const stopButton: ButtonCommand = {
  name: 'stop',
  press: async (press, { args, services }) => {
    const { messages, relay } = services;
    const result = await relay.stopTurn(args[0] ?? '', press.person);
    const texts = {
      stopping: messages.stopping,
      notYours: messages.notYours,
      nothing: messages.nothingToStop,
    };
    await say(press, texts[result]);
  },
};

export const runAgainButton: ButtonCommand = {
  name: 'again',
  press: async (press, { args, services }) => {
    const { messages, relay } = services;
    const result = await relay.runAgain(args[0] ?? '', press.eventId, press.person);
    if (result === 'accepted' || result === 'known') return press.acknowledge();
    const texts = { full: messages.laneFull, notYours: messages.notYours, missing: messages.staleButton };
    return say(press, texts[result]);
  },
};

export const renderAgainButton: ButtonCommand = {
  name: 'render',
  press: (press, { args, services }) =>
    instruct(press, services, { threadId: args[0] ?? '', instruction: services.messages.exportWord }),
};

export const exampleButton: ButtonCommand = {
  name: 'example',
  press: (press, { args, services }) => {
    const instruction = services.messages.examples[Number(args[0])];
    if (instruction === undefined) return say(press, services.messages.staleButton);
    return instruct(press, services, { threadId: args[1] ?? '', instruction });
  },
};

export const timelineButton: ButtonCommand = {
  name: 'timeline',
  press: async (press, { args, services }) => {
    const deferred = await press.deferPrivately();
    const words = await services.relay.timeline(args[0] ?? '', services.signal);
    await deferred.finish(textView(words ?? services.messages.noTimeline));
  },
};
