/** What commands and buttons may ask of the relay. Implemented by src/relay. */
import type { Locale } from '../core/locale.ts';
import type { Refusal } from '../core/refusal-text.ts';
import type { GuildSettings } from '../core/settings.ts';
import type { Credits } from './backend.ts';
import type { AnsweredAt, Attachment, MessageView, Person, Place } from './chat.ts';

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

/** `closed`: the person takes no direct messages, and nothing was started. */
export type DirectAcceptance = Acceptance | 'closed';

/** `nothing`: nothing of that id is kept. */
export type StopResult = 'stopping' | 'notYours' | 'nothing';

/** How many requests of a thread were stopped while they ran, and how many were taken back before. */
export type StoppedThread = { readonly running: number; readonly waiting: number };

/** May this person steer this thread? `missing` when the thread has no project. */
export type Standing = 'may' | 'notYours' | 'missing';

/** Methods reject with StoreError when nothing could be remembered; then nothing was started. */
export type Relay = {
  /**
   * Whether the person may ask for this here and now; null: they may, and a place is kept for it. Asked before `accept` and
   * `acceptMessage`. What costs nothing needs no place.
   */
  admit(
    asking: Pick<Request, 'eventId' | 'place' | 'person' | 'instruction' | 'attachments'>,
  ): Promise<Refusal | null>;
  /** What a server decided for itself. */
  settings(guildId: string): Promise<GuildSettings>;
  /** Counts at once, in every process. */
  changeSettings(guildId: string, change: Partial<GuildSettings>): Promise<GuildSettings>;
  /** The language that a server wants for everybody; null: each person's own. Never rejects. */
  serverLocale(guildId: string | null): Promise<Locale | null>;
  /** Stores the request while the answer travels, so that neither waits for the other. */
  accept(request: Request): Promise<Acceptance>;
  /** Stops a turn and the render that follows it. */
  stopTurn(turnId: string, person: Person): Promise<StopResult>;
  /** The same instruction again, in the same thread, as a new turn; it may cost credits again. */
  runAgain(
    turnId: string,
    eventId: string,
    person: Person,
  ): Promise<Acceptance | 'notYours' | 'missing' | Refusal>;
  standing(threadId: string, person: Person): Promise<Standing>;
  /** Where a turn lives; null when nothing of that id is kept. */
  threadOf(turnId: string): Promise<string | null>;
  /**
   * Somebody's message becomes a request of `person`: in a channel its thread is opened under that message, once for each message;
   * elsewhere it is the next instruction.
   */
  acceptMessage(request: Omit<Request, 'answer'>, message: AnsweredAt): Promise<Acceptance>;
  /** A request from a place that takes no thread goes on in the person's direct messages. Rejects with ChatError as well. */
  acceptDirectly(request: Omit<Request, 'answer'>): Promise<DirectAcceptance>;
  /**
   * What the requester of a thread wrote there between two moments (epoch ms) and nobody took in, as if it came now. How many messages
   * that were. Rejects with ChatError as well.
   */
  runMissed(
    threadId: string,
    options: { fromMs: number; toMs: number; signal: AbortSignal },
  ): Promise<number>;
  /** The same for what a person wrote in a channel, at that moment (epoch ms), to the bot. */
  runMissedCall(
    channelId: string,
    options: { personId: string; atMs: number; signal: AbortSignal },
  ): Promise<number>;
  /** Stops what runs in a thread, the render too, and takes back what waits. */
  stopThread(threadId: string, person: Person): Promise<StoppedThread | Exclude<Standing, 'may'>>;
  /** Forgets session and files of a thread, so that its next instruction begins a new project. `busy`: something runs or waits. */
  startOver(threadId: string, person: Person): Promise<'done' | 'busy' | Exclude<Standing, 'may'>>;
  /** The timeline of a thread in words and as a picture; null when there is none yet. Rejects with NemoError as well. */
  timeline(threadId: string, options: { locale: Locale; signal: AbortSignal }): Promise<MessageView | null>;
  /** Opens the project of a thread in a browser; null when there is none, or when the backend gives no link. */
  projectLink(threadId: string, signal: AbortSignal): Promise<string | null>;
  /** What is left in the account that pays in this thread, or else in the person's own; null when there is neither. Rejects with NemoError as well. */
  credits(threadId: string, person: Person, signal: AbortSignal): Promise<Credits | 'unknown' | null>;
  /**
   * Keeps a person's own token, encrypted, for the projects that they start from now on, after it answered once. `malformed`: it
   * does not look like one. `refused`: NemoVideo does not take it. Nothing is kept then. Rejects with NemoError as well.
   */
  connect(
    person: Person,
    token: string,
    signal: AbortSignal,
  ): Promise<Credits | 'unknown' | 'malformed' | 'refused'>;
  /** Forgets it again; false when there was none. */
  disconnect(person: Person): Promise<boolean>;
  /**
   * Stops what runs for a person and deletes what is kept of them: their projects, requests and accounts. `busy`: something did not
   * stop in time, and nothing was deleted.
   */
  forget(person: Person): Promise<{ readonly projects: number; readonly requests: number } | 'busy'>;
  /** What went wrong, in words for the person. `reference` leads the operator to the log. */
  explain(error: unknown, options: { locale: Locale; reference: string }): string;
};
