// Plans one turn: what the agent says, which tools it calls and what it writes, step by step. Pure; it must not know the wire.
import {
  applyEdit,
  audioSegment,
  composeDraft,
  type Draft,
  draftHash,
  type Material,
  textTracks,
  videoSegments,
} from './draft.ts';
import { type Edit, type Instruction, readInstruction } from './instruction.ts';
import { type Speech, speechFor } from './speech.ts';

export type ToolCall = {
  name: string;
  args: Readonly<Record<string, unknown>>;
  response: Readonly<Record<string, unknown>>;
};

/** What the turn stores in the session's state: a new draft and, after a generation, the name of the generated clip. */
export type Write = { draft: Draft; generated?: string };

/** One thing that happens in a turn, in order. Waits are in ms at speed 1. */
export type Step =
  | { do: 'say'; text: string; thought?: string; charactersPerPiece?: number; pauseMs?: number }
  | {
      do: 'use';
      calls: readonly ToolCall[];
      workMs: number;
      text?: string;
      write?: Write;
      unanswered?: boolean;
      previewed?: boolean;
      split?: boolean;
    }
  | { do: 'write'; write: Write }
  | { do: 'wait'; ms: number }
  | { do: 'beat'; everyMs: number; forMs: number }
  | { do: 'event'; event: Readonly<Record<string, unknown>>; bare?: boolean }
  | { do: 'bytes'; text: string }
  | { do: 'cut' }
  | { do: 'end' };

export type TurnKind = 'chat' | 'generation' | 'edit';

export type TurnPlan = { kind: TurnKind; credits: number; steps: readonly Step[]; speech: Speech };

export type TurnContext = {
  message: string;
  language: string | undefined;
  draft: Draft | null;
  /** Pictures and placeholder cards of the session, oldest first. */
  materials: readonly Material[];
  /** Pictures that the agent would generate by itself when the person sent none. */
  inventMaterials: (message: string) => readonly Material[];
  /** The share (0 to 1) of plain edits that end without a word; nemo-api §4.3 and the seed say about 30 %. */
  silentShare: number;
};

const generationCredits = 100;
const editCredits = 50;
const msPerPicture = 3000;

/** Reads the message and lays out the whole turn. The same context always gives the same turn. */
export function planTurn(context: TurnContext): TurnPlan {
  const instruction = readInstruction(context.message);
  const speech = speechFor(context.language, context.message);
  if (instruction.wantsFilm) return planFilm(context, instruction, speech);
  if (instruction.edits.length === 0) return chat(speech, speech.chat(instruction.topic));
  if (context.draft !== null)
    return planEdit({ ...context, draft: context.draft }, instruction.edits, speech);
  if (context.materials.length > 0) return planFilm(context, instruction, speech);
  return chat(speech, speech.nothingYet(0));
}

function chat(speech: Speech, text: string): TurnPlan {
  return {
    kind: 'chat',
    credits: 0,
    steps: [
      { do: 'wait', ms: 500 },
      { do: 'say', text },
    ],
    speech,
  };
}

function planFilm(context: TurnContext, instruction: Instruction, speech: Speech): TurnPlan {
  const materials =
    context.materials.length > 0 ? context.materials : context.inventMaterials(context.message);
  const raw = rawDraft(context, materials, instruction.edits);
  const finished = finish(raw, instruction.edits, materials);
  const seconds = raw.d / 1000;
  const steps: Step[] = [
    { do: 'wait', ms: 400 },
    { do: 'say', text: speech.start(materials.length, seconds) },
    { do: 'use', calls: [understandCall(materials)], workMs: 700 },
    {
      do: 'use',
      calls: [generateCall(raw, context.message)],
      workMs: 3000,
      write: { draft: raw, generated: raw.m.title },
    },
    { do: 'say', text: speech.rawReady(seconds, materials.length, raw.m.ratio) },
    { do: 'use', calls: finishCalls(finished), workMs: 1500, write: { draft: finished } },
    { do: 'say', text: speech.allReady(finished) + speech.guiAfterFilm() },
  ];
  return { kind: 'generation', credits: generationCredits, steps, speech };
}

function rawDraft(context: TurnContext, materials: readonly Material[], edits: readonly Edit[]): Draft {
  const ratio = edits.find((edit) => edit.kind === 'set ratio')?.ratio ?? context.draft?.m.ratio ?? '16:9';
  const length = edits.find((edit) => edit.kind === 'set length')?.durationMs;
  return composeDraft({
    materials,
    ratio,
    language: context.language ?? 'en',
    durationMs: length ?? Math.max(6000, materials.length * msPerPicture),
    title: edits.find((edit) => edit.kind === 'set title')?.text ?? materials[0]?.filename ?? 'Untitled',
  });
}

/** The second stage adds by itself what the person did not refuse (nemo-api §4.3): music, and the title that was asked for. */
function finish(raw: Draft, edits: readonly Edit[], materials: readonly Material[]): Draft {
  const withMusic = edits.some((edit) => edit.kind === 'remove music')
    ? raw
    : applyEdit(raw, { kind: 'set music', name: null, volume: null }, materials);
  const finishing = edits.filter((edit) =>
    ['set title', 'set music', 'add captions', 'set caption'].includes(edit.kind),
  );
  return finishing.reduce((draft, edit) => applyEdit(draft, edit, materials), withMusic);
}

function understandCall(materials: readonly Material[]): ToolCall {
  return {
    name: 'understand_images',
    args: { files: materials.map((material) => material.filename) },
    response: {
      status: 'ok',
      scenes: materials.map((material, index) => ({ index, file: material.filename, mood: 'warm' })),
    },
  };
}

function generateCall(draft: Draft, message: string): ToolCall {
  return {
    name: 'generate_video_with_seedance',
    args: {
      prompt: message.slice(0, 400),
      duration_ms: draft.d,
      aspect_ratio: draft.m.ratio,
      scenes: videoSegments(draft).length,
    },
    response: {
      status: 'success',
      clip_id: 'clip-1',
      duration_ms: draft.d,
      width: draft.m.width,
      height: draft.m.height,
    },
  };
}

function finishCalls(draft: Draft): ToolCall[] {
  const music = audioSegment(draft);
  const calls = textTracks(draft).map((track) => ({
    name: 'edit_multitrack',
    args: { action: `add_${track.role}`, text: track.sg[0]?.m.title ?? '' },
    response: { status: 'ok', track_id: track.id },
  }));
  if (music !== undefined) {
    const args = { name: music.m.title, volume: music.m.volume };
    return [{ name: 'add_bgm', args, response: { status: 'ok', segment_id: music.id } }, ...calls];
  }
  return calls.length > 0
    ? calls
    : [{ name: 'edit_multitrack', args: { action: 'color_grade' }, response: { status: 'ok' } }];
}

function planEdit(context: TurnContext & { draft: Draft }, edits: readonly Edit[], speech: Speech): TurnPlan {
  const draft = edits.reduce((changed, edit) => applyEdit(changed, edit, context.materials), context.draft);
  if (draftHash(draft) === draftHash(context.draft)) return chat(speech, speech.unchanged());
  const calls = edits.map((edit) => editCall(edit));
  const work: Step = { do: 'use', calls, workMs: 1600, write: { draft } };
  const isSilent = share(context.message) < context.silentShare;
  const gui = share(`gui ${context.message}`) < 0.4 ? speech.guiAfterEdit() : '';
  const steps: Step[] = isSilent
    ? [{ do: 'wait', ms: 400 }, work]
    : [{ do: 'say', text: speech.editing() }, work, { do: 'say', text: speech.edited(edits, draft) + gui }];
  return { kind: 'edit', credits: editCredits, steps, speech };
}

function editCall(edit: Edit): ToolCall {
  const { kind, ...details } = edit;
  const isMusic = kind === 'set music' || kind === 'change volume';
  const name = isMusic ? 'add_bgm' : 'edit_multitrack';
  return { name, args: { action: kind.replaceAll(' ', '_'), ...details }, response: { status: 'ok' } };
}

/** A number from 0 to 1 that depends on the text alone (FNV-1a): chance that can be repeated. */
function share(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) / 0x1_0000_0000;
}
