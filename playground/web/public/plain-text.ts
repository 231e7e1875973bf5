/** A message's words without their marks, for excerpts and for the ear. Pure. */
import type { MentionNames } from './markdown.ts';

/** In one line; names stand for ids, times and custom emoji go. */
export function plainText(source: string, names: MentionNames): string {
  return source
    .replaceAll(/<@!?(\d+)>/gu, (_mark, id: string) => `@${names.user(id) ?? id}`)
    .replaceAll(/<@&(\d+)>/gu, (_mark, id: string) => `@${names.role(id) ?? id}`)
    .replaceAll(/<#(\d+)>/gu, (_mark, id: string) => `#${names.channel(id) ?? id}`)
    .replaceAll(/<(\/[^:>\n]{1,100}):\d+>/gu, '$1')
    .replaceAll(/<(?:t:-?\d+(?::\w)?|a?:\w+:\d+)>/gu, '')
    .replaceAll(/\[([^\]\n]*)\]\(<?https?:[^)\s]*>?\)/gu, '$1')
    .replaceAll(/^(?:>>> |> |-# |#{1,3} )/gmu, '')
    .replaceAll(/\*\*|__|~~|\|\||`+|(?<![\p{L}\p{N}])[*_]|[*_](?![\p{L}\p{N}])/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

export const shorten = (text: string, lengthMax: number): string =>
  text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;

/** The lines of `after` that are new, of a line that grew its end alone. */
export function addedLines(before: string, after: string): string {
  const known = before.split('\n').filter((line) => line !== '');
  return after
    .split('\n')
    .filter((line) => !known.includes(line))
    .map((line) => line.slice(known.find((old) => line.startsWith(old))?.length ?? 0).trim())
    .filter((line) => line !== '')
    .join('\n');
}
