/** A message's words without their marks, for excerpts and for the ear. Pure. */

/** At most `lengthMax` characters, marks and line breaks taken out. */
export function plainText(source: string, lengthMax: number): string {
  const text = source
    .replaceAll(/\[([^\]\n]*)\]\(<?https?:[^)\s]*>?\)/gu, '$1')
    .replaceAll(/^(?:>>> |> |-# |#{1,3} )/gmu, '')
    .replaceAll(/\*\*|__|~~|\|\||`+|(?<![\p{L}\p{N}])[*_]|[*_](?![\p{L}\p{N}])/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  return text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;
}

/** What is new in a text: its end if it grew, the whole if it changed. */
export function addition(before: string, after: string): string {
  return after.startsWith(before) ? after.slice(before.length).trim() : after;
}
