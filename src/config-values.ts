/** How single values of the environment are read: patterns, ranges, advice. Must not know which variable has which. */
import { z } from 'zod';

export type HttpAddress = { readonly host: string; readonly port: number };

const dayMs = 86_400_000;

export const listOf = (text: string): string[] => text.split(/[\s,]+/u).filter((part) => part !== '');

export const wholeNumber = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}.`;
  return z
    .string()
    .regex(/^\d{1,15}$/u, { error, abort: true })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }));
};

export const durationMs = (min: number) => wholeNumber(min, dayMs);

export const turnLimit = z
  .string()
  .regex(/^(none|[1-9]\d{0,5})$/u, { error: 'must be a whole number from 1 to 999999, or none.' })
  .transform((text) => (text === 'none' ? null : Number(text)));

/** Visible ASCII only: these values travel in HTTP headers. The value itself is never part of the complaint. */
export const headerText = z.string().regex(/^[\x21-\x7e]{1,4096}$/u, {
  error:
    'has spaces, line breaks or letters that no header may carry. Copy the bare value, without quotes or a word before it.',
});

const isBaseUrl = (text: string): boolean => {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
};

export const baseUrl = z
  .string()
  .refine(isBaseUrl, {
    error: 'must be an address like https://example.com/api, without a user name, "?" or "#".',
  })
  .transform((text) => text.replace(/\/+$/u, ''));

/** Discord ids are numbers of up to 20 digits, too long for a JavaScript number (Discord docs, reference: snowflakes). */
export const isDiscordId = (text: string): boolean => /^\d{1,20}$/u.test(text);

const isHost = (text: string): boolean =>
  /^(\[[\da-f:]+\]|[a-z\d.-]+)(:\d{1,5})?$/u.test(text) && URL.canParse(`http://${text}`);

export const attachmentHosts = z
  .string()
  .transform((text) => listOf(text.toLowerCase()))
  .refine((hosts) => hosts.length > 0 && hosts.every(isHost), {
    error:
      'must be host names separated by commas, each with an optional port: cdn.example.com, 127.0.0.1:8080.',
  });

export const isPostgres = (storeUrl: string): boolean =>
  /^postgres(ql)?:\/\/.+$/u.test(storeUrl) && URL.canParse(storeUrl);

export const storeUrl = z
  .string()
  .refine((text) => text === 'memory:' || /^sqlite:.+$/u.test(text) || isPostgres(text), {
    error:
      'must be sqlite: and the path of a file, for example sqlite:data/makevideo.db, or the address of a Postgres database, postgres://user:password@host/database (memory: forgets everything at the end).',
  });

export type ConfigRoles = { readonly gateway: boolean; readonly worker: boolean };

export const roles = z
  .string()
  .transform((text) => [...new Set(listOf(text))].toSorted())
  .refine((names) => ['gateway,worker', 'gateway', 'worker'].includes(names.join()), {
    error: 'must be gateway,worker (one process does everything), gateway, or worker.',
    abort: true,
  })
  .transform(
    (names): ConfigRoles => ({
      gateway: names.includes('gateway'),
      worker: names.includes('worker'),
    }),
  );

/** `auto`: as many as Discord recommends, all of them here. */
export type ConfigShards = 'auto' | { readonly ids: readonly number[]; readonly count: number };

const shardsPattern = /^(?<first>\d{1,5})(?:-(?<last>\d{1,5}))?\/(?<count>\d{1,5})$/u;

export const readShards = (text: string): ConfigShards | null => {
  if (text === 'auto') return 'auto';
  const { first, last = first, count } = shardsPattern.exec(text)?.groups ?? {};
  if (first === undefined || Number(first) > Number(last) || Number(last) >= Number(count)) return null;
  const length = Number(last) - Number(first) + 1;
  return { ids: Array.from({ length }, (_, index) => Number(first) + index), count: Number(count) };
};

export const shards = z.string().transform((text, context): ConfigShards => {
  const read = readShards(text);
  if (read !== null) return read;
  context.issues.push({
    code: 'custom',
    input: text,
    message: 'must be auto, or the shards of this process and how many there are in all: 3/16, or 0-3/16.',
  });
  return z.NEVER;
});

const httpAddressPattern = /^(?<host>\[[\da-f:]+\]|[A-Za-z\d.-]+):(?<port>\d{1,5})$/u;

export const httpAddress = z
  .string()
  .refine(
    (text) =>
      text === 'off' || Number(httpAddressPattern.exec(text)?.groups?.['port'] ?? Number.NaN) <= 65_535,
    {
      error: 'must be a host and a port like 127.0.0.1:8080, or off.',
      abort: true,
    },
  )
  .transform((text): HttpAddress | null => {
    const { host, port } = httpAddressPattern.exec(text)?.groups ?? {};
    return host === undefined ? null : { host: host.replace(/^\[|\]$/gu, ''), port: Number(port) };
  });
