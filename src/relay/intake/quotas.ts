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
} from '../../core/quota.ts';
import type { RelayDeps } from '../deps.ts';
import { arrivalIdOf } from './arrivals.ts';
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

type Usage = { readonly person: readonly UsageEntry[]; readonly server: readonly UsageEntry[] };

/** What is kept of them; nothing where no limit asks for it. */
const idsOf = ({ guildId, personId }: QuotaRequest, limits: QuotaLimits) => {
  const { atOncePerPerson, atOncePerServer, aDayPerPerson } = limits;
  const isPersonCounted = atOncePerPerson !== null || aDayPerPerson !== null;
  const ofPerson = guildId === null ? `direct:${personId}` : `${guildId}:${personId}`;
  return { person: isPersonCounted ? ofPerson : null, server: atOncePerServer === null ? null : guildId };
};

/** What still counts; only entries that were not over yet are looked up. */
const refresh = async (deps: QuotaDeps, entries: readonly UsageEntry[]): Promise<readonly UsageEntry[]> => {
  const open = entries.filter(({ isOver }) => !isOver);
  const found = await Promise.all(
    open.map(async (entry) => [entry.turnId, await findFate(deps, entry)] as const),
  );
  return withFates(entries, new Map(found), deps.clock.nowMs());
};

/** What was noted decides while that is below the limits; what became of the turns is looked up only when it is not. */
const decideNow = async (
  deps: QuotaDeps,
  noted: Usage,
  ask: { readonly lane: string | null; readonly limits: QuotaLimits },
): Promise<{ usage: Usage; refusal: QuotaRefusal | null }> => {
  const { lane, limits } = ask;
  if (decideQuota(noted, lane, limits) === null) return { usage: noted, refusal: null };
  const [person, everyone] = await Promise.all([refresh(deps, noted.person), refresh(deps, noted.server)]);
  const usage = { person, server: everyone.filter(({ isOver }) => !isOver) };
  return { usage, refusal: decideQuota(usage, lane, limits) };
};

const decide = async (
  deps: QuotaDeps,
  request: QuotaRequest,
  limits: QuotaLimits,
): Promise<QuotaRefusal | null> => {
  const { store, clock } = deps;
  const ids = idsOf(request, limits);
  const read = async (id: string | null): Promise<readonly UsageEntry[]> =>
    id === null ? [] : ((await store.usages.get(id))?.entries ?? []);
  const noted = { person: await read(ids.person), server: await read(ids.server) };
  const turnId = turnIdOf(request.eventId);
  if ([...noted.person, ...noted.server].some((entry) => entry.turnId === turnId)) return null;
  const { lane } = request;
  const { usage, refusal } = await decideNow(deps, noted, { lane, limits });
  if (refusal !== null) return refusal;
  const entry: UsageEntry = { turnId, lane, atMs: clock.nowMs(), isOver: false };
  const keep = async (usageId: string | null, entries: readonly UsageEntry[]): Promise<void> => {
    if (usageId !== null) await store.usages.set(usageId, { usageId, entries: [...entries, entry] });
  };
  await Promise.all([keep(ids.person, usage.person), keep(ids.server, usage.server)]);
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
