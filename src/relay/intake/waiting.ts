/** What people do to their message while it waits: new words are the new instruction, and deleting it takes it back. */
import { instructionLengthMax } from '../../core/limits.ts';
import { messagesFor } from '../../core/messages/messages.ts';
import { refusalText } from '../../core/refusal-text.ts';
import { textView } from '../../core/view.ts';
import type { AnsweredAt, ChatHandlers, IncomingMessage } from '../../ports/chat.ts';
import type { Relay } from '../../ports/relay.ts';
import type { TurnRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import type { Wishes } from '../turns/wishes.ts';
import { turnIdOf } from './turn-intake.ts';

type Waiting = Pick<ChatHandlers, 'onMessageEdited' | 'onMessageDeleted'>;

/**
 * Only of messages that are themselves the request: in a thread or a direct message. One that opened a thread may be a part of
 * several that were taken together, and its turn waits for nobody.
 */
const createFindWaiting =
  ({ store }: RelayDeps) =>
  async ({ channelId, messageId }: AnsweredAt): Promise<TurnRecord | null> => {
    const turn = await store.turns.get(turnIdOf(messageId));
    const isWaiting = turn?.threadId === channelId && turn.state.phase === 'queued';
    return isWaiting ? turn : null;
  };

type WaitingDeps = RelayDeps & { readonly wishes: Wishes; readonly admit: Relay['admit'] };

/** One line may wait this long for the platform. */
const sayLimitMs = 10_000;

/** The new words may cost something where the old ones did not; what has its place keeps it. If they are not taken, the person is told. */
const isTaken = async (deps: WaitingDeps, message: IncomingMessage, turn: TurnRecord): Promise<boolean> => {
  const { messageId: eventId, place, person, text: instruction, attachments } = message;
  const refusal = await deps.admit({ eventId, place, person, instruction, attachments });
  if (refusal === null) return true;
  const view = textView(refusalText(refusal, messagesFor(turn.locale)));
  const signal = AbortSignal.timeout(sayLimitMs);
  await deps.chat.createMessage(place.channelId, view, { key: `change:${eventId}`, signal });
  deps.log.info({ turnId: turn.turnId, reason: refusal.reason }, 'a change is not taken');
  return false;
};

/** A turn that has begun stays as it was sent, and nothing is said. Methods reject with StoreError, and reading with ChatError. */
export const createWaiting = (deps: WaitingDeps): Waiting => {
  const { store, wishes, log } = deps;
  const findWaiting = createFindWaiting(deps);
  return {
    onMessageEdited: async (edit) => {
      const turn = await findWaiting(edit);
      if (turn === null) return;
      const message = await edit.read();
      if (message === null || message.isTextWithheld || message.person.id !== turn.requesterId) return;
      const instruction = message.text.slice(0, instructionLengthMax);
      const wished = (await store.wishes.get(turn.turnId))?.instruction ?? turn.instruction;
      if (instruction === wished) return;
      if (!(await isTaken(deps, { ...message, text: instruction }, turn))) return;
      await wishes.ask(turn, { instruction });
      log.info({ turnId: turn.turnId }, 'a waiting instruction was changed');
    },
    onMessageDeleted: async (at) => {
      const turn = await findWaiting(at);
      if (turn === null) return;
      await wishes.ask(turn, { wantsStop: true });
      log.info({ turnId: turn.turnId }, 'a waiting instruction was taken back');
    },
  };
};
