/** How the agent tells English readers to operate a screen that they do not have (nemo-api §9), and what to offer instead. Pure. */
import type { GuiPhrase } from './gui-words.ts';

const lead = String.raw`(?:(?:and|or|then|so|but|now|next|finally|first|also|alternatively|otherwise|simply|just|please|kindly|instead|lastly|again|directly|easily|manually|feel free to|you can|you could|you may|you might|you will|you'll|you should|you would|you'd|you need to|need to|you have to|have to|you must|you want to|want to|you are able to|be able to|always|still|to|by|try|go ahead|remember to|be sure to|make sure to|don't forget to|let's|we can|either|here|there|from there|from here|ready\?|when ready|when you're ready|if you like|if needed|as well|i suggest you|i suggest|i'd suggest|i recommend you|i recommend|i'd recommend|we recommend) )*`;
const your = `(?:(?:on|up|out|at|the|your|our|this|that|a|an|any) )*`;
const fewWords = String.raw`(?:[\w'&-]+ ){0,3}`;
const panel = `(?:(?<!solar |door |control |glass |wooden |wall |side |ceiling |comic |advisory |expert )panel|menu bar|menu|toolbar|tool bar|sidebar|side bar|inspector|dialog(?: box)?|drawer|drop-?down(?: menu)?|tab|editor|timeline|(?:media|video|preview|built-in) player|player|(?:preview|player|export|browser) (?:window|screen|area|pane|tab)|preview|properties|workspace|work area|(?:media|asset|project|music) library|downloads? folder|media (?:bin|pool)|dashboard|settings|preferences|options|control panel|web ?site|web app|app|user interface|interface|ui)`;
const place = String.raw`(?:in|into|on|onto|from|inside|at|within|using|via|under|through|with|to|along|across|over to|by) ${your}(?:[\w'&-]+ ){0,2}${panel}\b`;
const control = String.raw`(?:button|icon|menu|drop-?down|toolbar|slider|toggle|check ?box|hamburger|three dots|gear|tab|option|shortcut|hotkey)s?\b`;
const phrase = (offer: GuiPhrase['offer'], pattern: string): GuiPhrase => ({
  offer,
  pattern: new RegExp(pattern, 'iu'),
});

/** In the order in which they are tried; `byTarget` takes the offer from what is to be operated. */
export const guiPhrasesEn: readonly GuiPhrase[] = [
  phrase(
    'byTarget',
    `^${lead}(?:(?:double|right|left)[ -])?click(?:ing)?\\b(?! (?:sound|track|noise|bait|sfx|effect)s?\\b)`,
  ),
  phrase(
    'byTarget',
    `^${lead}(?:tap|press|hit|push|select|choose|pick|use|find|locate|look for|using|tapping|pressing|selecting) .{0,60}\\b${control}`,
  ),
  phrase(
    'byTarget',
    `^${lead}(?:tap|press|hit|select|choose) ${your}(?:export|download|save|render|share|play|preview|publish|upload|import)\\b`,
  ),
  phrase('change', `^${lead}(?:press|hit|use) (?:ctrl|cmd|command|control|the space ?bar|space ?bar|⌘)`),
  phrase(
    'byTarget',
    `(?:^|\\b(?:the|your|via|using|use) )(?:export|download|upload|attachment|attach|render|save) (?:button|icon|menu|panel|tab|dialog|option)s?\\b`,
  ),
  phrase(
    'upload',
    `^${lead}(?:drag(?:ging)?(?! (?:rac|queen|king|show|strip))|drop(?:ping)?)\\b.{0,60}\\b(?:here|upload|chat|(?:file|drop|upload) (?:area|zone|box)|media (?:panel|library|bin))\\b`,
  ),
  phrase(
    'change',
    `^${lead}drag(?:ging)?(?:$|[ -](?:and|&|n)[ -]drop(?:ping)?\\b| (?:the|a|an|your|it|this|that|these|them|those|any|each|one|all|both|clips?|files?|photos?|images?|videos?|layers?|to|up|down|left|right|from|in|into|onto|along)\\b)`,
  ),
  phrase(
    'change',
    `^${lead}drop ${your}(?:it|them|this|files?|photos?|pictures?|images?|clips?|videos?|media|assets?|footage)?\\b.{0,40}\\b(?:into|onto|on|in|to) ${your}(?:[\\w'-]+ ){0,2}${panel}`,
  ),
  phrase(
    'credits',
    `^${lead}(?:check|visit|view|see|go to|head to|open|access|manage|review|look at|log ?in to|sign in to) ${your}${fewWords}(?:account|billing|subscription|payments?|wallet|credit balance|credits page)\\b`,
  ),
  phrase('credits', `^${lead}check (?:your|the) (?:remaining |current )?(?:credits?|balance|usage)\\b`),
  phrase(
    'export',
    `^${lead}(?:go|head|navigate|switch|proceed) (?:over )?to ${your}(?:export|download|render)(?: (?:page|tab|section|panel|screen|menu))?(?:$|[^\\w-])`,
  ),
  phrase(
    'byTarget',
    `^${lead}(?:go|going|head|navigate|switch|jump|return|scroll|visit|access)(?: back| over| down| up)?(?: to| into)? ${your}${fewWords}${panel}\\b`,
  ),
  phrase('byTarget', `^${lead}open(?:ing)? ${your}${fewWords}${panel}\\b`),
  phrase(
    'status',
    `^${lead}(?:check|view|see|look at|review|refer to|watch|find|visit|access|inspect)(?:ing)? ${your}(?:[\\w'-]+ )?(?:timeline|preview|dashboard|downloads? folder)\\b`,
  ),
  phrase(
    'status',
    `^${lead}(?:preview|view|watch|see|check|review|inspect|look|play|find|access|locate)(?:ing)?\\b.{0,60} ${place}`,
  ),
  phrase(
    'status',
    `^${lead}preview(?:ing)?(?: (?:it|this|that|now|your|the|them|here|everything|before|and|or|in)\\b|$)`,
  ),
  phrase(
    'change',
    `^${lead}(?:move|arrange|re-?arrange|re-?order|adjust|trim|split|cut|resize|edit|make (?:[\\w'-]+ )?(?:adjustments|changes|edits|tweaks)|fine-?tune|tweak|refine|change|modify|customi[sz]e|position|place|add|scrub|navigate|scroll|zoom|set|remove|delete|replace|swap)(?:ing)?\\b.{0,60} ${place}`,
  ),
  phrase('change', `^${lead}(?:re-?)?arrang(?:e|ing) ${your}clips\\b`),
  phrase('change', `^(?:in|from|under|inside|within|via|using) ${your}(?:[\\w'-]+ ){0,3}${panel}$`),
  phrase(
    'export',
    `^${lead}export(?:ing)?(?: (?:it|this|your|the|now|as|to|in|when|whenever|and|or|from|at|video)\\b|$)`,
  ),
  phrase(
    'export',
    `^${lead}(?:download|render|save|publish) (?:it\\b|(?:the|this|your) (?:[\\w'-]+ )?(?:video|file|mp4|project|film|movie|clip|result|work|changes|creation|masterpiece)\\b)`,
  ),
  phrase('byTarget', `^${lead}(?:use|using) ${your}${fewWords}${panel}\\b`),
  phrase(
    'byTarget',
    `^${lead}(?:tap|swipe|pinch|hover|long[ -]press)(?:ping|ing)? (?:and hold|on|over|the|it|any|a|an|left|right|up|down|to|your)\\b`,
  ),
  phrase(
    'change',
    `^${lead}(?:press|hit|use) (?:the )?(?:delete|backspace|enter|return|escape|esc|shift|alt|arrow|space)\\b`,
  ),
  phrase('change', `^${lead}select ${your}(?:clip|segment|track|layer|title|text|element)s?\\b`),
  phrase(
    'byTarget',
    '\\b(?:you|can be)\\b.{0,80}\\bby (?:(?:right|double)-)?(?:click|tapp|press|open|dragg|dropp|select)ing\\b',
  ),
  phrase(
    'byTarget',
    `^(?:in|on|from|under|at|inside|within|via|using) ${your}(?:[\\w'-]+ ){0,3}${panel} you(?:'ll| can| will| could| may)\\b`,
  ),
  phrase(
    'status',
    `\\b(?:available|waiting|ready|found|saved|stored|located|accessible)\\b.{0,30} (?:in|on|under|from) (?:your|the) (?:[\\w'-]+ ){0,2}(?:dashboard|library|workspace|downloads? folder|panel|projects? page)\\b`,
  ),
  phrase(
    'status',
    `^${lead}(?:refresh|reload) ${your}(?:page|browser|preview|editor|app|timeline|window)\\b`,
  ),
  phrase('status', `^${lead}(?:have|take) a (?:quick |closer )?look at ${your}${fewWords}${panel}\\b`),
  phrase('status', `^${lead}open$`),
];

/** What a thing that is to be clicked, opened or gone to is for; the first that fits. */
export const guiTargetsEn: readonly GuiPhrase[] = [
  phrase('export', String.raw`\b(?:export(?:ed|ing)?|download(?:ed|ing)?|save|render|share|publish)\b`),
  phrase(
    'upload',
    String.raw`\b(?:upload|import|attach(?:ment)?|add (?:media|files?)|choose files?|paperclip|dragging (?:them|(?:your |more )?(?:photos|images|files)))\b`,
  ),
  phrase(
    'credits',
    String.raw`\b(?:account|billing|upgrade|subscri\w+|credits?|balance|payment|wallet|top[ -]?up)\b`,
  ),
  phrase(
    'change',
    String.raw`\b(?:adjust|change|edit|modify|trim|tweak|fine-?tune|move|resize|font|apply|delete|clips?|customi[sz]e)\b`,
  ),
  phrase(
    'status',
    String.raw`\b(?:preview|play|player|timeline|tracks?|view|dashboard|project|app|website|panel|workspace)\b`,
  ),
];

/** The beginning of such an instruction, seen while it is still being written. */
export const guiBeginningEn = new RegExp(
  `^${lead}(?:(?:double|right|left)[ -])?(?:click|tap|drag|press|open|preview|export|go to|head to|navigate|check your|download)(?:ing)?\\b.{0,30}$`,
  'iu',
);

/** Clauses that only lead up to an instruction, or away from it, and mean nothing alone. */
export const guiLeadUpEn =
  /^(?:when|if|once|after|before|to|in order to|for|as soon as|whenever|while|until|from (?:here|there)|in the|on the|at the|feel free|you can|you could|you may|you'll|you will|or|and|but|so|then|which|where|as|by|with)\b|^(?:next|now|finally|first|also|alternatively|otherwise|simply|just|please|instead|lastly|optionally|at this point|as a next step|second|third|great|ok|okay|go ahead|tap)$/iu;

/** A clause behind an instruction that says something of its own. */
export const guiStatementEn =
  /^(?:the|your|it|it's|i|i've|i'll|i'm|we|we've|there|this|that|these|all|both|everything|each|music|title)\b/iu;
