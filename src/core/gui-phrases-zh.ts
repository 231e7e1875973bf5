/** How the agent tells Chinese readers to operate a screen that they do not have (nemo-api §9; 预览, 账户, 设置 are our additions). Pure. */
import type { GuiPhrase } from './gui-words.ts';

const lead =
  '(?:请|您|你|可以|也|还|直接|只需|只要|需要|然后|接着|再|或者|或|并且|并|之后|最后|首先|先|现在|接下来|随时|即可|就|能|通过|想要|要|去|到|手动|自行|试试|试着|尝试|后|用|使用|点|将|把|双击|右键|鼠标|在|从|可|下一步|欢迎| )*';
const panel =
  '(?:面板|菜单|编辑器|编辑界面|编辑页面|时间线|时间轴|控制台|仪表板|仪表盘|属性栏|侧边栏|工具栏|标签页|选项卡|播放器|预览窗口?|预览区域?|预览界面|素材库|媒体库|工作区|工作台|界面|网页|网站|弹窗|对话框|应用|客户端|后台|画布)';
const control =
  '(?:按钮|图标|菜单|选项|滑块|开关|导出|下载|保存|上传|预览|设置|面板|角|这里|此处|链接|播放|添加|时间线|时间轴|编辑|轨道|工具)';
const phrase = (offer: GuiPhrase['offer'], pattern: string): GuiPhrase => ({
  offer,
  pattern: new RegExp(pattern, 'iu'),
});

export const guiPhrasesZh: readonly GuiPhrase[] = [
  phrase('byTarget', `^${lead}(?:点击|单击|双击|点按|轻点|右击)`),
  phrase('byTarget', `(?:点击|单击|双击|点按|轻点|右击|按下|选择|点|按).{0,12}(?:按钮|图标|菜单)`),
  phrase('byTarget', `(?:点击|单击|点按|轻点|右击).{0,16}${control}`),
  phrase('byTarget', '(?:导出|下载|上传|保存|附件)(?:按钮|面板|菜单|选项|页面|图标)'),
  phrase(
    'upload',
    '(?:拖拽|拖动|拖放|拖入|拖到|拖至|拖进|拖移|拖).{0,12}(?:这里|此处|上传|聊天|窗口|区域|框)',
  ),
  phrase('change', '拖拽|拖动|拖放|拖入|拖到|拖至|拖进|拖移'),
  phrase(
    'credits',
    `^${lead}(?:查看|检查|查询|前往|进入|打开|登录|管理|访问|看|去|到).{0,8}(?:账户|账号|帐户|账单|订阅|计费|充值页|个人中心|帐号)`,
  ),
  phrase('upload', `^${lead}.{0,8}${panel}.{0,4}(?:上传|导入|添加(?:图片|照片|素材|文件))`),
  phrase(
    'credits',
    `^${lead}(?:前往|进入|打开|转到|去|到)?.{0,8}设置(?:页面|中|里)?.{0,4}(?:升级|充值|订阅|续费)`,
  ),
  phrase('change', `^${lead}(?:前往|进入|打开|切换到|转到|去|到).{0,8}设置(?:页面|面板|菜单|界面|中|里|$)`),
  phrase(
    'byTarget',
    `^${lead}(?:打开|展开|进入|前往|切换到|转到|访问|回到|返回|查看|看看|检查).{0,16}${panel}`,
  ),
  phrase(
    'change',
    `^${lead}.{0,12}${panel}.{0,8}(?:编辑|调整|修改|排列|剪辑|移动|更改|微调|裁剪|设置|替换|删除)`,
  ),
  phrase('status', `^${lead}.{0,12}${panel}.{0,8}(?:预览|查看|观看|检查|看到|找到|播放)`),
  phrase('status', `^${lead}(?:点击|查看|打开)?预览(?:一下|视频|效果|成片|影片|结果|你|您|它|$)`),
  phrase('status', `^${lead}(?:去|到|在).{0,4}${panel}.{0,4}(?:看看|看一下|瞧瞧)`),
  phrase('status', `^${lead}(?:刷新|重新加载)(?:一下)?(?:页面|浏览器|网页|预览)`),
  phrase('status', `^${lead}打开$`),
  phrase('change', `^${lead}.{0,6}设置(?:中|里|页面).{0,8}(?:修改|调整|更改|选择)`),
  phrase('export', '(?:可以|就能|即可)(?:直接)?(?:导出|下载)(?:了|视频|成片|它|到|为|$)'),
  phrase('export', `^${lead}(?:导出|下载|保存)(?:视频|影片|您的|你的|成片|它|文件|项目|即可|吧|$)`),
];

export const guiTargetsZh: readonly GuiPhrase[] = [
  phrase('export', '导出|下载|保存|分享|渲染|发布'),
  phrase('upload', '上传|导入|添加素材|附件|选择文件'),
  phrase('credits', '账户|账号|帐户|账单|订阅|积分|余额|升级|充值'),
  phrase('change', '调整|修改|编辑|更改|字体|字幕|排列|剪辑|移动|片段'),
  phrase('status', '预览|播放|时间线|时间轴|轨道|查看|仪表|控制台|项目|面板|网站|网页'),
];

export const guiBeginningZh = new RegExp(
  `^${lead}(?:点击|单击|拖拽|拖动|打开.{0,12}$|预览.{0,6}$|导出.{0,6}$|前往.{0,8}$)`,
  'u',
);

export const guiLeadUpZh =
  /^(?:如果|如需|如要|若|要|想|当|等|待|然后|接着|之后|完成后|准备好|满意|首先|您可以|你可以|您也可以|你也可以|请|或者|或|一旦|只要|为了|需要|也可以|还可以|确认|即可|就可以|来|以便|在.{1,16}(?:中|里|上|内|处)$|从.{1,16}(?:中|里)$)|^(?:现在|接下来|下一步|最后|好的|好)$|(?:后|时|的话|之前|前)$/u;

export const guiStatementZh =
  /^(?:视频|标题|音乐|背景音乐|已|我|它|这|目前|现在|时长|一共|共|全部|所有|画面|字幕)/u;

/** Words with the letters of a narrator and none of the meaning. */
export const guiNotNarrativeZh = /个人|我们?(?:建议|推荐)/gu;

/** Somebody in the film does it, or the agent itself: a description, no instruction. */
export const guiNarrativeZh =
  /(?:一只手|双手|人|他|她|孩|男|女|手指|主角|角色|猫|狗|镜头|画面|演员|妈妈|爸爸|老师|学生)|我(?!的)|已经|正在|为您|帮您|为你|帮你/u;
