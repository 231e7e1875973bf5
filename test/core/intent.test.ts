import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyIntent, type Intent } from '../../src/core/intent.ts';
import { intents, seedPhrases } from '../fixtures/intents.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
fc.configureGlobal({ seed: 20_261_122 });

const everyIntent: readonly Intent[] = ['chat', 'export', 'credits', 'status', 'upload'];
const contexts = [true, false].flatMap((hasFiles) =>
  [true, false].map((hasTimeline) => ({ hasFiles, hasTimeline })),
);
const labelled = intents.flatMap(({ said, intent, ...context }) =>
  said.map((words) => ({ words, intent, context })),
);

describe('classifyIntent', () => {
  it('is tried on at least 150 sentences, each once per context', () => {
    expect(labelled.length).toBeGreaterThanOrEqual(150);
    expect(new Set(labelled.map((sentence) => JSON.stringify([sentence.words, sentence.context]))).size).toBe(
      labelled.length,
    );
  });

  it.each(labelled)('takes "$words" for $intent', ({ words, intent, context }) => {
    expect(classifyIntent(words, context)).toBe(intent);
  });

  it.each(Object.entries(seedPhrases).flatMap(([intent, said]) => said.map((words) => ({ words, intent }))))(
    'takes "$words" for $intent in every context, whatever its case and politeness',
    ({ words, intent }) => {
      for (const context of contexts) {
        for (const variant of [
          words,
          words.toUpperCase(),
          ` ${words} `,
          `${words}!`,
          `please ${words}`,
          `OK, ${words}, thanks`,
          `“${words}”`,
        ]) {
          expect(classifyIntent(variant, context)).toBe(intent);
        }
      }
    },
  );

  it('takes a command for one as long as it is short, to the letter', () => {
    const context = { hasFiles: false, hasTimeline: true };
    expect(classifyIntent('export, '.repeat(20), context)).toBe('export');
    expect(classifyIntent('export, '.repeat(21), context)).toBe('chat');
    expect(classifyIntent(`export${' '.repeat(474)}`, context)).toBe('export');
    expect(classifyIntent(`export${' '.repeat(475)}`, context)).toBe('chat');
  });

  it('minds neither how much space there is between words nor where it is', () => {
    const context = { hasFiles: false, hasTimeline: true };
    expect(classifyIntent('  export   the \n\t video  ', context)).toBe('export');
    expect(classifyIntent('导 出 视 频', context)).toBe('export');
    expect(classifyIntent('ok ,, export ... please !', context)).toBe('export');
    expect(classifyIntent('导出🎬视频', context)).toBe('export');
    expect(classifyIntent('export🎬the video', context)).toBe('export');
  });

  it('takes politeness alone for an answer to the agent, or for the files that came with it', () => {
    for (const words of ['', '  ', '...', 'thanks', 'ok, thank you!', 'yes please']) {
      expect(classifyIntent(words, { hasFiles: false, hasTimeline: true })).toBe('chat');
      expect(classifyIntent(words, { hasFiles: true, hasTimeline: true })).toBe('upload');
    }
  });

  it('takes any long text for the agent', () => {
    for (const context of contexts) expect(classifyIntent('export '.repeat(200), context)).toBe('chat');
  });

  it('answers with an intent for any words, quickly even for rows of polite ones', () => {
    const polite = fc.constantFrom(
      'ok',
      'please ',
      '我',
      '想要',
      '我想要',
      '帮我',
      '好的',
      'go ahead and ',
      'hi ',
      '导出',
      'export ',
      '积分',
      'x',
      '还有',
      ', ',
    );
    const words = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(polite, { maxLength: 60, size: 'max' }).map((row) => row.join('')),
    );
    fc.assert(
      fc.property(words, fc.constantFrom(...contexts), (words, context) => {
        expect(everyIntent).toContain(classifyIntent(words, context));
      }),
      { numRuns: 1000, interruptAfterTimeLimit: 120_000, markInterruptAsFailure: true },
    );
  });

  it('takes words around a command for an edit, never for the command', () => {
    const content = fc.constantFrom(
      'crane',
      'bigger',
      'bar',
      'red',
      'animation',
      'at the end of the film',
      '动画',
      '更大',
      '进度条',
    );
    const command = fc.constantFrom(...Object.values(seedPhrases).flat());
    fc.assert(
      fc.property(content, command, fc.boolean(), (content, command, isBefore) => {
        const words = isBefore ? `${content} ${command}` : `${command} ${content}`;
        expect(classifyIntent(words, { hasFiles: false, hasTimeline: true })).toBe('chat');
      }),
    );
  });
});
