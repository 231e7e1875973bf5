/** Reads a request body and puts what is wrong into Discord's words. It must not know any particular form. */
import * as z from 'zod';
import { badForm, type FieldProblem } from './refusal.ts';

/** Length as Discord counts it: in code points, so an emoji of two UTF-16 units is one. */
export function lengthOf(text: string): number {
  return [...text].length;
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
    if (min > 0 && length === 0 && max === Number.POSITIVE_INFINITY)
      return problem(context, { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' });
    if (min === 0)
      return problem(context, {
        code: 'BASE_TYPE_MAX_LENGTH',
        message: `Must be ${max} or fewer in length.`,
      });
    return problem(context, {
      code: 'BASE_TYPE_BAD_LENGTH',
      message: `Must be between ${min} and ${max} in length.`,
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

function inWords(issue: z.core.$ZodIssue): { code: string; message: string } {
  if (issue.code === 'custom') {
    return { code: String(issue.params?.['discord'] ?? 'BASE_TYPE_INVALID'), message: issue.message };
  }
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined || issue.input === null)
      return { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' };
    const [code, message] = conversions[issue.expected] ?? ['BASE_TYPE_INVALID', issue.message];
    return { code, message };
  }
  if (issue.code === 'too_big') {
    return issue.origin === 'array' || issue.origin === 'string'
      ? { code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${issue.maximum} or fewer in length.` }
      : { code: 'NUMBER_TYPE_MAX', message: `int value should be less than or equal to ${issue.maximum}.` };
  }
  if (issue.code === 'too_small') {
    return issue.origin === 'array' || issue.origin === 'string'
      ? { code: 'BASE_TYPE_MIN_LENGTH', message: `Must be ${issue.minimum} or more in length.` }
      : {
          code: 'NUMBER_TYPE_MIN',
          message: `int value should be greater than or equal to ${issue.minimum}.`,
        };
  }
  if (issue.code === 'invalid_value') {
    return { code: 'BASE_TYPE_CHOICES', message: `Value must be one of {${issue.values.join(', ')}}.` };
  }
  if (issue.code === 'invalid_format')
    return { code: 'STRING_TYPE_REGEX', message: 'String value did not match validation regex.' };
  if (issue.code === 'invalid_union')
    return { code: 'UNION_TYPE_CHOICES', message: 'Value of field "type" is not one that is allowed here.' };
  return { code: 'BASE_TYPE_INVALID', message: issue.message };
}

function pathOf(issue: z.core.$ZodIssue): (string | number)[] {
  return issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
}

/** What is wrong with `value`, each at its place below `path`. */
export function problemsOf(error: z.ZodError, path: readonly (string | number)[] = []): FieldProblem[] {
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
