/** The picture of the timeline on its way to people: with the result, on request, and never in the way. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStage, type Stage, saying, snapshotOf, words } from './stage.ts';

const open = async (picture?: Uint8Array | null): Promise<Stage> => {
  const stage = await openStage({
    script: {
      streams: [() => saying(words('Done.'))],
      snapshots: [snapshotOf(null), snapshotOf('*sea* @everyone')],
    },
    ...(picture !== undefined && { picture }),
  });
  onTestFinished(() => stage.close());
  return stage;
};

const resultOf = async (stage: Stage) => {
  await stage.say('make a film');
  const find = () =>
    stage.chat.messages.find((shown) => stage.chat.newest(shown).includes('Your video is ready'));
  await stage.until(() => find() !== undefined);
  return find()?.versions[0];
};

const signal = new AbortController().signal;

describe('the picture of the timeline', () => {
  it('comes with the result, and its alternative text is the words, without Markdown', async () => {
    const stage = await open();
    const result = await resultOf(stage);
    expect(result?.text).toContain(String.raw`\*sea\*`);
    expect(result?.files).toEqual([
      expect.objectContaining({ name: 'video.mp4' }),
      {
        name: 'timeline.png',
        bytes: new Uint8Array([137]),
        description: 'Timeline (1 track): 1. Video: *sea* @everyone (0-8s)',
      },
    ]);
  });

  it('is left out when it cannot be drawn: the result is delivered as it is', async () => {
    const stage = await open(null);
    expect((await resultOf(stage))?.files.map(({ name }) => name)).toEqual(['video.mp4']);
  });

  it('is left out where film and picture together would be too much for one message', async () => {
    const stage = await open(new Uint8Array(10_000_000));
    expect((await resultOf(stage))?.files.map(({ name }) => name)).toEqual(['video.mp4']);
  });

  it('answers a question for the timeline together with the words', async () => {
    const stage = await open();
    await resultOf(stage);
    const shown = await stage.relay.timeline('dm', { locale: 'zh', signal });
    expect(shown?.text).toContain('时间线（1 条轨道）');
    expect(shown?.files.map(({ name, description }) => [name, description])).toEqual([
      ['timeline.png', expect.stringContaining('视频')],
    ]);
  });
});
