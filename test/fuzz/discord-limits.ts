/** What Discord refuses in a message or a form, from its documentation alone. Knows nothing of how we make them. */
import { z } from 'zod';

const customId = z.string().min(1).max(100);
const label = z.string().min(1).max(80);
const webAddress = z.url({ protocol: /^https?$/u }).max(512);

/** Discord docs: Component Reference. */
const button = z.union([
  z.object({ type: z.literal(2), style: z.literal(5), label, url: webAddress }),
  z.object({ type: z.literal(2), style: z.literal([1, 2, 3, 4]), label, custom_id: customId }),
]);
const menu = z.object({
  type: z.literal([3, 5, 6, 7, 8]),
  custom_id: customId,
  placeholder: z.string().max(150).optional(),
  options: z
    .array(z.object({ label: z.string().min(1).max(100), value: z.string().min(1).max(100) }))
    .min(1)
    .max(25)
    .optional(),
});
const row = z.object({
  type: z.literal(1),
  components: z.union([z.array(button).min(1).max(5), z.tuple([menu])]),
});

/** Discord docs: Create Message, Allowed Mentions. Text or a file has to be there; nothing of ours pings more than one person. */
const messageShape = z
  .object({
    content: z.string().max(2_000),
    components: z.array(row).max(5),
    allowed_mentions: z.strictObject({
      parse: z.tuple([]),
      users: z.array(z.string()).max(1),
      replied_user: z.literal(false),
    }),
    attachments: z.array(z.unknown()).max(10).optional(),
  })
  .refine(({ content, attachments = [] }) => content.trim() !== '' || attachments.length > 0, {
    error: 'is empty',
  })
  .refine(({ content }) => content.isWellFormed(), { error: 'has half a character' })
  .refine(
    ({ components }) => {
      const ids = components.flatMap((one) =>
        one.components.flatMap((part) => ('custom_id' in part ? [part.custom_id] : [])),
      );
      return new Set(ids).size === ids.length;
    },
    { error: 'has a custom id twice' },
  );

const field = z.object({
  type: z.literal(18),
  label: z.string().min(1).max(45),
  component: z.looseObject({
    type: z.literal([4, 19]),
    custom_id: customId,
    placeholder: z.string().max(100).optional(),
  }),
});

/** Discord docs: Modal. */
const formShape = z.object({
  custom_id: customId,
  title: z.string().min(1).max(45),
  components: z.array(field).min(1).max(5),
});

const complaintsOf = (read: z.ZodSafeParseResult<unknown>): readonly string[] =>
  read.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

/** Why Discord would refuse the message; empty: it takes it. */
export const complaintsAboutMessage = (body: unknown): readonly string[] =>
  complaintsOf(messageShape.safeParse(body));

/** As of a message. */
export const complaintsAboutForm = (body: unknown): readonly string[] =>
  complaintsOf(formShape.safeParse(body));
