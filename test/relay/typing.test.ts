/** Typing is shown where nothing of a request is visible yet, and nowhere else. */
import { afterEach, expect, it } from 'vitest';
import { openStage, type Stage, saying, words } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

const picture = {
  id: 'f1',
  name: 'cat.png',
  url: 'https://cdn.example.com/cat.png',
  sizeBytes: 1_000,
  contentType: 'image/png',
  from: null,
};

it('types once while the pictures of a person are gathered', async () => {
  stage = await openStage({ script: {} });
  const place = {
    kind: 'channel',
    channelId: 'drops',
    parentChannelId: null,
    guildId: 'g',
    missing: [],
  } as const;
  await stage.say('', { place, attachments: [picture] });
  await stage.say('', { place, attachments: [{ ...picture, id: 'f2' }] });
  expect(stage.chat.typing).toEqual(['drops']);
});

it('does not type where the first message comes at once', async () => {
  stage = await openStage({ script: { streams: [() => saying(words('Done.'))] } });
  await stage.say('make a film about cats');
  await stage.until(() => stage.chat.messages.some((shown) => stage.chat.newest(shown).includes('Done.')));
  expect(stage.chat.typing).toEqual([]);
});
