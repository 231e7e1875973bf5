/** Chinese (simplified). Pure. */
import { cleanLine, quoteWish, shortenText } from '../foreign-text.ts';
import type { Messages } from './catalogue.ts';
import { guiWordsZh } from './gui-zh.ts';
import { filesRefusedZh, problemTextsZh } from './problems-zh.ts';
import { refusalWordsZh, settingWordsZh } from './settings-zh.ts';
import { timelineWordsZh } from './timeline-zh.ts';

/** "45 秒", "4 分钟", "1 小时 5 分钟". */
const duration = (durationMs: number): string => {
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds} 秒`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} 分钟`;
  return minutes % 60 === 0
    ? `${minutes / 60} 小时`
    : `${Math.floor(minutes / 60)} 小时 ${minutes % 60} 分钟`;
};

export const messagesZh: Messages = {
  activity: {
    connecting: '正在连接...',
    thinking: '💭 正在处理',
    generating: '🎬 正在生成视频',
    music: '🎵 正在添加音乐',
    editing: '✂️ 正在剪辑',
    analysing: '🔍 正在查看你的图片',
    uploading: (done, total) => `📤 正在上传第 ${Math.min(done + 1, total)} 个，共 ${total} 个`,
    rendering: (percent) => (percent === null ? '🎞️ 正在渲染' : `🎞️ 正在渲染 ${Math.round(percent)}%`),
    checking: '🔍 正在确认结果',
  },
  stillWorking: (elapsedMs) => `⏳ 仍在处理中...（已 ${duration(elapsedMs)}）`,
  queued: (ahead) => `🕐 收到！前面还有 ${ahead} 个请求，完成后马上开始。`,
  ready: '✅ 已就绪，已经开始制作，可能需要几分钟。',
  greeting: '👋 随时可以开始。把图片发到这里，或者告诉我你想做什么视频。',
  examples: [
    '把我的照片做成一个短视频，加上平滑转场和背景音乐',
    '把三张产品照片做成 1080p MP4 视频',
    '用我的图片做一个带标题和轻音乐的相册视频',
  ],
  vague: {
    question:
      '✨ 好的！想改哪里呢？比如音乐、标题或节奏。选一个，或者直接说，比如“换一首安静的歌”“从海边开始”。',
    labels: ['🎵 音乐', '🔤 标题', '⏩ 节奏'],
    wishes: ['换一首更贴合画面的背景音乐', '让标题更清晰，样式更贴合视频', '加快视频节奏，转场更流畅'],
    anyway: '直接做（可能消耗积分）',
  },
  dropQuestion: (fileCount) => `📥 收到 ${fileCount} 个文件。想做成什么样的视频？直接写在这里，或者选一个：`,
  starter: (instruction) => `🎬 ${quoteWish(instruction)}`,
  brokenOff: '回答中断了。我正在查看已经完成了什么，可能需要几分钟；请求不会重复发送。',
  rawClipReady: '✅ 原始视频已生成，正在添加音乐和标题。',
  tracksFollow: '时间线上的全部内容会和视频一起列在下面。可以全部保留，也可以告诉我去掉哪些。',
  tracksAdded: '这是时间线上的全部内容。可以全部保留，也可以告诉我去掉哪些：',
  done: '✅ 完成。',
  silentEdit: '完成。改动如下：',
  somethingChanged: '✅ 完成。修改已经生效，细节请看视频。',
  unchanged: '我查看了时间线，没有任何变化。请换一种说法，尽量具体地告诉我你想要什么。',
  cancelled: '⏹️ 已停止。项目和已经完成的部分都保留着；到这里为止的工作可能已消耗积分。直接写下一步就好。',
  takenBack: '⏹️ 在开始之前已撤回：没有任何改动，也没有产生费用。',
  question: (asked) => `❓ 继续之前，请在这里回答我${asked === '' ? '。' : `：${asked}`}`,
  keptIncomplete: '*（回答在这里中断了。）*',
  note: {
    sessionRenewed: '🔄 原来的项目无法再打开，我新建了一个，并重新提交了你的文件。',
    restarted: '🔄 中途我重启了一次，正在确认已经完成了什么。',
    filesRefused: filesRefusedZh,
    wordsChanged: '✏️ 你修改了消息：我会按现在的内容来做。',
    answerCut: '✂️ 回答太长，到这里被截断了。写“继续”就能看到后面的内容。',
    filesReceived: (count) => `📥 收到 ${count} 个文件。`,
    fewCredits: (available) =>
      available === 0
        ? '💳 积分已经用完。提问也许还能得到回答，其他操作需要新的积分。'
        : `💳 只剩 ${available} 积分：一次修改约需 50，新片段约需 100，所以可能会中途停下。`,
  },
  render: {
    slow: '🎞️ 渲染比平时久一些，我会继续等，完成后马上发出来',
    ready: '🎞️ 渲染完成，正在发送',
    delivered: '✅ 视频在下面',
    cancelled: '⏹️ 已停止渲染；项目已保留，写“导出”可以免费重新渲染',
    result: '🎬 你的视频做好了！',
    mayNotAttach: '我没有在这里发送文件的权限，请用链接下载。',
    notFetched: '没能取到视频文件，无法发到这里，请用链接下载。',
    tooLargeForChat: '文件太大，无法直接发到这里，请用链接下载。',
    linkLabel: '下载 MP4',
    projectLabel: '打开项目',
    projectLink: '用这个链接可以在 NemoVideo 网站上打开项目，大约一周内有效。',
    noProjectLink: 'NemoVideo 没有给出这个项目的链接，请过几分钟再试。',
    asked: '🎬 正在导出你的视频。',
  },
  buttons: {
    stop: '停止',
    runAgain: '重新执行（可能消耗积分）',
    tryAgain: '再试一次',
    render: '渲染',
    renderAgain: '重新渲染',
    timeline: '时间线',
    edit: '修改',
    delete: '删除',
  },
  forms: {
    editTitle: '修改视频',
    editWords: '想改什么？',
    editWordsPlaceholder: '标题放大一点，音乐小声一点',
    editFiles: '更多图片、视频或音乐',
    connectTitle: '连接你的 NemoVideo 账户',
    connectToken: '你的令牌（留空则断开连接）',
    connectTokenPlaceholder: 'nmv_usr_…',
  },
  exportWord: '导出',
  shapeWish: (ratio) => `把画面改成 ${ratio}`,
  credits: (available, frozen) =>
    frozen > 0
      ? `💳 剩余 ${available} 积分，另有 ${frozen} 积分为进行中的任务预留。导出免费。`
      : `💳 剩余 ${available} 积分。导出免费。`,
  creditsUnknown: '💳 NemoVideo 暂时没有给出剩余积分。请过几分钟再问；这不影响你继续制作。',
  cost: (took, left) =>
    left === null ? `💳 本次约用 ${took} 积分。` : `💳 本次约用 ${took} 积分，剩余 ${left}。`,
  renderOffer: '🎞️ 想要视频时点“渲染”，免费。',
  noTimeline: '时间线上还没有内容。发图片给我，或者告诉我想做什么。',
  uploadHelp: '把文件直接发到聊天里就行：图片、视频或音乐，每个最大 200 MB。',
  noProject: '这里还没有项目。用 `/makevideo` 开始吧。',
  textWithheld: 'Discord 没有让我看到你写的内容。请在消息里 @我，或者使用 `/makevideo`。',
  emptyRequest: '请告诉我想做什么，或者发几张图片。',
  notYours: '只有发起人（或管理员）可以在这里这样做。',
  nothingToStop: '现在没有正在进行的任务。',
  stopping: '正在停止。',
  stoppedThread: (running, waiting) =>
    [
      '⏹️ ',
      running > 0 ? '已停止正在进行的任务。' : '',
      waiting > 0 ? `已撤回 ${waiting} 个等待中的请求。` : '',
      '已经完成的部分都保留着，直接写下一步就好。',
    ].join(''),
  startedOver:
    '🆕 重新开始：你接下来写的内容会新建一个项目，之前的文件不再包含在内。原来的项目仍保留在 NemoVideo 账户里。',
  stillBusy: '这里还有任务正在进行或等待。请等它完成，或者用 `/nemo stop` 停止，然后再重新开始。',
  resultDeleted: '🗑️ 已删除。其他内容都还在：项目已保留，用 `/nemo export` 可以免费重新得到视频。',
  couldNotDelete: '无法删除这条消息，它可能已经不在了。',
  makingFromMessage: (threadLink) => `🎬 正在用这条消息制作视频，请看这里：${threadLink}`,
  account: {
    connected: (available) =>
      `🔗 已连接${available === null ? '' : `：剩余 ${available} 积分`}。从现在起你新建的项目会使用你自己的账户；在已有项目的子区里，用 \`/nemo new\` 可以用它重新开始。令牌加密保存，绝不会显示出来。`,
    disconnected:
      '🔌 已断开连接，这里保存的令牌已删除。用它制作的项目仍在你的 NemoVideo 账户里；要在这里继续，请重新连接。',
    nothingConnected: '你还没有连接账户，所以没有任何变化。',
    malformedToken: '这看起来不像 NemoVideo 令牌：它以 `nmv_usr_` 开头，后面是字母和数字。我没有保存它。',
    refusedToken: 'NemoVideo 不接受这个令牌，它可能已过期或被撤销。我没有保存它，也没有任何变化。',
  },
  forget: {
    question: [
      '🗑️ 要我忘记你吗？我会删除在所有服务器里保存的关于你的一切：你的项目和文件列表、你的请求，以及你在这里使用的 NemoVideo 账户（你自己连接的，或者免费体验账户和它的积分）。正在进行和等待的任务会停止。此操作无法撤销。',
      '我无法替你删除的：Discord 里的消息和视频，以及 NemoVideo 保存的项目。为了公平，我最多 30 天内会记得你发过请求，7 天内会记得你放弃过免费体验账户，除此之外什么都不留。',
    ].join('\n'),
    button: '忘记我',
    done: (projects, requests) =>
      `🗑️ 完成。我删除了 ${projects} 个项目和 ${requests} 个请求，以及相关的内容。旧消息上的按钮不再有效。`,
    busy: '还有任务在为你进行，没有及时停下来，所以什么都还没有删除。请一分钟后再试。',
  },
  about: ({ hearsWords, version }) =>
    [
      `**Makevideo ${version}** 把文字和图片做成完整的视频。剪辑由 NemoVideo 的云端助手完成，我转达它说的话，并把 MP4 发出来。`,
      '**开始：** 使用 `/makevideo`，带着图片 @我，或者在消息菜单的“应用”里选择“制作视频”。私信里直接写就行。',
      hearsWords
        ? '**继续：** 在子区里直接写想改什么，比如“标题放大一点”。我只读有项目的子区里的内容；在其他地方，只读 @我的消息，以及发到指定频道的图片。'
        : '**继续：** 在子区里 @我，或者点“修改”：在服务器里我看不到其他消息。',
      '**命令：** `/nemo credits`、`timeline`、`export`、`stop`、`new`、`connect`；`/nemo forget` 让我忘记你；`/nemo settings` 供服务器管理者使用。',
      '**隐私：** 你的要求和发来的文件会交给 NemoVideo。我保存你的请求和文件地址，这样重启也不会丢失；不保存文件副本，令牌只以加密形式保存。',
    ].join('\n'),
  laneFull: '这个子区里等待的请求太多了。请等我完成一些之后再发。',
  staleButton: '这个按钮对应的内容已经不再保留。请用 `/makevideo` 重新开始。',
  unknownCommand: '我不认识这个命令，可能来自旧版本，请试试 `/makevideo`。',
  somethingWentWrong: '我这边出了点问题，请再试一次。',
  restarting: '我正在重启，请稍等片刻再试。',
  lostRequest: '⚠️ 我在保存之前重启了，所以没有开始，也没有产生任何费用。请再发一次。',
  savedNothing: '无法保存你的请求，所以没有开始，也没有产生任何费用。请过几分钟再试。',
  savedForLater: '我现在无法保存，所以还没有开始。你的请求已经收到，恢复后我会自动继续。',
  restTooLong: '其余内容在下面的文件里。',
  places: {
    goingOnDirectly: '✉️ 这里无法创建子区，我们在私信里继续。',
    directMessagesClosed:
      '这里无法创建子区，Discord 也不允许我给你发私信，所以我还没有开始。请在隐私设置中允许私信，或在已添加我的服务器的文字频道里使用我。',
    cannotWriteThere: (names) =>
      `你在一个我无法回复的频道里叫了我。我在那里需要以下权限：${names.map((name) => `**${name}**`).join('、')}。请联系那个服务器的管理员，或者直接在这里告诉我想做什么。`,
    resultNotPosted: '这个视频没能发到你提出请求的地方，所以发在这里。',
    missed: (quotes) =>
      ['💤 我不在的时候，你写了：', ...quotes.map((quote) => `> ${quote}`), '现在要做吗？'].join('\n'),
    missedWithheld:
      '💤 我不在的时候，这里有新消息，但 Discord 不让我看到内容。请在消息里 @我，或点视频下方的“修改”。',
    runMissed: '好，开始做',
    missedRuns: '✅ 马上开始。',
  },
  missingPermissions: (names) =>
    `我在这里无法工作，需要以下权限：${names.map((name) => `**${name}**`).join('、')}。请联系服务器管理员，或直接私信我。`,
  permissionNames: {
    view: '查看频道',
    send: '发送消息',
    openThread: '创建公开子区',
    sendInThread: '在子区内发送消息',
    attachFiles: '添加文件',
    readHistory: '读取消息历史记录',
    manageThreads: '管理子区（此子区已锁定）',
  },
  refused: refusalWordsZh,
  settings: settingWordsZh,
  threadName: (instruction) => shortenText(cleanLine(instruction, 400), 80) || '新视频',
  problems: problemTextsZh,
  timeline: timelineWordsZh,
  gui: guiWordsZh,
};
