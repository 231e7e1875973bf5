/** How much somebody may ask for at once and in a day, and what still counts of what they asked for. Must not know where it is kept. Pure. */
import type { GuildSettings } from './settings.ts';
import type { TurnState } from './turn.ts';

export const dayMs = 24 * 60 * 60 * 1_000;

/** A turn that is not stored yet keeps its place this long: it is on its way from the gateway to the disk. */
const graceMs = 60_000;

/** A turn that was let in. */
export type UsageEntry = {
  readonly turnId: string;
  /** The thread in whose lane it runs; null while it has none. */
  readonly lane: string | null;
  readonly atMs: number;
  /** It is over and was not free: it counts for a day. */
  readonly isOver: boolean;
};

/**
 * What became of a turn. `running`: it is waiting, running or has no thread yet. `counted`: it is over and may have cost something.
 * `free`: it is over and gave its place back, because it failed or nothing was sent.
 */
export type Fate =
  | { readonly is: 'running'; readonly lane: string | null }
  | { readonly is: 'counted' }
  | { readonly is: 'free' };

export const fateOf = (state: Pick<TurnState, 'phase' | 'outcome' | 'submittedAtMs'>, lane: string): Fate => {
  if (state.phase !== 'settled') return { is: 'running', lane };
  return { is: state.submittedAtMs === null || state.outcome === 'failed' ? 'free' : 'counted' };
};

/** The fate of a turn of which nothing is stored. */
export const fateOfUnknown = (entry: UsageEntry, nowMs: number): Fate =>
  nowMs - entry.atMs < graceMs ? { is: 'running', lane: entry.lane } : { is: 'free' };

/** What still counts. Every entry that was not over has its fate here. */
export const withFates = (
  entries: readonly UsageEntry[],
  fates: ReadonlyMap<string, Fate>,
  nowMs: number,
): readonly UsageEntry[] =>
  entries.flatMap((entry) => {
    const fate = fates.get(entry.turnId);
    if (fate?.is === 'running') return [{ ...entry, lane: fate.lane ?? entry.lane }];
    if (fate?.is === 'free' || nowMs - entry.atMs >= dayMs) return [];
    return [{ ...entry, isOver: true }];
  });

/** Threads with something running; a turn that has none yet will have its own. */
const lanesOf = (entries: readonly UsageEntry[]): ReadonlySet<string> =>
  new Set(entries.filter(({ isOver }) => !isOver).map(({ lane, turnId }) => lane ?? turnId));

/** `againAtMs`: when the oldest of the turns that count is a day old. */
export type QuotaRefusal =
  | { readonly reason: 'personBusy'; readonly limit: number; readonly threadIds: readonly string[] }
  | { readonly reason: 'serverBusy'; readonly limit: number }
  | { readonly reason: 'dayUsed'; readonly limit: number; readonly againAtMs: number };

export type QuotaLimits = Pick<GuildSettings, 'atOncePerPerson' | 'atOncePerServer' | 'aDayPerPerson'>;

const dayRefusal = (person: readonly UsageEntry[], limit: number | null): QuotaRefusal | null => {
  if (limit === null || person.length < limit) return null;
  const atMs = person.map((entry) => entry.atMs).toSorted((one, other) => one - other);
  return { reason: 'dayUsed', limit, againAtMs: (atMs[atMs.length - limit] ?? 0) + dayMs };
};

/** Whether one more turn may begin. `lane`: the thread in which it would wait, where there is one. A direct message has no server. */
export const decideQuota = (
  usage: { readonly person: readonly UsageEntry[]; readonly server: readonly UsageEntry[] },
  lane: string | null,
  limits: QuotaLimits,
): QuotaRefusal | null => {
  const { atOncePerPerson, atOncePerServer, aDayPerPerson } = limits;
  const ofPerson = lanesOf(usage.person);
  const ofServer = lanesOf(usage.server);
  const threadIds = usage.person.flatMap((entry) =>
    entry.isOver || entry.lane === null ? [] : [entry.lane],
  );
  const dayUsed = dayRefusal(usage.person, aDayPerPerson);
  if (dayUsed !== null) return dayUsed;
  if (lane !== null && ofPerson.has(lane)) return null;
  if (atOncePerPerson !== null && ofPerson.size >= atOncePerPerson)
    return { reason: 'personBusy', limit: atOncePerPerson, threadIds: [...new Set(threadIds)] };
  if (atOncePerServer === null || ofServer.size < atOncePerServer) return null;
  return lane !== null && ofServer.has(lane) ? null : { reason: 'serverBusy', limit: atOncePerServer };
};
