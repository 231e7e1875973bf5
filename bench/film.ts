/** How long the stand-in needs for a film: eight seconds of 1080p from three pictures, with title and music. Medians of three. */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyEdit, composeDraft, type Draft } from '../playground/nemo/draft.ts';
import { createEncoder, findFfmpeg } from '../playground/nemo/film/encoder.ts';
import { createFilmMaker } from '../playground/nemo/film/film.ts';
import { samplePictures } from '../playground/nemo/sample-pictures.ts';
import { quantile } from './figures.ts';

const films = 3;
const durationMs = 8_000;
const filmLimitMs = 120_000;

const draftOf = (names: readonly string[]): Draft => {
  const materials = names.map((name) => ({
    id: name,
    filename: name,
    url: `http://cdn/${name}`,
    hash: name,
  }));
  const raw = composeDraft({ materials, language: 'en', ratio: '16:9', durationMs, title: 'Film' });
  const titled = applyEdit(raw, { kind: 'set title', text: 'Paradise Found' }, materials);
  return applyEdit(titled, { kind: 'set music', name: 'Lo-fi', volume: 0.35 }, materials);
};

/** Measures makes of one film, one after the other; also how often its progress was told. */
export const benchFilm = async (): Promise<Record<string, unknown>> => {
  const directory = await mkdtemp(join(tmpdir(), 'makevideo-film-'));
  try {
    const encoder = createEncoder(findFfmpeg(process.env));
    const maker = createFilmMaker({ encoder, directory, longEdgePx: 1_920 });
    const pictures = new Map<string, Buffer>();
    for (const { filename, draw } of samplePictures.slice(0, 3)) pictures.set(filename, await draw());
    const draft = draftOf([...pictures.keys()]);
    const seconds: number[] = [];
    let told = 0;
    for (let film = 0; film < films; film += 1) {
      const startedAtMs = performance.now();
      await maker.make({
        draft,
        outputPath: join(directory, `film-${film}.mp4`),
        pictureOf: ({ src }) => Promise.resolve(pictures.get(src.asset) ?? Buffer.alloc(0)),
        onProgress: () => {
          told += 1;
        },
        signal: AbortSignal.timeout(filmLimitMs),
      });
      seconds.push((performance.now() - startedAtMs) / 1_000);
    }
    return {
      bench: 'film',
      secondsMedian: Number(quantile(seconds, 0.5)?.toFixed(2)),
      secondsEach: seconds.map((each) => Number(each.toFixed(2))),
      progressToldPerFilm: Math.round(told / films),
      cores: availableParallelism(),
      load: loadavg()[0],
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};
