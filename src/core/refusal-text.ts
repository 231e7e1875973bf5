/** Why a request is not taken, in the person's words, with the platform's links and times. Pure. */
import type { Messages } from './messages/catalogue.ts';
import type { QuotaRefusal } from './quota.ts';
import type { DoorRefusal } from './settings.ts';

export type Refusal = DoorRefusal | QuotaRefusal;

/** More would make a wall of links of one line. */
const linksMax = 10;

/** Discord shows these as a link to the place, the name of the role and "in 3 hours" (Discord docs: Reference, Message Formatting). */
export const placeLink = (channelId: string): string => `<#${channelId}>`;
export const roleLink = (roleId: string): string => `<@&${roleId}>`;
const timeFromNow = (atMs: number): string => `<t:${Math.ceil(atMs / 1_000)}:R>`;

export const refusalText = (refusal: Refusal, { refused }: Pick<Messages, 'refused'>): string => {
  switch (refusal.reason) {
    case 'channel':
      return refused.channel(refusal.channelIds.slice(0, linksMax).map(placeLink));
    case 'role':
      return refused.role(refusal.roleIds.slice(0, linksMax).map(roleLink));
    case 'personBusy':
      return refused.personBusy(refusal.limit, refusal.threadIds.slice(0, linksMax).map(placeLink));
    case 'serverBusy':
      return refused.serverBusy(refusal.limit);
    case 'dayUsed':
      return refused.dayUsed(refusal.limit, timeFromNow(refusal.againAtMs));
  }
};
