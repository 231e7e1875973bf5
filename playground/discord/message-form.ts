/** Rules for the body of a message: create, edit and interaction answers. It must not know channels or authors. */
import * as z from 'zod';
import { messageComponents, numbered, refuseComponentsV2 } from './component-form.ts';
import { flag, lengthOf, problem, readForm, snowflake, text } from './form.ts';
import { notImplemented } from './refusal.ts';
import type { ActionRow, Embed, Snowflake } from './shapes.ts';

/** Message flags (docs: resources, Message). */
export const messageFlags = {
  suppressEmbeds: 1 << 2,
  hasThread: 1 << 5,
  ephemeral: 1 << 6,
  loading: 1 << 7,
  suppressNotifications: 1 << 12,
  componentsV2: 1 << 15,
} as const;

export interface AllowedMentions {
  parse: readonly ('roles' | 'users' | 'everyone')[];
  roles: readonly Snowflake[];
  users: readonly Snowflake[];
  repliedUser: boolean;
}

/** One entry of `attachments`: `id` is the number of an uploaded file or the id of one that stays. */
export interface AttachmentEntry {
  id: Snowflake;
  filename?: string | undefined;
  description?: string | undefined;
}

/** A checked body. What is `undefined` was not in the request. */
export interface MessageDraft {
  content: string | undefined;
  embeds: Embed[] | undefined;
  components: ActionRow[] | undefined;
  flags: number | undefined;
  allowedMentions: AllowedMentions | undefined;
  attachments: AttachmentEntry[] | undefined;
  nonce: string | number | undefined;
  enforceNonce: boolean;
  reference: { messageId: Snowflake; failsIfGone: boolean } | undefined;
}

/* Figures: docs, resources/Message: embed limits, allowed mentions, create message. */
const embedUrl = z.string().check((context) => {
  const scheme = /^([a-z]+):/.exec(context.value)?.[1] ?? '';
  if (['http', 'https', 'attachment'].includes(scheme)) return;
  problem(context, {
    code: 'URL_TYPE_INVALID_SCHEME',
    message: `Scheme "${scheme}" is not supported. Scheme must be one of ('http', 'https').`,
  });
});
const media = z.object({ url: embedUrl });

const embed = z.object({
  title: text(0, 256).nullish(),
  description: text(0, 4096).nullish(),
  url: embedUrl.nullish(),
  color: z.int().min(0).max(0xffffff).nullish(),
  timestamp: z.iso.datetime({ offset: true }).nullish(),
  footer: z.object({ text: text(1, 2048), icon_url: embedUrl.nullish() }).nullish(),
  author: z.object({ name: text(1, 256), url: embedUrl.nullish(), icon_url: embedUrl.nullish() }).nullish(),
  image: media.nullish(),
  thumbnail: media.nullish(),
  fields: z
    .array(z.object({ name: text(1, 256), value: text(1, 1024), inline: flag.nullish() }))
    .max(25)
    .nullish(),
});

function embedLength(one: z.infer<typeof embed>): number {
  const words = [one.title, one.description, one.footer?.text, one.author?.name];
  for (const field of one.fields ?? []) words.push(field.name, field.value);
  return words.reduce((sum, word) => sum + lengthOf(word ?? ''), 0);
}

const embeds = z
  .array(embed)
  .max(10)
  .check((context) => {
    if (context.value.reduce((sum, one) => sum + embedLength(one), 0) <= 6000) return;
    problem(context, {
      code: 'MAX_EMBED_SIZE_EXCEEDED',
      message: 'Embed size exceeds maximum size of 6000',
    });
  });

const allowedMentions = z
  .object({
    parse: z.array(z.enum(['roles', 'users', 'everyone'])).nullish(),
    roles: z.array(snowflake).max(100).nullish(),
    users: z.array(snowflake).max(100).nullish(),
    replied_user: flag.nullish(),
  })
  .check((context) => {
    for (const kind of ['users', 'roles'] as const) {
      if (!context.value.parse?.includes(kind) || (context.value[kind] ?? []).length === 0) continue;
      problem(context, {
        code: 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
        message: `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
      });
    }
  });

const attachment = z.object({
  id: snowflake,
  filename: z.string().nullish(),
  description: text(0, 1024).nullish(),
});

const messageForm = z.object({
  content: text(0, 2000).nullish(),
  embeds: embeds.nullish(),
  components: messageComponents.nullish(),
  flags: z.int().nonnegative().nullish(),
  allowed_mentions: allowedMentions.nullish(),
  attachments: z.array(attachment).max(10).nullish(),
  nonce: z.union([text(0, 25), z.int()]).nullish(),
  enforce_nonce: flag.nullish(),
  message_reference: z
    .object({
      type: z.int().nullish(),
      message_id: snowflake,
      channel_id: snowflake.nullish(),
      fail_if_not_exists: flag.nullish(),
    })
    .nullish(),
  tts: flag.nullish(),
});

/** Things a message can have in Discord that nobody plays here. */
const unplayed = z.object({
  flags: z.number().nullish(),
  poll: z.unknown().optional(),
  components: z.unknown().optional(),
  sticker_ids: z.array(z.unknown()).nullish(),
  message_reference: z.object({ type: z.number().nullish() }).nullish(),
});

function refuseUnplayed(body: unknown): void {
  const read = unplayed.safeParse(body);
  if (!read.success) return;
  const { flags, poll, components, sticker_ids, message_reference } = read.data;
  if (((flags ?? 0) & messageFlags.componentsV2) !== 0) throw notImplemented('components v2');
  refuseComponentsV2(components);
  if (poll !== undefined && poll !== null) throw notImplemented('polls');
  if ((sticker_ids ?? []).length > 0) throw notImplemented('stickers');
  if (message_reference?.type === 1) throw notImplemented('forwarding a message');
}

function withoutNulls(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null && one !== undefined));
}

/**
 * Reads the body of a message. `null` for content and lists means "none", as Discord takes it in edits.
 * Errors: 50035 with every problem; 501 for what the stand-in does not play.
 */
export function readMessage(body: unknown, path: readonly string[] = []): MessageDraft {
  refuseUnplayed(body);
  const form = readForm(messageForm, body, path);
  const mentions = form.allowed_mentions;
  return {
    content: form.content === null ? '' : form.content?.trim(),
    embeds: form.embeds === null ? [] : form.embeds?.map((one) => ({ type: 'rich', ...withoutNulls(one) })),
    components: form.components === null ? [] : form.components && numbered<ActionRow>(form.components),
    flags: form.flags ?? undefined,
    allowedMentions: mentions
      ? {
          parse: mentions.parse ?? [],
          roles: mentions.roles ?? [],
          users: mentions.users ?? [],
          repliedUser: mentions.replied_user ?? false,
        }
      : undefined,
    attachments:
      form.attachments === null
        ? []
        : form.attachments?.map(({ id, filename, description }) => ({
            id,
            filename: filename ?? undefined,
            description: description ?? undefined,
          })),
    nonce: form.nonce ?? undefined,
    enforceNonce: form.enforce_nonce ?? false,
    reference: form.message_reference
      ? {
          messageId: form.message_reference.message_id,
          failsIfGone: form.message_reference.fail_if_not_exists ?? true,
        }
      : undefined,
  };
}
