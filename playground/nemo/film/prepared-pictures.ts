// Brings every material to the film's frame with sharp: upright, in proportion, larger for the camera move. No ffmpeg here.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import sharp, { type Sharp } from 'sharp';
import { z } from 'zod';

export type Frame = { width: number; height: number };
export type CameraMove = 'left' | 'right' | 'up' | 'down' | 'in' | 'out';
export type PreparedPicture = { png: Buffer; width: number; height: number; move: CameraMove };

/** How much larger than the frame a picture is made along the way of the camera, and how far it zooms. */
export const travelShare = 0.08;
/** A zoom is smooth only when a step of the camera is less than a pixel of the film. */
const zoomDetail = 2;
/** Up to this difference in proportions a picture fills the frame; beyond, it lies on a blurred copy of itself. */
const fillRatioMax = 1.25;

const requirePackage = createRequire(import.meta.url);
const heicDecoder = z.function({
  input: [z.object({ buffer: z.instanceof(Uint8Array) })],
  output: z.promise(
    z.object({ width: z.number(), height: z.number(), data: z.instanceof(Uint8ClampedArray) }),
  ),
});

/** What ffmpeg may see is only what sharp has written anew: never a person's own bytes. */
export async function preparePicture(
  file: string | Buffer,
  frame: Frame,
  move: CameraMove,
): Promise<PreparedPicture> {
  const upright = await decode(file);
  const { width, height } = await upright.metadata();
  const mismatch = width / height / (frame.width / frame.height);
  const isFilling = mismatch < fillRatioMax && mismatch > 1 / fillRatioMax;
  const way = isFilling ? move : alongFreeSide(move, mismatch);
  const canvas = canvasFor(frame, way);
  const image = isFilling
    ? upright.resize({ ...canvas, fit: 'cover' })
    : (await blurredFill(upright, canvas)).composite([
        {
          input: await upright
            .clone()
            .resize({ ...frame, fit: 'inside' })
            .png({ compressionLevel: 1 })
            .toBuffer(),
        },
      ]);
  return { png: await image.removeAlpha().png({ compressionLevel: 1 }).toBuffer(), ...canvas, move: way };
}

async function decode(file: string | Buffer): Promise<Sharp> {
  const { format } = await sharp(file).metadata();
  const readable = format === 'heif' ? await decodeHeic(file) : sharp(file, { failOn: 'none' });
  const flat = await readable
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .png({ compressionLevel: 1 })
    .toBuffer();
  return sharp(flat);
}

/** sharp's build reads HEIC's metadata and cannot decode it; the decoder has already turned the picture upright. */
async function decodeHeic(file: string | Buffer): Promise<Sharp> {
  const decodePicture = heicDecoder.implementAsync(requirePackage('heic-decode'));
  const { width, height, data } = await decodePicture({
    buffer: typeof file === 'string' ? await readFile(file) : file,
  });
  return sharp(Buffer.from(data.buffer, data.byteOffset, data.byteLength), {
    raw: { width, height, channels: 4 },
  });
}

/** A picture that is shown whole moves across the bars beside it, so that nothing of it is cut off. */
function alongFreeSide(move: CameraMove, mismatch: number): CameraMove {
  const isForward = move === 'left' || move === 'up' || move === 'in';
  if (mismatch < 1) return isForward ? 'left' : 'right';
  return isForward ? 'up' : 'down';
}

function canvasFor(frame: Frame, move: CameraMove): Frame {
  if (move === 'in' || move === 'out')
    return { width: frame.width * zoomDetail, height: frame.height * zoomDetail };
  if (move === 'left' || move === 'right') return { width: grow(frame.width), height: frame.height };
  return { width: frame.width, height: grow(frame.height) };
}

function grow(length: number): number {
  return 2 * Math.round((length * (1 + travelShare)) / 2);
}

async function blurredFill(upright: Sharp, canvas: Frame): Promise<Sharp> {
  // Blurring a small copy looks the same and costs a hundredth.
  const small = {
    width: Math.max(2, Math.round(canvas.width / 12)),
    height: Math.max(2, Math.round(canvas.height / 12)),
  };
  const blurred = await upright
    .clone()
    .resize({ ...small, fit: 'cover' })
    .blur(4)
    .modulate({ brightness: 0.62 })
    .png()
    .toBuffer();
  return sharp(
    await sharp(blurred)
      .resize({ ...canvas, fit: 'fill' })
      .png({ compressionLevel: 1 })
      .toBuffer(),
  );
}
