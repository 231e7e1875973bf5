/** What keeps secrets out of the log: by the name of a field, by known values, by the shape of a text. Pure; must not know the logger. */

/** Fields whose value never appears, wherever they are. Headers and bodies are left out whole: nobody reads them line by line. */
const secretName = /(?:token|authorization|secret|password|cookie|headers|requestbody|client-?_?id)$/iu;

const depthMax = 6;
const itemsMax = 20;
const textLengthMax = 4_000;

const cut = (text: string): string =>
  text.length <= textLengthMax ? text : `${text.slice(0, textLengthMax)}… (${text.length} characters)`;

const entriesOf = (value: object): [string, unknown][] => {
  if (!(value instanceof Error)) return Object.entries(value);
  // An error's own words and its causes are not enumerable; everything else that somebody put on it is.
  const { message, stack, cause } = value;
  const type = value.constructor.name === 'Error' ? value.name : value.constructor.name;
  const own = Object.entries(value).filter(([name]) => name !== 'name');
  const words = Object.entries({ type, message, stack });
  return [...words, ...own, ...(cause === undefined ? [] : Object.entries({ cause }))];
};

const redact = (value: unknown, above: readonly object[]): unknown => {
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (above.includes(value)) return '[circular]';
  if (above.length >= depthMax) return '[deeper]';
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  const inside = [...above, value];
  if (Array.isArray(value)) return value.slice(0, itemsMax).map((item: unknown) => redact(item, inside));
  return Object.fromEntries(
    entriesOf(value).map(([name, item]) => [
      name,
      secretName.test(name) && item !== null && item !== undefined ? '[secret]' : redact(item, inside),
    ]),
  );
};

/** The fields of a line without secrets, errors with their causes, bounded in depth and length. */
export const redactFields = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, item]) => [
      name,
      secretName.test(name) && item !== null && item !== undefined ? '[secret]' : redact(item, [fields]),
    ]),
  );

/** Texts that look like a secret, whoever it belongs to. */
const shapes: readonly (readonly [RegExp, string])[] = [
  // Tokens of people and claim tokens (nemo-api §2, §8.4).
  [/\b(nmv_usr_|clm_)[\w-]{4,}/gu, '$1[secret]'],
  // Bot tokens: id, time and digest in base64url (Discord docs: Reference, Authentication).
  [/\b[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,45}\b/gu, '[secret]'],
  [/\bBearer\s+[\w.~+/=-]{4,}/giu, 'Bearer [secret]'],
  // The token of an interaction stands in the path (Discord docs: Interactions, Followup Messages).
  [/(\/(?:webhooks|interactions)\/\d+\/)[\w.-]{8,}/gu, '$1[secret]'],
  [/(\b[a-z][a-z\d+.-]*:\/\/)[^\s/@"'\\]+@/giu, '$1[secret]@'],
  // Signed addresses: whoever has the query has the file.
  [/(\bhttps?:\/\/[^\s"'<>?#\\]+)\?[^\s"'<>\\]+/giu, '$1?[query]'],
];

/** A secret as it may stand in a line of JSON: as it is, escaped, in an address, in base64. */
const formsOf = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('base64url'),
];

/** Shorter values would be found in ordinary words. */
const secretLengthMin = 8;

/** Replaces known secrets, and whatever looks like one, in a finished line. */
export const createMask = (secrets: readonly (string | null)[]): ((line: string) => string) => {
  const known = secrets.filter((secret) => secret !== null && secret.length >= secretLengthMin);
  // The longest first, so that no part of one is left over.
  const forms = [...new Set(known.flatMap((secret) => formsOf(secret ?? '')))].sort(
    (one, other) => other.length - one.length,
  );
  return (line) => {
    const withoutKnown = forms.reduce((text, form) => text.replaceAll(form, '[secret]'), line);
    return shapes.reduce((text, [shape, instead]) => text.replaceAll(shape, instead), withoutKnown);
  };
};
