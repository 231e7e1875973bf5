/** Finds talk of buttons and panels in the clauses of a sentence. Knows phrases; must not know what is said instead. Pure. */
import { guiBeginningEn, guiLeadUpEn, guiPhrasesEn, guiStatementEn, guiTargetsEn } from './gui-phrases-en.ts';
import {
  guiBeginningZh,
  guiLeadUpZh,
  guiNarrativeZh,
  guiNotNarrativeZh,
  guiPhrasesZh,
  guiStatementZh,
  guiTargetsZh,
} from './gui-phrases-zh.ts';
import type { GuiOffer, GuiPhrase } from './gui-words.ts';

export type Clause = { readonly text: string; readonly separator: string };

/** Where another thought may begin: at punctuation, dashes and brackets, and before words that lead to an instruction. */
const separator =
  /([,;，；：、]\s*|:(?:\*\*)?(?:\s+|$)|\s+[–—-]\s+|——|\s*[（(]|[)）]\s*|(?<!\bdrag(?:ging)?)\s+(?=(?:and|then|so|or|but)\s+(?:(?:then|just|simply|please|now|also|to|you can|you could)\s+){0,3}(?:click|tap|press|hit|open|drag|drop|go to|head|navigate|preview|export|download|check your|visit)\b)|(?<=\p{Script=Han})(?=(?:请|然后|并|再|或者|或|您可以|你可以){1,3}(?:点击|打开|拖|预览|导出)))/iu;

export function clausesOf(sentence: string): readonly Clause[] {
  const pieces = sentence.trimEnd().split(separator);
  return pieces.flatMap((text, index) =>
    index % 2 === 0 ? [{ text, separator: pieces[index + 1] ?? '' }] : [],
  );
}

/** One word before a colon, such as "Export:", names what follows. */
export const isLabel = ({ text, separator }: Clause): boolean =>
  /^[:：]/u.test(separator) && !/\s/u.test(text.trim());

/** The beginning of an instruction, as far as it is written. */
export function isBeginning(text: string): boolean {
  const shadow = shadowOf(text);
  return guiBeginningEn.test(shadow) || (guiBeginningZh.test(shadow) && !guiNarrativeZh.test(shadow));
}

/** It says something of its own. */
export const isStatement = (text: string): boolean =>
  guiStatementEn.test(shadowOf(text)) || guiStatementZh.test(text.trim());

/** It only leads up to an instruction, and means nothing without it. */
export function isLeadUp(text: string): boolean {
  const shadow = shadowOf(text);
  return shadow === '' || guiLeadUpEn.test(shadow) || guiLeadUpZh.test(shadow);
}

/** What this clause wants done on a screen, as an offer; null when it wants nothing of the kind. */
export function offerOf(clause: string, before: string): GuiOffer | null {
  if (/https?:\/\/|^\s*["“「『]/u.test(clause)) return null;
  const shadow = shadowOf(clause);
  for (const { offer, pattern } of phrasesFor(shadow)) {
    const found = pattern.exec(shadow);
    if (found === null || isNarrated(shadow, found)) continue;
    return offer === 'byTarget' ? targetOf(shadow.slice(found.index), shadowOf(before)) : offer;
  }
  return null;
}

/** Most clauses are of one language, and need not be searched for the other. */
const phrasesFor = (shadow: string): readonly GuiPhrase[] => [
  ...(/[a-z]/u.test(shadow) ? guiPhrasesEn : []),
  ...(/\p{Script=Han}/u.test(shadow) ? guiPhrasesZh : []),
];

const isNarrated = (shadow: string, found: RegExpExecArray): boolean =>
  guiNarrativeZh.test(shadow.slice(0, found.index + found[0].length).replace(guiNotNarrativeZh, ''));

/** What is to be operated says what for; a mere "button below" is explained by the words before it. */
function targetOf(target: string, before: string): GuiOffer {
  const offer = [...guiTargetsEn, ...guiTargetsZh].find(({ pattern }) => pattern.test(target))?.offer;
  if (offer !== undefined && offer !== 'byTarget') return offer;
  return /\b(?:button|here|below|above|link|icon)\b|按钮|这里|此处|下方/u.test(target) && before !== ''
    ? targetOf(before, '')
    : 'change';
}

/** The words alone: lower case, straight apostrophes, without emphasis, quotes and whatever stands before the first word. */
function shadowOf(clause: string): string {
  return clause
    .toLowerCase()
    .replace(/[’‘]/gu, "'")
    .replace(/[*_~`"“”「」『』()（）[\]【】]/gu, '')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .replace(/[\s.!?…。！？]+$/u, '')
    .replace(/\s+/gu, ' ');
}
