/** Whether this process can do its work, from facts. Pure: it asks nobody. */

import type { LaneFacts } from './observed-lanes.ts';

/** What the gateway adapter knows of itself. */
export type GatewayFacts = {
  readonly guildCount: number;
  /** Answers 401, 403 and 429 in the running ten minutes. */
  readonly invalidRequests: number;
  /** Answers 429 since the start, by scope. */
  readonly rateLimited: Readonly<Record<string, number>>;
  readonly shards: readonly {
    readonly id: number;
    readonly isReady: boolean;
    /** When Discord last acknowledged a heartbeat; null before the first. */
    readonly heardAtMs: number | null;
  }[];
};

export type Facts = {
  readonly nowMs: number;
  readonly startedAtMs: number;
  /** The start is over: connected, and what an earlier process left is taken up. */
  readonly isStarted: boolean;
  /** null: this process has no gateway role. */
  readonly gateway: GatewayFacts | null;
  /** What the probe of the store or the last write complained about; null: writing works. */
  readonly storeFailure: string | null;
  readonly lanes: LaneFacts;
};

export type Check = {
  readonly name: 'start' | 'gateway' | 'store' | 'lanes';
  readonly isOk: boolean;
  /** One sentence for the operator, without secrets. */
  readonly detail: string;
};

/** Discord asks for a heartbeat about every 41 s (Discord docs: Gateway, Sending Heartbeats): three of them missed. */
export const heartbeatAgeMaxMs = 130_000;

/** An entry that nothing holds back begins within milliseconds; on Postgres, within the seconds between two looks. */
export const runnableAgeMaxMs = 60_000;

const inSeconds = (durationMs: number): string => `${Math.round(durationMs / 1_000)} s`;

const gatewayCheck = (gateway: GatewayFacts, facts: Facts): Check => {
  const silent = gateway.shards.filter(({ isReady, heardAtMs }) => {
    const ageMs = facts.nowMs - (heardAtMs ?? facts.startedAtMs);
    return !isReady || ageMs > heartbeatAgeMaxMs;
  });
  const isOk = gateway.shards.length > 0 && silent.length === 0;
  const names = silent.map(({ id }) => id).join(', ');
  const trouble =
    gateway.shards.length === 0
      ? 'There is no connection to Discord.'
      : `Discord has not been heard from on shard ${names}.`;
  return { name: 'gateway', isOk, detail: isOk ? 'Discord answers the heartbeats.' : trouble };
};

const storeCheck = ({ storeFailure }: Facts): Check => ({
  name: 'store',
  isOk: storeFailure === null,
  detail: storeFailure ?? 'Records can be written.',
});

const lanesCheck = ({ oldestRunnableMs }: LaneFacts): Check => {
  const isOk = oldestRunnableMs === null || oldestRunnableMs <= runnableAgeMaxMs;
  const detail = isOk
    ? 'Nothing waits that could run.'
    : `A request that could run has been waiting for ${inSeconds(oldestRunnableMs)}.`;
  return { name: 'lanes', isOk, detail };
};

/** One check for each thing that this process needs for its role. */
export const checkReadiness = (facts: Facts): readonly Check[] => [
  {
    name: 'start',
    isOk: facts.isStarted,
    detail: facts.isStarted ? 'The start is over.' : 'The process is still starting.',
  },
  ...(facts.gateway === null ? [] : [gatewayCheck(facts.gateway, facts)]),
  storeCheck(facts),
  ...(facts.lanes.areRunHere ? [lanesCheck(facts.lanes)] : []),
];
