/** A server's settings as a message: a summary in words, and menus to change them. Pure. */
import type { Messages } from './messages/catalogue.ts';
import { placeLink, roleLink } from './refusal-text.ts';
import {
  type ChoiceName,
  chosenValue,
  type GuildSettings,
  isChoiceName,
  type ListName,
  type SettingName,
  settingChoices,
  settingListMax,
} from './settings.ts';
import { actionButton, type ButtonView, type MessageView, type SelectView, textView } from './view.ts';

/** Three menus and the buttons to the other pages: a message has room for five rows. */
const pages = {
  places: ['allowedChannelIds', 'allowedRoleIds', 'dropChannelIds'],
  limits: ['atOncePerPerson', 'atOncePerServer', 'aDayPerPerson'],
  work: ['steering', 'rendering', 'locale'],
} as const satisfies Readonly<Record<string, readonly SettingName[]>>;

export type SettingsPage = keyof typeof pages;

const pageNames = ['places', 'limits', 'work'] as const;

/** The page that a custom id names; anything else is the first one. */
export const settingsPageOf = (name: string): SettingsPage =>
  pageNames.find((known) => known === name) ?? 'places';

type Words = Pick<Messages, 'settings'>;

const choiceText = (name: ChoiceName, value: string, { settings: words }: Words): string => {
  switch (name) {
    case 'atOncePerPerson':
    case 'atOncePerServer':
    case 'aDayPerPerson':
      return words.limit(value === 'none' ? null : Number(value));
    case 'steering':
    case 'rendering':
    case 'locale': {
      const texts: Readonly<Record<string, string>> = words.choices[name];
      return texts[value] ?? value;
    }
  }
};

const listText = (settings: GuildSettings, name: ListName, { settings: words }: Words): string => {
  const ids = settings[name];
  if (ids.length === 0) return words.empty[name];
  return ids.map(name === 'allowedRoleIds' ? roleLink : placeLink).join(' ');
};

const line = (settings: GuildSettings, name: SettingName, words: Words): string => {
  const text = isChoiceName(name)
    ? choiceText(name, chosenValue(settings, name), words)
    : listText(settings, name, words);
  return `- ${words.settings.option(words.settings.names[name], `**${text}**`)}`;
};

const choiceSelect = (settings: GuildSettings, name: ChoiceName, words: Words): SelectView['from'] => {
  const label = words.settings.names[name];
  const chosen = chosenValue(settings, name);
  const values: readonly string[] = settingChoices[name];
  return {
    kind: 'choices',
    choices: values.map((value) => ({
      value,
      label: words.settings.option(label, choiceText(name, value, words)),
      isChosen: value === chosen,
    })),
  };
};

const listSelect = (settings: GuildSettings, name: ListName): SelectView['from'] => ({
  kind: name === 'allowedRoleIds' ? 'roles' : 'channels',
  chosenIds: settings[name],
  countMax: settingListMax,
});

const selectOf = (
  settings: GuildSettings,
  { page, name }: { page: SettingsPage; name: SettingName },
  words: Words,
): SelectView => ({
  customId: `setting:${page}:${name}`,
  placeholder: words.settings.option(
    words.settings.names[name],
    isChoiceName(name) ? '…' : words.settings.empty[name],
  ),
  from: isChoiceName(name) ? choiceSelect(settings, name, words) : listSelect(settings, name),
});

const pageButtons = (page: SettingsPage, words: Words): readonly ButtonView[] =>
  pageNames.map((name) => ({
    ...actionButton(words.settings.pages[name], `settings:${name}`),
    tone: name === page ? 'primary' : 'neutral',
  }));

/** Custom ids: `setting:<page>:<name>` of a menu, `settings:<page>` of a button. */
export const viewSettings = (settings: GuildSettings, page: SettingsPage, words: Words): MessageView => ({
  ...textView(
    [
      words.settings.title,
      ...pageNames.flatMap((name) => pages[name]).map((name) => line(settings, name, words)),
      `-# ${words.settings.explanation}`,
    ].join('\n'),
  ),
  selects: pages[page].map((name) => selectOf(settings, { page, name }, words)),
  buttons: pageButtons(page, words),
});
