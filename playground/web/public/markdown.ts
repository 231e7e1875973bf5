/** Discord's dialect of Markdown to HTML. Pure; the HTML still has to be cleaned before a browser shows it. */
import {
  Marked,
  type RendererThis,
  Tokenizer,
  type TokenizerAndRendererExtension,
  type Tokens,
} from 'marked';

/** Words for the ids in a message; `null` where the reader cannot know the name. */
export type MentionNames = {
  user(id: string): string | null;
  role(id: string): string | null;
  channel(id: string): string | null;
};

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/gu, (sign) => escapes[sign] ?? sign);

/** A function from the source of a message to HTML, for the names of one world. */
export function createMarkdown(names: MentionNames): (source: string) => string {
  const marked = new Marked({
    gfm: true,
    breaks: true,
    extensions: [spoiler, subtext, quote, longQuote, ...mentions(names)],
    tokenizer: restrictions,
    renderer,
  });
  return (source) => marked.parse(source, { async: false });
}

/** What marked knows and Discord does not: a tokenizer that gives nothing leaves the words as they are. */
const restrictions = {
  html: () => undefined,
  tag: () => undefined,
  code: () => undefined,
  table: () => undefined,
  hr: () => undefined,
  lheading: () => undefined,
  def: () => undefined,
  reflink: () => undefined,
  blockquote: () => undefined,
  heading: (source: string): false | undefined => (/^#{1,3} /u.test(source) ? false : undefined),
  /** A list of Discord ends with the first line that is neither an item nor indented under one. */
  list(this: Tokenizer, source: string): Tokens.List | undefined {
    const [lines] =
      /^(?: {0,3}(?:[-*]|\d{1,9}[.)]) [^\n]*(?:\n|$)(?: {2,}[^\n]*(?:\n|$))*)+/u.exec(source) ?? [];
    return lines === undefined ? undefined : Tokenizer.prototype.list.call(this, lines);
  },
  url: (source: string): false | undefined => (/^https?:\/\//u.test(source) ? false : undefined),
};

const renderer = {
  /** Two underscores underline in Discord. */
  strong(this: RendererThis, token: Tokens.Strong): string {
    const name = token.raw.startsWith('__') ? 'u' : 'strong';
    return `<${name}>${this.parser.parseInline(token.tokens)}</${name}>`;
  },
  link(this: RendererThis, token: Tokens.Link): string {
    const text = this.parser.parseInline(token.tokens);
    if (!/^https?:\/\//u.test(token.href)) return text;
    return `<a href="${escapeHtml(token.href)}" target="_blank" rel="noopener noreferrer">${text}</a>`;
  },
  image(token: Tokens.Image): string {
    return escapeHtml(token.raw);
  },
};

const spoiler: TokenizerAndRendererExtension = {
  name: 'spoiler',
  level: 'inline',
  start: (source) => source.indexOf('||'),
  tokenizer(source) {
    const [raw, inside] = /^\|\|([\s\S]+?)\|\|/u.exec(source) ?? [];
    if (raw === undefined || inside === undefined) return undefined;
    return { type: 'spoiler', raw, tokens: this.lexer.inlineTokens(inside) };
  },
  renderer(token) {
    const inside = this.parser.parseInline(token.tokens ?? []);
    return `<span class="spoiler" role="button" tabindex="0">${inside}</span>`;
  },
};

const subtext: TokenizerAndRendererExtension = {
  name: 'subtext',
  level: 'block',
  start: (source) => source.search(/^-# /mu),
  tokenizer(source) {
    const [raw, inside] = /^-# ([^\n]+)(?:\n|$)/u.exec(source) ?? [];
    if (raw === undefined || inside === undefined) return undefined;
    return { type: 'subtext', raw, tokens: this.lexer.inlineTokens(inside) };
  },
  renderer(token) {
    return `<p class="subtext">${this.parser.parseInline(token.tokens ?? [])}</p>`;
  },
};

/** Unlike Markdown's, a quote of Discord ends with the first line that has no mark. */
const quote: TokenizerAndRendererExtension = {
  name: 'quote',
  level: 'block',
  start: (source) => source.search(/^> /mu),
  tokenizer(source) {
    const [raw] = /^(?:> [^\n]*(?:\n|$))+/u.exec(source) ?? [];
    if (raw === undefined) return undefined;
    return { type: 'quote', raw, tokens: this.lexer.blockTokens(raw.replaceAll(/^> /gmu, ''), []) };
  },
  renderer(token) {
    return `<blockquote>${this.parser.parse(token.tokens ?? [])}</blockquote>`;
  },
};

/** Three marks quote all the rest of the message. */
const longQuote: TokenizerAndRendererExtension = {
  name: 'longQuote',
  level: 'block',
  start: (source) => source.search(/^>>> /mu),
  tokenizer(source) {
    if (!source.startsWith('>>> ')) return undefined;
    return { type: 'longQuote', raw: source, tokens: this.lexer.blockTokens(source.slice(4), []) };
  },
  renderer(token) {
    return `<blockquote>${this.parser.parse(token.tokens ?? [])}</blockquote>`;
  },
};

/** `<@id>`, `<@&id>`, `<#id>`, `</command:id>`, `<t:seconds:style>`, `<:emoji:id>` (docs: reference, Message Formatting). */
function mentions(names: MentionNames): TokenizerAndRendererExtension[] {
  return [
    inlineMark('userMention', /^<@!?(\d+)>/u, ([id]) => pill(`@${names.user(id) ?? id}`)),
    inlineMark('roleMention', /^<@&(\d+)>/u, ([id]) => pill(`@${names.role(id) ?? id}`)),
    inlineMark('everyoneMention', /^@(everyone|here)\b/u, ([who]) => pill(`@${who}`)),
    inlineMark('channelMention', /^<#(\d+)>/u, ([id]) => {
      return `<a class="mention" href="#/${id}">#${escapeHtml(names.channel(id) ?? id)}</a>`;
    }),
    inlineMark('commandMention', /^<(\/[^:>\n]{1,100}):\d+>/u, ([name]) => pill(name)),
    inlineMark('timestamp', /^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/u, ([seconds, style]) => {
      return `<time data-seconds="${seconds}" data-style="${style === '' ? 'f' : style}">${seconds}</time>`;
    }),
    inlineMark('customEmoji', /^<a?(:\w{2,32}:)\d+>/u, ([name]) => escapeHtml(name)),
  ];
}

const pill = (text: string): string => `<span class="mention">${escapeHtml(text)}</span>`;

function inlineMark(
  name: string,
  pattern: RegExp,
  draw: (parts: [string, string]) => string,
): TokenizerAndRendererExtension {
  return {
    name,
    level: 'inline',
    start: (source) => source.search(/[<@]/u),
    tokenizer(source) {
      const [raw] = pattern.exec(source) ?? [];
      return raw === undefined ? undefined : { type: name, raw };
    },
    renderer: ({ raw }) => draw(partsOf(pattern, raw)),
  };
}

function partsOf(pattern: RegExp, raw: string): [string, string] {
  const [, first, second] = pattern.exec(raw) ?? [];
  return [first ?? '', second ?? ''];
}
