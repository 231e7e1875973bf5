/** Chinese (simplified) words for what went wrong, with a file or with a request. Pure. */
import { cleanLine, escapeForeignText } from '../foreign-text.ts';
import type { ProblemKind } from '../problems.ts';
import type { Messages } from './catalogue.ts';

const formats = 'MP4、MOV、AVI、WebM、MKV、JPG、PNG、GIF、WebP、MP3、WAV、M4A、AAC';

const refusals: Partial<Record<ProblemKind, string>> = {
  unsupportedFile: `不支持这种文件。支持的格式：${formats}。`,
  fileTooLarge: '文件太大（最大 200 MB）。请压缩或裁剪后重新发送。',
  backendUnavailable: 'NemoVideo 暂时无法接收，请过几分钟重新发送。',
  fileUnreadable: '文件无法读取，请重新发送。',
};

export const filesRefusedZh: Messages['note']['filesRefused'] = (names, reason) =>
  `⚠️ ${names.map((name) => `**${escapeForeignText(cleanLine(name, 100))}**`).join('、')} 没有使用：${refusals[reason] ?? '文件无法提交，请重新发送。'}`;

const standing = (isSent: boolean): string => (isSent ? '项目已保留。' : '没有任何改动，也没有产生费用。');

export const problemTextsZh: Messages['problems'] = {
  tokenRefused: ({ siteUrl }) =>
    `🔑 NemoVideo 不再接受登录，重新获取也没有成功。没有产生费用。请稍后再试，或到 ${siteUrl} 查看你的账户。`,
  operatorTokenRefused: () =>
    '🔑 NemoVideo 不再接受这个机器人的账户。没有产生费用。只有机器人的运营者可以更新，请告诉他们。',
  sessionLost: () => '项目无法再打开，也没能新建项目。没有产生费用。请过几分钟再试。',
  outOfCredits: ({ registerUrl }) =>
    `💳 剩余积分不够完成这一步。在这里注册或充值，就能继续同一个项目：${registerUrl}`,
  operatorOutOfCredits: () =>
    '💳 这个机器人的账户已没有积分。只有机器人的运营者可以充值，请告诉他们。如果你有 NemoVideo 账户，用 `/nemo connect` 连接，再用 `/nemo new` 重新开始。',
  unsupportedFile: () => `不支持这种文件。支持的格式：${formats}。`,
  fileTooLarge: () => '文件太大（最大 200 MB）。请压缩或裁剪后重新发送。',
  fileUnreadable: () =>
    '你的文件都无法使用，所以我没有开始，也没有产生费用。请发送其他文件，或者告诉我不用文件想做什么。',
  clientIdMissing: () => '登录 NemoVideo 没有成功。没有产生费用。请过几分钟再试。',
  planBlocked: ({ registerUrl, siteUrl }) =>
    registerUrl === siteUrl
      ? `🔒 这里付费的账户的套餐不包含导出这个视频；这与套餐有关，与积分无关。项目已保留。账户的所有者可以在 ${siteUrl} 更改套餐。`
      : `🔒 免费套餐不包含导出这个视频；这与套餐有关，与积分无关。项目已保留。在这里解锁：${registerUrl}`,
  rateLimited: () => 'NemoVideo 现在非常繁忙。没有产生费用。请一分钟后再试。',
  accountLimit: () =>
    'NemoVideo 暂时不再发放免费体验账户。如果你有 NemoVideo 账户，用 `/nemo connect` 连接后马上就能继续。机器人的运营者也可以为所有人设置 NEMO_TOKEN。',
  requestRejected: ({ reference }) =>
    `NemoVideo 没有理解这个请求。这是我们的问题，没有产生费用。（供机器人运营者参考：${reference}）`,
  backendUnavailable: ({ isSent }) => `无法连接 NemoVideo。${standing(isSent)}请过几分钟再试。`,
  answerTooLong: ({ isSent }) =>
    `NemoVideo 的回答太长，我读不完。${standing(isSent)}请再试一次，或者一次少要一些内容。`,
  noAnswer: () => '连接中断，多次查看后时间线没有变化。我没有重复发送你的请求，因为那可能会重复扣积分。',
  agentError: () => '视频助手出错并停止了。项目已保留，请换一种说法再试。',
  nothingToExport: () => '还没有可以导出的内容。请先发图片并告诉我想做什么。',
  renderFailed: () => '渲染两次都失败了。项目已保留，导出免费：稍后写“导出”再试一次。',
  storeFailed: () => '这一步没能保存，所以我在产生费用之前停了下来。请过几分钟再试。',
  internal: ({ reference }) =>
    `我这边出了点问题。我没有重复发送你的请求。（供机器人运营者参考：${reference}）`,
  unknown: ({ reference }) =>
    `NemoVideo 拒绝了这个请求，原因不明。请稍后再试。（供机器人运营者参考：${reference}）`,
};
