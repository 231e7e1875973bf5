// Makes a quiet sound track out of sine waves: nobody's copyright, another chord for another name. It must not know drafts or ffmpeg.

export type Music = { name: string; volume: number; fadeInMs: number; fadeOutMs: number };

const sampleRate = 44_100;
const chordMs = 2400;
/** Four chords in C, as semitones above C3; each name begins at another of them, in another key. */
const progression = [
  [0, 7, 12, 16],
  [9, 12, 16, 21],
  [5, 12, 17, 21],
  [7, 11, 14, 19],
] as const;

/** A mono 16-bit WAV file of exactly that length (to the sample); silence without music. */
export function makeSoundTrack(durationMs: number, music: Music | null): Buffer {
  const sampleCount = Math.round((durationMs / 1000) * sampleRate);
  const samples = new Int16Array(sampleCount);
  if (music !== null) fill(samples, music);
  return Buffer.concat([wavHeader(sampleCount), Buffer.from(samples.buffer)]);
}

function fill(samples: Int16Array, music: Music): void {
  const seed = Array.from(music.name).reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0);
  const base = 130.81 * 2 ** ((seed % 5) / 12);
  const samplesPerChord = (chordMs / 1000) * sampleRate;
  const loudness = music.volume * 0.22 * 32_767;
  for (let start = 0, chord = seed; start < samples.length; start += samplesPerChord, chord += 1) {
    for (const semitones of progression[chord % progression.length] ?? []) {
      addTone(samples, {
        start: Math.round(start),
        count: Math.round(samplesPerChord * 1.25),
        frequency: base * 2 ** (semitones / 12),
        loudness,
      });
    }
  }
  fade(samples, music);
}

/** One tone of a pad: it swells and dies away under half a sine, over the beginning of the next chord. */
function addTone(
  samples: Int16Array,
  tone: { start: number; count: number; frequency: number; loudness: number },
): void {
  const step = (2 * Math.PI * tone.frequency) / sampleRate;
  const end = Math.min(samples.length, tone.start + tone.count);
  for (let index = tone.start; index < end; index += 1) {
    const at = index - tone.start;
    const swell = Math.sin((Math.PI * at) / tone.count);
    samples[index] =
      (samples[index] ?? 0) + tone.loudness * swell * (Math.sin(step * at) + 0.18 * Math.sin(2 * step * at));
  }
}

function fade(samples: Int16Array, { fadeInMs, fadeOutMs }: Music): void {
  const fadeIn = (fadeInMs / 1000) * sampleRate;
  const fadeOut = (fadeOutMs / 1000) * sampleRate;
  for (let index = 0; index < samples.length; index += 1) {
    const gain = Math.min(1, index / fadeIn, (samples.length - index) / fadeOut);
    if (gain < 1) samples[index] = (samples[index] ?? 0) * gain;
  }
}

function wavHeader(sampleCount: number): Buffer {
  const dataBytes = sampleCount * 2;
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
