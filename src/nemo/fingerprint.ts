/** One short text for a JSON value, equal exactly when the values are equal. Knows nothing of drafts. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/canonical-json.ts';

/** The order of keys does not matter; numbers too long for JavaScript count with every digit (`parseJson`). */
export const fingerprintOf = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('base64url');
