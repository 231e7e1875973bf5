/** Turns the agent's talk of buttons and panels into what a chat can do. Works sentence by sentence; knows no platform and no stream. Pure. */
import {
  type Clause,
  clausesOf,
  isBeginning,
  isLabel,
  isLeadUp,
  isStatement,
  offerOf,
} from './gui-clauses.ts';
import type { GuiOffer, GuiWords } from './gui-words.ts';
import { isEnded, sentencesOf } from './sentences.ts';
import { removeTechnicalDetail } from './technical-detail.ts';

const guiOffers = ['export', 'status', 'credits', 'change', 'upload'] as const satisfies readonly GuiOffer[];

type Translation = {
  readonly words: GuiWords;
  /** Offers that the text makes already: none is made twice. */
  readonly made: Set<GuiOffer>;
};

export type GuiOptions = { readonly words: GuiWords; readonly isComplete: boolean };

/** Longer than any instruction: such a sentence is content, and is not searched. */
const sentenceLengthMax = 600;
const passesMax = 5;
const fence = /(```[\s\S]*?(?:```|$))/u;
const marker =
  /^\s*(?:>\s*|[-*+•·]\s+|\d{1,3}[.)、]\s*|#{1,6}\s+|\p{Extended_Pictographic}[\p{Emoji_Modifier}\p{Mn}\u200d]*\s*)*/u;
/**
 * The agent's words without instructions to operate a screen (nemo-api §9): each becomes an offer in the chat's own terms, made once,
 * and never an action, since an export is started only when the person asks (nemo-api §15 row 30). Descriptions of the film, lists,
 * code and addresses stay as they are; tokens, ids and JSON go. `isComplete: false`: more is to come, and an unfinished last sentence
 * that looks like an instruction is held back. Idempotent, and linear in the length of the text.
 */
export function translateGuiTalk(text: string, options: GuiOptions): string {
  let said = text;
  // What is taken out may bring together what was apart; a text without GUI talk is through after one pass.
  for (let pass = 0; pass < passesMax; pass += 1) {
    const translated = translateOnce(said, options);
    if (translated === said) break;
    said = translated;
  }
  return said;
}

function translateOnce(text: string, { words, isComplete }: GuiOptions): string {
  const cleaned = removeTechnicalDetail(text, { toolWords: words.tools, isComplete });
  const made = new Set(guiOffers.filter((offer) => cleaned.includes(words.offers[offer])));
  const translation: Translation = { words, made };
  const pieces = cleaned.split(fence);
  const translated = pieces.map((piece, index) =>
    index % 2 === 1 ? piece : translateProse(piece, translation, !isComplete && index === pieces.length - 1),
  );
  const result = translated.join('');
  return result === cleaned ? cleaned : result.trim();
}

function translateProse(prose: string, translation: Translation, isGrowing: boolean): string {
  const kept: string[] = [];
  const lines = prose.split('\n');
  let isAfterDropped = false;
  for (const [index, line] of lines.entries()) {
    const isLast = index === lines.length - 1;
    const translated = translateLine(line, translation, isGrowing && isLast);
    const isDropped = translated === '' && line.trim() !== '' && index > 0 && !isLast;
    const isSecondBlank: boolean =
      isAfterDropped && line.trim() === '' && kept.at(-1)?.trim() === '' && !isLast;
    if (!isDropped && !isSecondBlank) kept.push(translated);
    isAfterDropped = isDropped || isSecondBlank;
  }
  return kept.join('\n');
}

function translateLine(line: string, translation: Translation, isGrowing: boolean): string {
  const start = marker.exec(line)?.[0] ?? '';
  const sentences = sentencesOf(line.slice(start.length));
  let said = '';
  for (const [index, sentence] of sentences.entries()) {
    const isUnfinished = isGrowing && index === sentences.length - 1 && !isEnded(sentence);
    said = append(
      said,
      sentence,
      translateSentence(sentence, { ...translation, before: sentences[index - 1] ?? '' }, isUnfinished),
    );
  }
  const body = start + said;
  if (body === line) return line;
  return said.trim() === '' ? '' : body.trimEnd();
}

/** Joins, and closes bold type that began or ended in the words that are gone. */
function append(said: string, sentence: string, translated: string): string {
  if (isBoldOpen(sentence) === isBoldOpen(translated)) return said + translated;
  return isBoldOpen(said) ? `${said.trimEnd()}** ${translated}` : `${said}${translated.trimEnd()} **`;
}

const isBoldOpen = (text: string): boolean => text.split('**').length % 2 === 0;

/** `before`: the sentence before this one, which may say what "the button below" is for. */
type Context = Translation & { readonly before: string };

/** What each clause wants done; whatever was said before it may explain "the button below". */
const offersIn = (clauses: readonly Clause[], before: string): readonly (GuiOffer | null)[] =>
  clauses.map((clause, index) => {
    const said = clauses.slice(0, index).map(({ text }) => text);
    return isLabel(clause) ? null : offerOf(clause.text, before + said.join(' '));
  });

function translateSentence(
  sentence: string,
  { words, made, before }: Context,
  isUnfinished: boolean,
): string {
  if (sentence.length > sentenceLengthMax) return sentence;
  const clauses = clausesOf(sentence);
  const offers = offersIn(clauses, before);
  const firstAt = offers.findIndex((offer) => offer !== null);
  if (isUnfinished) return withheld(sentence, clauses, firstAt);
  if (firstAt === -1) return sentence;
  const news = [...new Set(offers)].filter((offer) => offer !== null).filter((offer) => !made.has(offer));
  for (const offer of news) made.add(offer);
  const parts = [
    headOf(clauses.slice(0, firstAt), news.length > 0),
    ...news.map((offer) => words.offers[offer]),
    tailOf(clauses.slice(firstAt + 1), offers.slice(firstAt + 1)),
  ].filter((part) => part !== '');
  if (parts.length === 0) return '';
  const said = parts.reduce(joinSentences);
  const space = /\s*$/u.exec(sentence)?.[0] ?? '';
  // Chinese needs no space behind a sentence; English does, whatever language it stands in for.
  return said + (space === '' && !fullWidthEnd.test(said) ? ' ' : space);
}

const fullWidthEnd = /[。！？：]$/u;
const joinSentences = (one: string, other: string): string =>
  fullWidthEnd.test(one) ? one + other : `${one.trimEnd()} ${other}`;

/** What may be shown already of a sentence that is still being written. */
function withheld(sentence: string, clauses: readonly Clause[], firstAt: number): string {
  if (firstAt === -1 && !isBeginning(clauses.at(-1)?.text ?? '')) return sentence;
  return headOf(clauses.slice(0, firstAt === -1 ? clauses.length - 1 : firstAt), false);
}

/** The clauses before the first instruction that mean something without it, as a sentence of their own. */
function headOf(clauses: readonly Clause[], isFollowed: boolean): string {
  const kept = clauses.filter(({ text }) => !isLeadUp(text));
  const last = kept.at(-1);
  if (last === undefined) return '';
  const isIntroduction = /^[:：]/u.test(last.separator);
  // A label without anything behind it says nothing.
  if (isIntroduction && !isFollowed) return headOf(kept.slice(0, -1), false);
  const joined = kept
    .map((clause, index) => clause.text + (index < kept.length - 1 || isIntroduction ? clause.separator : ''))
    .join('')
    .trimEnd();
  const text = joined + closingBracket(joined, last.separator);
  const closed = isBoldOpen(text) ? `${text}**` : text;
  if (text === '' || isIntroduction || /[.!?…。！？][*_]*$/u.test(closed)) return closed;
  return closed + (/(?:\p{Script=Han}|）)[*_”」]*$/u.test(closed) ? '。' : '.');
}

/** The bracket that stands between the last words that stay and the first that go, where those that stay opened it. */
function closingBracket(text: string, after: string): string {
  const isOpen = text.split(/[(（]/u).length > text.split(/[)）]/u).length;
  return isOpen ? (/^[)）]/u.exec(after)?.[0] ?? '') : '';
}

/** Of the clauses behind an instruction those that say something of their own. */
function tailOf(clauses: readonly Clause[], offers: readonly (GuiOffer | null)[]): string {
  const from = clauses.findIndex(({ text }, index) => offers[index] === null && isStatement(text));
  if (from === -1 || offers.slice(from).some((offer) => offer !== null)) return '';
  const text = clauses
    .slice(from)
    .map((clause) => clause.text + clause.separator)
    .join('')
    .trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
