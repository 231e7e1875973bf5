/** What a log line may hold: everything an operator needs, and no secret in any form. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLog } from '../../src/log.ts';
import { NemoError } from '../../src/ports/backend.ts';

const botToken = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789AB';
const storeSecret = 'a "quoted" secret / of the store';
const personToken = 'nmv_usr_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789';

const openLog = () => {
  const lines: string[] = [];
  const log = createLog({
    level: 'debug',
    secrets: [botToken, storeSecret, null, 'short'],
    write: (line) => lines.push(line),
  });
  const last = () => z.record(z.string(), z.unknown()).parse(JSON.parse(lines.at(-1) ?? '{}'));
  return { log, lines, last };
};

describe('a secret', () => {
  it.each<[string, Record<string, unknown>]>([
    ['is left out by its field', { token: 'x-0', clientId: 'x-0', authorization: 'x-0', cookie: 'x-0' }],
    ['is left out by its field, deep inside', { request: { options: [{ headers: { x: 'x-0' } }] } }],
    [
      'is left out by its field, whatever its case',
      { 'X-Client-Id': 'x-0', nemoToken: 'x-0', Authorization: 'x-0' },
    ],
  ])('%s', (_name, fields) => {
    const { log, lines } = openLog();
    log.info(fields, 'x');
    expect(lines.join('')).toContain('[secret]');
    expect(lines.join('')).not.toContain('x-0');
  });

  const cause = new TypeError(`fetch failed for Bot ${botToken}`, {
    cause: { url: 'https://cdn.example.com/a.png?ex=1&hm=signed', headers: { authorization: 'deep' } },
  });
  const wrapped = Object.assign(new Error('outer', { cause }), { token: 'own-field' });

  it.each<[string, unknown, readonly string[]]>([
    ['of the operator, in a text', `Bot ${botToken}`, [botToken]],
    ['of the operator, in JSON', JSON.stringify({ storeSecret }), [storeSecret]],
    [
      'of the operator, in an address',
      `https://example.com/?s=${encodeURIComponent(storeSecret)}`,
      ['quoted'],
    ],
    ['of the operator, in base64', Buffer.from(storeSecret).toString('base64'), ['YSAicXVvdGVk']],
    ['of a person', `GET /me with ${personToken} failed`, [personToken]],
    ['of somebody, as a bearer', 'authorization: Bearer abc.def-ghi', ['abc.def']],
    ['of an interaction', 'PATCH /webhooks/12345/aW50ZXJhY3Rpb246MTIz/messages/%40original', ['aW50ZXJh']],
    ['of a database', 'connect postgres://bot:hunter2@127.0.0.1/db', ['hunter2', 'bot:']],
    ['of a signed address', 'https://cdn.example.com/f.png?ex=66&is=65&hm=abc', ['hm=abc']],
    ['of another bot', 'ODc2NTQzMjEwOTg3NjU0MzIx.Gxyz12.zyxwvutsrqponmlkjihgfedcba9876543210zz', ['zyxwvu']],
    ['in an error, its cause and its fields', wrapped, [botToken, 'signed', 'deep', 'own-field']],
  ])('%s is not found in the line', (_name, value, parts) => {
    const { log, lines } = openLog();
    log.error({ err: value }, 'one field');
    log.warn({ error: value }, 'another');
    log.child({ room: value }).info({}, 'bound');
    log.info({}, `in the words: ${value instanceof Error ? value.message : String(value)}`);
    expect(lines).toHaveLength(4);
    for (const part of parts) expect(lines.join('\n')).not.toContain(part);
  });

  it('leaves every line JSON that a program can read', () => {
    const { log, last } = openLog();
    log.error(
      { err: wrapped, odd: storeSecret, url: 'https://example.com/?a="b' },
      `${botToken} "quoted" ${storeSecret}`,
    );
    expect(last()).toMatchObject({ level: 50, odd: '[secret]' });
  });
});

describe('what an operator needs', () => {
  it('stays: ids, counts, addresses without their query', () => {
    const { log, last } = openLog();
    log.info({ turnId: 't1', renderId: 'render_1', sizeBytes: 5, url: 'https://example.com/a/b' }, 'done');
    expect(last()).toMatchObject({
      level: 30,
      msg: 'done',
      turnId: 't1',
      renderId: 'render_1',
      sizeBytes: 5,
      url: 'https://example.com/a/b',
    });
  });

  it.each(['err', 'error'])('stays: an error under "%s", its kind, its stack and its causes', (field) => {
    const { log, last } = openLog();
    const problem = { kind: 'rateLimited', retry: 'never', code: '429', bindId: null } as const;
    const error = new NemoError('refused', problem, {
      message: 'NemoVideo answered 429.',
      sent: false,
      cause: { status: 429 },
    });
    log.warn({ [field]: error }, 'x');
    expect(last()[field]).toMatchObject({
      type: 'NemoError',
      kind: 'refused',
      message: 'NemoVideo answered 429.',
      stack: expect.stringContaining('log.test.ts'),
      cause: { status: 429 },
    });
  });

  it('is bounded: circles, depth and length end', () => {
    const { log, last } = openLog();
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    let deep: unknown = 'end';
    for (let count = 0; count < 50; count += 1) deep = { deep };
    log.info({ circle, deep, long: 'x'.repeat(10_000), bytes: new Uint8Array(3), big: 5n }, 'x');
    const line = last();
    expect(line['circle']).toEqual({ self: '[circular]' });
    expect(JSON.stringify(line['deep'])).toContain('[deeper]');
    expect(String(line['long']).length).toBeLessThan(5_000);
    expect([line['bytes'], line['big']]).toEqual(['[3 bytes]', '5']);
  });
});
