/** The messages that show a turn: where its words are cut, and when a message is full. Pure; it must not know what the words are. */
import { messageLengthMax, messagePartsMax } from './limits.ts';
import type { Messages } from './messages/catalogue.ts';
import { type Seam, sealText, splitText, textStart } from './split-text.ts';
import type { TurnView } from './turn-view.ts';
import { type FileView, type MessageView, textView } from './view.ts';

/** Room under the last part: progress, a sign of life and the cost in one line, and the word that the rest is in a file. */
const footerLengthMax = 300;
/** One room for the footer in every part keeps the earlier parts the same while words stream in. */
const partLengthMax = messageLengthMax - footerLengthMax;

/**
 * Messages that are full before they must be. When people see a turn only now and then, its next words would overflow the message: that
 * takes an edit and a new message, and half of the turns would wait for nothing but the other half's second request. So a message
 * that will overflow is shown without footer and buttons, and the next words begin a new one.
 */
export type Sealing = {
  /** Parts that take no more words. */
  readonly parts: readonly string[];
  /** The text that they show; when it changes, all is laid out anew. */
  readonly source: string;
  readonly seam: Seam;
  /** The newest part has just been sealed: nothing stands under it until there are more words. */
  readonly isBare: boolean;
  readonly drawnLength: number;
  readonly drawnAtMs: number;
  /** So many words are likely to come until the next write; 0 where turns are written often. */
  readonly growth: number;
};

const nothingSealed = { parts: [], source: '', seam: textStart, isBare: false };

/** Of a turn that is drawn for the first time; it began to wait for that at this moment. */
export const unsealed = (sinceMs: number): Sealing => ({
  ...nothingSealed,
  drawnLength: 0,
  drawnAtMs: sinceMs,
  growth: 0,
});

/** Turns that are drawn more often than this can afford two requests, and their messages end where paragraphs do. */
const rareDrawIntervalMs = 3_000;

/** No message becomes a stub, as it would before a long word that has no end yet. */
const sealedLengthMin = partLengthMax / 3;

/** What is drawn again so soon belongs to the same write: an edit that completes a message, and the message that follows. */
const sameWriteMs = 1_000;

/** As many as came since the last write. */
const growthOf = ({ growth, drawnLength, drawnAtMs }: Sealing, text: string, nowMs: number): number => {
  const sinceMs = nowMs - drawnAtMs;
  if (sinceMs < sameWriteMs) return growth;
  return sinceMs < rareDrawIntervalMs ? 0 : text.length - drawnLength;
};

/** Whether the words that are likely to come no longer fit the message that grows. */
const willOverflow = ({ seam, growth }: Sealing, text: string): boolean =>
  growth > 0 && text.length - seam.at + growth > partLengthMax;

/** The messages that grew when the turn was drawn last. */
const partsBefore = ({ drawnLength, seam }: Sealing, text: string): number =>
  splitText(text.slice(0, drawnLength), { lengthMax: partLengthMax, from: seam }).length;

/** The blank behind the last word may go when no more words come. */
const withoutBlank = (text: string, { at, fence }: Seam): Pick<Sealing, 'source' | 'seam'> => {
  const source = text.slice(0, at).trimEnd();
  return { source, seam: { at: source.length, fence } };
};

/** To be asked once for each time that a turn is drawn, with what the last time returned. */
export const sealFull = (last: Sealing, { text, isFinal }: TurnView, nowMs: number): Sealing => {
  const before = text.startsWith(last.source) ? last : { ...last, ...nothingSealed };
  const growth = growthOf(before, text, nowMs);
  const drawn = { ...before, isBare: false, drawnLength: text.length, drawnAtMs: nowMs, growth };
  if (isFinal || !willOverflow(drawn, text)) return drawn;
  const sealed = sealText(text, { lengthMax: partLengthMax, from: before.seam });
  if (sealed === null || (sealed.parts.at(-1) ?? '').length < sealedLengthMin) return drawn;
  // What needs one more message takes one more request, and that is drawn later: it knows better where the words end.
  if (sealed.parts.length > Math.max(1, partsBefore(before, text))) return drawn;
  const parts = [...before.parts, ...sealed.parts];
  return { ...drawn, ...withoutBlank(text, sealed.seam), parts, isBare: true };
};

/**
 * The messages that show a view: as many as its text needs, the buttons and the footer on the last one. What is beyond a sensible
 * number of messages comes as a text file, so that nothing is ever cut.
 */
export const layOutTurn = (
  view: TurnView,
  messages: Messages,
  sealing: Sealing = unsealed(0),
): readonly MessageView[] => {
  if (sealing.isBare) return sealing.parts.map((part) => ({ ...textView(part), isFull: true }));
  const growing = splitText(view.text, { lengthMax: partLengthMax, from: sealing.seam });
  const parts = [...sealing.parts, ...growing];
  // Sealed parts are short, so more of them are no longer to read.
  const partsMax = messagePartsMax + sealing.parts.length;
  const shown = parts.slice(0, partsMax);
  const isCut = parts.length > partsMax;
  const rest = view.isFinal ? messages.restTooLong : '…';
  const lastShown = shown.at(-1) ?? '';
  const last = isCut ? `${lastShown}\n\n${rest}` : lastShown;
  const footer = view.footer === null ? '' : `-# ${view.footer}`;
  const file: FileView = {
    name: 'answer.txt',
    bytes: new TextEncoder().encode(view.text),
    description: null,
  };
  return [
    ...shown.slice(0, -1).map(textView),
    {
      ...textView([last, footer].filter((part) => part !== '').join('\n')),
      buttons: view.buttons,
      files: isCut && view.isFinal ? [file] : [],
    },
  ];
};
