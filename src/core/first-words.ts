/** Words of somebody who wants nothing yet: a greeting, or the question what this is. Knows phrases, no meaning. Pure. */
import { clausesIn, isPadding } from './intent.ts';

const lengthMax = 80;

const patterns = [
  '(?:hi|hello|hey|hiya|yo|howdy|greetings|good (?:morning|day|afternoon|evening))(?: (?:there|bot|everyone|everybody|all|you|makevideo|nemo|again))*',
  '(?:i need |can you |please )?help(?: me)?(?: please)?',
  'what (?:can|could|do) (?:you|this(?: bot)?|i|it)(?: (?:all|even|actually))? do(?: here| with (?:this|you))?',
  '(?:what|who) (?:is this|are you|is this bot|s this)',
  'how (?:does|do) (?:this|it|you|the bot)(?: (?:bot|thing))? work',
  'how (?:do|can|should) i (?:use|start|begin|talk to)(?: (?:this(?: bot)?|it|you|the bot|here))?',
  'anyone (?:there|here)|are you there',
  '(?:你|您|大家)好(?:啊|呀|吗|哦)?|嗨|哈喽|哈囉|嘿|早上好|早安|中午好|下午好|晚上好|在吗|在嗎|有人吗',
  '(?:帮助|幫助|帮帮我|怎么用|怎麼用|怎么使用|怎样用|如何使用|怎么玩|怎么开始|使用说明)(?:你|这个|它)?(?:啊|呢)?',
  '(?:你|您|这个|这|它|机器人)(?:都)?(?:能|会|可以)(?:帮我)?(?:做|干)?(?:些)?什么(?:呢|啊)?',
  '(?:你|您)是(?:谁|什么)|这是(?:什么|啥)|(?:这个|这)(?:要)?怎么用',
].map((pattern) => new RegExp(`^(?:${pattern})$`, 'u'));

/** "Hello!", "hi there, what can you do?", "你好，怎么用？": a first contact, and nothing that an agent should be paid to answer. */
export function isFirstWords(instruction: string): boolean {
  if (instruction.length > lengthMax) return false;
  const clauses = clausesIn(instruction);
  return (
    clauses.length > 0 &&
    clauses.every((clause) => isPadding(clause) || patterns.some((pattern) => pattern.test(clause)))
  );
}
