/** Chinese words of settings and limits. Pure. */
import type { RefusalWords, SettingWords } from './settings-words.ts';

export const refusalWordsZh: RefusalWords = {
  channel: (places) => `在这个服务器里，我只在 ${places.join('、')} 接受请求。请到那里找我。`,
  role: (roles) =>
    `在这个服务器里，我只接受拥有 ${roles.join('、')} 身份组的人的请求。怎么获得，请问管理员。`,
  personBusy: (limit, threads) =>
    `你有 ${limit} 个请求正在制作，这已是这里每人同时进行的上限。完成一个之后就可以再来${threads.length === 0 ? '' : `（${threads.join('、')}）`}。`,
  serverBusy: (limit) => `现在有 ${limit} 个请求正在制作，已达到这个服务器的上限。请过几分钟再试。`,
  dayUsed: (limit, again) =>
    `你在这里 24 小时内的 ${limit} 次请求已用完。下一次可用时间：${again}。导出已有的视频现在就可以。`,
};

export const settingWordsZh: SettingWords = {
  title: '⚙️ **本服务器的设置**',
  explanation: '每项选择立即对这里的所有人生效。',
  onlyManagers: '只有拥有“管理服务器”权限的人才能查看和更改设置。',
  onlyInServers: '设置属于服务器，私信里没有可以设置的内容。',
  notSaved: '没能保存，所以没有任何变化。请过几分钟再试。',
  unknown: '这个选项来自旧版本。请用 `/nemo settings` 重新打开设置。',
  pages: { places: '地点与人员', limits: '数量限制', work: '工作方式' },
  names: {
    dropChannelIds: '图片投放频道',
    allowedChannelIds: '接受请求的频道',
    allowedRoleIds: '接受谁的请求',
    steering: '谁能指挥子区',
    rendering: '修改之后的视频',
    atOncePerPerson: '每人同时进行',
    atOncePerServer: '整个服务器同时进行',
    aDayPerPerson: '每人 24 小时内',
    locale: '语言',
  },
  empty: {
    dropChannelIds: '只有机器人运营者指定的频道',
    allowedChannelIds: '所有频道',
    allowedRoleIds: '所有人',
  },
  choices: {
    steering: { requester: '发起人和管理员', everyone: '子区里的所有人' },
    rendering: { always: '自动发出', ask: '有人点“渲染”后发出' },
    locale: { own: '按每个人自己的语言', en: '英语', zh: '中文' },
  },
  limit: (value) => (value === null ? '不限' : `${value} 个请求`),
  option: (name, value) => `${name}：${value}`,
};
