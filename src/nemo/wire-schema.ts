/** The shapes an event of the stream may have (nemo-api §4.1, sse-wire "Event JSON"), read tolerantly. Says nothing of what they mean. */
import { z } from 'zod';

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

export const eventSchema = z.object({
  // ADK, since 1.0 in camelCase and before in snake_case.
  author: text,
  partial: flag,
  content: z.union([contentSchema, z.string()]).nullish().catch(undefined),
  errorCode: optional(z.union([z.string(), z.number()])),
  errorMessage: text,
  error_code: optional(z.union([z.string(), z.number()])),
  error_message: text,
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

const failureSchema = z.object({ error: anything, status: text }).catch({ error: undefined });

/** A tool that failed says so in its answer; the run goes on (sse-wire, "Tools"). */
export const isFailure = (response: unknown): boolean => {
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
