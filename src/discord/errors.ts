/** Failures of Discord as the port's kinds. It must not know which request failed or what the person is told. */
import { DiscordAPIError, HTTPError } from 'discord.js';
import { ChatError, type ChatErrorKind } from '../ports/chat.ts';

/** Discord's JSON error codes that decide something here (Discord docs: Opcodes and Status Codes, JSON). */
export const discordCode = {
  unknownMessage: 10008,
  interactionAlreadyAcknowledged: 40060,
  archivedThread: 50083,
  threadExists: 160004,
} as const;

const kindByCode: Readonly<Record<number, ChatErrorKind>> = {
  10003: 'placeGone', // channel
  10004: 'placeGone', // guild
  10008: 'gone', // message
  10013: 'gone', // user
  10015: 'gone', // webhook: the interaction's token is over
  10062: 'gone', // interaction: its three seconds are over
  50027: 'gone', // webhook token: the interaction's fifteen minutes are over
  40005: 'tooLarge', // request entity
  50045: 'tooLarge', // uploaded file
  20001: 'forbidden', // not for bots
  40001: 'forbidden',
  50001: 'forbidden', // no access
  50007: 'forbidden', // this person takes no direct messages
  50013: 'forbidden', // no permission
  50278: 'forbidden', // no direct messages without a common server
  50083: 'forbidden', // archived thread that would not open again
  160005: 'forbidden', // locked thread
  160006: 'forbidden', // the server has as many open threads as it may
  20016: 'unavailable', // slow mode
  20028: 'unavailable', // write limit of the channel
  20029: 'unavailable', // write limit of the server
  40003: 'unavailable', // too many direct messages opened
  40004: 'unavailable', // sending is switched off for a while
  40062: 'unavailable', // limited for a while
  130000: 'unavailable', // overloaded
};

const kindByStatus: Readonly<Record<number, ChatErrorKind>> = {
  // Discord takes a valid token for invalid now and then; a token that really is gets the gateway closed.
  401: 'unavailable',
  403: 'forbidden',
  404: 'gone',
  408: 'unavailable',
  413: 'tooLarge',
  429: 'unavailable',
};

const isNumber = (code: unknown): code is number => typeof code === 'number';

/** What may be written to a log: discord.js's own error carries the address (with the interaction's token) and the whole body. */
const factsOf = (error: DiscordAPIError | HTTPError): Readonly<Record<string, unknown>> => ({
  status: error.status,
  code: error instanceof DiscordAPIError ? error.code : null,
  method: error.method,
});

const ofApi = (error: DiscordAPIError): ChatError => {
  const kind =
    (isNumber(error.code) ? kindByCode[error.code] : undefined) ??
    kindByStatus[error.status] ??
    (error.status >= 500 ? 'unavailable' : 'refused');
  return new ChatError(kind, {
    message: `Discord answered ${error.status} with code ${error.code}.`,
    cause: factsOf(error),
  });
};

/** Any failure of a request as a ChatError; a network fault or a time-out is `unavailable`. */
export const chatErrorOf = (error: unknown): ChatError => {
  if (error instanceof ChatError) return error;
  if (error instanceof DiscordAPIError) return ofApi(error);
  if (error instanceof HTTPError) {
    const kind = kindByStatus[error.status] ?? 'unavailable';
    return new ChatError(kind, { message: `Discord answered ${error.status}.`, cause: factsOf(error) });
  }
  return new ChatError('unavailable', { message: 'Discord could not be reached.', cause: error });
};

/** Whether a request failed with this code of Discord's. */
export const hasDiscordCode = (error: unknown, code: number): boolean =>
  error instanceof DiscordAPIError && error.code === code;

/** invalidToken: no restart helps · intentRefused: the privileged intent is not granted · rejected: Discord ended the connection for good · unreachable: try later. */
export type DiscordErrorKind = 'invalidToken' | 'intentRefused' | 'rejected' | 'unreachable';

/** The connection to Discord could not be made, or ended for good. Texts are for the operator. */
export class DiscordError extends Error {
  override readonly name = 'DiscordError';
  readonly kind: DiscordErrorKind;

  constructor(kind: DiscordErrorKind, options: { message: string; cause?: unknown }) {
    super(options.message, { cause: options.cause });
    this.kind = kind;
  }
}

/** Discord refuses the token, at the gateway or in requests. */
export const invalidToken = (cause: unknown): DiscordError =>
  new DiscordError('invalidToken', {
    message:
      'Discord does not accept DISCORD_TOKEN. Copy the bot token from the developer portal (Bot, Reset Token).',
    cause,
  });
