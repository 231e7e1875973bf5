/** Looks for secrets in bytes and texts, in every form in which they may stand there. Knows no place. */

/** As it is, in an address, in JSON, in base64. */
const formsOf = (secret: string): readonly string[] => [
  ...new Set([
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64').replace(/=+$/u, ''),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
  ]),
];

/** The names of those that are found. */
export const secretsIn = (
  where: string | Uint8Array,
  secrets: Readonly<Record<string, readonly string[]>>,
): readonly string[] => {
  const bytes = Buffer.from(where);
  return Object.entries(secrets)
    .filter(([, values]) => values.some((value) => formsOf(value).some((form) => bytes.includes(form))))
    .map(([name]) => name);
};
