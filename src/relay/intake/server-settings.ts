/** What servers decided for themselves: read for each use, so that a change counts at once in every process. Knows no platform. */
import type { Locale } from '../../core/locale.ts';
import { defaultSettings, type GuildSettings } from '../../core/settings.ts';
import type { RelayDeps } from '../deps.ts';

export type ServerSettings = {
  /** `guildId` null: a direct message, which has the defaults. Rejects with StoreError. */
  of(guildId: string | null): Promise<GuildSettings>;
  /** Two changes at the same time both count. Rejects with StoreError; then nothing changed. */
  change(guildId: string, change: Partial<GuildSettings>): Promise<GuildSettings>;
  /** The language that a server wants for everybody. Never rejects: words in the wrong language are better than none. */
  localeOf(guildId: string | null): Promise<Locale | null>;
};

/** Others who change settings of the same server hold the turn for milliseconds. */
const waitMs = 10_000;

export const createServerSettings = ({
  store,
  exclusively,
  log,
  settings: { limits },
}: Pick<RelayDeps, 'store' | 'exclusively' | 'log' | 'settings'>): ServerSettings => {
  const of: ServerSettings['of'] = async (guildId) => {
    const record = guildId === null ? null : await store.guilds.get(guildId);
    return record?.settings ?? { ...defaultSettings, ...limits };
  };
  return {
    of,
    change: (guildId, change) =>
      exclusively(`settings/${guildId}`, AbortSignal.timeout(waitMs), async () => {
        const settings = { ...(await of(guildId)), ...change };
        await store.guilds.set(guildId, { guildId, settings });
        log.info({ guildId, changed: Object.keys(change) }, 'a server changed its settings');
        return settings;
      }),
    localeOf: async (guildId) => {
      try {
        return (await of(guildId)).locale;
      } catch (error) {
        log.warn({ err: error, guildId }, 'the language of a server could not be read');
        return null;
      }
    },
  };
};
