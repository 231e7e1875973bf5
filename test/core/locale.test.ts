/** Which language a person is spoken to in. */
import { describe, expect, it } from 'vitest';
import { backendLanguageOf, localeOf, localeOfWords } from '../../src/core/locale.ts';

describe('the language of a client', () => {
  it.each([
    ['zh-CN', 'zh'],
    ['zh-TW', 'zh'],
    ['zh', 'zh'],
    ['en-GB', 'en'],
    ['de', 'en'],
    ['zhx', 'en'],
    ['', 'en'],
    [null, 'en'],
    [undefined, 'en'],
  ])('%s is spoken to in %s', (tag, locale) => {
    expect(localeOf(tag)).toBe(locale);
  });

  it('is asked of the backend by its own code', () => {
    expect(backendLanguageOf('zh')).toBe('zh-CN');
    expect(backendLanguageOf('en')).toBe('en');
  });
});

describe('the language of plain words', () => {
  it.each([
    ['把我的照片做成一个短视频', 'en', 'zh'],
    ['加一个标题 Paradise Found', 'en', 'zh'],
    ['导出', 'en', 'zh'],
    ['add a title "你好" in white letters at the top', 'en', 'en'],
    ['make it shorter', 'en', 'en'],
    ['make it shorter', 'zh', 'zh'],
    ['9:16!', 'zh', 'zh'],
    ['', 'zh', 'zh'],
  ] as const)('"%s" after %s is %s', (text, fallback, locale) => {
    expect(localeOfWords(text, fallback)).toBe(locale);
  });
});
