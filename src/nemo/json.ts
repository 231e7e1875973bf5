/** Reads JSON without losing digits. Knows nothing of the backend. */
import { z } from 'zod';

declare global {
  interface JSON {
    /** ECMAScript's source text access: in Node 24, not yet in the compiler's library. */
    rawJSON(text: string): object;
  }
}

const mayHoldLongInteger = /\d{16}/u;

const keepLongInteger = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? JSON.rawJSON(context?.source ?? String(value))
    : value;

/**
 * Parses JSON; throws SyntaxError. Integers that JavaScript cannot hold become `{ rawJSON: '<digits>' }` objects, which
 * JSON.stringify writes as the same digits: ids of 19 digits survive (nemo-api §3) and a draft goes back as it came (§7).
 */
export const parseJson = (text: string): unknown =>
  mayHoldLongInteger.test(text) ? JSON.parse(text, keepLongInteger) : JSON.parse(text);

/** Ids stand in addresses, some of them in those that people are given, where no token may be (nemo-api §8.4). */
const idPattern = /^(?!nmv_|clm_)[\x21-\x7e]{1,200}$/iu;

/** An id, also where it arrived as a number. */
export const idSchema = z
  .union([z.string().regex(idPattern), z.number(), z.object({ rawJSON: z.string() })])
  .transform((id) => (typeof id === 'object' ? id.rawJSON : String(id)));
