/** Reads an answer of the backend: bounded, as JSON, and as a refusal where it is one. Knows no single endpoint. */
import { z } from 'zod';
import type { RefusedCall } from '../core/problems.ts';
import { classifyRefusal, problemOf } from '../core/problems.ts';
import { NemoError } from '../ports/backend.ts';
import type { HttpAnswer } from './http.ts';
import { idSchema, parseJson } from './json.ts';

/** The whole body, or null when it is longer than `sizeBytesMax`; the exchange ends then. */
export const readBytes = async (answer: HttpAnswer, sizeBytesMax: number): Promise<Uint8Array | null> => {
  if (Number(answer.header('content-length') ?? 0) > sizeBytesMax) {
    answer.discard();
    return null;
  }
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer.chunks) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > sizeBytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
};

const protocolError = (call: RefusedCall, what: string, cause?: unknown): NemoError =>
  new NemoError('protocol', problemOf('backendUnavailable'), {
    message: `The answer to the ${call} request ${what}.`,
    sent: true,
    cause,
  });

/** The body as JSON, `undefined` where it is none. Rejects with NemoError `tooLarge` beyond the limit. */
export const readJson = async (
  answer: HttpAnswer,
  call: RefusedCall,
  sizeBytesMax: number,
): Promise<unknown> => {
  const bytes = await readBytes(answer, sizeBytesMax);
  if (bytes === null) {
    throw new NemoError('tooLarge', problemOf('answerTooLong'), {
      message: `The answer to the ${call} request is longer than ${sizeBytesMax} bytes.`,
      sent: true,
    });
  }
  try {
    return parseJson(new TextDecoder().decode(bytes));
  } catch (error) {
    // Not JSON: an error page of a gateway, or an empty body. The status decides, in `refusalOf`.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

const absent = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);

const boundSchema = z.object({ user_id: absent(idSchema), bind_id: absent(idSchema) });

/** `{code, message, data}` (nemo-api §1) and its neighbours: `{success, error}`, FastAPI's `{detail}`; every key optional. */
const envelopeSchema = z.object({
  code: absent(z.union([z.number(), z.string()])),
  success: absent(z.boolean()),
  message: absent(z.string()),
  msg: absent(z.string()),
  detail: absent(z.string()),
  error: absent(z.string()),
  user_id: absent(idSchema),
  bind_id: absent(idSchema),
  data: z.unknown().optional(),
});

type Envelope = z.output<typeof envelopeSchema>;

const emptyEnvelope: Envelope = { data: undefined };

const envelopeOf = (body: unknown): Envelope => {
  const parsed = envelopeSchema.safeParse(body);
  return parsed.success ? parsed.data : emptyEnvelope;
};

/** Why the backend says no, for the log: shortened, without anything that looks like a token or an address. */
const reasonOf = (envelope: Envelope): string | null => {
  const reason = envelope.message ?? envelope.msg ?? envelope.detail ?? envelope.error;
  if (reason === null || reason === undefined) return null;
  return reason.replaceAll(/\b(?:nmv|clm)_\S+|https?:\S+/gu, '…').slice(0, 200);
};

const bindIdOf = (envelope: Envelope): string | null => {
  const inner = boundSchema.safeParse(envelope.data);
  const ids = [envelope.user_id, envelope.bind_id, inner.data?.user_id, inner.data?.bind_id];
  return ids.find((id) => id !== null && id !== undefined) ?? null;
};

/** The code of a body; null where there is none, or success. */
const bodyCodeOf = (envelope: Envelope): number | string | null =>
  envelope.code === undefined || envelope.code === null || Number(envelope.code) === 0 ? null : envelope.code;

/** The refusal that an answer is, or null. Code of the body first, then the status (nemo-api §15 row 16). */
export const refusalOf = (call: RefusedCall, httpStatus: number, body: unknown): NemoError | null => {
  const envelope = envelopeOf(body);
  const bodyCode = bodyCodeOf(envelope);
  const isOk = httpStatus >= 200 && httpStatus < 300;
  const isDenied = envelope.success === false && (envelope.data === undefined || envelope.data === null);
  if (isOk && bodyCode === null && !isDenied) return null;
  const problem = classifyRefusal({ call, httpStatus, bodyCode, bindId: bindIdOf(envelope) });
  return new NemoError('refused', problem, {
    message: `The ${call} request was refused: code ${bodyCode === null ? 'none' : problem.code}, HTTP status ${httpStatus}, ${reasonOf(envelope) ?? 'no reason given'}.`,
    // A server that broke down may have acted before; one that says no did not.
    sent: httpStatus >= 500,
  });
};

/** Reads `data` of an envelope through a schema. Throws NemoError `protocol` when it is not what was promised. */
export const dataOf = <T extends z.ZodType>(call: RefusedCall, body: unknown, schema: T): z.output<T> => {
  const parsed = schema.safeParse(envelopeOf(body).data);
  if (parsed.success) return parsed.data;
  throw protocolError(call, 'does not have the promised shape', parsed.error);
};
