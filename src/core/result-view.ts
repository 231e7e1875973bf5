/** The message that brings the finished video. Pure. */
import { filmNameOf } from './film-name.ts';
import { shortenText } from './foreign-text.ts';
import { messageLengthMax } from './limits.ts';
import type { Messages } from './messages/catalogue.ts';
import { actionButton, type ButtonView, type FileView, type MessageView } from './view.ts';

export type Result = {
  readonly renderId: string;
  readonly threadId: string;
  readonly requesterId: string;
  /** Where the MP4 is. */
  readonly videoUrl: string;
  /** Opens the project in a browser; null when the backend gave none. */
  readonly projectUrl: string | null;
  /** What the project calls itself; null when it has no title, or when it could not be read. */
  readonly title: string | null;
  /** The timeline in words; null when it could not be read. */
  readonly timelineText: string | null;
  /** The timeline as a picture; its alternative text is those words. */
  readonly timelinePicture: FileView | null;
  /** The MP4 itself, if it may be posted here. */
  readonly file: Uint8Array | null;
  /** Why there is no file: too large for here, may not be attached here, or nobody could fetch it. */
  readonly whyNoFile?: 'tooLarge' | 'forbidden' | 'notFetched';
};

/** Longest address that a link button takes (discord-facts §1). */
const buttonUrlLengthMax = 512;

/** Room for a host in the label of a button. */
const hostLengthMax = 50;

/** Room for the words that are added for a result that goes to direct messages. */
const textLengthMax = messageLengthMax - 200;

/** Nobody documents where films lie, so the label of their link says where it leads. */
const filmLabel = ({ videoUrl }: Result, { render }: Messages): string =>
  `${render.linkLabel} (${shortenText(URL.parse(videoUrl)?.hostname ?? '?', hostLengthMax)})`;

const linkButton = (label: string, url: string | null): readonly ButtonView[] =>
  url === null || url.length > buttonUrlLengthMax ? [] : [{ kind: 'link', label, url }];

/** Custom ids carry the render id: it is the key by which the message is found again after a crash (invariant I4). */
export const renderKey = (renderId: string): string => renderId;

/** The shapes that one press asks for; tall ones first, because most videos of a chat are watched on a phone. */
const shapes = ['9:16', '1:1', '16:9'] as const;

/** What changes the video in the first row of five, what only looks at it or leads elsewhere in the second. */
const buttonsOf = (result: Result, messages: Messages): readonly ButtonView[] => {
  const { renderId, threadId, videoUrl, projectUrl } = result;
  const { buttons, render } = messages;
  return [
    { ...actionButton(buttons.edit, `edit:${threadId}`), tone: 'primary' },
    ...shapes.map((shape) => actionButton(shape, `shape:${shape.replace(':', 'x')}:${threadId}`)),
    actionButton(buttons.renderAgain, `render:${threadId}:${renderKey(renderId)}`),
    actionButton(buttons.timeline, `timeline:${threadId}`),
    actionButton(buttons.delete, `delete:${threadId}`),
    ...linkButton(filmLabel(result, messages), videoUrl),
    ...linkButton(render.projectLabel, projectUrl),
  ];
};

/**
 * The bare address of a film makes Discord show a player for it, up to some size that nobody documents (discord-facts §2). With the
 * file in the message it would be a second player.
 */
const playableLink = ({ file, videoUrl }: Result): string | null =>
  file === null && /^https?:[^?#]+\.mp4(?:[?#]|$)/u.test(videoUrl) ? videoUrl : null;

/** One line that fits is better than none: Discord refuses a message that is too long as a whole. */
const fitting = (lines: readonly (string | null)[]): string => {
  let text = '';
  for (const line of lines) {
    const longer = line === null ? text : `${text}\n${line}`.trimStart();
    if (longer.length <= textLengthMax) text = longer;
  }
  return text;
};

const whyNoFile = ({ whyNoFile: why = 'tooLarge' }: Result, { render }: Messages): string =>
  ({
    tooLarge: render.tooLargeForChat,
    forbidden: render.mayNotAttach,
    notFetched: render.notFetched,
  })[why];

export const viewResult = (result: Result, messages: Messages): MessageView => {
  const { videoUrl, file } = result;
  const label = filmLabel(result, messages);
  const longLink = videoUrl.length > buttonUrlLengthMax ? `[${label}](<${videoUrl}>)` : null;
  const lines = [
    `<@${result.requesterId}> ${messages.render.result}`,
    result.timelineText,
    file === null ? whyNoFile(result, messages) : null,
    longLink ?? playableLink(result),
  ];
  return {
    text: fitting(lines),
    buttons: buttonsOf(result, messages),
    files: [
      ...(file === null ? [] : [{ name: filmNameOf(result.title), bytes: file, description: null }]),
      ...(result.timelinePicture === null ? [] : [result.timelinePicture]),
    ],
    mentionUserId: result.requesterId,
    isSilent: false,
  };
};

/** The same for the requester's direct messages: the buttons that act in the thread are of no use there. */
export const viewDirectResult = (result: Result, messages: Messages): MessageView => {
  const view = viewResult(result, messages);
  return {
    ...view,
    text: `${view.text}\n${messages.places.resultNotPosted}`,
    buttons: view.buttons.filter(({ kind }) => kind === 'link'),
  };
};
