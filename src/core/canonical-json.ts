/** One text for equal JSON values, whatever the order of their keys: what fingerprints are made of. Pure. */

type Pending = { readonly text: string } | { readonly value: unknown };

/**
 * JSON with sorted keys and without spaces. Linear in the size of the value (but for sorting) and safe at any depth, since
 * `JSON.parse` reads nesting deeper than the call stack. What JSON does not have is `null`; members that are undefined are left out.
 */
export function canonicalJson(value: unknown): string {
  const pieces: string[] = [];
  const pending: Pending[] = [{ value }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if ('text' in next) pieces.push(next.text);
    else if (Array.isArray(next.value)) pushArray(pending, next.value);
    else if (typeof next.value === 'object' && next.value !== null) pushObject(pending, next.value);
    else pieces.push(scalar(next.value));
  }
  return pieces.join('');
}

function scalar(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? JSON.stringify(value)
    : 'null';
}

// The stack is worked off from its end, so everything is pushed backwards.
function pushArray(pending: Pending[], items: readonly unknown[]): void {
  pending.push({ text: ']' });
  for (let index = items.length - 1; index >= 0; index -= 1) {
    pending.push({ value: items[index] });
    if (index > 0) pending.push({ text: ',' });
  }
  pending.push({ text: '[' });
}

function pushObject(pending: Pending[], object: object): void {
  const members = Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? 1 : -1));
  pending.push({ text: '}' });
  members.forEach(([key, value], index) => {
    pending.push({ value }, { text: `${index < members.length - 1 ? ',' : ''}${JSON.stringify(key)}:` });
  });
  pending.push({ text: '{' });
}
