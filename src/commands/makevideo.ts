/** /makevideo: words and up to five pictures become a video, in a thread of their own. */
import { type Locale, localeOf } from '../core/locale.ts';
import { messagesFor } from '../core/messages/messages.ts';
import type { CommandCall } from '../ports/chat.ts';
import type { SlashDefinition } from '../ports/command-definition.ts';
import { accept } from './accept.ts';
import { acceptDirectly } from './accept-directly.ts';
import type { Command } from './command.ts';
import { say } from './private-answers.ts';
import { missingHere } from './work-permissions.ts';

const imageOption = (index: number): SlashDefinition['options'][number] => ({
  kind: 'file',
  name: `image${index}`,
  translations: { zh: `文件${index}` },
  description: { en: `Picture, video or music no. ${index}`, zh: `第 ${index} 个图片、视频或音乐` },
  isRequired: false,
});

const ratios = ['16:9', '9:16', '1:1'].map((value) => ({ value, name: { en: value, zh: value } }));

const definition: SlashDefinition = {
  name: 'makevideo',
  description: { en: 'Turn your words and pictures into a finished video', zh: '把文字和图片做成完整的视频' },
  options: [
    {
      kind: 'text',
      name: 'prompt',
      translations: { zh: '描述' },
      description: { en: 'What shall the video be?', zh: '想做成什么样的视频？' },
      isRequired: true,
      lengthMax: 1_500,
    },
    ...[1, 2, 3, 4, 5].map(imageOption),
    {
      kind: 'choice',
      name: 'ratio',
      translations: { zh: '画面比例' },
      description: { en: 'Shape of the picture', zh: '画面比例' },
      isRequired: false,
      choices: ratios,
    },
    {
      kind: 'choice',
      name: 'language',
      translations: { zh: '语言' },
      description: { en: 'Language that I answer in', zh: '回复使用的语言' },
      isRequired: false,
      choices: [
        { value: 'en', name: { en: 'English', zh: '英语' } },
        { value: 'zh', name: { en: 'Chinese', zh: '中文' } },
      ],
    },
  ],
  subcommands: [],
};

const optionText = (call: CommandCall, name: string): string => {
  const value = call.options[name];
  return typeof value === 'string' ? value.trim() : '';
};

/** The shape is part of the words: the backend has no other place for it (nemo-api §4). */
const instructionOf = (call: CommandCall, locale: Locale): string => {
  const ratio = optionText(call, 'ratio');
  const prompt = optionText(call, 'prompt');
  if (ratio === '') return prompt;
  return locale === 'zh' ? `${prompt}（画面比例 ${ratio}）` : `${prompt} (aspect ratio ${ratio})`;
};

const chosenLocale = (call: CommandCall): Locale => {
  const language = optionText(call, 'language');
  return language === '' ? call.person.locale : localeOf(language);
};

export const makevideo: Command = {
  definition,
  run: async (call, services) => {
    const locale = services.serverLocale ?? chosenLocale(call);
    const messages = messagesFor(locale);
    const instruction = instructionOf(call, locale);
    if (instruction === '' && call.attachments.length === 0) return say(call, messages.emptyRequest);
    if (call.place.kind === 'threadless') {
      return acceptDirectly(call, services, { locale, instruction, attachments: call.attachments });
    }
    const missing = missingHere(call.place, services.messages);
    if (missing !== null) return say(call, missing);
    await accept(services, { ...call, locale, instruction }, messages.starter(instruction));
    return undefined;
  },
};
