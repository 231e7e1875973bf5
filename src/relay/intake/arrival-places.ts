/** Where a request goes on: in a thread under its starter, or directly with its person when the platform opens none. */
import { messagesFor } from '../../core/messages/messages.ts';
import { textView } from '../../core/view.ts';
import { type AnsweredAt, ChatError } from '../../ports/chat.ts';
import type { ArrivalRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import { tellDirectly } from './direct-messages.ts';

type PlaceDeps = Pick<RelayDeps, 'chat' | 'log'>;

export type ArrivalPlace = {
  readonly threadId: string;
  readonly guildId: string | null;
  /** What the request is seen by. */
  readonly source: AnsweredAt;
};

const goDirectly = async (
  deps: PlaceDeps,
  record: ArrivalRecord,
  signal: AbortSignal,
): Promise<ArrivalPlace | null> => {
  const { arrivalId, requesterId, locale, instruction } = record;
  const messages = messagesFor(locale);
  // It rings: nobody has told the person to look there.
  const view = {
    ...textView(`${messages.starter(instruction)}\n-# ${messages.places.goingOnDirectly}`),
    isSilent: false,
  };
  const source = await tellDirectly(deps, requesterId, { view, key: `direct:${arrivalId}`, signal });
  return source === null ? null : { threadId: source.channelId, guildId: null, source };
};

/**
 * What was allowed when the request came may not be any more, and a server has a limit of open threads. Rejects with the ChatError of
 * the thread when the person takes no direct messages either.
 */
export const openPlace = async (
  deps: PlaceDeps,
  record: ArrivalRecord,
  { starter, signal }: { starter: AnsweredAt; signal: AbortSignal },
): Promise<ArrivalPlace> => {
  const name = messagesFor(record.locale).threadName(record.instruction);
  try {
    const { threadId } = await deps.chat.openThread(starter, { name, signal });
    return { threadId, guildId: record.guildId, source: starter };
  } catch (error) {
    // A platform that is away is asked again; one that says no is not.
    if (!(error instanceof ChatError) || error.kind === 'unavailable') throw error;
    deps.log.warn({ err: error, arrivalId: record.arrivalId }, 'no thread could be opened');
    const place = await goDirectly(deps, record, signal);
    if (place === null) throw error;
    return place;
  }
};
