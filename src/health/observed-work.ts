/** Turns and renders as the store sees them: a phase counts when it is stored, so nothing is counted that a crash could take back. */
import type { Log } from '../ports/log.ts';
import type { RenderRecord, TurnRecord } from '../ports/store.ts';
import type { Metrics } from './metrics.ts';

/** More than work at once; what is forgotten in between costs one measurement. */
const knownMax = 20_000;

type Known = { readonly phase: string; readonly sinceMs: number };

/** The last stored phase of each record, oldest forgotten first. */
const createMemory = () => {
  const known = new Map<string, Known>();
  return {
    get: (id: string): Known | null => known.get(id) ?? null,
    set: (id: string, now: Known): void => {
      known.delete(id);
      known.set(id, now);
      const [oldest] = known.keys();
      if (known.size > knownMax && oldest !== undefined) known.delete(oldest);
    },
  };
};

const seconds = (fromMs: number, toMs: number): number => Math.max(0, toMs - fromMs) / 1_000;

const tellTurn = (metrics: Metrics, record: TurnRecord, nowMs: number): void => {
  const { phase, outcome, problem, looking } = record.state;
  if (phase === 'reconciling' && looking !== null) {
    metrics.count('makevideo_reconciles_total', { reason: looking.why });
    // Submitted by an earlier process: it is looked at instead of being sent again (invariant I1).
    if (looking.why === 'restarted')
      metrics.count('makevideo_duplicates_avoided_total', { what: 'instruction' });
  }
  if (phase !== 'settled' || outcome === null) return;
  metrics.count('makevideo_turns_total', { outcome });
  metrics.observe('makevideo_turn_seconds', { outcome }, seconds(record.acceptedAtMs, nowMs));
  if (problem !== null) metrics.count('makevideo_turn_problems_total', { problem: problem.kind });
};

const tellRender = (metrics: Metrics, { state }: RenderRecord, nowMs: number): void => {
  const { phase: outcome, startedAtMs } = state;
  if (outcome !== 'delivered' && outcome !== 'failed' && outcome !== 'cancelled') return;
  metrics.count('makevideo_renders_total', { outcome });
  metrics.observe('makevideo_render_seconds', { outcome }, seconds(startedAtMs, nowMs));
};

export type ObservedWork = {
  /** A record as it was read (`isNew` false) or just stored. */
  readonly turn: (record: TurnRecord, isNew: boolean) => void;
  readonly render: (record: RenderRecord, isNew: boolean) => void;
};

/** Phases that begin with a line of their own elsewhere: acceptance, the sent instruction, the outcome. */
const loggedElsewhere: ReadonlySet<string> = new Set(['queued', 'streaming', 'settled', 'prepared']);

type Deps = { readonly metrics: Metrics; readonly nowMs: () => number; readonly log: Log };

/** One line for each other change of phase, with the ids that lead to all the others. */
const createLines = ({ log }: Deps) => ({
  turn: ({ turnId, threadId, state }: TurnRecord): void => {
    const { phase, looking } = state;
    if (!loggedElsewhere.has(phase))
      log.info({ turnId, threadId, phase, reason: looking?.why }, 'a turn goes on');
  },
  render: ({ renderId, turnId, threadId, state }: RenderRecord): void => {
    const { phase, polls, problem } = state;
    if (!loggedElsewhere.has(phase))
      log.info({ renderId, turnId, threadId, phase, polls, problem: problem?.kind }, 'a render goes on');
  },
});

export const createObservedWork = (deps: Deps): ObservedWork => {
  const { metrics, nowMs } = deps;
  const lines = createLines(deps);
  const turns = createMemory();
  const renders = createMemory();
  return {
    turn: (record, isNew) => {
      const { phase } = record.state;
      const last = turns.get(record.turnId);
      if (last?.phase === phase) return;
      const now = nowMs();
      turns.set(record.turnId, { phase, sinceMs: now });
      if (!isNew) return;
      lines.turn(record);
      if (last !== null)
        metrics.observe('makevideo_turn_phase_seconds', { phase: last.phase }, seconds(last.sinceMs, now));
      tellTurn(metrics, record, now);
    },
    render: (record, isNew) => {
      const { phase } = record.state;
      if (renders.get(record.renderId)?.phase === phase) return;
      renders.set(record.renderId, { phase, sinceMs: nowMs() });
      if (!isNew) return;
      lines.render(record);
      tellRender(metrics, record, nowMs());
    },
  };
};
