import { PermissionFlagsBits, PermissionsBitField } from 'discord.js';
import { expect, test } from 'vitest';
import { isModerator, missingPermissions } from '../../src/discord/permissions.ts';

const rights = (...flags: bigint[]): PermissionsBitField => new PermissionsBitField(flags);

test('names everything that the bot may not do in a channel', () => {
  expect(missingPermissions(rights(), { isThread: false })).toEqual([
    'view',
    'send',
    'openThread',
    'sendInThread',
    'attachFiles',
    'readHistory',
  ]);
});

test('asks in a thread for the right to send in threads, and not for the one to open them', () => {
  const inThread = rights(
    PermissionFlagsBits.ViewChannel,
    PermissionFlagsBits.SendMessagesInThreads,
    PermissionFlagsBits.AttachFiles,
    PermissionFlagsBits.ReadMessageHistory,
  );
  expect(missingPermissions(inThread, { isThread: true })).toEqual([]);
  expect(missingPermissions(inThread, { isThread: false })).toEqual(['send', 'openThread']);
});

test('misses nothing as an administrator, or when Discord did not say', () => {
  expect(missingPermissions(rights(PermissionFlagsBits.Administrator), { isThread: false })).toEqual([]);
  expect(missingPermissions(null, { isThread: true })).toEqual([]);
});

test.each([
  [true, PermissionFlagsBits.ManageMessages],
  [true, PermissionFlagsBits.ManageThreads],
  [true, PermissionFlagsBits.ManageGuild],
  [true, PermissionFlagsBits.Administrator],
  [false, PermissionFlagsBits.KickMembers],
  [false, PermissionFlagsBits.SendMessages],
])('says %s to who holds the right %i', (expected, flag) => {
  expect(isModerator(rights(flag))).toBe(expected);
});

test('takes nobody for a moderator in a direct message', () => {
  expect(isModerator(null)).toBe(false);
});
