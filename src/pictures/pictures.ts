/** SVG → PNG with fonts of its own, away from the event loop. It must not know what a drawing shows. */
import { fileURLToPath } from 'node:url';
import type { Log } from '../ports/log.ts';
import type { Pictures } from '../ports/pictures.ts';

/** One weight is enough: drawings tell things apart by colour and place. Fonts of the machine are never counted on. */
const fontFile = '@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf';

/** Dots for each pixel of a drawing, for screens that show more of them. */
const zoom = 1.5;
/** A drawing takes about a tenth of a second; whoever would wait longer than this does without. */
const waitMaxMs = 10_000;
const waitingMax = 20;

/** Loaded with the first drawing: a bot that never posts a result does not pay for it. */
const openRenderer = async () => {
  const { renderAsync } = await import('@resvg/resvg-js');
  const fontFiles = [fileURLToPath(import.meta.resolve(fontFile))];
  return async (svg: string): Promise<Uint8Array> => {
    const image = await renderAsync(
      svg,
      { font: { loadSystemFonts: false, fontFiles }, fitTo: { mode: 'zoom', value: zoom }, logLevel: 'off' },
      AbortSignal.timeout(waitMaxMs),
    );
    return image.asPng();
  };
};

/** One after the other, because each takes a thread of the pool that reads files as well. */
export const createPictures = ({ log }: { readonly log: Log }): Pictures => {
  let opening: ReturnType<typeof openRenderer> | null = null;
  let previous: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  const draw = async (svg: string): Promise<Uint8Array | null> => {
    try {
      opening ??= openRenderer();
      const render = await opening;
      return await render(svg);
    } catch (error) {
      log.warn({ err: error }, 'a picture could not be drawn');
      return null;
    } finally {
      waiting -= 1;
    }
  };

  return {
    draw: async (svg) => {
      if (waiting >= waitingMax) return null;
      waiting += 1;
      const drawn = previous.then(() => draw(svg));
      previous = drawn;
      return drawn;
    },
  };
};
