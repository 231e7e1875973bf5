/** Which words end as a question. */
import { expect, it } from 'vitest';
import { isQuestion } from '../../src/core/question.ts';

it.each(['how long is it?', '现在多长？', 'is there a song in "it"? ', 'she asked "why?"', '(why?)'])(
  'takes "%s" for one',
  (text) => {
    expect(isQuestion(text)).toBe(true);
  },
);

it.each(['make a film', '', 'is it long? then cut it', '?! make it loud'])('takes "%s" for none', (text) => {
  expect(isQuestion(text)).toBe(false);
});
