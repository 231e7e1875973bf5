/** The message that brings the finished video. */
import { describe, expect, it } from 'vitest';
import { messagesFor } from '../../src/core/messages/messages.ts';
import { type Result, renderKey, viewDirectResult, viewResult } from '../../src/core/result-view.ts';
import { textView } from '../../src/core/view.ts';

const messages = messagesFor('en');
const addressOf = (length: number): string => `https://example.com/${'a'.repeat(length)}`.slice(0, length);

const result: Result = {
  renderId: 'render_1',
  threadId: '4711',
  requesterId: '42',
  videoUrl: 'https://example.com/film.mp4',
  projectUrl: 'https://example.com/project',
  title: null,
  timelineText: 'Timeline (1 track): 1. Video (0-8s)',
  timelinePicture: null,
  file: new Uint8Array([1, 2, 3]),
};
const linksOf = (changes: Partial<Result>) =>
  viewResult({ ...result, ...changes }, messages).buttons.filter(({ kind }) => kind === 'link');
const labelOf = (videoUrl: string) => linksOf({ videoUrl, projectUrl: null })[0]?.label;
const lastLine = (changes: Partial<Result>) =>
  viewResult({ ...result, file: null, ...changes }, messages)
    .text.split('\n')
    .at(-1);
const action = (label: string, customId: string) => ({
  kind: 'action',
  label,
  customId,
  tone: 'neutral',
});

describe('the result', () => {
  it('mentions the person who asked, tells the timeline, and rings', () => {
    const view = viewResult(result, messages);
    expect(view.text).toBe('<@42> 🎬 Your video is ready!\nTimeline (1 track): 1. Video (0-8s)');
    expect(view.mentionUserId).toBe('42');
    expect(view.isSilent).toBe(false);
  });

  it('brings the film as a file that plays in the chat, named after the project', () => {
    const bytes = result.file;
    expect(viewResult(result, messages).files).toEqual([{ name: 'video.mp4', bytes, description: null }]);
    const titled = { ...result, title: 'Urban Dreams' };
    for (const { files } of [viewResult(titled, messages), viewDirectResult(titled, messages)])
      expect(files).toEqual([{ name: 'Urban-Dreams.mp4', bytes, description: null }]);
  });

  it('shows the timeline as a picture behind the film, and also where only the link of the film is posted', () => {
    const timelinePicture = { name: 'timeline.png', bytes: new Uint8Array([9]), description: 'Timeline' };
    const names = (changes: Partial<Result>) =>
      viewResult({ ...result, timelinePicture, ...changes }, messages).files.map(({ name }) => name);
    expect(names({})).toEqual(['video.mp4', 'timeline.png']);
    expect(names({ file: null })).toEqual(['timeline.png']);
  });

  it('offers changes first, five in a row, and links last, by buttons that carry all they need', () => {
    expect(viewResult(result, messages).buttons).toEqual([
      { ...action('Edit', 'edit:4711'), tone: 'primary' },
      action('9:16', 'shape:9x16:4711'),
      action('1:1', 'shape:1x1:4711'),
      action('16:9', 'shape:16x9:4711'),
      action('Render again', 'render:4711:render_1'),
      action('Timeline', 'timeline:4711'),
      action('Delete', 'delete:4711'),
      { kind: 'link', label: 'Download MP4 (example.com)', url: 'https://example.com/film.mp4' },
      { kind: 'link', label: 'Open project', url: 'https://example.com/project' },
    ]);
  });

  it('carries the key of the render in one button, whatever the length of the ids', () => {
    const long = { ...result, renderId: 'render_17953555680559801899', threadId: '1574060077747273729' };
    const ids = viewResult(long, messages).buttons.flatMap((button) =>
      button.kind === 'action' ? [button.customId] : [],
    );
    expect(ids.filter((id) => id.includes(renderKey(long.renderId)))).toHaveLength(1);
    expect(Math.max(...ids.map((id) => id.length))).toBeLessThanOrEqual(100);
  });

  it.each(['en', 'zh'] as const)('asks for a shape in words of its own (%s)', (locale) => {
    expect(messagesFor(locale).shapeWish('9:16')).toContain('9:16');
  });

  it('has no more buttons than a message takes, each with an id of its own that fits', () => {
    const { buttons } = viewResult(result, messages);
    const ids = buttons.map((button) => (button.kind === 'link' ? button.url : button.customId));
    expect(buttons.length).toBeLessThanOrEqual(25);
    expect(new Set(ids).size).toBe(buttons.length);
    for (const { label } of buttons) expect(label.trim()).not.toBe('');
  });

  it.each([
    ['does not fit', {}, messages.render.tooLargeForChat],
    ['may not be attached', { whyNoFile: 'forbidden' as const }, messages.render.mayNotAttach],
    ['could not be fetched', { whyNoFile: 'notFetched' as const }, messages.render.notFetched],
  ])('says why there is only a link when the film %s', (_why, changes, sentence) => {
    const view = viewResult({ ...result, file: null, ...changes }, messages);
    expect(view.files).toEqual([]);
    expect(view.text.split('\n').at(-2)).toBe(sentence);
    expect(view.buttons).toContainEqual({
      kind: 'link',
      label: 'Download MP4 (example.com)',
      url: result.videoUrl,
    });
  });

  it('shows the bare address of a film that does not fit, which the chat makes a player of, and of nothing else', () => {
    const signed = 'https://example.com/film.mp4?sig=1';
    expect(lastLine({ videoUrl: signed })).toBe(signed);
    expect(lastLine({ videoUrl: 'http://example.com/film.mp4' })).toBe('http://example.com/film.mp4');
    for (const other of ['https://example.com/watch?v=film.mp4', 'ftp://example.com/https://film.mp4']) {
      expect(lastLine({ videoUrl: other })).toBe(messages.render.tooLargeForChat);
    }
    expect(lastLine({ videoUrl: signed, file: new Uint8Array([1]) })).not.toContain('https:');
  });

  it('says where its link leads, whoever made it', () => {
    expect(labelOf('https://elsewhere.example/film.mp4')).toBe('Download MP4 (elsewhere.example)');
    expect(labelOf('https://example.com@elsewhere.example/film.mp4')).toBe(
      'Download MP4 (elsewhere.example)',
    );
    expect(labelOf('somewhere')).toBe('Download MP4 (?)');
    expect(labelOf(`https://${'a'.repeat(60)}.example/film.mp4`)?.length).toBeLessThanOrEqual(80);
  });

  it('is never longer than a message, whatever the backend sends for its parts', () => {
    const view = viewResult(
      { ...result, videoUrl: addressOf(9_000), timelineText: 'x'.repeat(1_900) },
      messages,
    );
    expect(view.text).toBe('<@42> 🎬 Your video is ready!');
  });

  it('leaves out what is not known', () => {
    const view = viewResult({ ...result, timelineText: null, projectUrl: null }, messages);
    expect(view.text).toBe('<@42> 🎬 Your video is ready!');
    const { buttons } = viewResult({ ...result, projectUrl: null }, messages);
    expect(buttons.slice(7)).toEqual(linksOf({}).slice(0, 1));
  });

  it('puts an address that is too long for a button into the text, without a preview', () => {
    expect(linksOf({ videoUrl: addressOf(512) })).toHaveLength(2);
    expect(viewResult({ ...result, videoUrl: addressOf(512) }, messages).text).not.toContain('https:');
    const view = viewResult({ ...result, videoUrl: addressOf(513) }, messages);
    expect(view.text.split('\n').at(-1)).toBe(`[Download MP4 (example.com)](<${addressOf(513)}>)`);
    expect(linksOf({ videoUrl: addressOf(513) }).map(({ label }) => label)).toEqual(['Open project']);
    expect(linksOf({ projectUrl: addressOf(513) }).map(({ label }) => label)).toEqual([
      'Download MP4 (example.com)',
    ]);
  });
});

describe('the result in direct messages', () => {
  it('has the links, and no button that acts in the thread', () => {
    const { buttons, text } = viewDirectResult(result, messages);
    expect(buttons).toEqual(linksOf({}));
    expect(buttons).toHaveLength(2);
    expect(text).toContain(messages.places.resultNotPosted);
  });
});

describe('a message of words alone', () => {
  it('is silent and mentions nobody', () => {
    expect(textView('Hello.')).toEqual({
      text: 'Hello.',
      buttons: [],
      files: [],
      mentionUserId: null,
      isSilent: true,
    });
  });
});
