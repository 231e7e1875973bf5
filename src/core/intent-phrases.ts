/**
 * The phrases of commands in English and Chinese: the seed's table of user words, and the extras of nemo-api §11 that are not
 * also words of editing. Every pattern stands for a whole utterance in the form that core/intent makes of it. Pure.
 */

type Command = 'export' | 'credits' | 'status';

const oneOf = (...phrases: readonly string[]): string => `(?:${phrases.join('|')})`;
const maybe = (phrase: string): string => `(?:${phrase})?`;
const whole = (...phrases: readonly string[]): readonly RegExp[] =>
  phrases.map((phrase) => new RegExp(`^(?:${phrase})$`, 'u'));

// English

const filmAdjective = oneOf(
  'final|finished|full|whole|complete|completed|edited|new|current|latest|last|rendered',
  'exported|hd|short',
);
const filmNoun = oneOf(
  'video file|mp4 file|video|film|movie|clip|mp4|file|result|project|reel|montage|slideshow',
  'version|cut|vid',
);
const film = `${maybe(`${oneOf('the|my|our|this|that|your')} `)}(?:${filmAdjective} ){0,2}${filmNoun}`;
const ownFilm = `${oneOf('the|my|our|this|that')} (?:${filmAdjective} ){0,2}${filmNoun}`;
const pronoun = oneOf('it|this|that|everything|them');
const filmFormat = `(?: ${maybe(`${oneOf('as|to|in|into|at')} `)}${maybe('(?:an?|the|my|full|high|best) ')}${oneOf(
  'mp4|mp4 file|mp4 format|file|video|video file|1080p|720p|hd|quality|high quality|phone',
  'computer|device|laptop|pc|disk',
)}){0,2}`;
const howTo = maybe(
  `${oneOf('how do i|how do we|how can i|how can we|how to|how would i|where do i|where can i')} `,
);
const showMe = `${oneOf('show|check|see|view|list|display|tell|look at|describe|query|know')} ${maybe('me ')}`;
const determiners = `(?:${oneOf('the|my|our|all|all the|current|remaining|available|your|a')} ){0,2}`;
const whatIs = oneOf('whats|what is|what are|hows|how is|how are|wheres');

const exportEn = [
  `${howTo}${oneOf('export|download')}${maybe(` ${oneOf(film, pronoun)}`)}${filmFormat}`,
  `${oneOf('start|begin|do|run')} ${maybe('(?:the|an|my) ')}${oneOf('export|exporting|download|final render')}`,
  `${oneOf('send|give|bring|dm|get|hand')} ${maybe('(?:me|us|over) ')}${film}${maybe(' (?:to (?:me|us)|here|over)')}`,
  `${oneOf('show|have|deliver|fetch')} ${maybe('(?:me|us) ')}${ownFilm}`,
  `${oneOf('send|give')} ${oneOf('it|this|that')} ${oneOf('to me|to us|over|here')}`,
  `${maybe('(?:send|give|get) ')}${maybe('(?:me|us) ')}${maybe('(?:the|a|my) ')}(?:video )?${oneOf('download|export')} ${oneOf('link|url|file')}`,
  `let ${oneOf('me|us')} ${oneOf('export|download|have')} ${oneOf(ownFilm, pronoun)}`,
] as const;

/** "save" and "render" are also words of edits ("save the date", "render it in watercolour"), so they must have something to save. */
const exportEnWithTimeline = [
  `${howTo}${oneOf('save|render')}${maybe(` ${oneOf(ownFilm, pronoun)}`)}${filmFormat}`,
  `${oneOf('get|send|show me')} ${oneOf('it|this')}`,
  `${oneOf('wheres|where is')} ${ownFilm}`,
  `${maybe('the ')}mp4`,
  ownFilm,
] as const;

const credits = oneOf(
  'credits?|balance|credits? balance|account balance|credits? (?:left|remaining|available)',
  'balance left',
);
const left = `(?: ${oneOf('left|remaining|available|over|in total|right now|in my account|on my account')}){0,2}`;
const creditsEn = [
  `${howTo}${maybe(showMe)}${determiners}${credits}`,
  `${whatIs} ${determiners}${credits}`,
  `how many ${maybe('more ')}credits?${maybe(
    ` ${oneOf(
      '(?:do|did) (?:i|we) (?:still )?(?:have|own)|have (?:i|we)(?: got)?|are(?: there)?|remain',
      'i have|we have',
    )}`,
  )}${left}`,
  `how ${oneOf('many|much')} ${oneOf('left|remaining|is left|are left|do i have left|have i got left')}`,
  `how much ${oneOf('credit|credits|balance')}${maybe(` ${oneOf('do i(?: still)? have|have i(?: got)?|is|is there')}`)}${left}`,
  `${maybe(`${oneOf('do (?:i|we)(?: still)? have|have (?:i|we)(?: still)? got|are there|is there')} `)}${oneOf('any|enough')} ${maybe('more ')}credits?${left}`,
  `${oneOf('am i|are we')} ${oneOf('out of|running out of|low on')} credits?`,
  `check ${maybe('(?:my|the) ')}${oneOf('account|billing')}`,
] as const;

const progress = oneOf('status|progress|state|timeline|tracks|status update|progress update|track list');
const ofFilm = maybe(` ${oneOf('of|on|for|with|in')} ${film}`);
const soFar = `(?: ${oneOf('so far|now|right now|yet|already|at the moment|currently|at')}){0,2}`;
const statusEn = [
  `${maybe(showMe)}${maybe('(?:give|get) (?:me )?')}${determiners}${maybe('(?:project|video) ')}${progress}${ofFilm}${soFar}`,
  `${whatIs} ${determiners}${maybe('(?:project|video) ')}${progress}${ofFilm}${soFar}`,
  `${oneOf('whats|what is')} ${oneOf('in|on')} ${oneOf('it', 'there', film, '(?:the|my) timeline')}${soFar}`,
  `${maybe('show me ')}${oneOf('what does|how does')} ${oneOf('it', film, '(?:the|my) timeline')} look(?: like)?${soFar}`,
  `${oneOf('whats|what is')} ${oneOf('done|finished|ready|there')}${soFar}`,
  `${maybe('show me ')}what ${oneOf('do we|do you|do i|we|you|i')} have${soFar}`,
  `show me ${oneOf('whats|what is')} ${oneOf('there|in it|done')}${soFar}`,
  `${oneOf('is|are')} ${oneOf('it', 'that', 'you', 'we', ownFilm)} ${oneOf('done|ready|finished|complete|there')}${soFar}`,
  `${oneOf('hows|how is')} ${oneOf('it', 'everything', ownFilm)} ${oneOf('going|coming along|coming|doing')}${soFar}`,
  `how far ${oneOf('are you|are we|along are we|along are you|along is it|is it')}${soFar}`,
  `where are we${soFar}`,
  `any ${oneOf('progress|updates?|news')}${soFar}`,
  `${oneOf('how many|which|what')} tracks${maybe(` ${oneOf('are there|do we have|do i have|does it have|are in it')}`)}${soFar}`,
] as const;

const files = oneOf(
  'photos?|pictures?|pics?|images?|files?|clips?|videos?|video clips?|music|songs?|audio',
  'audio files?|media|footage',
);
const someFiles = `(?:${oneOf('an?|my|the|some|these|this|those|more|new|another|few|own|of|\\d{1,2}')} ){0,3}${files}`;
const filesEn = [
  `${howTo}upload(?:ing)?${maybe(` ${oneOf(someFiles, 'it', 'them', 'these', 'this', 'something', 'more')}`)}${maybe(' (?:here|first|to you)')}`,
  `${howTo}send ${maybe('you ')}${oneOf('some|my|more|a few|photos|pictures|files')}${maybe(` ${someFiles}`)}${maybe(' to you')}`,
] as const;
const fileOnlyEn = [
  `${oneOf('heres?|here is|here are|these are|this is')} ${oneOf(someFiles, 'it', 'they are', 'mine', 'them', 'some', 'more')}`,
  `here ${oneOf('it is|they are|you go|you are|they come')}`,
  someFiles,
  oneOf('these|those|this|this one|here|for you|more|another one|one more'),
  `${oneOf('add|send|attach|sending|uploading|adding')} ${oneOf(someFiles, 'it', 'them', 'these', 'this')}`,
] as const;

// Chinese, simplified and traditional

const filmZh = `(?:这个|這個|那个|这部|我的|最终的?|最終的?|完整的?|最后的?|做好的|剪好的|现在的|高清的?|成品){0,2}(?:短视频|视频文件|视频|視頻|影片|片子|短片|成片|作品|成品|文件|檔案|项目|mp4|它)`;
const howToZh = maybe('怎么样?|怎樣|怎麼|如何|怎样|在哪里?|哪里可以|哪里能');
const lookZh = maybe(
  '查询|查詢|查看|查一下|查下|查查|查|看一看|看看|看一下|看下|看|显示|顯示|列出|汇报|告诉我|知道|check|show',
);
const exportZh = [
  `${howToZh}(?:导出|導出|匯出|汇出|下载|下載|输出|輸出|export|download)(?:一下|来)?${maybe(filmZh)}(?:(?:为|成|到|至|出)?(?:mp4|高清|1080p|mp4格式|手机|本地|电脑|相册))?`,
  `把?${filmZh}(?:导出|導出|匯出|下载|下載|输出|输出|export|download)(?:出来|下来|来|一下|给我|給我){0,2}`,
  `把?${filmZh}(?:发|發|传|傳|送)(?:送|过来|過來|给|給)?我?(?:一份|一下)?`,
  `(?:发|發|传|傳|送)(?:送)?(?:给|給)?我?(?:一份)?${filmZh}(?:给我|給我)?`,
  '(?:发|發|传|傳|送)(?:给|給)我(?:看看|一份|一下)?',
  `把${filmZh}(?:给|給)我`,
  `(?:视频|視頻|影片)?(?:下载|下載|导出|導出)(?:链接|連結|地址|文件)`,
] as const;
const exportZhWithTimeline = [
  `${howToZh}(?:保存|存|渲染|儲存)(?:一下)?${maybe(filmZh)}(?:(?:为|成|到)(?:mp4|手机|本地|电脑|相册))?`,
  `把?${filmZh}(?:保存|渲染|存)(?:一下|下来|出来)?`,
  `(?:我的|我要|给我|給我|我想要|想要)?(?:这个|最终的?|我的)?(?:视频|視頻|影片|成片|片子)(?:呢|在哪里?|给我|給我)`,
  `(?:给我|給我|我要|我想要)${filmZh}`,
  '成片|mp4',
] as const;
const creditsName = '(?:积分余额|积分|積分|余额|餘額|点数|點數|额度|額度|credits?|balance)';
const creditsZh = [
  `${lookZh}(?:我|账户|帐户|账号|帳戶|现在|目前|的|还|還|剩余|剩下|剩|有|当前|可用|多少|几|个|點|点){0,6}${creditsName}(?:还|還|查询|情况|是|剩下|剩余|剩|有|多少|几个|几|够不够|够|不够|用完|花完|用|没有?|个|分){0,5}`,
  '(?:我|现在|目前)?(?:还|還)(?:剩|有|剩下|能用)多少',
] as const;
const progressZh = '(?:状态|狀態|进度|進度|时间线|時間線|时间轴|時間軸|轨道|軌道|进展|進展|status|timeline)';
const statusZh = [
  `${lookZh}(?:我|现在|現在|当前|目前|項目|项目|视频|視頻|影片|所有|全部|各条|什么|的){0,4}${progressZh}(?:列表|信息|情况)?(?:怎么样|怎樣|怎样|如何|到哪里?|是什么|是多少|咋样)?`,
  '(?:视频|視頻|影片)?(?:现在|現在|目前|当前)(?:是)?(?:什么样子?|怎么样|什么情况|什么状态|啥样|怎樣)',
  '(?:现在|目前|视频|視頻|时间线|轨道|影片|它)?(?:里面?|裡面|上)?(?:现在)?(?:都)?有(?:哪些|什么|什麼|几条|啥)(?:轨道|軌道|内容)?(?:东西)?',
  '(?:视频|視頻|影片|片子|现在)?(?:做|弄|剪|完成|生成|制作|处理|剪辑)?(?:好|完|完成|完毕)(?:了)?(?:吗|嗎|没有?|沒有?|了没)',
  '(?:视频|現在|现在)?(?:做|剪|进行|弄|处理)?到(?:哪|什么)(?:里|儿|一步|一步骤|步骤|程度)?',
  '(?:让|讓)?我?看看(?:我们|现在|目前)?(?:都)?(?:有什么|做了什么|完成了什么)',
] as const;
const filesNameZh = '(?:图片|圖片|照片|相片|文件|素材|视频|視頻|影片|音频|音乐|图|檔案|东西)';
const filesZh = [
  `${howToZh}(?:上传|上傳|upload)(?:一下|一些|几张|几个|一张|一个|我的|这些|这张|更多|新的|新|\\d{1,2}张|的){0,3}${maybe(filesNameZh)}`,
  `(?:传|傳)(?:一些|几张|几个|一张|我的|这些|更多|新的){0,2}${filesNameZh}`,
] as const;
const fileOnlyZh = [
  `(?:这|這|这些|這些|这个|这张|以下|下面|以上|上面)?(?:都)?(?:是)?(?:我的|我|的|拍的|几张|一些){0,3}${filesNameZh}(?:如下|在这里?)?`,
  '(?:这些|這些|这个|这张|给你|在这里?|就这些|这里|发你了?|来了)',
] as const;

export const commandPhrases: Readonly<Record<Command, readonly RegExp[]>> = {
  export: whole(...exportEn, ...exportZh),
  credits: whole(...creditsEn, ...creditsZh),
  status: whole(...statusEn, ...statusZh),
};

/** Commands only where there is a timeline and no new files: without one they ask for a film to be made. */
export const timelinePhrases: readonly RegExp[] = whole(...exportEnWithTimeline, ...exportZhWithTimeline);

export const filePhrases: readonly RegExp[] = whole(...filesEn, ...filesZh);

/** Words that say nothing but "here are files", and so only beside files. */
export const fileOnlyPhrases: readonly RegExp[] = whole(...fileOnlyEn, ...fileOnlyZh);

const approvalEn = oneOf(
  'great|perfect|nice|cool|awesome|amazing|excellent|wonderful|good|fine|right|ready|quick',
  'quickly|done|wow|very|really|so',
);
const politeEn = oneOf(
  'please|pls|plz|kindly|hey|hi|hello|ok|okay|so|now|then|and|well|just|also|go ahead and',
  'go ahead|lets|let us|can you|could you|would you|will you|can i|could i|may i|can we',
  'could we|can u|you can|you may|i want you to|i would like you to|id like you to|i want to',
  'i wanna|id like to|i would like to|i need to|i need|i want|id like|we want to|time to|bot',
  'nemo|makevideo|good job|well done|yes|yeah|yep|sure|alright|thanks|thank you|thx|ty',
  'looks good|looks great|it looks good|it looks great|that looks good|that looks great',
  'looks good to me|love it|i love it|i like it|let me|ill|i will|im done|i am done|im happy|im happy with it',
  'im happy with this|thats it|thats all|thats good|thats great|thats perfect|all good|im ready',
);
const politeAfterEn = oneOf(
  'please|pls|plz|now|right now|for me|for us|to me|to us|again|asap|then|already|thanks',
  'thank you|thx|ty|bot|nemo|if you can|if possible|will you|would you|ok|okay|right away',
  'immediately|today|a lot|so much|very much|mate|bro|dude|quickly|too|anyway|real quick|here',
);
// No phrase of the next list may be a chain of others: the pattern made of it would try every way to read a row of them.
const politeZh = oneOf(
  '请问|请|請問|請|麻烦|麻煩|帮忙|幫忙|帮|幫|替我|给我|給我|让我|讓我|可不可以|可以了|可以|能不能|能否|能|现在|現在|我|你|您|需要|想|要',
  '好的|好吧|好了|好|那么|那|就|直接|快点|快|赶紧|然后|然後|接下来|嗯|再|马上|立即|立刻|先|谢谢|謝謝|不错|很好|完美',
  '太棒了|太好了|很棒|棒|行|很满意|满意|没问题|开始|開始|嗨|喂|一下|(?:ok|please|hi|hello)(?! |$)',
);
const politeAfterZh = oneOf(
  '一下|下|吧|吗|嗎|呢|了|啊|呀|哦|喔|呗|嘛|哈|谢谢你?|謝謝你?|多谢|好吗|好嗎|可以吗|可以嗎|行吗|好不好|行不行|给我|給我|出来|出來|就行|就好|就可以|即可',
  '看看|先|现在|马上|now|please|thanks|ok',
);

const aloneEn = [
  ...new Set([approvalEn, politeEn, politeAfterEn].flatMap((list) => list.slice(3, -1).split('|'))),
];

/** What may stand around a command without changing it, and what says nothing at all. */
export const paddingPhrases = {
  before: new RegExp(`^(?:${politeEn}(?: |$)|${politeZh} ?)+`, 'u'),
  after: new RegExp(`(?:(?:^| )${politeAfterEn}|${politeAfterZh})+$`, 'u'),
  alone: new RegExp(`^(?:${oneOf(...aloneEn)}(?: |$))+$`, 'u'),
} as const;
