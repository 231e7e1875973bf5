import { expect, test } from 'vitest';
import { messagesFor } from '../../src/core/messages/messages.ts';
import { type Result, renderKey, viewResult } from '../../src/core/result-view.ts';

const result: Result = {
  renderId: 'render_17953555680559801899',
  threadId: '1574060077747273729',
  requesterId: '7',
  videoUrl: 'https://cdn.example.com/v.mp4',
  projectUrl: 'https://example.com/workspace/claim?ct=clm_1',
  timelineText: 'Timeline (1 track): 1. Video: sea (0-8s)',
  file: new Uint8Array([1, 2, 3]),
};

const customIdsOf = (given: Result): readonly string[] =>
  viewResult(given, messagesFor('en')).buttons.flatMap((button) =>
    button.kind === 'action' ? [button.customId] : [],
  );

test('brings film, words and the one mention', () => {
  const view = viewResult(result, messagesFor('en'));
  expect(view.text).toBe('<@7> 🎬 Your video is ready!\nTimeline (1 track): 1. Video: sea (0-8s)');
  expect(view.files).toMatchObject([{ name: 'video.mp4' }]);
  expect([view.mentionUserId, view.isSilent]).toEqual(['7', false]);
});

test('offers changes first, five in a row, and links last', () => {
  const labels = viewResult(result, messagesFor('en')).buttons.map(({ label }) => label);
  expect(labels.slice(0, 5)).toEqual(['Edit', '9:16', '1:1', '16:9', 'Render again']);
  expect(labels.slice(5)).toEqual(['Timeline', 'Delete', 'Download MP4', 'Open project']);
});

test('keeps every custom id within what a platform carries, and the key of the render in one of them', () => {
  const customIds = customIdsOf(result);
  expect(Math.max(...customIds.map((customId) => customId.length))).toBeLessThanOrEqual(100);
  expect(customIds.filter((customId) => customId.includes(renderKey(result.renderId)))).toHaveLength(1);
  expect(new Set(customIds).size).toBe(customIds.length);
});

test('puts a link into the words that is too long for a button, and says why there is no file', () => {
  const videoUrl = `https://cdn.example.com/v.mp4?${'x'.repeat(600)}`;
  const view = viewResult({ ...result, videoUrl, projectUrl: null, file: null }, messagesFor('en'));
  expect(view.text).toContain(`[Download MP4](<${videoUrl}>)`);
  expect(view.text).toContain('too large to post here');
  expect(view.files).toEqual([]);
  expect(view.buttons.filter(({ kind }) => kind === 'link')).toEqual([]);
});

test.each(['en', 'zh'] as const)('asks for a shape in words of its own (%s)', (locale) => {
  expect(messagesFor(locale).shapeWish('9:16')).toContain('9:16');
});
