/** English words for what went wrong, with a file or with a request. Pure. */
import { cleanLine, escapeForeignText } from '../foreign-text.ts';
import type { ProblemKind } from '../problems.ts';
import type { Messages } from './catalogue.ts';

const formats = 'MP4, MOV, AVI, WebM, MKV, JPG, PNG, GIF, WebP, MP3, WAV, M4A and AAC';

/** Why files were left out, for one of them or for several. */
const refusals: Partial<Record<ProblemKind, readonly [one: string, many: string]>> = {
  unsupportedFile: [
    `this kind of file can't be used. What works: ${formats}.`,
    `these kinds of files can't be used. What works: ${formats}.`,
  ],
  fileTooLarge: [
    'it is too large (200 MB at most). Compress or trim it and send it again.',
    'they are too large (200 MB each at most). Compress or trim them and send them again.',
  ],
  backendUnavailable: [
    "NemoVideo couldn't take it just now. Please send it again in a few minutes.",
    "NemoVideo couldn't take them just now. Please send them again in a few minutes.",
  ],
  fileUnreadable: [
    "it couldn't be read. Please send it again.",
    "they couldn't be read. Please send them again.",
  ],
};
const unnamedRefusal = [
  "it couldn't be handed over. Please send it again.",
  "they couldn't be handed over. Please send them again.",
] as const;

export const filesRefusedEn: Messages['note']['filesRefused'] = (names, reason) => {
  const [one, many] = refusals[reason] ?? unnamedRefusal;
  const files = names.map((name) => `**${escapeForeignText(cleanLine(name, 100))}**`).join(', ');
  return names.length === 1 ? `⚠️ ${files} was left out: ${one}` : `⚠️ ${files} were left out: ${many}`;
};

const standing = (isSent: boolean): string =>
  isSent ? 'Your project is kept.' : 'Nothing was changed, and nothing was charged.';

export const problemTextsEn: Messages['problems'] = {
  tokenRefused: ({ siteUrl }) =>
    `🔑 NemoVideo no longer accepts the sign-in, and getting a new one did not help. Nothing was charged. Please try again later, or check your account at ${siteUrl}.`,
  operatorTokenRefused: () =>
    "🔑 NemoVideo no longer accepts this bot's account. Nothing was charged. Only whoever runs the bot can renew it; please tell them.",
  sessionLost: () =>
    'The project could not be opened any more, and a new one could not be started. Nothing was charged. Please try again in a few minutes.',
  outOfCredits: ({ registerUrl }) =>
    `💳 There are not enough credits left for this. Register or top up here and go on with the same project: ${registerUrl}`,
  operatorOutOfCredits: () =>
    "💳 This bot's account has no credits left. Whoever runs the bot can top it up; please tell them. If you have a NemoVideo account, connect it with `/nemo connect` and start over with `/nemo new`.",
  unsupportedFile: () => `This kind of file can't be used. What works: ${formats}.`,
  fileTooLarge: () => 'The file is too large (200 MB at most). Compress or trim it and send it again.',
  fileUnreadable: () =>
    'None of your files could be used, so I have not started, and nothing was charged. Send others, or tell me what to make without files.',
  clientIdMissing: () =>
    'The sign-in with NemoVideo did not work. Nothing was charged. Please try again in a few minutes.',
  planBlocked: ({ registerUrl, siteUrl }) =>
    registerUrl === siteUrl
      ? `🔒 The plan of the account that pays here does not include exporting this video; that depends on the plan, not on credits. Your project is kept. Whoever owns the account can change its plan at ${siteUrl}.`
      : `🔒 The free plan does not include exporting this video; that depends on the plan, not on credits. Your project is kept. Unlock it here: ${registerUrl}`,
  rateLimited: () => 'NemoVideo is very busy right now. Nothing was charged. Please try again in a minute.',
  accountLimit: () =>
    'NemoVideo gives out no more free starter accounts for now. If you have a NemoVideo account, connect it with `/nemo connect` and go on at once. Whoever runs this bot can set NEMO_TOKEN instead, for everybody.',
  requestRejected: ({ reference }) =>
    `NemoVideo did not understand the request. That is a fault on our side, not yours, and nothing was charged. (For the bot's operator: ${reference})`,
  backendUnavailable: ({ isSent }) =>
    `NemoVideo could not be reached. ${standing(isSent)} Please try again in a few minutes.`,
  answerTooLong: ({ isSent }) =>
    `NemoVideo's answer was longer than I can read. ${standing(isSent)} Please try again, or ask for less at once.`,
  noAnswer: () =>
    'The connection broke, and after several looks nothing has changed on the timeline. I have not sent your request a second time, because that could cost credits twice.',
  agentError: () =>
    'The video agent ran into an error and stopped. Your project is kept; try saying it in other words.',
  nothingToExport: () => 'There is nothing to export yet. Send me pictures and tell me what to make first.',
  renderFailed: () =>
    'Rendering failed twice. Your project is kept and exporting is free: write *export* to try again later.',
  storeFailed: () =>
    "I couldn't save this step, so I stopped before it could cost anything. Please try again in a few minutes.",
  internal: ({ reference }) =>
    `Something went wrong on my side. I have not sent your request a second time. (For the bot's operator: ${reference})`,
  unknown: ({ reference }) =>
    `NemoVideo refused this for a reason I don't know. Please try again later. (For the bot's operator: ${reference})`,
};
