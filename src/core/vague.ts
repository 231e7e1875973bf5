/** Whether an edit says only that something shall be better, and not what. Knows phrases, no meaning. Pure. */
import { clausesIn, isPadding, variantsOf } from './intent.ts';

/** Whoever writes more than this says what they mean. Also the bound of all the work here. */
const vagueLengthMax = 100;

const thing =
  '(?:it|this|that|things?|all of it|everything|the whole (?:thing|video)|(?:the|my|this|our) (?:whole )?(?:video|film|movie|clip|edit|result|thing))';
const amount =
  '(?:(?:a )?(?:little|bit|tiny|lot|lots)|some|somewhat|slightly|much|way|even|far|more|just|really|very|so|super|truly|look|be|feel|seem|sound)';
const praise =
  '(?:better|best|nicer?|good|great|greater|cooler|cool|awesome|amazing|perfect|beautiful|prettier|pretty|fancier|fancy|lovelier|lovely|stunning|interesting|exciting|engaging|attractive|appealing|impressive|special|improved|pop|shine|wow)';
const more = '(?: (?:please|more|again|further|up|(?:a )?(?:little|bit|lot)|some|somehow|now|for me))*';
const lack =
  '(?:good|great|perfect|nice|right|ok|okay|there yet|it|what i (?:wanted|expected|had in mind|want|meant)|happy(?: with (?:it|this))?|satisfied(?: with (?:it|this))?|convinced)';

const english = [
  `(?:make|get|turn|let) ${thing}(?: ${amount})* ${praise}(?: looking)?${more}`,
  `(?:improve|enhance|fix|polish|upgrade|refine|adjust|tweak|optimi[sz]e|beautify|edit|change|modify|revise|rework)(?: ${thing})?${more}`,
  `perfect ${thing}${more}`,
  `(?:do|make) (?:some|a few|any|more)? ?(?:improvements?|changes?|adjustments?|edits?|tweaks?|fixes)(?: (?:to|on) ${thing})?${more}`,
  `(?:do|make) (?:something|it|that|this)(?: (?:else|different|differently|better|with it|about it|about this))${more}`,
  `(?:(?:a )?(?:little|bit) |some |slightly )*(?:better|nicer|cooler|prettier|fancier)${more}`,
  `(?:you can )?do better${more}`,
  `(?:i |we )?(?:don ?t|do not|didn ?t|did not) (?:really |quite )?(?:like|love) ${thing}(?: (?:yet|that much|much|very much|so much))?`,
  `(?:${thing}|its|it s|thats|that s|i am|im|i m|still)?(?: is|s| looks| feels)? ?(?:still )?not (?:really |quite |so |that |very |too )?${lack}(?: enough| yet)?`,
  `(?:${thing}|its|it s|thats|that s)(?: is| looks| feels)? ?(?:a (?:bit|little)|kind of|kinda|so|too|very|pretty|really|just)? ?(?:bad|boring|ugly|meh|off|wrong|weird|lame|mediocre|average|bland)`,
  `(?:${thing}|it) (?:could|can|should|must|has to|needs to) (?:be|look) (?:${amount} )*${praise}${more}`,
  `(?:${thing}|it) (?:needs|could use) (?:some |more |a (?:bit|little)(?: of)? )?(?:work|improvement|improvements|polish|love)`,
  'something (?:is )?(?:missing|off|wrong)(?: here)?',
];

const film =
  '(?:它|这个|这|视频|影片|片子|这个视频|这个片子|整个视频|这段视频|整体|效果|整体效果|内容|画面整体)';
const better = '(?:好看|漂亮|美|好|棒|酷|炫|精彩|完美|有趣|吸引人|好玩|惊艳|出色|精致|有意思)';
const little = '(?:一点点|一点儿|一点|点儿|点|一些|些|一下|下)';
const some = `${little}?`;
const make = `(?:(?:让|把|将|给|使)?${film}?(?:能不能|可不可以|可以|还能|能|要|应该)?(?:再)?(?:做|弄|搞|改|变|剪|调|修)?(?:得|的|成)?(?:看起来|显得)?)`;
const end = '(?:吧|呗|呢|啊|嘛|哦|好吗|行吗|可以吗|再说)?';

const chinese = [
  // Not without a word for "more" or "make": 好 alone is a yes, and 做得好 is praise.
  `${make}?(?:更加|更|再|稍微|有点|还要)+(?:更加|更)?${better}${some}${end}`,
  `${make}?${better}${little}${end}`,
  `(?:让|把|将|使)${film}(?:再)?(?:做|弄|搞|改|变|剪|调|修)?(?:得|的|成)?${better}${some}${end}`,
  `(?:把|将|对)?${film}?(?:再|重新|继续|稍微|进行|做)?(?:一下)?(?:优化|改进|改善|提升|美化|完善|修改|调整|润色|改动|修饰|改改|修一修|改一改|调一调|修|改|编辑)(?:优化|调整|修改)?${some}${film}?${end}`,
  `${film}?(?:我)?(?:觉得|感觉|看起来)?(?:还是|还|有点|真的|真)?(?:不太|不够|不怎么|不是很|不|没那么)(?:好看|漂亮|满意|喜欢|理想|好|行|对|对劲|精彩|完美|吸引人|有意思|好玩)${end}`,
  `(?:我)?(?:不太|不怎么|不是很|不)?(?:喜欢|满意)(?:它|这个|这个视频|效果)?`,
  `${film}?(?:还)?(?:差点意思|差一点|差点|一般般|一般|太普通了?|太丑了?|有点丑|太无聊了?|有点无聊|少了点什么|缺点什么|感觉不对|不对劲)`,
];

const patterns = [...english, ...chinese].map((pattern) => new RegExp(`^(?:${pattern})$`, 'u'));

/** What is no complaint although a pattern of complaints reads it so. */
const praised = /^(?:我)?(?:喜欢|满意)/u;

const isVagueClause = (clause: string): boolean =>
  variantsOf(clause).some(
    (variant) => !praised.test(variant) && patterns.some((pattern) => pattern.test(variant)),
  );

/**
 * "Make it better", "improve the video", "不太好看，改一下": the agent would guess, and guessing costs credits. Whole utterances only,
 * as for commands: one clause that says what to change, and it is no longer vague. Never throws; linear.
 */
export function isVague(instruction: string): boolean {
  if (instruction.length > vagueLengthMax) return false;
  const clauses = clausesIn(instruction);
  return clauses.some(isVagueClause) && clauses.every((clause) => isVagueClause(clause) || isPadding(clause));
}
