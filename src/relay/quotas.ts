/** Keeps count of what was let in, on disk. What became of a turn is read from its own record, so that no crash can lose a place. */
import {
  decideQuota,
  type Fate,
  fateOf,
  fateOfUnknown,
  type QuotaLimits,
  type QuotaRefusal,
  type UsageEntry,
  withFates,
} from '../core/quota.ts';
import type { UsageRecord } from '../ports/store.ts';
import { arrivalIdOf } from './arrivals.ts';
import type { RelayDeps } from './deps.ts';
import { turnIdOf } from './turn-intake.ts';

export type QuotaRequest = {
  readonly eventId: string;
  readonly guildId: string | null;
  readonly personId: string;
  /** The thread in which the turn will wait; null while it has none. */
  readonly lane: string | null;
};

export type Quotas = {
  /** Keeps a place for a turn; asked again for the same event, it answers the same. Rejects with StoreError; then nothing is kept. */
  take(request: QuotaRequest, limits: QuotaLimits): Promise<QuotaRefusal | null>;
};

/** Others of the same server hold the turn for milliseconds. */
const waitMs = 10_000;

type QuotaDeps = Pick<RelayDeps, 'store' | 'exclusively' | 'clock'>;

const findFate = async ({ store, clock }: QuotaDeps, entry: UsageEntry): Promise<Fate> => {
  const turn = await store.turns.get(entry.turnId);
  if (turn !== null) return fateOf(turn.state, turn.threadId);
  const arrival = await store.arrivals.get(arrivalIdOf(entry.turnId.slice(1)));
  return arrival === null ? fateOfUnknown(entry, clock.nowMs()) : { is: 'running', lane: null };
};

/** What still counts of a person or a server; only entries that were not over yet are looked up. */
const readUsage = async (deps: QuotaDeps, usageId: string): Promise<readonly UsageEntry[]> => {
  const entries = (await deps.store.usages.get(usageId))?.entries ?? [];
  const open = entries.filter(({ isOver }) => !isOver);
  const found = await Promise.all(
    open.map(async (entry) => [entry.turnId, await findFate(deps, entry)] as const),
  );
  return withFates(entries, new Map(found), deps.clock.nowMs());
};

const decide = async (
  deps: QuotaDeps,
  request: QuotaRequest,
  limits: QuotaLimits,
): Promise<QuotaRefusal | null> => {
  const { eventId, guildId, personId, lane } = request;
  const turnId = turnIdOf(eventId);
  const personUsageId = guildId === null ? `direct:${personId}` : `${guildId}:${personId}`;
  const [person, everyone] = await Promise.all([
    readUsage(deps, personUsageId),
    guildId === null ? null : readUsage(deps, guildId),
  ]);
  if (person.some((entry) => entry.turnId === turnId)) return null;
  const server = everyone?.filter(({ isOver }) => !isOver) ?? null;
  const refusal = decideQuota({ person, server }, lane, limits);
  if (refusal !== null) return refusal;
  const entry: UsageEntry = { turnId, lane, atMs: deps.clock.nowMs(), isOver: false };
  const keep = (usageId: string, entries: readonly UsageEntry[]): Promise<void> => {
    const record: UsageRecord = { usageId, entries: [...entries, entry] };
    return deps.store.usages.set(usageId, record);
  };
  await Promise.all([
    keep(personUsageId, person),
    ...(guildId === null || server === null ? [] : [keep(guildId, server)]),
  ]);
  return null;
};

export const createQuotas = (deps: QuotaDeps): Quotas => ({
  take: (request, limits) => {
    const { guildId, personId } = request;
    const scope = guildId ?? `direct:${personId}`;
    return deps.exclusively(`quota/${scope}`, AbortSignal.timeout(waitMs), () =>
      decide(deps, request, limits),
    );
  },
});
