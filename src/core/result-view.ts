/** The message that brings the finished video. Pure. */
import type { Messages } from './messages/catalogue.ts';
import type { ButtonView, MessageView } from './view.ts';

export type Result = {
  readonly renderId: string;
  readonly threadId: string;
  readonly requesterId: string;
  /** Where the MP4 is. */
  readonly videoUrl: string;
  /** Opens the project in a browser; null when the backend gave none. */
  readonly projectUrl: string | null;
  /** The timeline in words; null when it could not be read. */
  readonly timelineText: string | null;
  /** The MP4 itself, if it may be posted here. */
  readonly file: Uint8Array | null;
};

/** Longest address that a link button takes (discord-facts §1). */
const buttonUrlLengthMax = 512;

const linkButton = (label: string, url: string | null): readonly ButtonView[] =>
  url === null || url.length > buttonUrlLengthMax ? [] : [{ kind: 'link', label, url }];

/** Custom ids carry the render id: it is the key by which the message is found again after a crash (invariant I4). */
export const renderKey = (renderId: string): string => renderId;

export const viewResult = (result: Result, messages: Messages): MessageView => {
  const { renderId, threadId, videoUrl, projectUrl, file } = result;
  const longLink =
    videoUrl.length > buttonUrlLengthMax ? `[${messages.render.linkLabel}](<${videoUrl}>)` : null;
  const lines = [
    `<@${result.requesterId}> ${messages.render.result}`,
    result.timelineText,
    file === null ? messages.render.tooLargeForChat : null,
    longLink,
  ];
  return {
    text: lines.filter((line) => line !== null).join('\n'),
    buttons: [
      {
        kind: 'action',
        label: messages.buttons.renderAgain,
        customId: `render:${threadId}:${renderKey(renderId)}`,
        tone: 'neutral',
      },
      { kind: 'action', label: messages.buttons.timeline, customId: `timeline:${threadId}`, tone: 'neutral' },
      ...linkButton(messages.render.linkLabel, videoUrl),
      ...linkButton(messages.render.projectLabel, projectUrl),
    ],
    files: file === null ? [] : [{ name: 'video.mp4', bytes: file, description: null }],
    mentionUserId: result.requesterId,
    isSilent: false,
  };
};
