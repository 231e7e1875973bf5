/** Cuts a long text into messages that read well and stay the same while the text grows. Knows Markdown's fences, no platform. Pure. */

/** What opens a code block again, language included: "```ts\n". null: outside of code. */
type Fence = string | null;
/** Where a part ends and the next one begins: behind so many characters, in code or outside of it. */
export type Seam = { readonly at: number; readonly fence: Fence };
type FenceMark = { readonly startsAt: number; readonly endsAt: number; readonly fence: Fence };
type Cut = { readonly part: string; readonly next: Seam };

export const textStart: Seam = { at: 0, fence: null };

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
const closer = '\n```';
/** Backticks, and behind opening ones a language and a line break (Discord reference, "Message Formatting"). */
const fenceMark = /```(?:([\w+#.-]{1,20})\n)?/gu;
const fenceMarkLengthMax = 24;
/** Below this a part has no room for closing and opening code again: backticks are letters then. */
const fencedLengthMin = 64;
/** The longest joined emoji or stack of accents that is looked at beyond the cut. */
const graphemeLengthMax = 64;
const indentationMax = 64;

/** From the best to the least: between paragraphs, lines, sentences, clauses of Chinese, words. The cut comes after the match. */
const paragraphEnd = /\n[ \t]*\n/gu;
const lineEnd = /\n/gu;
const sentenceEnd = /(?<!\d)[.!?…]["'”’)\]*_]*\s(?!\p{M}|\u200d)|[。！？]["'”’）」』*_]*(?!\p{M}|\u200d)/gu;
const clauseEnd = /(?:[，；：、]|[,;:]\s)(?!\p{M}|\u200d)/gu;
/** But for the space between the mark of a list item and its words. */
const wordEnd = /(?<!(?:^|\s)(?:\d{1,3}[.)]|[-*+•]))\s(?!\p{M}|\u200d)/gu;
const cutPlaces = [paragraphEnd, lineEnd, sentenceEnd, clauseEnd, wordEnd];

/**
 * The text as parts of at most `lengthMax` UTF-16 units (2 at the least), none empty, to be sent one after the other. Cuts where
 * paragraphs, lines, sentences or words end, and never inside a surrogate pair or a joined emoji that fits a part; a code block that
 * is cut is closed and opened again with its language. Spaces at the seams are dropped, everything visible is kept. Stable: as text
 * is appended, all parts but the last two stay as they are. Linear. `from`: what is before this seam is left out.
 */
export function splitText(text: string, { lengthMax, from = textStart }: SplitOptions): string[] {
  if (lengthMax < 2) throw new RangeError('A part must have room for a surrogate pair.');
  const parts: string[] = [];
  let { at, fence } = partStart(text, from.at, from.fence);
  while (skipBlank(text, at) < text.length) {
    const options = cutOptionsOf(fence, lengthMax);
    const cut: Cut = lastCut(text, at, options) ?? nextCut(text, at, options);
    parts.push((fence ?? '') + cut.part);
    ({ at, fence } = cut.next);
  }
  return parts;
}

/**
 * All whole words from a seam on as parts, and the seam behind them: more words come, but not into these parts. null when there is no
 * place to cut.
 */
export function sealText(text: string, { lengthMax, from = textStart }: SplitOptions): Sealed | null {
  const parts: string[] = [];
  let { at, fence } = partStart(text, from.at, from.fence);
  while (text.length - at > cutOptionsOf(fence, lengthMax).room - closer.length) {
    const cut = nextCut(text, at, cutOptionsOf(fence, lengthMax));
    parts.push((fence ?? '') + cut.part);
    ({ at, fence } = cut.next);
  }
  const last = sealLast(text, at, cutOptionsOf(fence, lengthMax));
  return last === null ? null : { parts: [...parts, last.part], seam: last.next };
}

type SplitOptions = { readonly lengthMax: number; readonly from?: Seam };
type Sealed = { readonly parts: readonly string[]; readonly seam: Seam };
type CutOptions = { readonly fence: Fence; readonly room: number; readonly isFenced: boolean };

const cutOptionsOf = (fence: Fence, lengthMax: number): CutOptions => ({
  fence,
  room: lengthMax - (fence ?? '').length,
  isFenced: lengthMax >= fencedLengthMin,
});

/** All the rest, if it fits. */
function lastCut(text: string, at: number, { fence, room, isFenced }: CutOptions): Cut | null {
  if (text.length - at > room) return null;
  const rest = text.slice(at);
  const open = isFenced ? fenceAfter(marksIn(rest, fence), rest.length, fence) : null;
  const part = rest.trimEnd() + (open === null ? '' : closer);
  return part.length <= room ? { part, next: { at: text.length, fence: null } } : null;
}

/** All whole words of a rest that fits; null when there is no place to cut. */
function sealLast(text: string, at: number, { fence, isFenced }: CutOptions): Cut | null {
  const rest = text.slice(at);
  const marks = isFenced ? marksIn(rest, fence) : [];
  const ends = cutPlaces.map((place) => lastPlace(rest, place, rest.length));
  const cutLength = outsideOfMarks(Math.max(...ends), marks);
  if (rest.slice(0, cutLength).trim() === '' || isOpeningOnly(cutLength, marks)) return null;
  const cut = cutAfter(text, { at, cutLength, open: fenceAfter(marks, cutLength, fence) });
  return { part: (fence ?? '') + cut.part, next: cut.next };
}

function nextCut(text: string, at: number, { fence, room, isFenced }: CutOptions): Cut {
  const length = isFenced ? room - closer.length : room;
  const window = text.slice(at, at + length + graphemeLengthMax);
  const marks = isFenced ? marksIn(text.slice(at, at + length + fenceMarkLengthMax), fence) : [];
  const wanted = outsideOfMarks(bestLength(window, length), marks);
  const cutLength = isOpeningOnly(wanted, marks)
    ? outsideOfMarks(graphemeLength(window, length), marks)
    : wanted;
  return cutAfter(text, { at, cutLength, open: fenceAfter(marks, cutLength, fence) });
}

/** `open`: the code that the cut goes through, which is closed. */
function cutAfter(text: string, cut: { at: number; cutLength: number; open: Fence }): Cut {
  const cutAt = cut.at + cut.cutLength;
  const part = text.slice(cut.at, cutAt).trimEnd();
  // What is blank before the cut may be the indentation of the line that the next part begins with.
  const endsAt = part === '' ? cutAt : cut.at + part.length;
  return {
    part: cut.open === null ? part : part + closer,
    next: partStart(text, endsAt, cut.open),
  };
}

/** Where a part begins behind another: with words, in code with its line as it is indented; behind the code when nothing of it is left. */
function partStart(text: string, endsAt: number, fence: Fence): Seam {
  const visibleAt = skipBlank(text, endsAt);
  if (fence === null) return { at: visibleAt, fence };
  if (text.startsWith('```', visibleAt)) return { at: skipBlank(text, visibleAt + 3), fence: null };
  const lineAt = text.lastIndexOf('\n', visibleAt) + 1;
  const isWholeLine = lineAt >= endsAt && visibleAt - lineAt <= indentationMax;
  return { at: isWholeLine ? lineAt : visibleAt, fence };
}

/** How much of the window goes into this part; more than nothing, `lengthMax` at most (but for a space that is dropped). */
function bestLength(window: string, lengthMax: number): number {
  for (const place of cutPlaces) {
    // In the second half only, so that no message becomes a stub.
    const length = lastPlace(window, place, lengthMax);
    if (length > lengthMax / 2) return length;
  }
  const wordLength = lastPlace(window, wordEnd, lengthMax);
  return wordLength > 0 ? wordLength : graphemeLength(window, lengthMax);
}

function lastPlace(window: string, place: RegExp, lengthMax: number): number {
  let length = 0;
  for (const match of window.slice(0, lengthMax + 2).matchAll(place)) {
    const endsAt = match.index + match[0].length;
    if (window.slice(0, endsAt).trimEnd().length <= lengthMax) length = endsAt;
  }
  return length;
}

function graphemeLength(window: string, lengthMax: number): number {
  const boundary = graphemes.segment(window).containing(lengthMax)?.index ?? window.length;
  if (boundary > 0) return boundary;
  const isPairCut = (window.codePointAt(lengthMax - 1) ?? 0) > 0xffff;
  return isPairCut ? lengthMax - 1 : lengthMax;
}

/** Backticks are not torn apart, and a code block is not opened for nothing. */
function outsideOfMarks(cutLength: number, marks: readonly FenceMark[]): number {
  const torn = marks.find(
    ({ startsAt, endsAt }) => startsAt > 0 && startsAt < cutLength && cutLength <= endsAt,
  );
  return torn?.startsAt ?? cutLength;
}

/** A code block whose first line is too long for a part: that line is cut, so that no part is an empty block. */
const isOpeningOnly = (cutLength: number, [first]: readonly FenceMark[]): boolean =>
  first !== undefined && first.startsAt === 0 && cutLength <= first.endsAt;

function marksIn(text: string, fence: Fence): readonly FenceMark[] {
  const marks: FenceMark[] = [];
  let open = fence;
  fenceMark.lastIndex = 0;
  for (let match = fenceMark.exec(text); match !== null; match = fenceMark.exec(text)) {
    const { index } = match;
    open = open === null ? `\`\`\`${match[1] ?? ''}\n` : null;
    marks.push({ startsAt: index, endsAt: fenceMark.lastIndex, fence: open });
  }
  return marks;
}

const fenceAfter = (marks: readonly FenceMark[], length: number, fence: Fence): Fence => {
  const last = marks.findLast(({ endsAt }) => endsAt <= length);
  return last === undefined ? fence : last.fence;
};

function skipBlank(text: string, at: number): number {
  const visible = /\S/gu;
  visible.lastIndex = at;
  return visible.exec(text)?.index ?? text.length;
}
