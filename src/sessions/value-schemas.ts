/** What the values that records are made of look like on disk. Must not know which record holds which. */
import { z } from 'zod';
import type { Problem } from '../core/problems.ts';
import type { UsageEntry } from '../core/quota.ts';
import type { RenderState } from '../core/render.ts';
import type { GuildSettings } from '../core/settings.ts';
import type { Timeline } from '../core/timeline.ts';
import type { TurnState } from '../core/turn.ts';
import type { AccountRef } from '../ports/backend.ts';
import type { AnsweredAt, Attachment } from '../ports/chat.ts';

type Mutual<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Lets a schema pass only if it describes exactly `T`, so that a field added to a type and forgotten here does not compile. */
export const schemaOf =
  <T>() =>
  <S extends z.ZodType<T>>(schema: Mutual<z.output<S>, T> extends true ? S : never): S =>
    schema;

export const text = z.string();
export const textOrNull = text.nullable();
export const number = z.number();
export const numberOrNull = number.nullable();
export const listOf = <S extends z.ZodType>(item: S) => z.array(item).readonly();

export const locale = z.enum(['en', 'zh']);

export const problemKind = z.enum([
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

export const answeredAt = schemaOf<AnsweredAt>()(z.strictObject({ channelId: text, messageId: text }));

export const attachment = schemaOf<Attachment>()(
  z.strictObject({
    id: text,
    name: text,
    url: text,
    sizeBytes: number,
    contentType: textOrNull,
    from: z.strictObject({ channelId: text, messageId: text }).nullable(),
  }),
);

export const account = schemaOf<AccountRef>()(
  z.union([
    z.strictObject({ kind: z.literal('operator') }),
    z.strictObject({ kind: z.enum(['anonymous', 'own']), personId: text }),
  ]),
);

export const timeline = schemaOf<Timeline>()(
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

export const turnState = schemaOf<TurnState>()(
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

export const renderState = schemaOf<RenderState>()(
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

export const guildSettings = schemaOf<GuildSettings>()(
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

export const usageEntry = schemaOf<UsageEntry>()(
  z.strictObject({ turnId: text, lane: textOrNull, atMs: number, isOver: z.boolean() }),
);
