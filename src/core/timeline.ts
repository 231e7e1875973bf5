/** The timeline: our readable form of the backend's opaque draft, in words and compared. Pure; tolerates anything. */

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
