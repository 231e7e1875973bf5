/** What is kept and what is shown of a turn's words while they come, with time in the test's hands. */
import { afterEach, expect, it } from 'vitest';
import { guiWordsEn } from '../../src/core/messages/gui-en.ts';
import type { Store } from '../../src/ports/store.ts';
import { openStage, type Stage, snapshotOf, words } from './stage.ts';

let stage: Stage;

afterEach(async () => {
  await stage.close();
});

it('does not store an answer in a hundred short pieces a hundred times, and keeps all of its words', async () => {
  const pieces: number[] = [];
  const noting = (store: Store): Store => ({
    ...store,
    turns: {
      ...store.turns,
      set: (turnId, record, ...rest) => {
        pieces.push(record.state.said.length);
        return store.turns.set(turnId, record, ...rest);
      },
    },
  });
  const goOn = Promise.withResolvers<void>();
  stage = await openStage({
    script: {
      streams: [
        async function* () {
          for (let piece = 1; piece <= 100; piece += 1) yield words(`Piece ${piece}.`);
          await goOn.promise;
        },
      ],
    },
    wrapStore: noting,
  });
  await stage.say('tell me everything about films');
  await stage.until(() => pieces.at(-1) === 100);
  expect(pieces.length).toBeLessThan(20);
  goOn.resolve();
});

it('never offers an export of a video that comes by itself, nor the tracks that stand under it', async () => {
  stage = await openStage({
    script: {
      streams: [
        () =>
          (async function* () {
            yield words('Your film is made. Preview in Timeline panel or click Export to save it.');
          })(),
      ],
      snapshots: [snapshotOf(null), snapshotOf('city')],
    },
  });
  await stage.say('make a film of the city');
  await stage.until(() =>
    stage.chat.messages.some((shown) => stage.chat.newest(shown).includes('Your video is below')),
  );
  const everSaid = stage.chat.messages.flatMap(({ versions }) => versions.map(({ text }) => text)).join('\n');
  expect(everSaid).toContain('Your film is made.');
  expect(everSaid).not.toContain(guiWordsEn.offers.export);
  expect(everSaid).not.toContain(guiWordsEn.offers.status);
});
