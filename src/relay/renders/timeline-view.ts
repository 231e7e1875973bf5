/** A timeline as people get it: in words, and as a picture that shows the same. Knows no message around it. */
import { plainForeignText } from '../../core/foreign-text.ts';
import type { Locale } from '../../core/locale.ts';
import { messagesFor } from '../../core/messages/messages.ts';
import type { Timeline } from '../../core/timeline.ts';
import { drawTimeline } from '../../core/timeline-picture.ts';
import { describeTimeline } from '../../core/timeline-words.ts';
import type { FileView } from '../../core/view.ts';
import type { Pictures } from '../../ports/pictures.ts';

export type ShownTimeline = { readonly text: string; readonly picture: FileView | null };

/** The words are the picture's alternative text; where it cannot be drawn they stand alone. */
export const showTimeline = async (
  pictures: Pictures,
  timeline: Timeline,
  locale: Locale,
): Promise<ShownTimeline> => {
  const words = messagesFor(locale).timeline;
  const text = describeTimeline(timeline, words);
  const svg = drawTimeline(timeline, words);
  const bytes = svg === null ? null : await pictures.draw(svg);
  const description = plainForeignText(text);
  return { text, picture: bytes === null ? null : { name: 'timeline.png', bytes, description } };
};
