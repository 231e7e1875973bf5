/** What each kind of record looks like on disk, in its newest version. Must not know of versions, nor where records are kept. */
import { z } from 'zod';
import type {
  AccountRecord,
  ArrivalRecord,
  GuildRecord,
  ListenerRecord,
  RenderRecord,
  ThreadRecord,
  TurnRecord,
  UsageRecord,
  WishRecord,
} from '../ports/store.ts';
import {
  account,
  answeredAt,
  attachment,
  guildSettings,
  listOf,
  locale,
  number,
  numberOrNull,
  problemKind,
  renderState,
  schemaOf,
  text,
  textOrNull,
  timeline,
  turnState,
  usageEntry,
} from './value-schemas.ts';

export const thread = schemaOf<ThreadRecord>()(
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

export const turn = schemaOf<TurnRecord>()(
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

export const render = schemaOf<RenderRecord>()(
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

export const arrival = schemaOf<ArrivalRecord>()(
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

export const wish = schemaOf<WishRecord>()(
  z.strictObject({ turnId: text, wantsStop: z.boolean(), instruction: textOrNull }),
);

export const guild = schemaOf<GuildRecord>()(z.strictObject({ guildId: text, settings: guildSettings }));

export const usage = schemaOf<UsageRecord>()(z.strictObject({ usageId: text, entries: listOf(usageEntry) }));

export const accountRecord = schemaOf<AccountRecord>()(
  z.strictObject({
    accountId: text,
    clientId: textOrNull,
    token: textOrNull,
    expiresAtMs: numberOrNull,
    userId: textOrNull,
  }),
);

export const listener = schemaOf<ListenerRecord>()(
  z.strictObject({
    listenerId: text,
    heardUntilMs: number,
    directChannels: listOf(z.strictObject({ channelId: text, atMs: number })),
  }),
);
