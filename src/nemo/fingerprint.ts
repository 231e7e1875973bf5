/** One short text for a JSON value, equal exactly when the values are equal. Knows nothing of drafts. */
import { createHash } from 'node:crypto';

/** Work still to be written down: text as it is, or a value. */
type Item = { readonly text: string } | { readonly value: unknown };

const flushLength = 65_536;

const itemsOfArray = (values: readonly unknown[]): Item[] => [
  { text: '[' },
  ...values.flatMap((value): Item[] => [{ value }, { text: ',' }]),
  { text: ']' },
];

const itemsOfObject = (object: object): Item[] => [
  { text: '{' },
  ...Object.entries(object)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]): Item[] => [{ text: `${JSON.stringify(key)}:` }, { value }, { text: ',' }]),
  { text: '}' },
];

const itemsOf = (value: unknown): Item[] => {
  if (typeof value !== 'object' || value === null) return [{ text: JSON.stringify(value) ?? 'null' }];
  return Array.isArray(value) ? itemsOfArray(value) : itemsOfObject(value);
};

/** Keys in any order give the same text. No recursion: a draft may be nested deeper than the call stack. */
export const fingerprintOf = (value: unknown): string => {
  const hash = createHash('sha256');
  const waiting: Item[] = [{ value }];
  let written = '';
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    if ('text' in item) written += item.text;
    else for (const next of itemsOf(item.value).toReversed()) waiting.push(next);
    if (written.length > flushLength) {
      hash.update(written);
      written = '';
    }
  }
  return hash.update(written).digest('base64url');
};
