/** A message's words without their marks, for one-line excerpts. Pure. */

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
