/** What people do to their message while it waits: new words are the new instruction, and deleting it takes it back. */
import { instructionLengthMax } from '../core/limits.ts';
import type { AnsweredAt, ChatHandlers } from '../ports/chat.ts';
import type { TurnRecord } from '../ports/store.ts';
import type { RelayDeps } from './deps.ts';
import { turnIdOf } from './turn-intake.ts';
import type { Wishes } from './wishes.ts';

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

/** A turn that has begun stays as it was sent, and nothing is said. Methods reject with StoreError, and reading with ChatError. */
export const createWaiting = (deps: RelayDeps & { readonly wishes: Wishes }): Waiting => {
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
