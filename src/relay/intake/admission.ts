/** Whether a request is taken: by whom, where, and how much. Knows no platform, and nothing of what a turn does. */
import { classifyIntent } from '../../core/intent.ts';
import { decideDoor } from '../../core/settings.ts';
import type { Relay } from '../../ports/relay.ts';
import type { ThreadRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import type { Quotas } from './quotas.ts';
import type { ServerSettings } from './server-settings.ts';

type AdmissionDeps = Pick<RelayDeps, 'store'> & {
  readonly serverSettings: ServerSettings;
  readonly quotas: Quotas;
};

type Asking = Parameters<Relay['admit']>[0];

/** The bot answers it by itself, so that it costs nothing and needs no place. */
const isFree = ({ instruction, attachments }: Asking, thread: ThreadRecord | null): boolean => {
  if (instruction.trim() === '') return true;
  const hasTimeline = thread !== null && thread.session !== null;
  return classifyIntent(instruction, { hasFiles: attachments.length > 0, hasTimeline }) !== 'chat';
};

export const createAdmit =
  ({ store, serverSettings, quotas }: AdmissionDeps): Relay['admit'] =>
  async (asking) => {
    const { eventId, place, person } = asking;
    const { channelId, parentChannelId, guildId } = place;
    const settings = await serverSettings.of(guildId);
    const thread = await store.threads.get(channelId);
    // A thread whose channel the platform did not tell was opened where it was allowed.
    const isKnownThread = thread !== null && parentChannelId === null;
    const channelIds = isKnownThread
      ? settings.allowedChannelIds
      : [channelId, ...(parentChannelId === null ? [] : [parentChannelId])];
    const closed = guildId === null ? null : decideDoor(settings, { channelIds, person });
    if (closed !== null) return closed;
    if (isFree(asking, thread)) return null;
    const lane = place.kind === 'thread' || place.kind === 'dm' ? channelId : null;
    return quotas.take({ eventId, guildId, personId: person.id, lane }, settings);
  };
