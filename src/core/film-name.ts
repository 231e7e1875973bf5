/** What the file of a finished video is called: after its title, fit for every platform and disk. Pure. */
import { shortenText } from './foreign-text.ts';

const ending = '.mp4';
const prefix = 'video';
/** With prefix and ending a name has at most 60 characters. */
const stemLengthMax = 50;

/** Drafts that were never given a title may carry the name of their first picture. */
const mediaEnding = /\.(?:jpe?g|png|webp|gif|heic|mp4|mov|avi|webm|mkv)$/iu;

/** The last word that does not fit is left out whole, where words are told apart. */
const shortened = (stem: string): string =>
  stem.length <= stemLengthMax ? stem : shortenText(stem, stemLengthMax - 1).replace(/(?:-[^-]*)?…$/u, '');

/**
 * Letters and digits of any script, with dashes between words: "Maya's trip: day 2" is `Mayas-trip-day-2.mp4`. Discord keeps ASCII
 * alone in the address of a file and shows the rest as its title (Discord docs: Attachment object), so a name without any ASCII
 * begins with `video_`: what is downloaded has a name then as well.
 */
export const filmNameOf = (title: string | null): string => {
  const words = (title ?? '').replace(mediaEnding, '').normalize('NFC').replaceAll(/['’]/gu, '');
  const stem = shortened(words.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-').replaceAll(/^-+|-+$/gu, ''));
  const hasAscii = /[a-z0-9]/iu.test(stem);
  return `${[...(hasAscii ? [] : [prefix]), ...(stem === '' ? [] : [stem])].join('_')}${ending}`;
};
