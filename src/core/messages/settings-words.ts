/** The words of a server's settings and limits, as a type. Pure. */
import type { ChoiceName, SettingName, settingChoices } from '../settings.ts';

/** Links and mentions arrive as the platform shows them. */
export type RefusalWords = {
  channel(places: readonly string[]): string;
  role(roles: readonly string[]): string;
  personBusy(limit: number, threads: readonly string[]): string;
  serverBusy(limit: number): string;
  dayUsed(limit: number, again: string): string;
};

type WordChoices = Exclude<ChoiceName, 'atOncePerPerson' | 'atOncePerServer' | 'aDayPerPerson'>;

export type SettingWords = {
  readonly title: string;
  readonly explanation: string;
  readonly onlyManagers: string;
  readonly onlyInServers: string;
  readonly notSaved: string;
  readonly unknown: string;
  /** Labels of buttons (at most 80 characters). */
  readonly pages: Readonly<Record<'places' | 'limits' | 'work', string>>;
  readonly names: Readonly<Record<SettingName, string>>;
  /** What a setting is when nothing is chosen; also what stands in an empty select (at most 150 characters). */
  readonly empty: Readonly<Record<Exclude<SettingName, ChoiceName>, string>>;
  readonly choices: {
    readonly [Name in WordChoices]: Readonly<Record<(typeof settingChoices)[Name][number], string>>;
  };
  /** `value` null: no limit. */
  limit(value: number | null): string;
  /** What a single choice in a select says, such as "At once, per person: 2" (at most 100 characters). */
  option(name: string, value: string): string;
};
