/** Words of strangers (names out of a draft) made fit for one line of a chat message. Pure; knows the chat's Markdown, no platform. */

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * One line without control characters and without the marks that reverse the direction of writing, trimmed.
 * Looks at the first `lengthMax` × 4 units only, so that a name of megabytes costs nothing.
 */
export function cleanLine(text: string, lengthMax: number): string {
  const line = text
    .slice(0, lengthMax * 4)
    .toWellFormed()
    .replace(/[\p{Cc}\s\u2028\u2029]+/gu, ' ')
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim();
  return shortenText(line, lengthMax);
}

/** At most `lengthMax` UTF-16 units; what was cut off is an ellipsis, and no emoji or letter is cut in half. */
export function shortenText(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const cut = graphemes.segment(text.slice(0, lengthMax + 64)).containing(lengthMax - 1)?.index ?? 0;
  return `${text.slice(0, cut).trimEnd()}…`;
}

/** What `escapeForeignText` stands for, where no Markdown is read: alternative texts, for example. */
export function plainForeignText(escaped: string): string {
  return escaped.replace(/\\(.)/gu, '$1').replaceAll('\u200b', '');
}

/**
 * Text that is shown as it is: Markdown, mentions, custom emoji, time stamps and addresses stay letters.
 * (Discord reference, "Message Formatting": a backslash before punctuation shows the punctuation.)
 */
export function escapeForeignText(text: string): string {
  return text
    .replace(/[\\*_~`|[\]<]/gu, String.raw`\$&`)
    .replaceAll('://', String.raw`:\//`)
    .replace(/@(?=everyone|here)/gu, '@\u200b')
    .replace(/^(\s*)([#>+-])/gmu, String.raw`$1\$2`);
}
