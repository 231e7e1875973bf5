/** What an instruction asks for, decided before any network: a command of the chat, or something for the agent. Knows phrases, no meaning. Pure. */
import {
  commandPhrases,
  fileOnlyPhrases,
  filePhrases,
  paddingPhrases,
  timelinePhrases,
} from './intent-phrases.ts';

/** chat: everything that is no command. export, credits, status and upload are never sent to the agent (nemo-api §4, §11). */
export type Intent = 'chat' | 'export' | 'credits' | 'status' | 'upload';

export type IntentContext = {
  /** Files came with the words. */
  readonly hasFiles: boolean;
  /** There is something on the timeline. */
  readonly hasTimeline: boolean;
};

/** A command is short; whatever is longer describes something. Also the bound of all the work here. */
const commandLengthMax = 120;

/**
 * Classifies whole utterances, never parts of them: "export" is a command, "make the export crane bigger" an edit. Politeness
 * around a command is ignored ("ok, can you export it now, please?"); a command together with anything else is for the agent,
 * and so are two different commands. Never throws; linear for words of any length.
 */
export function classifyIntent(instruction: string, context: IntentContext): Intent {
  if (instruction.length > commandLengthMax * 4) return 'chat';
  const clauses = clausesIn(instruction);
  if (clauses.reduce((length, clause) => length + clause.length, 0) > commandLengthMax) return 'chat';
  const asked = clauses
    .map((clause) => ({ clause, intent: intentOfClause(clause, context) }))
    .filter(({ clause, intent }) => intent !== 'chat' || !isPadding(clause));
  if (asked.length === 0) return context.hasFiles ? 'upload' : 'chat';
  return theOnly(asked.map(({ intent }) => intent));
}

/** The utterance in small, comparable pieces: lower case, half-width, cut at punctuation. */
export function clausesIn(instruction: string): readonly string[] {
  return clausesOf(normalise(instruction));
}

function theOnly(intents: readonly Intent[]): Intent {
  const [intent = 'chat'] = intents;
  return intents.every((other) => other === intent) ? intent : 'chat';
}

/** Lower case, half-width, without quotes, emphasis, emoji and apostrophes; spaces between Chinese characters dropped. */
function normalise(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Cf}|\p{Me}|\p{Mn}/gu, ' ')
    .replace(/["'`*_‘’“”「」『』()[\]<>]/gu, '')
    .replace(/\s+/gu, ' ')
    .replace(/(?<=\p{Script=Han}) | (?=\p{Script=Han})/gu, '');
}

function clausesOf(text: string): readonly string[] {
  return text
    .split(/[,.!?;:。、…~\-–—/|\n]+/u)
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '');
}

/** Greetings, thanks and politeness, which say nothing by themselves. */
export const isPadding = (clause: string): boolean =>
  paddingPhrases.alone.test(clause) ||
  clause.replace(paddingPhrases.before, '').replace(paddingPhrases.after, '').trim() === '';

/** The phrase as it is, and without the polite words before it, behind it, or both. */
export function variantsOf(phrase: string): readonly string[] {
  const withoutPrefix = phrase.replace(paddingPhrases.before, '').trim();
  const withoutSuffix = phrase.replace(paddingPhrases.after, '').trim();
  return [phrase, withoutPrefix, withoutSuffix, withoutPrefix.replace(paddingPhrases.after, '').trim()];
}

function intentOfClause(clause: string, context: IntentContext): Intent {
  const whole = intentOfPhrase(clause, context);
  if (whole !== 'chat') return whole;
  const parts = clause.split(/ (?:and then|and|then|&) |并且|并|然后/u);
  return theOnly(parts.map((part) => intentOfPhrase(part, context)));
}

function intentOfPhrase(phrase: string, { hasFiles, hasTimeline }: IntentContext): Intent {
  const variants = variantsOf(phrase);
  const isOneOf = (patterns: readonly RegExp[]): boolean =>
    variants.some((variant) => patterns.some((pattern) => pattern.test(variant)));
  if (isOneOf(commandPhrases.export)) return 'export';
  if (isOneOf(commandPhrases.credits)) return 'credits';
  if (isOneOf(commandPhrases.status)) return 'status';
  if (isOneOf(filePhrases) || (hasFiles && isOneOf(fileOnlyPhrases))) return 'upload';
  return hasTimeline && !hasFiles && isOneOf(timelinePhrases) ? 'export' : 'chat';
}
