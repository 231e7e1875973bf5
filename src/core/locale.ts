/** The languages the bot speaks. Pure. */

export type Locale = 'en' | 'zh';

/** Chooses our language from a platform's tag such as `zh-CN`, `zh-TW`, `en-US`; anything unknown is English. */
export const localeOf = (tag: string | null | undefined): Locale =>
  tag !== null && tag !== undefined && /^zh\b/iu.test(tag) ? 'zh' : 'en';

/** The language code that the backend is asked for (nemo-api §3: `en`, `zh-CN`). */
export const backendLanguageOf = (locale: Locale): string => (locale === 'zh' ? 'zh-CN' : 'en');
