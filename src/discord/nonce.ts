/** The nonce of a message, so that a repeated create makes no second message. Pure. */
import { createHash } from 'node:crypto';

/** Discord's limit for `nonce` (Discord docs: Create Message). */
const nonceLength = 25;

/**
 * The same key gives the same nonce, in every process and after every restart. With `enforce_nonce` Discord answers a repeated
 * nonce of the same author with the first message for a few minutes (Discord docs: Create Message).
 */
export const nonceOf = (key: string): string =>
  createHash('sha256').update(key).digest('base64url').slice(0, nonceLength);
