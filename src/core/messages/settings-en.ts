/** English words of settings and limits. Pure. */
import type { RefusalWords, SettingWords } from './settings-words.ts';

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} or ${parts.at(-1) ?? ''}`;

export const refusalWordsEn: RefusalWords = {
  channel: (places) => `In this server I take requests in ${listed(places)} only. Please ask me there.`,
  role: (roles) =>
    `In this server I take requests of people with the role ${listed(roles)} only. A moderator can tell you how to get it.`,
  personBusy: (limit, threads) =>
    [
      limit === 1
        ? 'Something of yours is in the making already, and it is one at a time here.'
        : `${limit} requests of yours are in the making, as many as one person may have at once here.`,
      `Ask again as soon as ${limit === 1 ? 'it' : 'one of them'} is done${threads.length === 0 ? '' : ` (${threads.join(', ')})`}.`,
    ].join(' '),
  serverBusy: (limit) =>
    `${limit === 1 ? 'One request is' : `${limit} requests are`} in the making, as many as this server allows at once. Please ask again in a few minutes.`,
  dayUsed: (limit, again) =>
    `You have used your ${limit === 1 ? 'one request' : `${limit} requests`} of 24 hours here. The next one is possible ${again}; exporting what you have is possible now.`,
};

export const settingWordsEn: SettingWords = {
  title: '⚙️ **Settings of this server**',
  explanation: 'Every choice counts at once, for everybody here.',
  onlyManagers: 'Only people who may manage this server can see and change its settings.',
  onlyInServers: 'Settings belong to a server. In a direct message there is nothing to set.',
  notSaved: "I couldn't save that, so nothing has changed. Please try again in a few minutes.",
  unknown: 'This choice belongs to an older version. Open the settings again with `/nemo settings`.',
  pages: { places: 'Where and who', limits: 'How much', work: 'How it works' },
  names: {
    dropChannelIds: 'Drop channels',
    allowedChannelIds: 'Where I take requests',
    allowedRoleIds: 'Whose requests I take',
    steering: 'Who steers a thread',
    rendering: 'The video after a change',
    atOncePerPerson: 'At once, per person',
    atOncePerServer: 'At once, in the whole server',
    aDayPerPerson: 'In 24 hours, per person',
    locale: 'Language',
  },
  empty: {
    dropChannelIds: "none but those of the bot's operator",
    allowedChannelIds: 'in every channel',
    allowedRoleIds: "everybody's",
  },
  choices: {
    steering: { requester: 'who started it, and moderators', everyone: 'everyone in the thread' },
    rendering: { always: 'comes by itself', ask: 'comes when somebody presses Render' },
    locale: { own: "each person's own", en: 'English', zh: 'Chinese' },
  },
  limit: (value) => (value === null ? 'no limit' : `${value} ${value === 1 ? 'request' : 'requests'}`),
  option: (name, value) => `${name}: ${value}`,
};
