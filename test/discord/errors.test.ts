import { inspect } from 'node:util';
import { DiscordAPIError, HTTPError } from 'discord.js';
import { expect, test } from 'vitest';
import { chatErrorOf } from '../../src/discord/errors.ts';
import { ChatError, type ChatErrorKind } from '../../src/ports/chat.ts';

const secretAddress = 'http://127.0.0.1/api/v10/webhooks/1/interaction-token-of-someone/messages/@original';

const refused = (status: number, code: number): DiscordAPIError =>
  new DiscordAPIError({ code, message: 'no' }, code, status, 'PATCH', secretAddress, {
    files: undefined,
    body: { content: 'private words' },
  });

test.each<[ChatErrorKind, number, number]>([
  ['placeGone', 404, 10003],
  ['placeGone', 404, 10004],
  ['gone', 404, 10008],
  ['gone', 404, 10062],
  ['gone', 404, 10015],
  ['gone', 401, 50027],
  ['gone', 404, 0],
  ['forbidden', 403, 50001],
  ['forbidden', 403, 50013],
  ['forbidden', 403, 50007],
  ['forbidden', 403, 50278],
  ['forbidden', 400, 160005],
  ['forbidden', 400, 160006],
  ['forbidden', 403, 0],
  ['tooLarge', 400, 40005],
  ['tooLarge', 413, 40005],
  ['tooLarge', 413, 0],
  ['tooLarge', 400, 50045],
  ['unavailable', 429, 20028],
  ['unavailable', 429, 0],
  ['unavailable', 401, 0],
  ['refused', 400, 50035],
  ['refused', 400, 50006],
  ['refused', 400, 200000],
])('says %s for status %i with code %i', (kind, status, code) => {
  expect(chatErrorOf(refused(status, code)).kind).toBe(kind);
});

test.each<[ChatErrorKind, number]>([
  ['unavailable', 500],
  ['unavailable', 502],
  ['unavailable', 503],
])('says %s for an answer %i without a body of Discord', (kind, status) => {
  const error = new HTTPError(status, 'no', 'POST', secretAddress, { files: undefined, body: {} });
  expect(chatErrorOf(error).kind).toBe(kind);
});

test('says unavailable for a network fault and keeps its cause', () => {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  const error = chatErrorOf(cause);
  expect(error.kind).toBe('unavailable');
  expect(error.cause).toBe(cause);
});

test('leaves a ChatError as it is', () => {
  const error = new ChatError('gone', { message: 'no' });
  expect(chatErrorOf(error)).toBe(error);
});

test('holds neither the address, which has the token of an interaction, nor the words that were sent', () => {
  const shown = inspect(chatErrorOf(refused(400, 50035)), { depth: 10 });
  expect(shown).toContain('50035');
  expect(shown).not.toContain('interaction-token-of-someone');
  expect(shown).not.toContain('private words');
});
