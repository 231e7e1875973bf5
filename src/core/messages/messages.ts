/** Which catalogue speaks which language. Pure. */
import type { Locale } from '../locale.ts';
import type { Messages } from './catalogue.ts';
import { messagesEn } from './en.ts';
import { messagesZh } from './zh.ts';

const catalogues: Readonly<Record<Locale, Messages>> = { en: messagesEn, zh: messagesZh };

export const messagesFor = (locale: Locale): Messages => catalogues[locale];
