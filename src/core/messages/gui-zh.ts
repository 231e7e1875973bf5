/** What a Chinese chat offers in place of buttons and panels. Pure. */
import type { GuiWords } from '../gui-words.ts';

export const guiWordsZh: GuiWords = {
  offers: {
    export: '说一声 **导出**，我就把视频发给你。',
    status: '说一声 **状态**，就能看到各条轨道。',
    credits: '说一声 **积分**，就能看到余额。',
    change: '想改哪里，直接告诉我就行。',
    upload: '把文件直接发到这个聊天里就行。',
  },
  tools: '剪辑工具',
};
