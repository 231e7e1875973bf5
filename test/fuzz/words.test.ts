/** Whatever people call their wishes and files: what the bot repeats of them is only words. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { messageLengthMax } from '../../src/core/limits.ts';
import { messagesFor } from '../../src/core/messages/messages.ts';
import { cases } from './cases.ts';

/** What chat programs read as more than words, between ordinary letters. */
const mischief = fc.array(
  fc.oneof(
    fc.constantFrom(
      '[',
      ']',
      '(',
      ')',
      '](',
      '<',
      '>',
      '\\',
      '*',
      '_',
      '~',
      '`',
      '```',
      '|',
      '||',
      '#',
      '-# ',
      '> ',
      '\n',
      ' ',
    ),
    fc.constantFrom(
      'https://evil.example',
      'http://',
      'discord://',
      '@everyone',
      '@here',
      '<@1>',
      '<@&2>',
      '<#3>',
      '</a:4>',
      '<:x:5>',
      '<t:6:R>',
    ),
    fc.string({ unit: 'binary', maxLength: 6 }),
  ),
  { maxLength: 60 },
);

/** Marks that a backslash makes letters are dots here (Discord docs: Reference, Message Formatting). */
const unescaped = (shown: string): string => shown.replaceAll(/\\[!-/:-@[-`{-~]/gu, '.');

it('a wish that the bot repeats shows no link, no heading, no type and no mention of everybody', () => {
  fc.assert(
    fc.property(mischief, fc.constantFrom('en', 'zh'), (parts, locale) => {
      const { note, ...messages } = messagesFor(locale);
      const wish = parts.join('');
      const refused = note.filesRefused([wish], 'fileTooLarge');
      const name = refused.slice(refused.indexOf('**') + 2, refused.lastIndexOf('**'));
      for (const shown of [messages.starter(wish), name]) {
        expect(shown.length).toBeLessThanOrEqual(messageLengthMax);
        const read = unescaped(shown).replaceAll(/<@[!&]?\d{1,20}>/gu, '@');
        expect(read).not.toMatch(/[*_~`|[\]<]|:\/\/|@everyone|@here|^\s*(?:#|>|-)/mu);
        expect(shown.isWellFormed()).toBe(true);
      }
    }),
    cases(0.1),
  );
});
