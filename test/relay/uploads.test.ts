/** What a person sees while their files are handed over. */
import { expect, it, onTestFinished } from 'vitest';
import { openStage, saying, snapshotOf, words } from './stage.ts';

const pictureOf = (id: string) => ({
  id,
  name: `${id}.png`,
  url: `https://cdn.discordapp.com/${id}.png`,
  sizeBytes: 10,
  contentType: 'image/png',
  from: null,
});

it('counts the files that are through, one after the other', async () => {
  const stage = await openStage({
    script: {
      streams: [() => saying(words('Made.'))],
      snapshots: [snapshotOf(null), snapshotOf('city')],
    },
  });
  onTestFinished(() => stage.close());
  stage.backend.handOver = async ({ files, onProgress }) => {
    for (const [index] of files.entries()) {
      await stage.clock.sleep(5_000, new AbortController().signal);
      onProgress?.(index + 1);
    }
    return files.map(({ name }) => ({ name, accepted: true }));
  };
  await stage.say('make a film of these', { attachments: ['a', 'b', 'c'].map(pictureOf) });
  await stage.until(() => stage.sent.length > 0);
  const [status] = stage.chat.messages;
  const seen = status?.versions.flatMap(({ text }) => /Uploading \d of \d/u.exec(text)?.[0] ?? []);
  expect([...new Set(seen)]).toEqual(['Uploading 1 of 3', 'Uploading 2 of 3', 'Uploading 3 of 3']);
});
