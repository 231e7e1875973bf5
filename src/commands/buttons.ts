/** The buttons under our messages. Their custom ids carry all that is needed, so they work after a restart. */
import { refusalText } from '../core/refusal-text.ts';
import { type ButtonPress, ChatError } from '../ports/chat.ts';
import type { ButtonCommand, CommandServices } from './command.ts';
import { editForm } from './edit.ts';
import { instruct } from './instruct.ts';
import { answerLater, maySteer, say } from './private-answers.ts';

/** A turn of another place is none that a button of ours here could name. */
const isHere = async (
  services: CommandServices,
  turnId: string,
  place: { channelId: string },
): Promise<boolean> => (await services.relay.threadOf(turnId)) === place.channelId;

/** A button that says one thing on the person's behalf; null: it means nothing. */
const instructing = (
  name: string,
  wish: (
    args: readonly string[],
    services: CommandServices,
  ) => { threadId: string; instruction: string | null },
): ButtonCommand => ({
  name,
  press: async (press, { args, services }) => {
    const { threadId, instruction } = wish(args, services);
    const missing = services.messages.staleButton;
    if (instruction === null) return say(press, missing);
    if (!(await maySteer(press, services, { threadId, missing }))) return undefined;
    return instruct(press, services, { instruction, attachments: [] });
  },
});

export const stopButton: ButtonCommand = {
  name: 'stop',
  press: async (press, { args, services }) => {
    const { messages, relay } = services;
    const turnId = args[0] ?? '';
    if (!(await isHere(services, turnId, press.place))) return say(press, messages.nothingToStop);
    const result = await relay.stopTurn(turnId, press.person);
    const texts = {
      stopping: messages.stopping,
      notYours: messages.notYours,
      nothing: messages.nothingToStop,
    };
    return say(press, texts[result]);
  },
};

/** The words of a turn once more; `eventIdOf` says which presses are one and the same request. */
const repeating = (
  name: string,
  eventIdOf: (turnId: string, press: ButtonPress) => string,
): ButtonCommand => ({
  name,
  press: async (press, { args, services }) => {
    const { messages, relay } = services;
    const turnId = args[0] ?? '';
    if (!(await isHere(services, turnId, press.place))) return say(press, messages.staleButton);
    const result = await relay.runAgain(turnId, eventIdOf(turnId, press), press.person);
    if (result === 'accepted' || result === 'known') return press.acknowledge();
    if (typeof result === 'object') return say(press, refusalText(result, messages));
    const texts = { full: messages.laneFull, notYours: messages.notYours, missing: messages.staleButton };
    return say(press, texts[result]);
  },
});

export const runAgainButton = repeating('again', (_turnId, { eventId }) => eventId);

/** One question has one answer: pressed twice, it is sent once. */
export const anywayButton = repeating('anyway', (turnId) => `${turnId}-anyway`);

export const renderAgainButton = instructing('render', ([threadId = ''], { messages }) => ({
  threadId,
  instruction: messages.exportWord,
}));

export const exampleButton = instructing('example', ([index, threadId = ''], { messages }) => ({
  threadId,
  instruction: messages.examples[Number(index)] ?? null,
}));

export const clearerButton = instructing('clearer', ([index, threadId = ''], { messages }) => ({
  threadId,
  instruction: messages.vague.wishes[Number(index)] ?? null,
}));

/** Colons separate the arguments, so shapes are written with an x. */
export const shapeButton = instructing('shape', ([shape = '', threadId = ''], { messages }) => ({
  threadId,
  instruction: ['9x16', '1x1', '16x9'].includes(shape) ? messages.shapeWish(shape.replace('x', ':')) : null,
}));

export const editButton: ButtonCommand = {
  name: 'edit',
  press: async (press, { args: [threadId = ''], services }) => {
    const missing = services.messages.staleButton;
    if (!(await maySteer(press, services, { threadId, missing }))) return;
    await press.openForm(editForm(threadId, services.messages));
  },
};

/** What the thread shows anyway may be seen by everybody in it. */
export const timelineButton: ButtonCommand = {
  name: 'timeline',
  press: async (press, { args: [threadId = ''], services }) => {
    const { messages, relay, signal } = services;
    if (press.place.channelId !== threadId) return say(press, messages.staleButton);
    return answerLater(press, services, async () => {
      const { locale } = press.person;
      return (await relay.timeline(threadId, { locale, signal })) ?? messages.noTimeline;
    });
  },
};

/** Deletes at once: the project is kept and rendering is free, so a question in between would protect nothing. */
export const deleteButton: ButtonCommand = {
  name: 'delete',
  press: async (press, { args: [threadId = ''], services }) => {
    const { messages, chat, signal } = services;
    if (!(await maySteer(press, services, { threadId, missing: messages.staleButton }))) return undefined;
    return answerLater(press, services, async () => {
      try {
        await chat.deleteMessage({ channelId: threadId, messageId: press.messageId }, { signal });
        return messages.resultDeleted;
      } catch (error) {
        if (!(error instanceof ChatError)) throw error;
        services.log.warn({ err: error, messageId: press.messageId }, 'a result could not be deleted');
        return messages.couldNotDelete;
      }
    });
  },
};
