/** The timeline: our readable form of the backend's opaque draft. Pure; tolerates anything and changes nothing. */
import { cleanLine } from './foreign-text.ts';

export type TrackKind = 'video' | 'audio' | 'text' | 'other';

export type Segment = {
  /** null where the draft names none. */
  readonly name: string | null;
  readonly startMs: number;
  readonly endMs: number;
  /** Percent 0–100, or null. */
  readonly volume: number | null;
};

export type Track = { readonly kind: TrackKind; readonly segments: readonly Segment[] };

export type Timeline = {
  readonly tracks: readonly Track[];
  readonly durationMs: number;
  readonly width: number | null;
  readonly height: number | null;
};

/** More than a film of a chat ever has; what lies beyond is not read, and only the fingerprint sees it change. */
const tracksMax = 100;
const segmentsMax = 1000;
const nameLengthMax = 80;
const timeMsMax = 24 * 60 * 60 * 1000;
const pixelsMax = 16_384;

/** nemo-api §7: `tt` 0 is video, 1 audio, 7 text; other values exist and are not documented. */
const kindsByType: ReadonlyMap<number, TrackKind> = new Map([
  [0, 'video'],
  [1, 'audio'],
  [7, 'text'],
]);

/** No key of a name, a start or a volume is public (nemo-api §7): these are the plausible ones, and none is needed. */
const nameKeys = ['title', 'name', 'text', 'content', 'label', 'caption', 'filename'] as const;
const textFirstKeys = ['text', 'content', 'caption', ...nameKeys] as const;
const startKeys = ['start', 'startMs', 'start_ms'] as const;
const volumeKeys = ['volume', 'vol'] as const;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a draft as it came from the backend (nemo-api §6.2, §7), relying on the keys `t tt sg d m` alone. Never throws: a draft
 * that is missing, empty or nonsense is an empty timeline. Durations follow nemo-api §15 row 34: the segment's `d`, else its
 * track's, else the draft's; a segment starts where the one before it ends, unless it says otherwise.
 */
export function readTimeline(draft: unknown): Timeline {
  const fields = fieldsOf(draft);
  const draftMs = readTimeMs(fields['d']);
  const tracks: Track[] = [];
  let segmentsLeft = segmentsMax;
  for (const track of objectsOf(fields['t'], tracksMax)) {
    const read = readTrack(track, draftMs, segmentsLeft);
    segmentsLeft -= read.segments.length;
    tracks.push(read);
  }
  const endMs = Math.max(0, ...tracks.map((track) => track.segments.at(-1)?.endMs ?? 0));
  return {
    tracks,
    durationMs: draftMs === null || draftMs === 0 ? endMs : draftMs,
    width: readPixels(firstOf(fields, ['width'])),
    height: readPixels(firstOf(fields, ['height'])),
  };
}

/** What the draft calls itself (its metadata, nemo-api §7); null where it does not. */
export const readTitle = (draft: unknown): string | null => readName(fieldsOf(draft), 'video');

/** Whether there is anything to export: at least one track with a segment (nemo-api §7). */
export function isExportable(timeline: Timeline): boolean {
  return timeline.tracks.some((track) => track.segments.length > 0);
}

/** From where to where a track reaches; null for an empty one. */
export function spanOf(track: Track): { readonly startMs: number; readonly endMs: number } | null {
  const first = track.segments[0];
  if (first === undefined) return null;
  return {
    startMs: first.startMs,
    endMs: track.segments.reduce((endMs, segment) => Math.max(endMs, segment.endMs), 0),
  };
}

/** The volume of a track, if all of it has the same; null too where the draft does not say. */
export function volumeOf(track: Track): number | null {
  return hasOneVolume(track) ? (track.segments[0]?.volume ?? null) : null;
}

export function hasOneVolume(track: Track): boolean {
  return track.segments.every((segment) => segment.volume === track.segments[0]?.volume);
}

function readTrack(track: Fields, draftMs: number | null, segmentsLeft: number): Track {
  const kind = kindsByType.get(readNumber(track['tt']) ?? -1) ?? 'other';
  const defaultMs = readTimeMs(track['d']) ?? draftMs ?? 0;
  const segments: Segment[] = [];
  for (const segment of objectsOf(track['sg'], segmentsLeft)) {
    const { startMs: earliestMs, endMs: nextMs } = segments.at(-1) ?? { startMs: 0, endMs: 0 };
    const saidMs = readTimeMs(firstOf(segment, startKeys));
    const startMs = saidMs !== null && saidMs >= earliestMs ? saidMs : nextMs;
    const lengthMs = readTimeMs(segment['d']) ?? defaultMs;
    segments.push({
      name: readName(segment, kind) ?? readName(track, kind),
      startMs,
      endMs: Math.min(startMs + lengthMs, timeMsMax),
      volume: readVolume(firstOf(segment, volumeKeys) ?? firstOf(track, volumeKeys)),
    });
  }
  return { kind, segments };
}

/** Every object may be looked into by key; what comes out is unknown again. */
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

function objectsOf(value: unknown, countMax: number): readonly Fields[] {
  return Array.isArray(value) ? value.slice(0, countMax).filter(isFields) : [];
}

/** The first of these keys that holds a number or words, in the metadata `m` or beside it. */
function firstOf(fields: Fields, keys: readonly string[]): unknown {
  const metadata = fieldsOf(fields['m']);
  for (const key of keys) {
    for (const place of [metadata, fields]) {
      const value = Object.hasOwn(place, key) ? place[key] : null;
      if (typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')) return value;
    }
  }
  return null;
}

function readName(fields: Fields, kind: TrackKind): string | null {
  const name = firstOf(fields, kind === 'text' ? textFirstKeys : nameKeys);
  if (typeof name !== 'string' || /^\s*\w+:\/\//u.test(name)) return null;
  const clean = cleanLine(name, nameLengthMax);
  return clean === '' ? null : clean;
}

function readNumber(value: unknown): number | null {
  const number =
    typeof value === 'string' && /^\d{1,15}(?:\.\d{1,15})?$/u.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

function readTimeMs(value: unknown): number | null {
  const number = readNumber(value);
  return number === null || number < 0 ? null : Math.min(Math.round(number), timeMsMax);
}

/** Up to 1 it is taken as a share, above as percent. */
function readVolume(value: unknown): number | null {
  const number = readNumber(value);
  if (number === null || number < 0) return null;
  return Math.min(100, Math.round(number <= 1 ? number * 100 : number));
}

function readPixels(value: unknown): number | null {
  const number = readNumber(value);
  return number !== null && number >= 1 && number <= pixelsMax ? Math.round(number) : null;
}
