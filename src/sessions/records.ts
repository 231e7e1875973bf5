/** What each kind of record looks like on disk, and how older versions are read. Must not know where records are kept. */
import { z } from 'zod';
import type { Problem } from '../core/problems.ts';
import type { UsageEntry } from '../core/quota.ts';
import type { RenderState } from '../core/render.ts';
import type { GuildSettings } from '../core/settings.ts';
import type { Timeline } from '../core/timeline.ts';
import type { TurnState } from '../core/turn.ts';
import type { AccountRef } from '../ports/backend.ts';
import type { AnsweredAt, Attachment } from '../ports/chat.ts';
import {
  type AccountRecord,
  type ArrivalRecord,
  type GuildRecord,
  type ListenerRecord,
  type RenderRecord,
  StoreError,
  type ThreadRecord,
  type TurnRecord,
  type UsageRecord,
  type WishRecord,
} from '../ports/store.ts';
import { renderUpgrades, threadUpgrades, turnUpgrades, type Upgrade } from './record-upgrades.ts';

type Mutual<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Lets a schema pass only if it describes exactly `T`, so that a field added to a type and forgotten here does not compile. */
const schemaOf =
  <T>() =>
  <S extends z.ZodType<T>>(schema: Mutual<z.output<S>, T> extends true ? S : never): S =>
    schema;

const text = z.string();
const textOrNull = text.nullable();
const number = z.number();
const numberOrNull = number.nullable();
const listOf = <S extends z.ZodType>(item: S) => z.array(item).readonly();

const locale = z.enum(['en', 'zh']);

const problemKind = z.enum([
  'tokenRefused',
  'operatorTokenRefused',
  'sessionLost',
  'outOfCredits',
  'operatorOutOfCredits',
  'unsupportedFile',
  'fileTooLarge',
  'fileUnreadable',
  'clientIdMissing',
  'planBlocked',
  'rateLimited',
  'accountLimit',
  'requestRejected',
  'backendUnavailable',
  'answerTooLong',
  'noAnswer',
  'agentError',
  'nothingToExport',
  'renderFailed',
  'storeFailed',
  'internal',
  'unknown',
]);

const problem = schemaOf<Problem>()(
  z.strictObject({
    kind: problemKind,
    retry: z.enum(['never', 'afterRemedy', 'afterWait']),
    code: textOrNull,
    bindId: textOrNull,
  }),
);

const answeredAt = schemaOf<AnsweredAt>()(z.strictObject({ channelId: text, messageId: text }));

const attachment = schemaOf<Attachment>()(
  z.strictObject({
    id: text,
    name: text,
    url: text,
    sizeBytes: number,
    contentType: textOrNull,
    from: z.strictObject({ channelId: text, messageId: text }).nullable(),
  }),
);

const account = schemaOf<AccountRef>()(
  z.union([
    z.strictObject({ kind: z.literal('operator') }),
    z.strictObject({ kind: z.enum(['anonymous', 'own']), personId: text }),
  ]),
);

const timeline = schemaOf<Timeline>()(
  z.strictObject({
    tracks: listOf(
      z.strictObject({
        kind: z.enum(['video', 'audio', 'text', 'other']),
        segments: listOf(
          z.strictObject({ name: textOrNull, startMs: number, endMs: number, volume: numberOrNull }),
        ),
      }),
    ),
    durationMs: number,
    width: numberOrNull,
    height: numberOrNull,
  }),
);

const turnNote = z.union([
  z.strictObject({ kind: z.literal('fileRefused'), name: text, reason: problemKind }),
  z.strictObject({ kind: z.literal('filesReceived'), count: number }),
  z.strictObject({ kind: z.literal('fewCredits'), available: number }),
  z.strictObject({ kind: z.enum(['sessionRenewed', 'answerCut', 'restarted', 'wordsChanged']) }),
]);

const looking = z.strictObject({
  why: z.enum(['answered', 'silent', 'dropped', 'stalled', 'timeLimit', 'restarted']),
  looks: number,
  nextLookAtMs: number,
  lastSeen: textOrNull,
});

const turnState = schemaOf<TurnState>()(
  z.strictObject({
    phase: z.enum(['queued', 'preparing', 'streaming', 'reconciling', 'settled']),
    activity: z.enum(['connecting', 'uploading', 'thinking', 'generating', 'music', 'editing', 'analysing']),
    startedAtMs: numberOrNull,
    submittedAtMs: numberOrNull,
    lastSubstanceAtMs: numberOrNull,
    said: listOf(text),
    growing: text,
    growingAuthor: textOrNull,
    reply: textOrNull,
    choices: z.enum(['none', 'examples', 'clearer']),
    uploads: z.strictObject({ done: number, total: number }).nullable(),
    toolsSucceeded: number,
    rawClip: z.enum(['none', 'ready', 'told']),
    question: z.strictObject({ text: textOrNull }).nullable(),
    notes: listOf(turnNote),
    looking: looking.nullable(),
    change: z.strictObject({ before: timeline, after: timeline }).nullable(),
    outcome: z.enum(['answered', 'edited', 'unchanged', 'failed', 'cancelled']).nullable(),
    problem: problem.nullable(),
  }),
);

const renderState = schemaOf<RenderState>()(
  z.strictObject({
    phase: z.enum(['prepared', 'submitted', 'rendering', 'ready', 'delivered', 'failed', 'cancelled']),
    attempt: number,
    startedAtMs: number,
    progress: numberOrNull,
    polls: number,
    url: textOrNull,
    problem: problem.nullable(),
  }),
);

const thread = schemaOf<ThreadRecord>()(
  z.strictObject({
    threadId: text,
    guildId: textOrNull,
    requesterId: text,
    locale,
    account: account.nullable(),
    session: z.strictObject({ sessionId: text, taskId: textOrNull, userId: textOrNull }).nullable(),
    files: listOf(attachment),
    isRenderDue: z.boolean(),
    isExportBlocked: z.boolean(),
    vagueTurnId: textOrNull,
    renderIds: listOf(text),
    createdAtMs: number,
  }),
);

const turnFile = z.strictObject({
  attachment,
  outcome: z
    .union([
      z.strictObject({ accepted: z.literal(true) }),
      z.strictObject({ accepted: z.literal(false), reason: problemKind }),
    ])
    .nullable(),
});

const turn = schemaOf<TurnRecord>()(
  z.strictObject({
    turnId: text,
    threadId: text,
    guildId: textOrNull,
    requesterId: text,
    locale,
    instruction: text,
    files: listOf(turnFile),
    acceptedAtMs: number,
    source: answeredAt.nullable(),
    state: turnState,
    statusMessages: listOf(answeredAt),
    before: z.strictObject({ timeline, fingerprint: text, mediaCount: number }).nullable(),
    renderId: textOrNull,
    isRenderOffered: z.boolean(),
    credits: z
      .strictObject({
        before: number,
        after: z.strictObject({ took: number, left: numberOrNull }).nullable(),
      })
      .nullable(),
  }),
);

const render = schemaOf<RenderRecord>()(
  z.strictObject({
    renderId: text,
    turnId: text,
    threadId: text,
    requesterId: text,
    locale,
    account,
    sessionId: text,
    state: renderState,
    isBegun: z.boolean(),
    resultMessage: answeredAt.nullable(),
  }),
);

const arrival = schemaOf<ArrivalRecord>()(
  z.strictObject({
    arrivalId: text,
    guildId: textOrNull,
    requesterId: text,
    locale,
    instruction: text,
    attachments: listOf(attachment),
    acceptedAtMs: number,
    channelId: text,
    starter: answeredAt.nullable(),
  }),
);

const wish = schemaOf<WishRecord>()(
  z.strictObject({ turnId: text, wantsStop: z.boolean(), instruction: textOrNull }),
);

const guildSettings = schemaOf<GuildSettings>()(
  z.strictObject({
    dropChannelIds: listOf(text),
    allowedChannelIds: listOf(text),
    allowedRoleIds: listOf(text),
    steering: z.enum(['requester', 'everyone']),
    rendering: z.enum(['always', 'ask']),
    atOncePerPerson: numberOrNull,
    atOncePerServer: numberOrNull,
    aDayPerPerson: numberOrNull,
    locale: locale.nullable(),
  }),
);

const guild = schemaOf<GuildRecord>()(z.strictObject({ guildId: text, settings: guildSettings }));

const usageEntry = schemaOf<UsageEntry>()(
  z.strictObject({ turnId: text, lane: textOrNull, atMs: number, isOver: z.boolean() }),
);

const usage = schemaOf<UsageRecord>()(z.strictObject({ usageId: text, entries: listOf(usageEntry) }));

const accountRecord = schemaOf<AccountRecord>()(
  z.strictObject({
    accountId: text,
    clientId: textOrNull,
    token: textOrNull,
    expiresAtMs: numberOrNull,
    userId: textOrNull,
  }),
);

const listener = schemaOf<ListenerRecord>()(
  z.strictObject({
    listenerId: text,
    heardUntilMs: number,
    directChannels: listOf(z.strictObject({ channelId: text, atMs: number })),
  }),
);

/** One kind of record. Its newest version is one more than there are upgrades. */
export type RecordShape<T> = {
  readonly kind: string;
  readonly schema: z.ZodType<T>;
  /** `upgrades[0]` reads version 1, and so on. A released one is never edited. */
  readonly upgrades: readonly Upgrade[];
};

export const recordShapes = {
  threads: { kind: 'threads', schema: thread, upgrades: threadUpgrades },
  turns: { kind: 'turns', schema: turn, upgrades: turnUpgrades },
  renders: { kind: 'renders', schema: render, upgrades: renderUpgrades },
  arrivals: { kind: 'arrivals', schema: arrival, upgrades: [] },
  wishes: { kind: 'wishes', schema: wish, upgrades: [] },
  guilds: { kind: 'guilds', schema: guild, upgrades: [] },
  usages: { kind: 'usages', schema: usage, upgrades: [] },
  accounts: { kind: 'accounts', schema: accountRecord, upgrades: [] },
  listeners: { kind: 'listeners', schema: listener, upgrades: [] },
} as const satisfies Record<string, RecordShape<unknown>>;

const envelope = z.looseObject({ v: z.int().min(1) });

const refuse = (kind: StoreError['kind'], record: string, what: string): StoreError =>
  new StoreError(kind, { message: `The record ${record} ${what}` });

/** Where a record does not match; paths and expectations only, never what it holds. */
const mismatches = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'record'}: ${issue.code}`).join(', ');

/** `{ v, … }` for the disk. @throws StoreError `corrupt` instead of writing what could not be read again. */
export const toVersioned = <T>(shape: RecordShape<T>, id: string, record: T): Record<string, unknown> => {
  const checked = shape.schema.safeParse(record);
  if (checked.success) return { v: shape.upgrades.length + 1, ...checked.data };
  const reasons = mismatches(checked.error);
  throw refuse(
    'corrupt',
    `${shape.kind}/${id}`,
    `was not stored, because it could not be read again (${reasons}).`,
  );
};

/** Reads `{ v, … }` of this or an older version. @throws StoreError `newer` or `corrupt`. */
export const fromVersioned = <T>(shape: RecordShape<T>, id: string, stored: unknown): T => {
  const name = `${shape.kind}/${id}`;
  const opened = envelope.safeParse(stored);
  if (!opened.success) throw refuse('corrupt', name, 'has no version number. It was left as it is.');
  const { v, ...fields } = opened.data;
  if (v > shape.upgrades.length + 1) {
    throw refuse(
      'newer',
      name,
      'was written by a newer version of the bot. Start that version, or restore a backup.',
    );
  }
  const upgraded = shape.upgrades
    .slice(v - 1)
    .reduce<Record<string, unknown>>((older, upgrade) => upgrade(older), fields);
  const read = shape.schema.safeParse(upgraded);
  if (read.success) return read.data;
  throw refuse('corrupt', name, `does not read (${mismatches(read.error)}). It was left as it is.`);
};
