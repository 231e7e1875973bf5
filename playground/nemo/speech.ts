// The agent's words in English and Chinese, GUI talk included. It must not know how they travel.
import { audioSegment, type Draft, textTracks, videoSegments } from './draft.ts';
import type { Edit, PicturePlace, Topic } from './instruction.ts';

export type Speech = {
  start: (pictureCount: number, seconds: number) => string;
  rawReady(seconds: number, pictureCount: number, ratio: string): string;
  allReady(draft: Draft): string;
  editing(): string;
  edited(edits: readonly Edit[], draft: Draft): string;
  unchanged(): string;
  chat(topic: Topic): string;
  nothingYet(pictureCount: number): string;
  guiAfterFilm(): string;
  guiAfterEdit(): string;
  thinking(): string;
  temporaryIssue(): string;
  longAnswer(): string;
};

/** The session's language decides; without one, Chinese characters in the message do. */
export function speechFor(language: string | undefined, message: string): Speech {
  if (language !== undefined && language !== '')
    return language.toLowerCase().startsWith('zh') ? chinese : english;
  return /[\u4e00-\u9fff]/.test(message) ? chinese : english;
}

const english: Speech = {
  start: (count, seconds) =>
    `Great, I'll turn your ${count === 1 ? 'picture' : `${count} pictures`} into a ${seconds}-second video with slow camera moves and soft crossfades. `,
  rawReady: (seconds, count, ratio) =>
    `The raw clip is ready: ${seconds} seconds, ${count} ${count === 1 ? 'scene' : 'scenes'}, ${ratio}. Now the finishing touches.`,
  allReady: (draft) => `Your video is ready! ${describeEnglish(draft)}`,
  editing: () => 'Sure, let me change that on your timeline.',
  edited: (edits, draft) => edits.map((edit) => editEnglish(edit, draft)).join(' '),
  unchanged: () => 'Your video already looks like that, so I left it as it is.',
  chat: (topic) => chatEnglish[topic],
  nothingYet: (count) =>
    count > 0
      ? 'There is no video yet. Say "make a video" and I will build one from your pictures.'
      : 'There is no video yet. Send me a few pictures, or describe what you would like to see.',
  guiAfterFilm: () => ' Preview in Timeline panel or click Export to save it.',
  guiAfterEdit: () => ' You can open the Timeline panel to check it, or drag the clip to move it.',
  thinking: () => 'The user wants a film. I should look at the material, then plan the scenes. ',
  temporaryIssue: () => 'I encountered a temporary issue. Please try again later.',
  longAnswer: () =>
    'A good short film has one idea, a clear first second, and room to breathe between the pictures. ',
};

const chatEnglish: Readonly<Record<Topic, string>> = {
  greeting:
    'Hi! I make short videos from your pictures. Send me a few, and tell me the mood, the length or the title you have in mind.',
  thanks: "You're welcome! Shall I change the music, the title or the length?",
  'go on':
    'As I was saying: a good short film has one idea, and the first second shows it. Tell me yours, and I will start.',
  'what can you do':
    'I can build a video from your pictures, set titles, captions and background music, change the length or the format (16:9, 9:16, 1:1), and reorder or remove pictures.',
  'not about video':
    'That is outside of what I do, but I would love to make a video with you. What should it show?',
  unclear:
    'Happy to help with your video! Could you say what you would like to see: a new film, a title, music, or another length?',
};

const pictures = (count: number): string => (count === 1 ? '1 picture' : `${count} pictures`);

function describeEnglish(draft: Draft): string {
  const music = audioSegment(draft);
  const title = textTracks(draft).find((track) => track.role === 'title')?.sg[0]?.m.title;
  const parts = [
    `${seconds(draft)} seconds, ${pictures(videoSegments(draft).length)}, ${draft.m.ratio}.`,
    music === undefined
      ? 'No background music.'
      : `Background music: ${music.m.title} at ${percent(music.m.volume)}.`,
    title === undefined ? '' : `Title: "${title}".`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function editEnglish(edit: Edit, draft: Draft): string {
  const music = audioSegment(draft);
  switch (edit.kind) {
    case 'set title':
      return `Title added: "${edit.text}" (white, lower third, 3 s).`;
    case 'remove title':
      return 'The title is gone.';
    case 'set music':
    case 'change volume':
      return music === undefined
        ? 'There is no music to change.'
        : `Background music: ${music.m.title} at ${percent(music.m.volume)}.`;
    case 'remove music':
      return 'The background music is gone.';
    case 'set length':
    case 'scale length':
      return `The video now runs ${seconds(draft)} seconds.`;
    case 'set ratio':
      return `The format is now ${draft.m.ratio}.`;
    case 'add captions':
      return 'Each picture has a caption now.';
    case 'set caption':
      return `Caption added: "${edit.text}".`;
    case 'remove captions':
      return 'The captions are gone.';
    case 'add pictures':
    case 'remove picture':
      return `The video now shows ${pictures(videoSegments(draft).length)} in ${seconds(draft)} seconds.`;
    case 'reverse pictures':
      return 'The pictures now run in reverse order.';
    case 'move to front':
      return `The ${placeEnglish(edit.place)} picture now comes first.`;
  }
}

const chinese: Speech = {
  start: (count, length) =>
    `好的，我来把你的${count}张图片做成一段${length}秒的视频，配上缓慢的镜头移动和柔和的转场。`,
  rawReady: (length, count, ratio) =>
    `原始视频已生成（${length}秒，${count}个画面，${ratio}）。接下来做后期。`,
  allReady: (draft) => `视频已完成！${describeChinese(draft)}`,
  editing: () => '好的，我来修改时间线。',
  edited: (edits, draft) => edits.map((edit) => editChinese(edit, draft)).join(''),
  unchanged: () => '视频已经是这样了，我没有改动。',
  chat: (topic) => chatChinese[topic],
  nothingYet: (count) =>
    count > 0
      ? '现在还没有视频。说“生成视频”，我就用你的图片来做。'
      : '现在还没有视频。发几张图片给我，或者描述一下你想要的画面。',
  guiAfterFilm: () => '你可以在时间线面板预览，或点击导出按钮保存。',
  guiAfterEdit: () => '你可以打开时间线面板查看，或拖拽片段调整位置。',
  thinking: () => '用户想要一段视频。先看素材，再安排画面。',
  temporaryIssue: () => 'I encountered a temporary issue. Please try again later.',
  longAnswer: () => '一段好的短片只讲一件事，第一秒要清楚，画面之间要留白。',
};

const chatChinese: Readonly<Record<Topic, string>> = {
  greeting: '你好！我可以用你的图片制作短视频。发几张图片给我，再告诉我想要的氛围、时长或标题。',
  thanks: '不客气！要不要换一下音乐、标题或时长？',
  'go on': '接着说：一段好的短片只讲一件事，第一秒就要看得出来。告诉我你的想法，我就开始做。',
  'what can you do':
    '我可以用图片生成视频，添加标题、字幕和背景音乐，调整时长或画面比例（16:9、9:16、1:1），也可以调整图片顺序或删除图片。',
  'not about video': '这个我帮不上忙，不过很乐意陪你做视频。你想拍什么内容？',
  unclear: '很乐意帮你做视频！你想要新的视频、标题、音乐，还是调整时长？',
};

function describeChinese(draft: Draft): string {
  const music = audioSegment(draft);
  const title = textTracks(draft).find((track) => track.role === 'title')?.sg[0]?.m.title;
  const parts = [
    `共${seconds(draft)}秒，${videoSegments(draft).length}张图片，${draft.m.ratio}。`,
    music === undefined ? '没有背景音乐。' : `背景音乐：${music.m.title}，音量${percent(music.m.volume)}。`,
    title === undefined ? '' : `标题：“${title}”。`,
  ];
  return parts.join('');
}

function editChinese(edit: Edit, draft: Draft): string {
  const music = audioSegment(draft);
  switch (edit.kind) {
    case 'set title':
      return `已添加标题：“${edit.text}”（白色，画面下方，3秒）。`;
    case 'remove title':
      return '标题已去掉。';
    case 'set music':
    case 'change volume':
      return music === undefined
        ? '没有可以调整的音乐。'
        : `背景音乐：${music.m.title}，音量${percent(music.m.volume)}。`;
    case 'remove music':
      return '背景音乐已去掉。';
    case 'set length':
    case 'scale length':
      return `视频现在是${seconds(draft)}秒。`;
    case 'set ratio':
      return `画面比例改为${draft.m.ratio}。`;
    case 'add captions':
      return '每张图片都有字幕了。';
    case 'set caption':
      return `已添加字幕：“${edit.text}”。`;
    case 'remove captions':
      return '字幕已去掉。';
    case 'add pictures':
    case 'remove picture':
      return `视频现在有${videoSegments(draft).length}张图片，共${seconds(draft)}秒。`;
    case 'reverse pictures':
      return '图片顺序已反过来。';
    case 'move to front':
      return '已把这张图片放到最前面。';
  }
}

function placeEnglish(place: PicturePlace): string {
  return place === 'last' ? 'last' : `no. ${place + 1}`;
}

function seconds(draft: Draft): number {
  return Math.round(draft.d / 100) / 10;
}

function percent(volume: number): string {
  return `${Math.round(volume * 100)}%`;
}
