// Sessions with their files, drafts and snapshots. It must not know HTTP, words or films.
import { randomInt } from 'node:crypto';
import type { Account } from './accounts.ts';
import { type Draft, draftHash, type Material } from './draft.ts';
import type { Write } from './script.ts';

export type Asset = Material & {
  kind: 'image' | 'video' | 'audio';
  mimeType: string;
  path: string;
  sizeBytes: number;
  width: number | null;
  height: number | null;
  /** Seconds, as in the upload answer (nemo-api §5); null for pictures. */
  durationSeconds: number | null;
};

export type Project = {
  sessionId: string;
  taskId: string;
  taskName: string;
  language: string | undefined;
  owner: Account;
  assets: Asset[];
  draft: Draft | null;
  /** Every draft that was ever handed out, by hash: only these may be rendered. */
  produced: Map<string, Draft>;
  generated: { id: string; type: 'video'; title: string; created_at: number }[];
  runningTurns: number;
  messages: string[];
  stateReads: number;
};

export type Projects = {
  create: (wishes: { owner: Account; taskName: string; language: string | undefined }) => Project;
  /** Null for an unknown session and for another account's. */
  find(sessionId: string, owner: Account): Project | null;
  write(project: Project, write: Write): void;
  /** The `state` object of a snapshot; before there is a film, `draft` is `{}`, `null` or missing by turns (nemo-api §14). */
  readState: (project: Project) => Record<string, unknown>;
};

export function createProjects(deps: { nowMs: () => number; newId: () => string }): Projects {
  const projects = new Map<string, Project>();
  return {
    create({ owner, taskName, language }) {
      const project: Project = {
        sessionId: newSessionId(),
        taskId: `task_${deps.newId()}`,
        taskName,
        language,
        owner,
        assets: [],
        draft: null,
        produced: new Map(),
        generated: [],
        runningTurns: 0,
        messages: [],
        stateReads: 0,
      };
      projects.set(project.sessionId, project);
      return project;
    },
    find(sessionId, owner) {
      const project = projects.get(sessionId);
      return project === undefined || project.owner !== owner ? null : project;
    },
    write(project, { draft, generated }) {
      project.draft = draft;
      project.produced.set(draftHash(draft), draft);
      if (generated === undefined) return;
      const id = `gen_${project.generated.length + 1}`;
      project.generated.push({ id, type: 'video', title: generated, created_at: deps.nowMs() });
    },
    readState(project) {
      const emptyDrafts = [{ draft: {} }, { draft: null }, {}];
      const state =
        project.draft === null
          ? (emptyDrafts[project.stateReads % emptyDrafts.length] ?? {})
          : { draft: project.draft };
      project.stateReads += 1;
      return { video_infos: project.assets.map(describeAsset), ...state, ...mediaState(project) };
    },
  };
}

/** One file as the upload answer and the snapshot describe it (nemo-api §5). */
export function describeAsset(asset: Asset): Record<string, unknown> {
  const size = { width: asset.width ?? 0, height: asset.height ?? 0 };
  return {
    filename: asset.filename,
    file_type: asset.kind,
    cdn_url: asset.url,
    ...(asset.durationSeconds === null ? {} : { duration: asset.durationSeconds, fps: 30 }),
    ...(asset.kind === 'audio' ? {} : size),
    hash: asset.hash,
  };
}

function mediaState(project: Project): Record<string, unknown> {
  const canvas = project.draft?.m;
  return {
    generated_media: project.generated,
    canvas_config:
      canvas === undefined ? {} : { width: canvas.width, height: canvas.height, ratio: canvas.ratio },
    video_analyses: {},
  };
}

/** Nineteen digits, beyond what a JavaScript number holds exactly (nemo-api §3). */
function newSessionId(): string {
  return `${randomInt(4, 9)}${Array.from({ length: 18 }, () => randomInt(0, 10)).join('')}`;
}
