/** Reads a request body and puts what is wrong into Discord's words. It must not know any particular form. */
import * as z from 'zod';
import { badForm, type FieldProblem } from './refusal.ts';

/** Length as Discord counts it: in code points, so an emoji of two UTF-16 units is one. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** Adds a problem with Discord's own code to a zod check. */
export function problem(
  payload: { issues: unknown[] },
  at: { code: string; message: string; path?: (string | number)[]; input?: unknown },
): void {
  payload.issues.push({
    code: 'custom',
    input: at.input,
    path: at.path ?? [],
    message: at.message,
    params: { discord: at.code },
  });
}

/** Text of `min` to `max` code points. */
export function text(min: number, max: number) {
  return z.string().check((context) => {
    const length = lengthOf(context.value);
    if (length >= min && length <= max) return;
    const isOnlyMax = min === 0;
    problem(context, {
      code: isOnlyMax ? 'BASE_TYPE_MAX_LENGTH' : 'BASE_TYPE_BAD_LENGTH',
      message: isOnlyMax
        ? `Must be ${max} or fewer in length.`
        : `Must be between ${min} and ${max} in length.`,
    });
  });
}

/** An id, as text or as a number. */
export const snowflake = z
  .union([z.string().regex(/^\d{1,20}$/), z.number().int().nonnegative()])
  .transform((id) => String(id));

export const flag = z.boolean();

const conversions: Readonly<Record<string, [code: string, message: string]>> = {
  int: ['NUMBER_TYPE_COERCE', 'Value is not int.'],
  number: ['NUMBER_TYPE_COERCE', 'Value is not int.'],
  boolean: ['BOOLEAN_TYPE_CONVERT', 'Must be either true or false.'],
  object: ['MODEL_TYPE_CONVERT', 'Only dictionaries may be used in a ModelType'],
  record: ['MODEL_TYPE_CONVERT', 'Only dictionaries may be used in a ModelType'],
  array: ['LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType'],
  string: ['STRING_TYPE_CONVERT', 'Could not interpret value as string.'],
};

type Words = Pick<FieldProblem, 'code' | 'message'>;

function sizeInWords(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): Words {
  const isLength = issue.origin === 'array' || issue.origin === 'string';
  if (issue.code === 'too_big') {
    return isLength
      ? { code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${issue.maximum} or fewer in length.` }
      : { code: 'NUMBER_TYPE_MAX', message: `int value should be less than or equal to ${issue.maximum}.` };
  }
  return isLength
    ? { code: 'BASE_TYPE_MIN_LENGTH', message: `Must be ${issue.minimum} or more in length.` }
    : { code: 'NUMBER_TYPE_MIN', message: `int value should be greater than or equal to ${issue.minimum}.` };
}

function inWords(issue: z.core.$ZodIssue): Words {
  switch (issue.code) {
    case 'custom':
      return { code: String(issue.params?.['discord'] ?? 'BASE_TYPE_INVALID'), message: issue.message };
    case 'invalid_type': {
      if (issue.input === undefined || issue.input === null) {
        return { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' };
      }
      const [code, message] = conversions[issue.expected] ?? ['BASE_TYPE_INVALID', issue.message];
      return { code, message };
    }
    case 'too_big':
    case 'too_small':
      return sizeInWords(issue);
    case 'invalid_value':
      return { code: 'BASE_TYPE_CHOICES', message: `Value must be one of {${issue.values.join(', ')}}.` };
    case 'invalid_format':
      return { code: 'STRING_TYPE_REGEX', message: 'String value did not match validation regex.' };
    case 'invalid_union':
      return { code: 'UNION_TYPE_CHOICES', message: 'This is of no kind that is allowed here.' };
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return { code: 'BASE_TYPE_INVALID', message: issue.message };
  }
}

function pathOf(issue: z.core.$ZodIssue): (string | number)[] {
  return issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
}

/** What is wrong with `value`, each at its place below `path`. */
function problemsOf(error: z.ZodError, path: readonly (string | number)[] = []): FieldProblem[] {
  return error.issues.map((issue) => ({ path: [...path, ...pathOf(issue)], ...inWords(issue) }));
}

/** The form in our types, or 50035 with every problem. Keys that the form does not know are ignored, as Discord does. */
export function readForm<Form extends z.ZodType>(
  form: Form,
  value: unknown,
  path: readonly (string | number)[] = [],
): z.infer<Form> {
  const result = form.safeParse(value ?? {}, { reportInput: true });
  if (!result.success) throw badForm(problemsOf(result.error, path));
  return result.data;
}
