/** Cuts a line of English or Chinese prose into its sentences. Knows punctuation, no words. Pure, linear. */

/** A short quotation or code span, an end with what closes behind it, a stretch without either, anything else. */
const tokens =
  /"[^"]{0,200}"|“[^”]{0,200}”|「[^」]{0,200}」|『[^』]{0,200}』|`[^`]{0,200}`|[.!?…。！？]+["'”’)\]）」』*_~]*|[^.!?…。！？"“「『`]+|./gsu;
const latinEnd = /[.!?…]["'”’)\]）」』*_~]*$/u;
const hanEnd = /[。！？]["'”’)\]）」』*_~]*$/u;
const space = /\s*/y;

/** The sentences with the space behind each: joined they are the line again. Ends inside of quotations do not count. */
export function sentencesOf(line: string): readonly string[] {
  const sentences: string[] = [];
  let startsAt = 0;
  for (const { 0: token, index } of line.matchAll(tokens)) {
    const tail = token.slice(-16);
    const endsAt = index + token.length;
    if (!hanEnd.test(tail) && !(latinEnd.test(tail) && isSpaceAt(line, endsAt))) continue;
    const nextAt = skipSpace(line, endsAt);
    sentences.push(line.slice(startsAt, nextAt));
    startsAt = nextAt;
  }
  return startsAt < line.length ? [...sentences, line.slice(startsAt)] : sentences;
}

/** Whether nothing more can be expected of this sentence. */
export function isEnded(sentence: string): boolean {
  const tail = sentence.slice(-16).trimEnd();
  return latinEnd.test(tail) || hanEnd.test(tail);
}

const isSpaceAt = (line: string, at: number): boolean => at >= line.length || /\s/u.test(line.charAt(at));

function skipSpace(line: string, at: number): number {
  space.lastIndex = at;
  return at + (space.exec(line)?.[0].length ?? 0);
}
