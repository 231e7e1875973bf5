/** What commands and buttons may ask of the relay. Implemented by src/relay. */
import type { Locale } from '../core/locale.ts';
import type { AnsweredAt, Attachment, Person, Place } from './chat.ts';

/** A request of a person, whatever it came from. */
export type Request = {
  /** Unique for ever: the same event twice is one request. */
  readonly eventId: string;
  readonly place: Place;
  readonly person: Person;
  readonly locale: Locale;
  readonly instruction: string;
  readonly attachments: readonly Attachment[];
  /** Our answer to the command or button, as soon as it is visible. A thread is opened under it when there is none yet. */
  readonly answer: Promise<AnsweredAt>;
};

/** `accepted`: it is on disk and will be done. `known`: it was accepted before. `full`: too many are waiting in this thread. */
export type Acceptance = 'accepted' | 'known' | 'full';

/** `nothing`: nothing of that id is kept. */
export type StopResult = 'stopping' | 'notYours' | 'nothing';

/** Methods reject with StoreError when nothing could be remembered; then nothing was started. */
export type Relay = {
  /** Stores the request while the answer travels, so that neither waits for the other. */
  accept(request: Request): Promise<Acceptance>;
  /** Stops a turn and the render that follows it. */
  stopTurn(turnId: string, person: Person): Promise<StopResult>;
  /** The same instruction again, in the same thread, as a new turn; it may cost credits again. */
  runAgain(turnId: string, eventId: string, person: Person): Promise<Acceptance | 'notYours' | 'missing'>;
  /** May this person steer this thread? `missing` when the thread has no project. */
  standing(threadId: string, person: Person): Promise<'may' | 'notYours' | 'missing'>;
  /** The timeline of a thread in words; null when there is none yet. */
  timeline(threadId: string, signal: AbortSignal): Promise<string | null>;
};
