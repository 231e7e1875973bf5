/** Words of strangers, where the bot repeats them. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeForeignText, openLinks, quoteWish, shortenText } from '../../src/core/foreign-text.ts';
import { messageLengthMax } from '../../src/core/limits.ts';
import { messagesFor } from '../../src/core/messages/messages.ts';

fc.configureGlobal({ seed: 20_261_122 });

describe('a wish that the bot repeats', () => {
  it.each([
    ['a film of my cat, 30 s', 'a film of my cat, 30 s'],
    ['for <@123> and <@&456>', 'for <@123> and <@&456>'],
    ['[Free Nitro](https://evil.example)', String.raw`\[Free Nitro\](https:\//evil.example)`],
    ['@everyone look', '@\u200beveryone look'],
    ['# I am the admin', String.raw`\# I am the admin`],
    ['a\n-# small\n> quoted', 'a\n\\-# small\n\\> quoted'],
    ['**bold** ||hidden|| `code`', '\\*\\*bold\\*\\* \\|\\|hidden\\|\\| \\`code\\`'],
    ['</nemo forget:1> <:a:2> <t:3>', String.raw`\</nemo forget:1> \<:a:2> \<t:3>`],
  ])('%j is shown as %j', (said, shown) => {
    expect(quoteWish(said)).toBe(shown);
  });

  it.each(['en', 'zh'] as const)('fits a message however long it is (%s)', (locale) => {
    const messages = messagesFor(locale);
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('*', '\\', '[', 'a', '\n', '🎬', '<@1>'),
          maxLength: 6_000,
          size: 'max',
        }),
        (wish) => {
          expect(
            `${messages.starter(wish)}\n-# ${messages.places.goingOnDirectly}`.length,
          ).toBeLessThanOrEqual(messageLengthMax);
          expect(messages.threadName(wish).length).toBeLessThanOrEqual(100);
          expect(messages.note.filesRefused([wish], 'unsupportedFile').length).toBeLessThanOrEqual(
            messageLengthMax / 2,
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(['en', 'zh'] as const)('cannot be the name of a file either (%s)', (locale) => {
    const { note } = messagesFor(locale);
    expect(note.filesRefused(['a**\n@everyone [x](https://evil.example).bmp'], 'unsupportedFile')).toContain(
      '**a\\*\\* @\u200beveryone \\[x\\](https:\\//evil.example).bmp**',
    );
  });
});

describe('words of the agent', () => {
  it.each([
    ['See https://example.com/a.', 'See https://example.com/a.'],
    ['[Your film](https://evil.example)', '[Your film] (https://evil.example)'],
    ['[a [b] c](<https://evil.example> "t")', '[a [b] c] (<https://evil.example> "t")'],
  ])('hide no link: %j reads %j', (said, read) => {
    expect(openLinks(said)).toBe(read);
  });
});

describe('words of strangers', () => {
  it('is escaped at the beginning of lines too', () => {
    expect(escapeForeignText('# a\n- b\n> c\n+ d')).toBe('\\# a\n\\- b\n\\> c\n\\+ d');
  });

  it('is shortened between letters, never inside of them', () => {
    expect(shortenText('abcdef', 6)).toBe('abcdef');
    expect(shortenText('abcdef', 5)).toBe('abcd…');
    expect(shortenText('ab 👨‍👩‍👧‍👦 c', 8)).toBe('ab…');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 12 }), (text, lengthMax) => {
        expect(shortenText(text, lengthMax).length).toBeLessThanOrEqual(lengthMax);
        expect(shortenText(text, lengthMax).isWellFormed()).toBe(text.isWellFormed());
      }),
    );
  });
});
