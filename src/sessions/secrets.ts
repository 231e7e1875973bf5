/** Encryption of single values at rest: AES-256-GCM with a list of keys. Must not know what the values are or where they lie. */
import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import { StoreError } from '../ports/store.ts';

/** Names and encrypts; the first key of the list seals, all of them open. */
export type Secrets = {
  /** `boundTo` must be the same to open it again: a sealed value moved to another record does not open. */
  seal(plain: string, boundTo: string): string;
  /** @throws StoreError `corrupt` when no key opens it, it was changed, or it belongs to another record. */
  open(sealed: string, boundTo: string): string;
  /** False for a value that an older key sealed, or that nothing here can open. */
  isSealedByNewest(sealed: string): boolean;
};

const keyBytes = 32;
/** The nonce length that GCM is specified for (NIST SP 800-38D §8.2). */
const nonceBytes = 12;
const tagBytes = 16;

/**
 * A key from an operator's secret: 32 bytes in base64 are taken as they are, anything else goes through scrypt
 * (about 50 ms, once at start; RFC 7914, N = 2^14, r = 8, p = 1).
 */
export const deriveKey = (secret: string, salt: Uint8Array): Buffer => {
  const bytes = Buffer.from(secret, 'base64');
  return bytes.length === keyBytes && bytes.toString('base64') === secret
    ? bytes
    : scryptSync(secret, salt, keyBytes);
};

/** A fresh random key. Random bytes come from node:crypto: tests have nothing to control here, and a fake would be a hole. */
export const makeKey = (): Buffer => randomBytes(keyBytes);

/** Tells keys apart without saying anything about them. */
const nameOf = (key: Uint8Array): string =>
  createHash('sha256').update('name of key').update(key).digest('hex').slice(0, 12);

const unreadable = (): StoreError =>
  new StoreError('corrupt', {
    message:
      'A sealed value of the store does not open: it was changed, or its key is missing (STORE_SECRET or the key file).',
  });

/** `keys`: 32 bytes each, the newest first. A sealed value reads `v1.<name of key>.<nonce, ciphertext and tag in base64url>`. */
export const createSecrets = (keys: readonly [Buffer, ...Buffer[]]): Secrets => {
  const newest = keys[0];
  const newestName = nameOf(newest);
  const byName = new Map(keys.map((key) => [nameOf(key), key]));
  return {
    seal: (plain, boundTo) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', newest, nonce).setAAD(Buffer.from(boundTo));
      const body = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `v1.${newestName}.${body.toString('base64url')}`;
    },
    open: (sealed, boundTo) => {
      const [version, name, encoded] = sealed.split('.');
      const key = byName.get(name ?? '');
      const body = Buffer.from(encoded ?? '', 'base64url');
      if (version !== 'v1' || key === undefined || body.length < nonceBytes + tagBytes) throw unreadable();
      const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, nonceBytes))
        .setAAD(Buffer.from(boundTo))
        .setAuthTag(body.subarray(-tagBytes));
      try {
        return (
          decipher.update(body.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
        );
      } catch {
        // OpenSSL says no more than "unable to authenticate"; our message says what that means here.
        throw unreadable();
      }
    },
    isSealedByNewest: (sealed) => sealed.split('.')[1] === newestName,
  };
};
