/** Rules for buttons, selects and modals. It must not know messages or interactions. */
import * as z from 'zod';
import { flag, problem, snowflake, text } from './form.ts';
import { notImplemented } from './refusal.ts';
import type { ActionRow, ModalRow } from './shapes.ts';

/*
 * Source of every figure: docs, Components, Component Reference. Schemes of link buttons: http, https and discord.
 */
const emoji = z.object({
  id: snowflake.nullish(),
  name: z.string().nullish(),
  animated: flag.nullish(),
});
const customId = text(1, 100);
const id = z.int().nonnegative().optional();

const linkUrl = text(1, 512).check((context) => {
  const scheme = /^([a-z]+):\/\/./.exec(context.value)?.[1] ?? '';
  if (['http', 'https', 'discord'].includes(scheme)) return;
  problem(context, {
    code: 'URL_TYPE_INVALID_SCHEME',
    message: `Scheme "${scheme}" is not supported. Scheme must be one of ('http', 'https', 'discord').`,
  });
});

const button = z
  .object({
    type: z.literal(2),
    id,
    style: z.literal([1, 2, 3, 4, 5]),
    label: text(0, 80).nullish(),
    emoji: emoji.nullish(),
    custom_id: customId.nullish(),
    url: linkUrl.nullish(),
    disabled: flag.nullish(),
  })
  .check((context) => {
    const { style, custom_id, url, label, emoji } = context.value;
    const isLink = style === 5;
    if (isLink && !url)
      problem(context, { code: 'BASE_TYPE_REQUIRED', message: 'A url is required', path: ['url'] });
    if (!isLink && !custom_id) {
      problem(context, {
        code: 'BASE_TYPE_REQUIRED',
        message: 'A custom id is required',
        path: ['custom_id'],
      });
    }
    if (url && custom_id) {
      problem(context, {
        code: 'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
        message: 'A custom id and url cannot both be specified',
        path: ['custom_id'],
      });
    }
    if (!label && !emoji) {
      problem(context, {
        code: 'BUTTON_COMPONENT_INVALID_LABEL_OR_EMOJI',
        message: 'A button must have a label or an emoji',
        path: ['label'],
      });
    }
  });

const option = z.object({
  label: text(1, 100),
  value: text(1, 100),
  description: text(0, 100).nullish(),
  emoji: emoji.nullish(),
  default: flag.nullish(),
});

const selectFields = {
  id,
  custom_id: customId,
  placeholder: text(0, 150).nullish(),
  min_values: z.int().min(0).max(25).nullish(),
  max_values: z.int().min(1).max(25).nullish(),
  disabled: flag.nullish(),
  required: flag.nullish(),
};

const stringSelect = z
  .object({ type: z.literal(3), ...selectFields, options: z.array(option).min(1).max(25) })
  .check((context) => {
    const values = context.value.options.map(({ value }) => value);
    if (new Set(values).size < values.length) {
      problem(context, {
        code: 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        message: 'The specified option value is already used',
        path: ['options'],
      });
    }
  });
const defaultTypes: Readonly<Record<number, readonly string[]>> = {
  5: ['user'],
  6: ['role'],
  7: ['user', 'role'],
  8: ['channel'],
};

const entitySelect = z
  .object({
    type: z.literal([5, 6, 7, 8]),
    ...selectFields,
    channel_types: z.array(z.int()).optional(),
    default_values: z
      .array(z.object({ id: snowflake, type: z.enum(['user', 'role', 'channel']) }))
      .optional(),
  })
  .check((context) => {
    const { type, default_values: defaults = [], min_values: min, max_values: max } = context.value;
    const isOutside = defaults.length > 0 && (defaults.length < (min ?? 1) || defaults.length > (max ?? 1));
    const isWrongKind = defaults.some((one) => !defaultTypes[type]?.includes(one.type));
    if (!isOutside && !isWrongKind) return;
    problem(context, {
      code: isOutside ? 'BASE_TYPE_BAD_LENGTH' : 'BASE_TYPE_CHOICES',
      message: isOutside
        ? 'The number of default values must be in the range of min_values and max_values.'
        : 'Default values must be of the kind that this menu offers.',
      path: ['default_values'],
    });
  });

const row = z
  .object({
    type: z.literal(1),
    id,
    components: z
      .array(z.discriminatedUnion('type', [button, stringSelect, entitySelect]))
      .min(1)
      .max(5),
  })
  .check((context) => {
    const kinds = context.value.components.map(({ type }) => type);
    if (kinds.length > 1 && kinds.some((type) => type !== 2)) {
      problem(context, {
        code: 'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
        message: 'The specified component exceeds the maximum width',
        path: ['components', 1],
      });
    }
  });

const textInput = z.object({
  type: z.literal(4),
  id,
  custom_id: customId,
  style: z.literal([1, 2]),
  label: text(1, 45).nullish(),
  placeholder: text(0, 100).nullish(),
  value: text(0, 4000).nullish(),
  required: flag.nullish(),
  min_length: z.int().min(0).max(4000).nullish(),
  max_length: z.int().min(1).max(4000).nullish(),
});

const fileUpload = z.object({
  type: z.literal(19),
  id,
  custom_id: customId,
  min_values: z.int().min(0).max(10).nullish(),
  max_values: z.int().min(1).max(10).nullish(),
  required: flag.nullish(),
  file_types: z
    .array(z.string().regex(/^(image|video|audio|\.[\w.]+)$/))
    .max(10)
    .nullish(),
});

const inModal = z
  .discriminatedUnion('type', [textInput, stringSelect, entitySelect, fileUpload])
  .check((context) => {
    if ('disabled' in context.value && context.value.disabled === true) {
      problem(context, {
        code: 'COMPONENT_DISABLED_IN_MODAL',
        message: 'Modals can not have disabled components',
        path: ['disabled'],
      });
    }
    const { required } = context.value;
    const min = 'min_values' in context.value ? context.value.min_values : undefined;
    if (min === 0 && required !== false) {
      problem(context, {
        code: 'BASE_TYPE_BAD_VALUE',
        message: 'min_values must be at least 1 when the component is required',
        path: ['min_values'],
      });
    }
  });

const label = z.object({
  type: z.literal(18),
  id,
  label: text(1, 45),
  description: text(0, 100).nullish(),
  component: inModal,
});
const textDisplay = z.object({ type: z.literal(10), id, content: text(1, 4000) });
const oldRow = z.object({
  type: z.literal(1),
  id,
  components: z
    .array(textInput.extend({ label: text(1, 45) }))
    .min(1)
    .max(1),
});

type Named = { custom_id?: string | null | undefined };

function refuseDuplicates(
  context: { issues: unknown[] },
  found: readonly (readonly [Named, (string | number)[]])[],
): void {
  const seen = new Set<string>();
  for (const [{ custom_id }, path] of found) {
    if (typeof custom_id !== 'string') continue;
    if (seen.has(custom_id)) {
      problem(context, {
        code: 'COMPONENT_CUSTOM_ID_DUPLICATED',
        message: 'Component custom id cannot be duplicated',
        path: [...path, 'custom_id'],
      });
    }
    seen.add(custom_id);
  }
}

/** Up to five action rows below a message. */
export const messageComponents = z
  .array(row)
  .max(5)
  .check((context) => {
    const found = context.value.flatMap((row, y) =>
      row.components.map(
        (one, x) => [one, [y, 'components', x]] as const satisfies [Named, (string | number)[]],
      ),
    );
    refuseDuplicates(
      context,
      found.map(([one, path]) => [one, [...path]] as const),
    );
  });

/** What callback type 9 carries. */
export const modalForm = z.object({
  custom_id: customId,
  title: text(1, 45),
  components: z
    .array(z.discriminatedUnion('type', [label, textDisplay, oldRow]))
    .min(1)
    .max(5)
    .check((context) => {
      const found = context.value.flatMap((row, y): [Named, (string | number)[]][] => {
        if (row.type === 18) return [[row.component, [y, 'component']]];
        return row.type === 1 ? row.components.map((one, x) => [one, [y, 'components', x]]) : [];
      });
      refuseDuplicates(context, found);
    }),
});

const loose = z.object({ type: z.number() });

/** Components of the newer kind (sections, galleries, containers…) are not played here: 501 rather than a wrong picture. */
export function refuseComponentsV2(components: unknown): void {
  if (!Array.isArray(components)) return;
  for (const component of components) {
    const read = loose.safeParse(component);
    if (read.success && [9, 10, 11, 12, 13, 14, 17].includes(read.data.type)) {
      throw notImplemented('components v2');
    }
  }
}

const modalFields = z.object({ components: z.array(z.object({ component: loose.optional() })) });

/** Radio groups and checkboxes exist in Discord's modals since 2026 and are not played here. */
export function refuseNewModalFields(data: unknown): void {
  const read = modalFields.safeParse(data);
  if (
    read.success &&
    read.data.components.some(({ component }) => [21, 22, 23].includes(component?.type ?? 0))
  ) {
    throw notImplemented('radio groups and checkboxes in modals');
  }
}

type Loose = Record<string, unknown>;

/** Gives every component its number, as Discord does, and leaves out what is null. `from` is the first number. */
export function numbered<Shape extends ActionRow | ModalRow>(components: readonly Loose[]): Shape[] {
  let next = 0;
  const visit = (one: Loose): Loose => {
    next += 1;
    const own = typeof one['id'] === 'number' && one['id'] > 0 ? one['id'] : next;
    const clean: Loose = Object.fromEntries(
      Object.entries(one).filter(([, value]) => value !== null && value !== undefined),
    );
    clean['id'] = own;
    if (Array.isArray(one['components'])) clean['components'] = one['components'].map(visit);
    if (typeof one['component'] === 'object' && one['component'] !== null) {
      clean['component'] = visit({ ...one['component'] });
    }
    return clean;
  };
  // The forms above have checked the shape; numbering keeps it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see the line above
  return components.map(visit) as unknown as Shape[];
}
