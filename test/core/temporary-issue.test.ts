import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropTrailingTemporaryIssue } from '../../src/core/temporary-issue.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
fc.configureGlobal({ seed: 20_261_122 });

const issue = 'I encountered a temporary issue.';

describe('dropTrailingTemporaryIssue', () => {
  it.each([
    issue,
    'I encountered a temporary issue',
    "I've encountered a temporary issue. Please try again later.",
    'Sorry, I ran into a temporary problem. Try again in a moment!',
    'It seems there was a temporary error.',
    '抱歉，我遇到了一个临时问题。',
    '系统出现暂时性故障，请稍后重试。',
    '我遇到了临时问题。请稍后再试。',
  ])('drops %j after real words', (text) => {
    expect(dropTrailingTemporaryIssue(['Your title is in.', text], false)).toEqual(['Your title is in.']);
    expect(dropTrailingTemporaryIssue(['Your title is in.', text, ' '], false)).toEqual([
      'Your title is in.',
    ]);
    expect(dropTrailingTemporaryIssue([`Your title is in.\n\n${text}`], false)).toEqual([
      'Your title is in.',
    ]);
  });

  it('drops it when a tool has succeeded, though nothing else was said', () => {
    expect(dropTrailingTemporaryIssue([issue], true)).toEqual([]);
  });

  it('keeps it when it is all there is', () => {
    expect(dropTrailingTemporaryIssue([issue], false)).toEqual([issue]);
    expect(dropTrailingTemporaryIssue(['', issue], false)).toEqual(['', issue]);
    expect(dropTrailingTemporaryIssue([' ', issue], false)).toEqual([' ', issue]);
    expect(dropTrailingTemporaryIssue(['\n', issue], true)).toEqual(['\n']);
    expect(dropTrailingTemporaryIssue([], false)).toEqual([]);
  });

  it('keeps it when something comes after it', () => {
    const said = [issue, 'But now your title is in.'];
    expect(dropTrailingTemporaryIssue(said, true)).toEqual(said);
  });

  it('keeps it when something real follows, though that ends with advice', () => {
    const said = [
      `${issue} But your title is in. Please try again with another photo, if you like it better.`,
    ];
    expect(dropTrailingTemporaryIssue(said, true)).toEqual(said);
    const advised = [`${issue} But your title is in. Please try again.`];
    expect(dropTrailingTemporaryIssue(advised, true)).toEqual(advised);
  });

  it('drops it with the blank lines and the advice around it', () => {
    expect(dropTrailingTemporaryIssue([`Done.\n\n${issue}\n\n  Please try again later. \n`], false)).toEqual([
      'Done.',
    ]);
  });

  it.each([
    'The story is about a temporary home.',
    'A temporary bridge is the third picture.',
    'Please try again with another photo.',
    'Done.',
  ])('keeps %j', (text) => {
    expect(dropTrailingTemporaryIssue(['Your title is in.', text], true)).toEqual([
      'Your title is in.',
      text,
    ]);
  });

  it('only ever takes from the end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(issue, 'Done.', '', 'Please try again.', '好了。')),
        fc.boolean(),
        (said, hasOtherSuccess) => {
          expect(said.join('')).toContain(dropTrailingTemporaryIssue(said, hasOtherSuccess).join(''));
        },
      ),
    );
  });
});
