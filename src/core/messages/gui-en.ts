/** What an English chat offers in place of buttons and panels. Pure. */
import type { GuiWords } from '../gui-words.ts';

export const guiWordsEn: GuiWords = {
  offers: {
    export: "Say **export** and I'll send you the video.",
    status: 'Say **status** to see the tracks.',
    credits: 'Say **credits** to see your balance.',
    change: 'Just tell me what to change.',
    upload: 'Just send your files here in the chat.',
  },
  tools: 'the editing tools',
};
