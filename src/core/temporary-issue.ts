/** The agent's habit of ending a good answer with "I encountered a temporary issue". Knows that phrase alone. Pure. */
import { sentencesOf } from './sentences.ts';

const issue =
  /\b(?:i|we|there|it)\b.{0,60}\btemporary (?:\w+ )?(?:issue|problem|error|glitch|hiccup|failure)|(?:遇到|出现|发生|出了).{0,10}(?:临时|暂时|短暂).{0,8}(?:问题|故障|错误|异常|状况)/iu;
const advice =
  /^\W*(?:please |you can |let me )?(?:try|retry)\b.{0,80}$|^请?.{0,8}(?:稍后|重新|再次?)(?:再)?(?:重?试|尝试).{0,12}$/isu;

/**
 * The texts of an answer without that sentence at their end, if something real came before it: words, or a tool that succeeded
 * (nemo-api §4.3, §15 row 32). When it is all there is, it is the answer and stays.
 */
export function dropTrailingTemporaryIssue(
  segments: readonly string[],
  hasOtherSuccess: boolean,
): readonly string[] {
  const kept = segments.slice(0, segments.findLastIndex((segment) => segment.trim() !== '') + 1);
  const last = kept.pop() ?? '';
  const rest = withoutTrailingIssue(last);
  if (rest === last) return segments;
  const remaining = rest.trim() === '' ? kept : [...kept, rest.trimEnd()];
  return hasOtherSuccess || remaining.some((segment) => segment.trim() !== '') ? remaining : segments;
}

const isNoise = (sentence: string): boolean =>
  sentence.trim() === '' || issue.test(sentence) || advice.test(sentence.trim());

function withoutTrailingIssue(text: string): string {
  const sentences = text.split(/(?<=\n)/u).flatMap(sentencesOf);
  const from = sentences.findLastIndex((sentence) => !isNoise(sentence)) + 1;
  return sentences.slice(from).some((sentence) => issue.test(sentence))
    ? sentences.slice(0, from).join('')
    : text;
}
