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

/** Room for a person's words in a message that says a little more. */
const wishLengthMax = 1_700;

/**
 * A person's words when the bot repeats them: all lines, but nothing in them looks as if the bot said it (links under other words,
 * headings). Mentions stay readable; whom a message may ping is not decided by its words.
 */
export function quoteWish(text: string): string {
  const escaped = escapeForeignText(text.slice(0, wishLengthMax * 2).toWellFormed());
  return shortenText(escaped.replace(/\\<(@[!&]?\d{1,20}>)/gu, '<$1'), wishLengthMax);
}

/** Words of a stranger in which no link hides behind other words: "[here](https://…)" shows where it leads. */
export function openLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
