/** /nemo settings: what a server decides for itself, for those who manage it. Every choice is stored at once and drawn in place. */
import { messagesFor } from '../core/messages/messages.ts';
import { readSetting } from '../core/settings.ts';
import { settingsPageOf, viewSettings } from '../core/settings-view.ts';
import { StoreError } from '../ports/store.ts';
import type { ButtonCommand, CommandServices, MenuCommand, Subcommand } from './command.ts';
import { type Answerable, say } from './private-answers.ts';

/** The server whose settings the person may change here; null when they may not, which they are told. */
const managedServer = async (from: Answerable, { messages }: CommandServices): Promise<string | null> => {
  const { guildId } = from.place;
  if (guildId !== null && from.person.managesServer) return guildId;
  await say(from, guildId === null ? messages.settings.onlyInServers : messages.settings.onlyManagers);
  return null;
};

export const settings: Subcommand = {
  name: 'settings',
  description: {
    en: 'Where, for whom and how much I work in this server',
    zh: '设置我在这个服务器里的工作范围、对象和数量',
  },
  run: async (call, services) => {
    const guildId = await managedServer(call, services);
    if (guildId === null) return;
    const { messages, relay } = services;
    await call.answerPrivately(viewSettings(await relay.settings(guildId), 'places', messages));
  },
};

/** Custom id `settings:<page>`. */
export const settingsButton: ButtonCommand = {
  name: 'settings',
  press: async (press, { args: [page = ''], services }) => {
    const guildId = await managedServer(press, services);
    if (guildId === null) return;
    const { messages, relay } = services;
    await press.redraw(viewSettings(await relay.settings(guildId), settingsPageOf(page), messages));
  },
};

/** Custom id `setting:<page>:<name>`. */
export const settingMenu: MenuCommand = {
  name: 'setting',
  choose: async (choice, { args: [page = '', name = ''], services }) => {
    const { messages, relay, log } = services;
    const guildId = await managedServer(choice, services);
    if (guildId === null) return undefined;
    const change = readSetting(name, choice.values);
    if (change === null) return say(choice, messages.settings.unknown);
    try {
      const changed = await relay.changeSettings(guildId, change);
      const words = changed.locale === null ? messages : messagesFor(changed.locale);
      return await choice.redraw(viewSettings(changed, settingsPageOf(page), words));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.error({ err: error, guildId }, 'a setting could not be stored');
      return say(choice, messages.settings.notSaved);
    }
  },
};
