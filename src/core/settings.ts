/** What a server decides for itself: where, for whom and how the bot works there. Must not know where it is kept. Pure. */
import type { Locale } from './locale.ts';

export type GuildSettings = {
  /** Dropped pictures start a video here, beside the channels of the operator. */
  readonly dropChannelIds: readonly string[];
  /** The bot takes requests here and in their threads only; none: everywhere. */
  readonly allowedChannelIds: readonly string[];
  /** It takes requests of people with one of these roles only; none: of everybody. */
  readonly allowedRoleIds: readonly string[];
  /** Whose words count in a thread: those of its requester and of moderators, or everyone's. */
  readonly steering: 'requester' | 'everyone';
  /** After a change the video comes by itself, or at the press of a button. */
  readonly rendering: 'always' | 'ask';
  /** Threads in which a person may have something running; further requests of such a thread wait in its lane. null: no limit. */
  readonly atOncePerPerson: number | null;
  readonly atOncePerServer: number | null;
  /** Turns that cost something, of one person within 24 hours; null: as many as they like. */
  readonly aDayPerPerson: number | null;
  /** null: each person's own language. */
  readonly locale: Locale | null;
};

/** For a public server: everybody may, far more than a person means, and no flood gets through. A server with little to spend chooses less. */
export const defaultSettings: GuildSettings = {
  dropChannelIds: [],
  allowedChannelIds: [],
  allowedRoleIds: [],
  steering: 'requester',
  rendering: 'always',
  atOncePerPerson: 10,
  atOncePerServer: 100,
  aDayPerPerson: 200,
  locale: null,
};

/** What is offered for settings of which one is chosen; `none` and `own` stand for null. */
export const settingChoices = {
  steering: ['requester', 'everyone'],
  rendering: ['always', 'ask'],
  atOncePerPerson: ['1', '2', '3', '5', '10', 'none'],
  atOncePerServer: ['2', '4', '6', '10', '20', '50', '100', 'none'],
  aDayPerPerson: ['3', '5', '10', '20', '50', '100', '200', 'none'],
  locale: ['own', 'en', 'zh'],
} as const;

/** Settings of which several things may be chosen. Discord's menus hold 25, but the summary of three such lists must fit a message. */
export const settingLists = ['dropChannelIds', 'allowedChannelIds', 'allowedRoleIds'] as const;
export const settingListMax = 15;

export type ChoiceName = keyof typeof settingChoices;
export type ListName = (typeof settingLists)[number];
export type SettingName = ChoiceName | ListName;

/** The value of a choice that stands for the setting as it is now. */
export const chosenValue = (settings: GuildSettings, name: ChoiceName): string => {
  const value = settings[name];
  if (value !== null) return String(value);
  return name === 'locale' ? 'own' : 'none';
};

const isListName = (name: string): name is ListName => settingLists.some((known) => known === name);
export const isChoiceName = (name: string): name is ChoiceName => Object.hasOwn(settingChoices, name);

const readChoice = (name: ChoiceName, value: string): Partial<GuildSettings> | null => {
  const choices: readonly string[] = settingChoices[name];
  if (!choices.includes(value)) return null;
  switch (name) {
    case 'steering':
      return { steering: value === 'everyone' ? 'everyone' : 'requester' };
    case 'rendering':
      return { rendering: value === 'ask' ? 'ask' : 'always' };
    case 'locale':
      return { locale: value === 'en' || value === 'zh' ? value : null };
    case 'aDayPerPerson':
    case 'atOncePerPerson':
    case 'atOncePerServer':
      return { [name]: value === 'none' ? null : Number(value) };
  }
};

/** What somebody chose, as a change; null when there is no such setting or no such choice. Both come from outside. */
export const readSetting = (name: string, values: readonly string[]): Partial<GuildSettings> | null => {
  if (isListName(name)) {
    return values.length > settingListMax ? null : { [name]: [...new Set(values)] };
  }
  const [value = ''] = values;
  return isChoiceName(name) && values.length === 1 ? readChoice(name, value) : null;
};

/** Whose words count in a thread. */
export const maySteer = (
  requesterId: string,
  person: { readonly id: string; readonly isModerator: boolean },
  settings: Pick<GuildSettings, 'steering'>,
): boolean => requesterId === person.id || person.isModerator || settings.steering === 'everyone';

/** Why somebody may not ask for anything in a place, and where or who may. */
export type DoorRefusal =
  | { readonly reason: 'channel'; readonly channelIds: readonly string[] }
  | { readonly reason: 'role'; readonly roleIds: readonly string[] };

/**
 * Whether this person may ask for something here. Who manages the server may always, because they decide it; roles that the platform
 * did not tell count as the right ones. `channelIds`: the place, and the channel above it.
 */
export const decideDoor = (
  settings: Pick<GuildSettings, 'allowedChannelIds' | 'allowedRoleIds' | 'dropChannelIds'>,
  asking: {
    readonly channelIds: readonly string[];
    readonly person: { readonly managesServer: boolean; readonly roleIds: readonly string[] | null };
  },
): DoorRefusal | null => {
  const { allowedChannelIds, allowedRoleIds, dropChannelIds } = settings;
  const { channelIds, person } = asking;
  if (person.managesServer) return null;
  const open = new Set([...allowedChannelIds, ...dropChannelIds]);
  if (allowedChannelIds.length > 0 && !channelIds.some((id) => open.has(id)))
    return { reason: 'channel', channelIds: [...open] };
  const { roleIds } = person;
  const hasRole = roleIds === null || allowedRoleIds.some((id) => roleIds.includes(id));
  return allowedRoleIds.length > 0 && !hasRole ? { reason: 'role', roleIds: allowedRoleIds } : null;
};
