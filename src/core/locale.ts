/** The languages the bot speaks. Pure. */

export type Locale = 'en' | 'zh';

/** Chooses our language from a platform's tag such as `zh-CN`, `zh-TW`, `en-US`; anything unknown is English. */
export const localeOf = (tag: string | null | undefined): Locale => (/^zh\b/iu.test(tag ?? '') ? 'zh' : 'en');

/** The language code that the backend is asked for (nemo-api §3: `en`, `zh-CN`). */
export const backendLanguageOf = (locale: Locale): string => (locale === 'zh' ? 'zh-CN' : 'en');

/** Share of Chinese characters from which on a text counts as Chinese: names and titles alone do not decide. */
const hanShareMin = 0.3;

/**
 * The language that a person writes, for plain messages, with which no language comes along. `fallback` where the words do not tell:
 * there are none, or they are of neither language.
 */
export const localeOfWords = (text: string, fallback: Locale): Locale => {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if (letters === 0) return fallback;
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  // A Chinese character says about as much as two or three letters.
  return (han * 2) / (letters + han) >= hanShareMin ? 'zh' : fallback;
};
