// Render jobs from submission to film, and what a poll sees of them. It must not know HTTP.
import path from 'node:path';
import type { Draft } from './draft.ts';
import type { Recorder } from './ledger.ts';
import type { Pace } from './pace.ts';
import type { RenderChange } from './scenarios/scenario.ts';

export type RenderJob = {
  id: string;
  sessionId: string;
  status: 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';
  /** 0 to 100. */
  progress: number;
  change: RenderChange;
  polls: number;
  filmPath: string;
  film: { sizeBytes: number; durationMs: number } | null;
  error: string | null;
  createdAtMs: number;
  completedAtMs: number | null;
  stop: AbortController;
};

export type MakeFilm = (order: {
  draft: Draft;
  outputPath: string;
  onProgress: (share: number) => void;
  signal: AbortSignal;
}) => Promise<{ sizeBytes: number; durationMs: number }>;

export type Seen = { status: RenderJob['status']; progress: number; hasUrl: boolean };

export type Renders = {
  /** Null when the id was used before (nemo-api §15.10: a fresh id for every submit). */
  submit: (order: { id: string; sessionId: string; draft: Draft; change: RenderChange }) => RenderJob | null;
  find(id: string): RenderJob | null;
  /** What a poll is shown; counts it. */
  poll: (job: RenderJob) => Seen;
  cancel(job: RenderJob): void;
  /** Resolves when no job is running any more. */
  settled(): Promise<void>;
};

type RenderDeps = {
  pace: Pace;
  makeFilm: MakeFilm;
  directory: string;
  record: Recorder;
  signal: AbortSignal;
};

const queueMs = 1200;
const firstProgress = 5;

export function createRenders(deps: RenderDeps): Renders {
  const jobs = new Map<string, RenderJob>();
  const running = new Set<Promise<void>>();
  return {
    submit({ id, sessionId, draft, change }) {
      if (jobs.has(id)) return null;
      const filmPath = path.join(deps.directory, `film-${jobs.size + 1}.mp4`);
      const job = createJob({ id, sessionId, change, filmPath, createdAtMs: deps.pace.nowMs() });
      jobs.set(id, job);
      deps.record.renders({ id, sessionId, status: 'submitted' });
      const done = work(job, draft, deps).finally(() => running.delete(done));
      running.add(done);
      return job;
    },
    find: (id) => jobs.get(id) ?? null,
    poll: look,
    cancel: (job) => job.stop.abort(),
    async settled() {
      await Promise.all(running);
    },
  };
}

function createJob(
  given: Pick<RenderJob, 'id' | 'sessionId' | 'change' | 'filmPath' | 'createdAtMs'>,
): RenderJob {
  return {
    ...given,
    status: 'pending',
    progress: firstProgress,
    polls: 0,
    film: null,
    error: null,
    completedAtMs: null,
    stop: new AbortController(),
  };
}

/** pending while it queues, processing while ffmpeg runs, then completed, failed or cancelled. Never rejects. */
async function work(job: RenderJob, draft: Draft, deps: RenderDeps): Promise<void> {
  const signal = AbortSignal.any([deps.signal, job.stop.signal]);
  const finish = (status: 'completed' | 'failed' | 'cancelled'): void => {
    job.status = status;
    job.completedAtMs = deps.pace.nowMs();
    deps.record.renders({ id: job.id, sessionId: job.sessionId, status });
  };
  const onProgress = (share: number): void => {
    job.progress = Math.max(job.progress, Math.min(99, Math.round(10 + share * 85)));
  };
  try {
    await deps.pace.sleep(queueMs);
    signal.throwIfAborted();
    job.status = 'processing';
    if (job.change.fails === true) throw new Error('The scenario lets this render fail.');
    job.film = await deps.makeFilm({ draft, outputPath: job.filmPath, onProgress, signal });
    job.progress = 100;
    finish('completed');
  } catch (error) {
    if (signal.aborted) return finish('cancelled');
    job.error = error instanceof Error ? error.message : 'render failed';
    finish('failed');
  }
}

/** A poll's view of the job: scenarios may hold back that it is done, or its URL. */
function look(job: RenderJob): Seen {
  job.polls += 1;
  const { pollsUntilDone = 0, pollsWithoutUrl = 0 } = job.change;
  if (job.status !== 'completed') return { status: job.status, progress: job.progress, hasUrl: false };
  if (job.polls < pollsUntilDone) {
    const progress = Math.min(95, Math.round((job.polls / pollsUntilDone) * 100));
    return { status: 'processing', progress, hasUrl: false };
  }
  if (pollsWithoutUrl === 0) return { status: 'completed', progress: 100, hasUrl: true };
  job.change = { ...job.change, pollsWithoutUrl: pollsWithoutUrl - 1 };
  return { status: 'completed', progress: 100, hasUrl: false };
}
