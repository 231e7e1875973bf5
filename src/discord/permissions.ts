/** Rights of the bot and of people, from Discord's bit sets. Pure; it must not know which event asks. */
import { PermissionFlagsBits, type PermissionsBitField } from 'discord.js';
import type { BotPermission } from '../ports/chat.ts';

type Rights = Readonly<PermissionsBitField>;

const bitOf: Readonly<Record<BotPermission, bigint>> = {
  view: PermissionFlagsBits.ViewChannel,
  send: PermissionFlagsBits.SendMessages,
  openThread: PermissionFlagsBits.CreatePublicThreads,
  sendInThread: PermissionFlagsBits.SendMessagesInThreads,
  attachFiles: PermissionFlagsBits.AttachFiles,
  readHistory: PermissionFlagsBits.ReadMessageHistory,
  manageThreads: PermissionFlagsBits.ManageThreads,
};

/** In the order in which they are worth telling; the right to write in locked threads is asked about where one is locked. */
export const everyBotPermission: readonly BotPermission[] = [
  'view',
  'send',
  'openThread',
  'sendInThread',
  'attachFiles',
  'readHistory',
];

/** What the invite link asks for: these and no more. */
export const invitePermissions: bigint = everyBotPermission.reduce((bits, name) => bits | bitOf[name], 0n);

/** In a thread, sending is a right of its own, and no thread opens inside a thread (Discord docs: Threads, Permissions). */
const threadBits: Readonly<Record<BotPermission, bigint>> = {
  ...bitOf,
  send: PermissionFlagsBits.SendMessagesInThreads,
  openThread: 0n,
};

/** What the bot may not do. Rights that Discord did not tell count as there: a refusal will say otherwise. */
export const missingPermissions = (
  rights: Rights | null,
  options: { isThread: boolean; isLocked?: boolean },
): BotPermission[] => {
  if (rights === null) return [];
  const bits = options.isThread ? threadBits : bitOf;
  const asked: readonly BotPermission[] =
    options.isLocked === true ? [...everyBotPermission, 'manageThreads'] : everyBotPermission;
  return asked.filter((permission) => !rights.has(bits[permission]));
};

/** May manage the server as a whole; administrators may everything. */
export const managesServer = (rights: Rights | null): boolean =>
  rights?.has(PermissionFlagsBits.ManageGuild) ?? false;

/** May manage messages, threads or the server here; administrators may everything. */
export const isModerator = (rights: Rights | null): boolean =>
  rights?.any([
    PermissionFlagsBits.ManageMessages,
    PermissionFlagsBits.ManageThreads,
    PermissionFlagsBits.ManageGuild,
  ]) ?? false;
