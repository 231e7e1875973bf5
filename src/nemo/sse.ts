/** Bytes of a server-sent event stream → frames. Knows framing and limits, nothing of what frames mean. */
import { createParser } from 'eventsource-parser';
import { problemOf } from '../core/problems.ts';
import { NemoError } from '../ports/backend.ts';

/** One event, or a comment (`kind: 'comment'`), which only shows that the line is alive. */
export type Frame =
  | { readonly kind: 'event'; readonly name: string | null; readonly data: string }
  | { readonly kind: 'comment' };

export type FrameReader = {
  /** The frames that these bytes complete. Throws NemoError `tooLarge` beyond a limit. */
  read(bytes: Uint8Array): readonly Frame[];
  /** After a clean end: a last event that lacks its blank line. */
  end(): readonly Frame[];
};

const tooLong = (what: string): NemoError =>
  new NemoError('tooLarge', problemOf('answerTooLong'), { message: `The stream sent ${what}.`, sent: true });

/**
 * `frameLengthMax`: characters of a line and of an event that is not complete. `sizeBytesMax`: bytes of the whole stream.
 * Lines end with LF, CRLF or CR; characters may be split anywhere (sse-wire, "Framing").
 */
export const createFrameReader = (limits: { frameLengthMax: number; sizeBytesMax: number }): FrameReader => {
  // One decoder for the whole stream: a character may be split over two chunks.
  const decoder = new TextDecoder();
  let frames: Frame[] = [];
  let sizeBytes = 0;
  let isOverflowing = false;
  const parser = createParser({
    maxBufferSize: limits.frameLengthMax,
    onEvent: ({ event, data }) => frames.push({ kind: 'event', name: event ?? null, data }),
    onComment: () => frames.push({ kind: 'comment' }),
    onError: ({ type }) => {
      // Other errors are lines that no field begins; a reader of event streams ignores those.
      isOverflowing ||= type === 'max-buffer-size-exceeded';
    },
  });

  const feed = (text: string): readonly Frame[] => {
    parser.feed(text);
    if (isOverflowing) throw tooLong('an event that is too long');
    const complete = frames;
    frames = [];
    return complete;
  };

  return {
    read: (bytes) => {
      sizeBytes += bytes.byteLength;
      if (sizeBytes > limits.sizeBytesMax) throw tooLong('more than is read');
      return feed(decoder.decode(bytes, { stream: true }));
    },
    end: () => feed(`${decoder.decode()}\n\n`),
  };
};
