/** Which events of the client mean that something was heard, or may have been missed. It must not know what is done about it. */
import { type Client, Events } from 'discord.js';
import type { Gaps } from './gaps.ts';

type Options = {
  readonly gaps: Gaps;
  /** Somebody is there to hear events: what comes otherwise is for the next process. */
  readonly isHeard: () => boolean;
  /** A new session began, and Discord did not keep what came since then. */
  readonly onGap: (sinceMs: number, shardId: number) => void;
};

export const listenForGaps = (client: Client, { gaps, isHeard, onGap }: Options): void => {
  client.on(Events.Raw, (_packet: unknown, shardId: number) => {
    if (isHeard()) gaps.heard(shardId);
  });
  client.on(Events.ShardReconnecting, (shardId) => gaps.broke(shardId));
  client.on(Events.ShardDisconnect, (_event, shardId) => gaps.broke(shardId));
  client.on(Events.ShardResume, (shardId) => gaps.resumed(shardId));
  client.on(Events.ShardReady, (shardId) => {
    const sinceMs = gaps.began(shardId);
    if (sinceMs !== null) onGap(sinceMs, shardId);
  });
};
