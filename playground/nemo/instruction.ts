// Reads what a person asks of the film, by plain rules in English and Chinese. It must not know drafts, wires or HTTP.

export type Ratio = '16:9' | '9:16' | '1:1' | '4:5';

/** Which picture an instruction means: its position, counted from 0, or the last one. */
export type PicturePlace = number | 'last';

/** One change of an existing film. Lengths in ms, volumes from 0 to 1. */
export type Edit =
  | { kind: 'set title'; text: string }
  | { kind: 'remove title' }
  | { kind: 'set music'; name: string | null; volume: number | null }
  | { kind: 'change volume'; factor: number }
  | { kind: 'remove music' }
  | { kind: 'set length'; durationMs: number }
  | { kind: 'scale length'; factor: number }
  | { kind: 'set ratio'; ratio: Ratio }
  /** Each picture gets a line of its own. */
  | { kind: 'add captions' }
  /** One line under the whole film. */
  | { kind: 'set caption'; text: string }
  | { kind: 'remove captions' }
  | { kind: 'add pictures' }
  | { kind: 'remove picture'; place: PicturePlace }
  | { kind: 'reverse pictures' }
  | { kind: 'move to front'; place: PicturePlace };

export type Topic = 'greeting' | 'thanks' | 'go on' | 'what can you do' | 'not about video' | 'unclear';

export type Instruction = {
  /** A whole new film is wanted, whatever else is said about it. */
  wantsFilm: boolean;
  edits: readonly Edit[];
  topic: Topic;
};

const filmRequest =
  /\b(make|create|turn(?:ing)?|generate|produce|build|render|give me|regenerate|redo)\b[^.!?]*\b(videos?|films?|clips?|movies?|slideshows?|reels?|mp4|shorts?|montage)\b|\b(regenerate|start over|make another)\b|\b(turn|make)\b.*\b(photos?|pictures?|images?)\b.*\binto\b|(生成|制作|做成|变成|剪成|做|剪).*(视频|短片|影片|幻灯片|大片)|重新生成|再来一个/i;
/** "a calm slideshow, please", "来一段海边的短片": the thing itself is named, without a verb of making. */
const filmNamed =
  /^\W*(?:please\s+)?(?:i(?:'d| would) like |i want |we need |how about )?(?:an?|one)\b(?![^.!?]*\b(?:shorter|longer|faster|slower)\b)[^.!?]*\b(?:video|film|clip|movie|slideshow|reel|montage)\b|(?:想要|要|来|给我)一?[个段部条].*(?:视频|短片|影片|幻灯片|大片)/i;
const quoted =
  /["“”「『]([^"“”「」『』]{1,120})["“”」』]|《([^》]{1,120})》|(?<![A-Za-z])['‘]([^‘’']{1,120}(?:['’](?=\w)[^‘’']{1,60})*)['’](?![A-Za-z])/;
const removal =
  /\b(remove|delete|drop|without|no|strip|get rid of|take (?:out|away))\b|去掉|删除|删掉|移除|不要|取消/i;
const title = /\b(titles?|headline|heading)\b|标题|片名/i;
/** Without one of these a quotation is only talked about. */
const titleTalk =
  /\b(titled?|titles|headline|heading|called|named?|text|words?|says?|saying|write|call it)\b|标题|片名|文字|名为|名字|叫|写/i;
/** A few words and no more: "something nice at the end" is a wish. */
const praise = /^(?:\W*[\w']+){0,3}\W*\b(?:great|awesome|perfect|lovely|nice)\b(?:\W+[\w']+){0,2}\W*$/i;
const captions = /\b(captions?|subtitles?)\b|字幕/i;
const music = /\b(music|bgm|soundtrack|song|tune|audio track|background track)\b|音乐|配乐|背景音|歌/i;
const picture = /\b(pictures?|photos?|images?|pics?|clips?|slides?)\b|图|照片|片段/i;

const musicStyles: readonly (readonly [RegExp, string])[] = [
  [/lo-?fi/i, 'Lo-fi'],
  [/piano|钢琴/i, 'Quiet Piano'],
  [/jazz|爵士/i, 'Late Jazz'],
  [/upbeat|happy|energetic|轻快|欢快/i, 'Upbeat'],
  [/cinematic|epic|电影感|史诗/i, 'Cinematic'],
  [/ambient|calm|relax|舒缓|安静|氛围/i, 'Ambient'],
  [/ocean|海/i, 'Ocean Drive'],
];

const ratios: readonly (readonly [RegExp, Ratio])[] = [
  [/\b9\s*[:x×]\s*16\b|\bvertical\b|\bportrait\b|\btiktok\b|\breels?\b|竖屏|竖版|竖向/i, '9:16'],
  [/\b1\s*[:x×]\s*1\b|\bsquare\b|方形|正方形/i, '1:1'],
  [/\b4\s*[:x×]\s*5\b/i, '4:5'],
  [
    /\b16\s*[:x×]\s*9\b|\bhorizontal\b|\blandscape (?:format|video|mode|ratio)\b|\bwidescreen\b|横屏|横版/i,
    '16:9',
  ],
];

const ordinals: readonly (readonly [RegExp, PicturePlace])[] = [
  [/\blast\b|最后一?/i, 'last'],
  [/\bfirst\b|\b1st\b|第一/i, 0],
  [/\bsecond\b(?!s)|\b2nd\b|第二/i, 1],
  [/\bthird\b|\b3rd\b|第三/i, 2],
  [/\bfourth\b|\b4th\b|第四/i, 3],
  [/\bfifth\b|\b5th\b|第五/i, 4],
];

/**
 * Understands one message of a person.
 *
 * What stands in quotation marks is taken out before the other rules look, so that a title such as
 * "No music" does not ask for silence. Rules are tried per clause of the sentence: "remove the music and add a
 * title" removes only the music.
 */
export function readInstruction(text: string): Instruction {
  const quotation = quoted.exec(text);
  const words = quotation?.[1] ?? quotation?.[2] ?? quotation?.[3] ?? null;
  const bare = quotation === null ? text : text.replace(quotation[0], ' _ ');
  const clauses = bare.split(
    /[,.;!?，。；！？、](?!\d)|\band\b|\bthen\b|\bbut\b|\bwith\b(?=.*\b(?:no|without)\b)|并且|然后|并/i,
  );
  const wantsFilm = filmRequest.test(bare) || filmNamed.test(bare);
  const isTitle = wantsFilm || titleTalk.test(bare);
  const edits = clauses.flatMap((clause) => readClause(clause, clause.includes('_') ? words : null, isTitle));
  return { wantsFilm, edits: uniqueByKind(edits), topic: readTopic(bare) };
}

/** Quoted words are the caption where only captions are spoken of, and otherwise a title if there is talk of one. */
function readClause(clause: string, quotation: string | null, isTitle: boolean): Edit[] {
  const isCaption = captions.test(clause) && !title.test(clause);
  return [
    ...readTitle(clause, isTitle && !isCaption ? quotation : null),
    ...readMusic(clause),
    ...readLength(clause),
    ...readRatio(clause),
    ...readCaptions(clause, isCaption ? quotation : null),
    ...readPictures(clause),
  ];
}

function readTitle(clause: string, quotation: string | null): Edit[] {
  if (title.test(clause) && removal.test(clause) && quotation === null) return [{ kind: 'remove title' }];
  if (quotation !== null) return [{ kind: 'set title', text: quotation.trim() }];
  const unquoted =
    /(?:\btitled?\b(?:\s+(?:to|is|it|of))?|标题(?:改为|改成|是|为|叫)?)\s*[:：]?\s*(\S.{0,80})$/i.exec(
      clause,
    );
  const words = unquoted?.[1]?.replaceAll('_', '').trim();
  return words ? [{ kind: 'set title', text: words }] : [];
}

function readMusic(clause: string): Edit[] {
  const percent = /(\d{1,3})\s*%/.exec(clause)?.[1];
  const volume = percent === undefined ? null : Math.min(100, Number(percent)) / 100;
  const style = musicStyles.find(([pattern]) => pattern.test(clause))?.[1] ?? null;
  if (/\b(louder|turn up|volume up)\b|大声|调大/i.test(clause))
    return [{ kind: 'change volume', factor: 1.5 }];
  if (/\b(quieter|softer|turn down|lower)\b|小声|调小/i.test(clause))
    return [{ kind: 'change volume', factor: 0.5 }];
  if (!music.test(clause) && !(/\bvolume\b|音量/i.test(clause) && volume !== null)) return [];
  if (removal.test(clause) || /\bsilent\b|静音/i.test(clause)) return [{ kind: 'remove music' }];
  return [{ kind: 'set music', name: style, volume }];
}

function readLength(clause: string): Edit[] {
  const seconds = /(\d+(?:\.\d+)?)\s*[- ]?(?:s|secs?|seconds?)\b|(\d+(?:\.\d+)?)\s*秒/i.exec(clause);
  const minutes = /(\d+(?:\.\d+)?)\s*[- ]?(?:min|minutes?)\b|(\d+(?:\.\d+)?)\s*分钟/i.exec(clause);
  const stated = seconds?.[1] ?? seconds?.[2];
  if (stated !== undefined) return [{ kind: 'set length', durationMs: Math.round(Number(stated) * 1000) }];
  const statedMinutes = minutes?.[1] ?? minutes?.[2];
  if (statedMinutes !== undefined)
    return [{ kind: 'set length', durationMs: Math.round(Number(statedMinutes) * 60_000) }];
  if (/\b(shorter|shorten|faster|speed up|quicker)\b|短一点|短一些|缩短|快一点|加快/i.test(clause))
    return [{ kind: 'scale length', factor: 0.7 }];
  if (/\b(longer|lengthen|slower|slow down)\b|长一点|长一些|延长|慢一点/i.test(clause))
    return [{ kind: 'scale length', factor: 1.4 }];
  return [];
}

function readRatio(clause: string): Edit[] {
  const ratio = ratios.find(([pattern]) => pattern.test(clause))?.[1];
  return ratio === undefined ? [] : [{ kind: 'set ratio', ratio }];
}

function readCaptions(clause: string, quotation: string | null): Edit[] {
  if (!captions.test(clause)) return [];
  if (removal.test(clause)) return [{ kind: 'remove captions' }];
  return [quotation === null ? { kind: 'add captions' } : { kind: 'set caption', text: quotation.trim() }];
}

function readPictures(clause: string): Edit[] {
  if (/\b(reverse|backwards?)\b|倒序|反过来|颠倒/i.test(clause)) return [{ kind: 'reverse pictures' }];
  if (!picture.test(clause)) return [];
  const place = readPlace(clause);
  if (removal.test(clause) && place !== null) return [{ kind: 'remove picture', place }];
  const toFront =
    /\b(?:first|front|start|beginning)\b\s*$|\bto the (?:front|start|beginning)\b|最前|开头|第一个/i;
  if (/\b(move|put|bring)\b|移|放/i.test(clause) && toFront.test(clause)) {
    const moved = readPlace(clause.replace(toFront, ''));
    return moved === null ? [] : [{ kind: 'move to front', place: moved }];
  }
  return /\b(add|include|append|insert)\b|加上|添加|加入|加一/i.test(clause)
    ? [{ kind: 'add pictures' }]
    : [];
}

function readPlace(clause: string): PicturePlace | null {
  const named = ordinals.find(([pattern]) => pattern.test(clause))?.[1];
  if (named !== undefined) return named;
  const number = /(?:#|\b(?:number|no\.?|picture|photo|image|clip)\s*|第)(\d{1,2})/i.exec(clause)?.[1];
  return number === undefined ? null : Math.max(0, Number(number) - 1);
}

function readTopic(text: string): Topic {
  if (/^\s*(hi|hello|hey|good (?:morning|evening)|你好|您好|嗨)\b|^\s*(你好|您好|嗨)/i.test(text))
    return 'greeting';
  if (/^\W*(?:please\s+)?(?:go on|continue|keep going)\b|^\W*(?:请)?(?:继续|接着说)/i.test(text))
    return 'go on';
  if (/\b(thanks?|thank you|thx)\b|谢谢|多谢|太棒|很好/i.test(text) || praise.test(text)) return 'thanks';
  if (/\b(what can you|help|how do(?:es)? (?:i|this|it)|can you)\b|怎么用|帮助|你能|能做什么/i.test(text))
    return 'what can you do';
  if (
    /\b(weather|football|recipe|homework|stock|translate|president|python|javascript)\b|天气|股票|作业|菜谱/i.test(
      text,
    )
  )
    return 'not about video';
  return 'unclear';
}

/** The last word on a subject counts: "10 seconds, no, 12 seconds" is one edit. */
function uniqueByKind(edits: readonly Edit[]): Edit[] {
  return [...new Map(edits.map((edit) => [edit.kind, edit])).values()];
}
