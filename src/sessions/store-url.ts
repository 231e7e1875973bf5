/** What STORE_URL says: which kind of store, and where. Must not open anything. */
import { resolve } from 'node:path';
import { StoreError } from '../ports/store.ts';

/** Where the store is. Paths are absolute. */
export type StoreLocation = { readonly kind: 'memory' } | { readonly kind: 'file'; readonly path: string };

export const isPostgresUrl = (url: string): boolean => /^postgres(?:ql)?:/u.test(url);

/**
 * Reads STORE_URL: `sqlite:PATH` (relative to the working directory) or `memory:`.
 * @throws StoreError `unavailable` for anything else.
 */
export const readStoreUrl = (url: string): StoreLocation => {
  if (url === 'memory:') return { kind: 'memory' };
  const path = /^sqlite:(?<path>.+)$/u.exec(url)?.groups?.['path'];
  if (path !== undefined) return { kind: 'file', path: resolve(path) };
  const scheme = /^[a-z]+:/u.exec(url)?.[0] ?? 'a URL without a scheme';
  throw new StoreError('unavailable', {
    message: `STORE_URL begins with ${scheme}, which this version cannot open. Use sqlite:PATH, for example sqlite:data/makevideo.db.`,
  });
};
