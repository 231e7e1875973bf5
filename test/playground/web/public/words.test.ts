import { describe, expect, test } from 'vitest';
import {
  colorOf,
  findPlace,
  mayWrite,
  mentionNames,
  placeName,
} from '../../../../playground/web/public/names.ts';
import { addedLines, plainText, shorten } from '../../../../playground/web/public/plain-text.ts';
import { textsFor } from '../../../../playground/web/public/texts.ts';
import { createTimes, formatSize } from '../../../../playground/web/public/timestamps.ts';
import { maya, sampleChannel, sampleGuild, sampleThread, sampleWorld } from './sample-world.ts';

describe('times', () => {
  const nowMs = 1_000_000_000_000;
  const times = createTimes('en-US');
  const at = (seconds: number, style: string) => times.mark({ seconds, style }, nowMs);

  test.each([
    [0, 'now'],
    [-1, '1 second ago'],
    [-59, '59 seconds ago'],
    [-61, '1 minute ago'],
    [3600, 'in 1 hour'],
    [-86_400 * 2, '2 days ago'],
    [86_400 * 400, 'next year'],
  ])('say how far %d seconds are', (seconds, words) => {
    expect(at(1_000_000_000 + seconds, 'R')).toBe(words);
  });

  test('follow the language of the reader', () => {
    expect(createTimes('zh-CN').mark({ seconds: 999_999_940, style: 'R' }, nowMs)).toBe('1分钟前');
    expect(at(1_000_000_000, 'D')).toContain('2001');
    expect(at(1_000_000_000, '?')).toBe(at(1_000_000_000, 'f'));
  });
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.50 KB'],
  [600_064, '586.0 KB'],
  [10_485_760, '10.0 MB'],
])('writes %d bytes as Discord does', (sizeBytes, words) => {
  expect(formatSize(sizeBytes)).toBe(words);
});

const names = {
  user: (id: string) => (id === '1' ? 'Maya' : null),
  role: (id: string) => (id === '2' ? 'Mod' : null),
  channel: (id: string) => (id === '3' ? 'general' : null),
};

test.each([
  ['**bold** _it_ __u__ ~~s~~ `c` ||x||', 'bold it u s c x'],
  ['> quote\n-# small\n## head', 'quote small head'],
  ['<@1> <@404> <@&2> <#3> </nemo credits:5> <t:5:R><a:wave:6>', '@Maya @404 @Mod #general /nemo credits'],
  ['[here](https://example.test/a) a_b 2*3', 'here a_b 2*3'],
])('takes the marks out of %j', (source, words) => {
  expect(plainText(source, names)).toBe(words);
});

test('cuts an excerpt where it gets too long', () => {
  expect(shorten('abcdef', 4)).toBe('abc…');
  expect(shorten('abcd', 4)).toBe('abcd');
});

test.each([
  ['', 'Connecting', 'Connecting'],
  ['Your video', 'Your video is ready', 'is ready'],
  ['Connecting', 'Ready', 'Ready'],
  ['Ready', 'Ready', ''],
  ['one\n-# working', 'one\ntwo\n-# done', 'two\n-# done'],
])('says of %j and then %j only what was added', (before, after, news) => {
  expect(addedLines(before, after)).toBe(news);
});

test('has every sentence of the page in Chinese, and English for everybody else', () => {
  const english = textsFor('en-US');
  const chinese = textsFor('zh-CN');
  expect(textsFor('de')).toBe(english);
  const same = Object.entries(english).filter(([name, text]) => text === Reflect.get(chinese, name));
  expect(same.map(([name]) => name)).toEqual(['app']);
});

describe('places', () => {
  const send = String(1n << 11n);
  const sendInThreads = String(1n << 38n);
  const role = {
    id: '70',
    name: 'Creator',
    color: 0xe67e22,
    hoist: false,
    position: 1,
    permissions: '0',
    managed: false,
    mentionable: false,
    flags: 0,
  };
  const member = {
    user: maya,
    nick: null,
    avatar: null,
    roles: ['70'],
    joined_at: '',
    deaf: false,
    mute: false,
    flags: 0,
  };
  const world = sampleWorld({
    directMessages: [{ ...sampleChannel('60', ''), type: 1 }],
    guilds: [
      sampleGuild({
        threads: [sampleThread('100', '10')],
        permissions: { '10': sendInThreads, '11': send },
        roles: [role],
        members: [member],
      }),
    ],
  });
  const place = (id: string) => {
    const found = findPlace(world, id);
    if (found === null) throw new Error('no place');
    return found;
  };

  test('are channels, threads and direct messages', () => {
    expect(placeName(world, place('10'))).toBe('#general');
    expect(placeName(world, place('60'))).toBe('@Makevideo');
    expect(place('100')).toMatchObject({ kind: 'thread', parent: { name: 'general' } });
    expect(findPlace(world, '999')).toBeNull();
  });

  test('let write whom their rights let write, a new thread like its channel', () => {
    expect(mayWrite(place('10'))).toBe(false);
    expect(mayWrite(place('11'))).toBe(true);
    expect(mayWrite(place('100'))).toBe(true);
    expect(mayWrite(place('60'))).toBe(true);
  });

  test('give names and colours to ids', () => {
    const names = mentionNames(world);
    expect([names.user('1'), names.user('404'), names.role('70'), names.channel('100')]).toEqual([
      'Maya',
      null,
      'Creator',
      'thread 100',
    ]);
    expect(colorOf(world, '1')).toBe('#e67e22');
    expect(colorOf(world, '404')).toBeNull();
  });
});
