/** What the doctor thinks of facts: each thing that is wrong has its level, and says what to do. */
import { describe, expect, it } from 'vitest';
import {
  backendFinding,
  type DiscordFacts,
  discordFindings,
  type Finding,
  printFindings,
  storeFinding,
} from '../../src/doctor/findings.ts';

const well: DiscordFacts = {
  botName: 'Makevideo',
  applicationId: '1',
  hasContentIntent: true,
  guilds: [{ name: 'Studio', missing: [] }],
  clockSkewMs: 800,
};

const about = (name: string, facts: Partial<DiscordFacts>, wantsMessageContent = true): Finding | undefined =>
  discordFindings({ ...well, ...facts }, { wantsMessageContent }).find((finding) => finding.about === name);

describe('the doctor on Discord', () => {
  it('finds nothing wrong with a bot that is set up', () => {
    const findings = discordFindings(well, { wantsMessageContent: true });
    expect(findings.map(({ level }) => level)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it.each<[string, string, Partial<DiscordFacts>, Finding['level']]>([
    ['the intent is not granted', 'Intent', { hasContentIntent: false }, 'warn'],
    ['the bot is in no server', 'Servers', { guilds: [] }, 'warn'],
    ['a role lacks rights', 'Servers', { guilds: [{ name: 'Club', missing: ['Attach Files'] }] }, 'warn'],
    ['the clock is ahead', 'Clock', { clockSkewMs: 600_000 }, 'fail'],
    ['the clock is behind', 'Clock', { clockSkewMs: -600_000 }, 'fail'],
  ])('warns when %s, and says what to do', (_name, name, facts, level) => {
    const finding = about(name, facts);
    expect(finding?.level).toBe(level);
    expect(finding?.advice).toMatch(/\.$/u);
  });

  it('does not ask for an intent that the operator does without', () => {
    expect(about('Intent', { hasContentIntent: false }, false)?.level).toBe('ok');
  });

  it('names the server and the rights that are missing there', () => {
    const detail = about('Servers', { guilds: [{ name: 'Club', missing: ['Attach Files'] }] })?.detail;
    expect(detail).toContain('"Club"');
    expect(detail).toContain('Attach Files');
  });
});

describe('the doctor on store and backend', () => {
  it.each<[string, Finding, Finding['level']]>([
    ['a store that works', storeFinding({ kind: 'works' }), 'ok'],
    ['a store that a bot uses', storeFinding({ kind: 'locked', message: 'Taken.' }), 'warn'],
    ['a broken store', storeFinding({ kind: 'broken', message: 'Damaged.' }), 'fail'],
    ['a token with credits', backendFinding({ available: 5 }, true), 'ok'],
    ['a token whose account names no amount', backendFinding({ available: null }, true), 'ok'],
    ['a token without credits', backendFinding({ available: 0 }, true), 'warn'],
    ['a refused token', backendFinding({ problem: 'operatorTokenRefused' }, true), 'fail'],
    ['no token', backendFinding({ problem: 'operatorTokenRefused' }, false), 'warn'],
    ['a backend that does not answer', backendFinding({ problem: 'backendUnavailable' }, false), 'fail'],
  ])('takes %s for what it is', (_name, finding, level) => {
    expect(finding.level).toBe(level);
    expect(finding.advice === null).toBe(level === 'ok');
  });

  it('prints a line for each finding, and below it what to do', () => {
    expect(
      printFindings([storeFinding({ kind: 'works' }), storeFinding({ kind: 'broken', message: 'Damaged.' })]),
    ).toBe(
      [
        'ok   Store      It opens, its key fits, and it can be written.',
        'fail Store      Damaged.',
        '                → docs/operating.md says what to do in each case.',
        '',
      ].join('\n'),
    );
  });
});
