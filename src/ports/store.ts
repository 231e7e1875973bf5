/** What is remembered, as plain records. Implemented by src/sessions, which validates and versions them. */
import type { Locale } from '../core/locale.ts';
import type { ProblemKind } from '../core/problems.ts';
import type { UsageEntry } from '../core/quota.ts';
import type { RenderState } from '../core/render.ts';
import type { GuildSettings } from '../core/settings.ts';
import type { Timeline } from '../core/timeline.ts';
import type { TurnState } from '../core/turn.ts';
import type { AccountRef, BackendSession } from './backend.ts';
import type { AnsweredAt, Attachment } from './chat.ts';

/** One project: a thread or DM and the backend session bound to it. */
export type ThreadRecord = {
  readonly threadId: string;
  readonly guildId: string | null;
  /** Who started it and steers it. */
  readonly requesterId: string;
  readonly locale: Locale;
  readonly account: AccountRef | null;
  readonly session: BackendSession | null;
  /** Everything handed over so far, so that a lost session can be given it again (newest address known). */
  readonly files: readonly Attachment[];
  /** The timeline changed and no render was started, because another instruction was waiting. */
  readonly isRenderDue: boolean;
  /** The plan of this account refused an export (402) and the person was told. */
  readonly isExportBlocked: boolean;
  /** The one turn that was asked back because it said only "better"; every other one goes through. */
  readonly vagueTurnId: string | null;
  /** Renders that may still run; those that are over are dropped when the next one begins. */
  readonly renderIds: readonly string[];
  readonly createdAtMs: number;
};

/** A file of a turn and how far it got. */
export type TurnFile = {
  readonly attachment: Attachment;
  /** null: not yet tried. */
  readonly outcome:
    | { readonly accepted: true }
    | { readonly accepted: false; readonly reason: ProblemKind }
    | null;
};

export type TurnRecord = {
  readonly turnId: string;
  readonly threadId: string;
  readonly guildId: string | null;
  readonly requesterId: string;
  readonly locale: Locale;
  readonly instruction: string;
  readonly files: readonly TurnFile[];
  readonly acceptedAtMs: number;
  /** The person's message, or our answer to their command. */
  readonly source: AnsweredAt | null;
  readonly state: TurnState;
  /** The status message and its further parts, in order. */
  readonly statusMessages: readonly AnsweredAt[];
  /** The timeline before the instruction was sent, to tell what changed. */
  readonly before: {
    readonly timeline: Timeline;
    readonly fingerprint: string;
    readonly mediaCount: number;
  } | null;
  readonly renderId: string | null;
  /** The timeline changed in a server that renders on request only: a button stands for the render. */
  readonly isRenderOffered: boolean;
  /** Credits, as far as they could be read; null: not read before the instruction was sent. */
  readonly credits: TurnCredits | null;
};

export type TurnCredits = {
  /** What the account held before, what is reserved included. */
  readonly before: number;
  /** What it took, and what may be spent now (null: the operator's, told to nobody); null while it runs, or when it cannot be told. */
  readonly after: { readonly took: number; readonly left: number | null } | null;
};

export type RenderRecord = {
  readonly renderId: string;
  /** The turn whose status message shows the progress. */
  readonly turnId: string;
  readonly threadId: string;
  readonly requesterId: string;
  readonly locale: Locale;
  readonly account: AccountRef;
  readonly sessionId: string;
  readonly state: RenderState;
  /** A process had it in hand before: what was sent and posted last is not known for certain. */
  readonly isBegun: boolean;
  readonly resultMessage: AnsweredAt | null;
};

/** A request that has no thread yet: a command in a channel, or pictures dropped into one. */
export type ArrivalRecord = {
  readonly arrivalId: string;
  readonly guildId: string | null;
  readonly requesterId: string;
  readonly locale: Locale;
  readonly instruction: string;
  readonly attachments: readonly Attachment[];
  readonly acceptedAtMs: number;
  readonly channelId: string;
  /** The message under which the thread is opened; null while our answer to the command is on its way. */
  readonly starter: AnsweredAt | null;
};

/**
 * What people asked of a turn after it was accepted. Written where they are heard and read where the turn runs, so that a turn's own
 * record has one writer even when these are two processes.
 */
export type WishRecord = {
  readonly turnId: string;
  readonly wantsStop: boolean;
  /** The words that stand instead of those that were accepted; null: unchanged. Heeded until the turn begins. */
  readonly instruction: string | null;
};

/** What a server decides for itself. A server without one has the defaults. */
export type GuildRecord = { readonly guildId: string; readonly settings: GuildSettings };

/** What was let in of a person in one server or in direct messages, or of a server as a whole. */
export type UsageRecord = { readonly usageId: string; readonly entries: readonly UsageEntry[] };

/** `token` is encrypted at rest by the store. */
export type AccountRecord = {
  readonly accountId: string;
  /** UUID that stands for the person at the backend, kept for ever (nemo-api §2); null for tokens that people brought. */
  readonly clientId: string | null;
  readonly token: string | null;
  /** null: not known. */
  readonly expiresAtMs: number | null;
  readonly userId: string | null;
};

/** What a process that hears events knows of its listening, so that the next one can read what came in between. */
export type ListenerRecord = {
  /** Which part of the events it hears. */
  readonly listenerId: string;
  readonly heardUntilMs: number;
  /** Direct messages with a project, the newest first: the platform does not list them. */
  readonly directChannels: readonly { readonly channelId: string; readonly atMs: number }[];
};

/** Methods reject with StoreError; `set` resolves when the record is on disk. */
export type RecordStore<T> = {
  get(id: string): Promise<T | null>;
  set(id: string, record: T): Promise<void>;
  delete(id: string): Promise<void>;
};

/** What is not over, by id, whether or not a lane has it. */
export type OpenWork = {
  readonly arrivalIds: readonly string[];
  readonly turnIds: readonly string[];
  readonly renderIds: readonly string[];
  /** Accounts whose token is being tried (`own:PERSON.ATTEMPT`). */
  readonly triedAccountIds: readonly string[];
};

/** What is kept of one person, by id: projects that they started, what they asked for, and its renders. */
export type OwnedRecords = {
  readonly threadIds: readonly string[];
  readonly turnIds: readonly string[];
  readonly renderIds: readonly string[];
  readonly arrivalIds: readonly string[];
};

export type Store = {
  readonly threads: RecordStore<ThreadRecord>;
  readonly turns: RecordStore<TurnRecord>;
  readonly renders: RecordStore<RenderRecord>;
  readonly arrivals: RecordStore<ArrivalRecord>;
  readonly wishes: RecordStore<WishRecord>;
  readonly guilds: RecordStore<GuildRecord>;
  readonly usages: RecordStore<UsageRecord>;
  readonly accounts: RecordStore<AccountRecord>;
  readonly listeners: RecordStore<ListenerRecord>;
  /** For taking up what a crash left between two writes. Rejects with StoreError. */
  openWork(): Promise<OpenWork>;
  /** For forgetting a person. Rejects with StoreError. */
  ownedBy(personId: string): Promise<OwnedRecords>;
  close(): Promise<void>;
};

/** full: no space left · readOnly · corrupt: the file is damaged or a record does not read · locked: another process owns it · unavailable: anything else. */
export type StoreErrorKind = 'full' | 'readOnly' | 'corrupt' | 'locked' | 'newer' | 'unavailable';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, options: { message: string; cause?: unknown }) {
    super(options.message, { cause: options.cause });
    this.kind = kind;
  }
}
