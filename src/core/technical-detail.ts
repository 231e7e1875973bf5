/** Takes out what people should never read: tokens, ids, JSON and names of the agent's tools. Knows the backend's habits, no wire. Pure. */

/** Stands where something was taken out until the space around it is mended; a private character that no text needs. */
const gap = '\uE000';

const wordsAndAddresses = /https?:\/\/\S+|[\w-]{5,}(?:\.\w+)*/gu;
const labelledId =
  /(?:\b(?:session|task|render|user|client|job|request|invocation|project|draft|claim|access|trace)[ _-]?(?:id|token)|(?:会话|任务|渲染|用户|项目)\s?(?:id|编号))\s*(?:is|[=:：#为是])*\s*["'`]?(?=[\w-]*[\d_])[\w-]{6,}["'`]?/giu;
const secret = /(?:nmv_usr_|clm_)[\w-]*/u;
/** Session ids of 19 digits, UUIDs, digests, and the prefixed ids of nemo-api §2, §3 and §8. */
const identifiers = [
  /^\d{16,20}$/u,
  /^(?:[a-z]{1,3}-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu,
  /^(?=[a-f]*\d)[0-9a-f]{24,}$/iu,
  /^(?:session|task|render|anon|user|usr|invocation|seg|trk|adk|req|job)_(?=[\w-]*\d)[\w-]{3,}$/iu,
] as const;
/** Names of tools, such as `edit_multitrack` and `generate_video_with_seedance` (nemo-api §4.1): lower case, joined by underscores. */
const toolName =
  /^(?:(?:generate|edit|search|understand|analy[sz]e|add|create|get|update|render|run|transfer|set|list|load|save|apply|make|remove|delete|fetch|upload|download|adk|nemo)(?:_[a-z0-9]+)+|[a-z0-9]+(?:_[a-z0-9]+)*_(?:multitrack|tool|agent|api|sse|draft))$/u;
const jsonFence = /```json\s[\s\S]*?(?:```|$)/giu;
const jsonStart = /[{[]\s*(?:"[^"\n]{0,80}"\s*[:,\]]|\{\s*")/gu;
const traceLine =
  /^(?:Traceback \(most recent call last\):|[ \t]+File "[^"\n]{1,300}", line \d+.{0,200}|[ \t]+at .{1,200}:\d+:\d+\)?)$/gmu;
const apiPath = /(?:\b(?:GET|POST|PUT|DELETE) )?\/(?:api\/[\w\-/]+|run_sse)\b/gu;

export type TechnicalOptions = { readonly toolWords: string; readonly isComplete: boolean };

/**
 * The text (`isComplete: false`: as far as it is written) without tokens, session and other ids, JSON, API paths, stack traces; tool names become `toolWords` ("the editing
 * tools"). Addresses stay, without tokens in them. What is not technical is not touched. Linear.
 */
export function removeTechnicalDetail(text: string, options: TechnicalOptions): string {
  const cleaned = removeJson(text.replaceAll(gap, '').replace(jsonFence, gap), options.isComplete)
    .replace(traceLine, gap)
    .replace(apiPath, gap)
    .replace(labelledId, gap)
    .replace(wordsAndAddresses, (word) => cleanWord(word, options.toolWords));
  return cleaned.includes(gap) ? mendGaps(cleaned) : cleaned;
}

function cleanWord(word: string, toolWords: string): string {
  if (word.startsWith('http')) return word.replace(/nmv_usr_[\w-]*/gu, '');
  if (secret.test(word) || identifiers.some((pattern) => pattern.test(word))) return gap;
  return toolName.test(word) ? toolWords : word;
}

/**
 * Cuts out every balanced object or array that parses; reads nothing twice and gives up at the first that never closes, which is
 * withheld as long as more may come.
 */
function removeJson(text: string, isComplete: boolean): string {
  let result = '';
  let copiedTo = 0;
  let readTo = 0;
  for (const { index } of text.matchAll(jsonStart)) {
    if (index < readTo) continue;
    const endsAt = closingAt(text, index);
    if (endsAt === null && !isComplete) return result + text.slice(copiedTo, index) + gap;
    if (endsAt === null) break;
    readTo = endsAt;
    if (!isJson(text.slice(index, endsAt))) continue;
    result += text.slice(copiedTo, index) + gap;
    copiedTo = endsAt;
  }
  return result + text.slice(copiedTo);
}

/** Where the bracket that opens at `from` is closed, strings respected. */
function closingAt(text: string, from: number): number | null {
  const marks = /["{}[\]]|\\./gsu;
  marks.lastIndex = from;
  let depth = 0;
  let isQuoted = false;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const [character] = mark;
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth === 0) return mark.index + 1;
  }
  return null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Not JSON is an answer here, not a failure.
    return false;
  }
}

/** Brackets and quotes around nothing go too; one space stays between words, none before punctuation. */
function mendGaps(text: string): string {
  return text
    .replace(/[`"“'*]{1,3}\uE000[`"”'*]{1,3}/gu, gap)
    .replace(/[([（【]\s*\uE000(?:[\s,，]*\uE000)*\s*[)\]）】]/gu, gap)
    .replace(/[ \t]*\uE000(?:[ \t]*\uE000)*[ \t]*/gu, gap)
    .replace(/(?<=^|\n)\uE000\n?/gu, '')
    .replace(/(?<=[([（【])\uE000|\uE000(?=[.,;:!?。，；：！？)\]）】\s]|$)/gu, '')
    .replaceAll(gap, ' ');
}
