// The film's plan as the backend stores it: short keys, and the extras a real editor keeps. It must not know words, wires or files.
import { createHash } from 'node:crypto';
import type { Edit, PicturePlace, Ratio } from './instruction.ts';

/**
 * The draft JSON. Only `t`, `tt`, `sg`, `d` (ms) and `m` are documented (nemo-api §7); `tt` is 0 video, 1 audio, 7 text.
 * Every other key is our invention on purpose: a client has to send it back unchanged without reading it.
 */
export type Draft = {
  ver: string;
  d: number;
  m: { title: string; width: number; height: number; ratio: Ratio; fps: number };
  t: readonly Track[];
  cfg: { lang: string; snap: boolean; marks: readonly number[] };
};

export type Track = VideoTrack | AudioTrack | TextTrack | EffectTrack;
export type VideoTrack = { id: string; tt: 0; lk: boolean; sg: readonly VideoSegment[] };
export type AudioTrack = { id: string; tt: 1; lk: boolean; sg: readonly AudioSegment[] };
export type TextTrack = {
  id: string;
  tt: 7;
  lk: boolean;
  role: 'title' | 'captions' | 'caption';
  sg: readonly TextSegment[];
};

/** A kind of track that no document names: clients have to live with it. */
export type EffectTrack = {
  id: string;
  tt: 11;
  lk: boolean;
  sg: readonly { id: string; d: number; fx: string; keys: readonly (readonly [number, number])[] }[];
};

export type VideoSegment = {
  id: string;
  d: number;
  m: { title: string };
  src: { asset: string; url: string; hash: string };
  mv: (typeof cameraMoves)[number];
  tr: { name: 'crossfade'; d: number } | null;
};
export type AudioSegment = {
  id: string;
  d: number;
  m: { title: string; volume: number };
  fd: readonly [number, number];
};
export type TextSegment = {
  id: string;
  d: number;
  m: { title: string; position: string; color: string };
  an: { in: number; out: number };
};

/** What a draft needs to know of a picture. */
export type Material = { id: string; filename: string; url: string; hash: string };

export type FilmWishes = {
  materials: readonly Material[];
  language: string;
  ratio: Ratio;
  durationMs: number;
  title: string;
};

const sizes: Readonly<Record<Ratio, readonly [number, number]>> = {
  '16:9': [1920, 1080],
  '9:16': [1080, 1920],
  '1:1': [1080, 1080],
  '4:5': [1080, 1350],
};
/** Pans and zooms in turn. */
const cameraMoves = ['left', 'in', 'up', 'out', 'right', 'in', 'down', 'out'] as const;
const framesPerSecond = 30;
const crossfadeMs = 500;
const titleMs = 3000;
const shortestMs = 2000;
const longestMs = 60_000;

/** The raw clip: one video track, as long as wished within 2 to 60 s, whole frames per segment. */
export function composeDraft(wishes: FilmWishes): Draft {
  const [width, height] = sizes[wishes.ratio];
  const segments = wishes.materials.map((material, index) => videoSegment(material, index));
  const draft: Draft = {
    ver: '5.2.0',
    d: 0,
    m: { title: wishes.title, width, height, ratio: wishes.ratio, fps: framesPerSecond },
    t: [{ id: 'trk_v1', tt: 0, lk: false, sg: segments }],
    cfg: { lang: wishes.language, snap: true, marks: [] },
  };
  return withLength(draft, wishes.durationMs);
}

/** The draft after one edit; the same object when the edit changes nothing. */
export function applyEdit(draft: Draft, edit: Edit, materials: readonly Material[]): Draft {
  switch (edit.kind) {
    case 'set title':
      return withTitle(draft, edit.text);
    case 'remove title':
      return withoutTracks(draft, (track) => track.tt === 7 && track.role === 'title');
    case 'set music':
      return withMusic(draft, edit);
    case 'change volume':
      return withVolume(draft, edit.factor);
    case 'remove music':
      return withoutTracks(draft, (track) => track.tt === 1);
    case 'set length':
      return withLength(draft, edit.durationMs);
    case 'scale length':
      return withLength(draft, draft.d * edit.factor);
    case 'set ratio':
      return withRatio(draft, edit.ratio);
    case 'add captions':
      return withCaptions(draft, 'captions', captionSegments(videoSegments(draft), draft.cfg.lang));
    case 'set caption':
      return withCaptions(draft, 'caption', [captionSegment(0, draft.d, edit.text)]);
    case 'remove captions':
      return withoutTracks(draft, isCaptions);
    case 'add pictures':
      return withMorePictures(draft, materials);
    case 'remove picture':
      return withPictures(draft, (segments) => withoutPlace(segments, edit.place));
    case 'reverse pictures':
      return withPictures(draft, (segments) => segments.toReversed());
    case 'move to front':
      return withPictures(draft, (segments) => toFront(segments, edit.place));
  }
}

export function videoSegments(draft: Draft): readonly VideoSegment[] {
  return draft.t.flatMap((track) => (track.tt === 0 ? track.sg : []));
}

export function audioSegment(draft: Draft): AudioSegment | undefined {
  return draft.t.flatMap((track) => (track.tt === 1 ? track.sg : [])).at(0);
}

export function textTracks(draft: Draft): readonly TextTrack[] {
  return draft.t.filter((track) => track.tt === 7);
}

/** The same draft has the same hash in whatever order its keys come. */
export function draftHash(draft: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(draft, sortKeys) ?? 'undefined')
    .digest('hex');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function videoSegment(material: Material, index: number): VideoSegment {
  return {
    id: `seg_v${index + 1}_${material.id}`,
    d: 0,
    m: { title: material.filename.replace(/\.[^.]{1,5}$/, '') },
    src: { asset: material.id, url: material.url, hash: material.hash },
    mv: cameraMoves[index % cameraMoves.length] ?? 'left',
    tr: index === 0 ? null : { name: 'crossfade', d: crossfadeMs },
  };
}

/** Shares the length out in whole frames, so that the tracks and the encoded file agree. */
function withLength(draft: Draft, wantedMs: number): Draft {
  const segments = videoSegments(draft);
  const frames = Math.round((clamp(wantedMs, shortestMs, longestMs) / 1000) * framesPerSecond);
  const edges = segments.map((_, index) => Math.round((frames * (index + 1)) / segments.length));
  const timed = segments.map((segment, index) => ({
    ...segment,
    d: framesToMs(edges[index] ?? frames) - framesToMs(index === 0 ? 0 : (edges[index - 1] ?? 0)),
  }));
  const whole = framesToMs(frames);
  return {
    ...draft,
    d: whole,
    t: draft.t.map((track) => fitTrack(track, { timed, wholeMs: whole, language: draft.cfg.lang })),
  };
}

type Fit = { timed: readonly VideoSegment[]; wholeMs: number; language: string };

function fitTrack(track: Track, { timed, wholeMs, language }: Fit): Track {
  if (track.tt === 0) return { ...track, sg: timed };
  if (track.tt === 1) return { ...track, sg: track.sg.map((segment) => ({ ...segment, d: wholeMs })) };
  if (track.tt === 11) return track;
  if (track.role === 'captions') return { ...track, sg: captionSegments(timed, language) };
  const longestMs = track.role === 'title' ? titleMs : wholeMs;
  return { ...track, sg: track.sg.map((segment) => ({ ...segment, d: Math.min(longestMs, wholeMs) })) };
}

function framesToMs(frames: number): number {
  return Math.round((frames * 1000) / framesPerSecond);
}

function withRatio(draft: Draft, ratio: Ratio): Draft {
  const [width, height] = sizes[ratio];
  return { ...draft, m: { ...draft.m, ratio, width, height } };
}

function withTitle(draft: Draft, text: string): Draft {
  const segment: TextSegment = {
    id: 'seg_t1',
    d: Math.min(titleMs, draft.d),
    m: { title: text, position: 'lower third', color: '#ffffff' },
    an: { in: 400, out: 400 },
  };
  const kept = withoutTracks(draft, (track) => track.tt === 7 && track.role === 'title');
  return {
    ...kept,
    m: { ...kept.m, title: text },
    t: [...kept.t, { id: 'trk_t1', tt: 7, lk: false, role: 'title', sg: [segment] }],
  };
}

function withMusic(draft: Draft, wish: { name: string | null; volume: number | null }): Draft {
  const present = audioSegment(draft);
  const segment: AudioSegment = {
    id: 'seg_a1',
    d: draft.d,
    m: { title: wish.name ?? present?.m.title ?? 'Lo-fi', volume: wish.volume ?? present?.m.volume ?? 0.35 },
    fd: [600, 1200],
  };
  const kept = withoutTracks(draft, (track) => track.tt === 1);
  const [video, ...texts] = kept.t;
  const music: AudioTrack = { id: 'trk_a1', tt: 1, lk: false, sg: [segment] };
  return { ...kept, t: video === undefined ? [music] : [video, music, ...texts] };
}

function withVolume(draft: Draft, factor: number): Draft {
  const present = audioSegment(draft);
  if (present === undefined) return draft;
  const volume = Math.round(clamp(present.m.volume * factor, 0.02, 1) * 100) / 100;
  return withMusic(draft, { name: null, volume });
}

const isCaptions = (track: Track): boolean => track.tt === 7 && track.role !== 'title';

function withCaptions(draft: Draft, role: 'captions' | 'caption', sg: readonly TextSegment[]): Draft {
  const kept = withoutTracks(draft, isCaptions);
  return { ...kept, t: [...kept.t, { id: 'trk_c1', tt: 7, lk: false, role, sg }] };
}

const captionSegment = (index: number, durationMs: number, words: string): TextSegment => ({
  id: `seg_c${index + 1}`,
  d: durationMs,
  m: { title: words, position: 'bottom', color: '#ffffff' },
  an: { in: 150, out: 150 },
});

function captionSegments(segments: readonly VideoSegment[], language: string): TextSegment[] {
  return segments.map((segment, index) =>
    captionSegment(index, segment.d, captionOf(segment, index, language)),
  );
}

/** The picture's name where it tells something; cameras and chats name pictures in ways that do not. */
function captionOf({ m }: VideoSegment, index: number, language: string): string {
  const name = m.title.replaceAll(/[_-]+/g, ' ').trim();
  if (/\p{Letter}{3}/u.test(name) && !/^(image|img|dsc|photo|picture|screenshot|unknown|file)\b/i.test(name))
    return name;
  return language.startsWith('zh') ? `画面 ${index + 1}` : `Moment ${index + 1}`;
}

function withMorePictures(draft: Draft, materials: readonly Material[]): Draft {
  const used = new Set(videoSegments(draft).map((segment) => segment.src.asset));
  const added = materials.filter((material) => !used.has(material.id));
  if (added.length === 0) return draft;
  const segments = videoSegments(draft);
  const meanMs = draft.d / Math.max(1, segments.length);
  const grown = withPictures(draft, (present) => [
    ...present,
    ...added.map((material, index) => videoSegment(material, present.length + index)),
  ]);
  return withLength(grown, draft.d + meanMs * added.length);
}

/** Rearranges the pictures; the film keeps its length, and only the first picture has no transition. */
function withPictures(
  draft: Draft,
  arrange: (segments: readonly VideoSegment[]) => readonly VideoSegment[],
): Draft {
  const present = videoSegments(draft);
  const arranged = arrange(present);
  if (
    arranged.length === 0 ||
    (arranged.every((segment, index) => segment === present[index]) && arranged.length === present.length)
  )
    return draft;
  const joined = arranged.map((segment, index) => ({
    ...segment,
    tr: index === 0 ? null : ({ name: 'crossfade', d: crossfadeMs } as const),
  }));
  const lengthMs = arranged.length < present.length ? (draft.d * arranged.length) / present.length : draft.d;
  const placed = { ...draft, t: draft.t.map((track) => (track.tt === 0 ? { ...track, sg: joined } : track)) };
  return withLength(placed, lengthMs);
}

function withoutPlace(segments: readonly VideoSegment[], place: PicturePlace): readonly VideoSegment[] {
  const index = place === 'last' ? segments.length - 1 : place;
  return segments.filter((_, position) => position !== index);
}

function toFront(segments: readonly VideoSegment[], place: PicturePlace): readonly VideoSegment[] {
  const moved = segments.at(place === 'last' ? -1 : place);
  return moved === undefined ? segments : [moved, ...segments.filter((segment) => segment !== moved)];
}

function withoutTracks(draft: Draft, isUnwanted: (track: Track) => boolean): Draft {
  const kept = draft.t.filter((track) => !isUnwanted(track));
  return kept.length === draft.t.length ? draft : { ...draft, t: kept };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
