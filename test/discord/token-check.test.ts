import { DiscordAPIError } from 'discord.js';
import { expect, test } from 'vitest';
import type { CallDiscord } from '../../src/discord/call.ts';
import type { DiscordError } from '../../src/discord/errors.ts';
import { createTokenCheck } from '../../src/discord/token-check.ts';
import { ChatError } from '../../src/ports/chat.ts';
import { createFakeClock, settle } from '../lanes/fake-clock.ts';
import { createLogRecorder } from './log-recorder.ts';

const refused = new DiscordAPIError(
  { code: 0, message: '401: Unauthorized' },
  0,
  401,
  'GET',
  'http://127.0.0.1/users/@me',
  { files: undefined, body: undefined },
);

/** `answers`: what each question gets; the last one again and again. */
const prepare = (answers: readonly (Error | 'welcome')[]) => {
  const clock = createFakeClock();
  const { log, lines } = createLogRecorder();
  const invalid: DiscordError[] = [];
  const closing = new AbortController();
  let asked = 0;
  const call: CallDiscord = async (_request, { answer }) => {
    const next = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    if (next instanceof Error) throw next;
    return answer.parse({ id: '1' });
  };
  const onInvalid = (error: DiscordError): void => void invalid.push(error);
  const check = createTokenCheck({ call, clock, log, onInvalid, closing: closing.signal });
  return { clock, check, lines, invalid, closing, asked: () => asked };
};

test('gives up when Discord refuses the token three times in a row', async () => {
  const { check, clock, invalid, asked } = prepare([refused]);
  check.onRefused();
  check.onRefused();
  await settle();
  expect(invalid).toEqual([]);
  await clock.advance(2_000);
  await clock.advance(2_000);
  expect(invalid).toEqual([expect.objectContaining({ kind: 'invalidToken' })]);
  expect(asked()).toBe(3);
});

test('goes on after a single mistake, and does not ask again for a minute', async () => {
  const { check, clock, invalid, asked } = prepare([refused, 'welcome']);
  check.onRefused();
  await settle();
  await clock.advance(2_000);
  check.onRefused();
  await settle();
  expect([invalid, asked()]).toEqual([[], 2]);
  await clock.advance(60_000);
  check.onRefused();
  await settle();
  expect(asked()).toBe(3);
});

test('knows nothing while Discord is away, and asks at the next refusal', async () => {
  const away = new ChatError('unavailable', { message: 'away' });
  const { check, lines, invalid, asked } = prepare([away]);
  check.onRefused();
  await settle();
  check.onRefused();
  await settle();
  expect([invalid, asked()]).toEqual([[], 2]);
  expect(lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
});

test('is silent about a check that was cut off by the end of the process', async () => {
  const { check, clock, lines, invalid, closing } = prepare([refused]);
  check.onRefused();
  await settle();
  closing.abort(new Error('closing'));
  await clock.advance(2_000);
  expect([invalid, lines]).toEqual([[], []]);
});
