/** Many videos that are finished together: only so many are in memory at once, and every one of them arrives. */
import { expect, it, onTestFinished } from 'vitest';
import { filmsAtOnceMax } from '../../src/core/limits.ts';
import { openStage, person, type Stage, saying, snapshotOf, words } from './stage.ts';

const count = filmsAtOnceMax + 3;
const names = Array.from({ length: count }, (_, index) => `p${index}`);

/** Every session is empty at first, and has a clip whenever it is looked at again. */
const withClips = (stage: Stage): void => {
  const seen = new Set<string>();
  stage.backend.snapshot = async ({ sessionId }) => {
    const name = seen.has(sessionId) ? 'city' : null;
    seen.add(sessionId);
    return snapshotOf(name);
  };
};

/** Discord takes no file until it is released; what was fetched until then is in memory. */
const holdPosts = (stage: Stage) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const takes = { ...stage.chat.chat };
  let fetched = 0;
  const { downloadRender } = stage.backend;
  stage.backend.downloadRender = (call) => {
    fetched += 1;
    return downloadRender(call);
  };
  stage.chat.chat.createMessage = async (channelId, view, options) => {
    if (typeof view !== 'function' && view.files.length > 0) await promise;
    return takes.createMessage(channelId, view, options);
  };
  return { fetched: () => fetched, release: resolve };
};

const filmsIn = ({ chat }: Stage): number =>
  chat.messages.filter(({ versions }) => versions.at(-1)?.files.some(({ name }) => name.endsWith('.mp4')))
    .length;

it('fetches only so many videos at once, and posts them all', async () => {
  const stage = await openStage({ script: { streams: names.map(() => () => saying(words('Made.'))) } });
  onTestFinished(() => stage.close());
  withClips(stage);
  const { fetched, release } = holdPosts(stage);
  for (const name of names) {
    const place = { kind: 'dm', channelId: name, parentChannelId: null, guildId: null, missing: [] } as const;
    await stage.say('a film of a city at night', { place, person: { ...person, id: name } });
    // Names of renders begin with the time.
    await stage.clock.advance(500);
  }
  await stage.until(() => fetched() === filmsAtOnceMax, 120_000);
  await stage.clock.advance(60_000);
  expect(fetched()).toBe(filmsAtOnceMax);
  release();
  await stage.until(() => filmsIn(stage) === count, 120_000);
  expect(fetched()).toBe(count);
});
