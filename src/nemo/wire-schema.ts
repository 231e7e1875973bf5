/** The shapes an event of the stream may have (nemo-api §4.1, sse-wire "Event JSON"), read tolerantly. Says nothing of what they mean. */
import { z } from 'zod';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A key of the wrong type counts as missing: one odd field must not cost the words beside it. */
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);

const text = optional(z.string());
const flag = optional(z.boolean());
/** Missing keys too: a bare `z.unknown()` asks for the key. */
const anything = z.unknown().optional();

/** ADK's parts are camelCase in every release; the snake_case twins cost nothing. */
const callSchema = optional(z.object({ id: text, name: text, args: anything, response: anything }));

const partSchema = z
  .object({
    text,
    thought: flag,
    functionCall: callSchema,
    functionResponse: callSchema,
    function_call: callSchema,
    function_response: callSchema,
  })
  .catch({});

const contentSchema = z.object({ role: text, parts: optional(z.array(partSchema)) });

const eventSchema = z.object({
  // ADK, since 1.0 in camelCase and before in snake_case.
  author: text,
  partial: flag,
  content: z.union([contentSchema, z.string()]).nullish().catch(undefined),
  errorCode: optional(z.union([z.string(), z.number()])),
  errorMessage: text,
  error_code: optional(z.union([z.string(), z.number()])),
  error_message: text,
  finishReason: text,
  finish_reason: text,
  invocationId: text,
  invocation_id: text,
  // Flat events with a type.
  type: text,
  id: text,
  name: text,
  text,
  result: anything,
  // `{"error": …}` of an exception, and an ordinary envelope inside the stream.
  error: anything,
  code: optional(z.union([z.string(), z.number()])),
  message: text,
});

export type WireEvent = z.output<typeof eventSchema>;
export type WireContent = z.output<typeof contentSchema>;
export type WireCall = NonNullable<z.output<typeof callSchema>>;

/** Where it is there after all, the tolerant schema reads the event. */
const absent = z.never().optional();

const usualCall = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  args: anything,
  response: anything,
});

const usualPart = z.object({
  text: z.string().optional(),
  thought: z.boolean().optional(),
  functionCall: usualCall.optional(),
  functionResponse: usualCall.optional(),
  function_call: absent,
  function_response: absent,
});

/**
 * What a healthy ADK sends. Compiled and only asked whether the event fits, which costs a tenth of the tolerant schema; so every key of
 * that one whose type matters and that is read of an ADK event stands here too.
 */
const usualSchema = z.compile(
  z.object({
    author: z.string().optional(),
    content: z.object({ role: z.string().optional(), parts: z.array(usualPart).optional() }).optional(),
    partial: z.boolean().optional(),
    invocationId: z.string().optional(),
    invocation_id: absent,
    errorCode: z.string().optional(),
    errorMessage: z.string().optional(),
    error_code: absent,
    error_message: absent,
    finishReason: z.string().optional(),
    finish_reason: absent,
    type: absent,
    text: absent,
    code: absent,
  }),
);

/** Nine of ten events: a few words and nothing else, a fifth of the cost of the usual schema. */
const wordsSchema = z.compile(
  z.object({
    author: z.string(),
    content: z.object({ role: z.string(), parts: z.array(z.strictObject({ text: z.string() })) }),
    partial: z.boolean().optional(),
    errorCode: absent,
    errorMessage: absent,
    error_code: absent,
    error_message: absent,
    finishReason: z.string().optional(),
    finish_reason: absent,
  }),
);

/** One event of any shape; null for what is no JSON object. The event itself where it is as usual: nothing is copied. */
export const readEvent = (value: unknown): WireEvent | null =>
  wordsSchema.validate(value) || usualSchema.validate(value)
    ? value
    : (eventSchema.safeParse(value).data ?? null);

const hintSchema = z
  .object({
    hint: text,
    message: text,
    prompt: text,
    toolConfirmation: optional(z.object({ hint: text })),
    tool_confirmation: optional(z.object({ hint: text })),
  })
  .catch({});

/** What a request for confirmation or input asks, if it says so (sse-wire, "Tools": `adk_request_*`). */
export const hintOf = (args: unknown): string | null => {
  const hint = hintSchema.parse(args);
  const confirmation = hint.toolConfirmation?.hint ?? hint.tool_confirmation?.hint;
  return confirmation ?? hint.hint ?? hint.message ?? hint.prompt ?? null;
};

const failureSchema = z.compile(z.object({ error: anything, status: text }).catch({ error: undefined }));

/** A tool that failed says so in its answer; the run goes on (sse-wire, "Tools"). */
export const isFailure = (response: unknown): boolean => {
  if (!isObject(response) || !('error' in response || 'status' in response)) return false;
  const { error, status } = failureSchema.parse(response);
  return (error !== undefined && error !== null && error !== '' && error !== false) || status === 'error';
};

const errorObjectSchema = z.object({ message: text, error: text, error_message: text }).catch({});

/** The words of an `error` value, which may be a text or an object. */
export const errorTextOf = (error: unknown): string | null => {
  if (typeof error === 'string') return error;
  const parsed = errorObjectSchema.parse(error);
  return parsed.message ?? parsed.error ?? parsed.error_message ?? null;
};

const codedErrorSchema = z.object({ code: optional(z.union([z.string(), z.number()])) }).catch({});

/** The code of an `error` value that is an object with one. */
export const errorCodeOf = (error: unknown): string | number | null =>
  codedErrorSchema.parse(error).code ?? null;
