// Writes a stream's text to the socket in a chosen dress, with back-pressure. It must not know events.
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTick } from 'node:timers/promises';
import type { ByteStyle } from './scenarios/scenario.ts';

export type ByteWriter = {
  /** Writes one frame; does nothing once the client has left or the body has ended. */
  write: (frame: string) => Promise<void>;
  /** Ends the body properly. */
  end: () => void;
  /** Breaks the connection in the middle of the body. */
  cut(): Promise<void>;
  isOpen: () => boolean;
};

export function createByteWriter(response: ServerResponse, style: ByteStyle): ByteWriter {
  let isCut = false;
  const isOpen = (): boolean =>
    !isCut && !response.writableEnded && !response.destroyed && response.socket?.destroyed !== true;
  const push = async (bytes: string | Buffer): Promise<void> => {
    if (!isOpen() || response.write(bytes)) return;
    // A client that leaves never drains: whichever comes first ends the wait.
    const waiting = new AbortController();
    await Promise.race([once(response, 'drain', waiting), once(response, 'close', waiting)]);
    waiting.abort();
  };
  return {
    isOpen,
    async write(frame) {
      if (style === 'crlf') return push(frame.replaceAll('\n', '\r\n'));
      if (style === 'comments between') return push(`: keep-alive\n\n${frame}`);
      if (style === 'plain') return push(frame);
      for (const byte of Buffer.from(frame)) {
        await push(Buffer.of(byte));
        await nextTick();
      }
    },
    end: () => {
      response.end();
    },
    async cut() {
      isCut = true;
      // node:http gathers the writes of one tick; what was written before must leave first, then the socket goes
      // without the last chunk that would make it a proper end.
      await nextTick();
      response.socket?.destroySoon();
    },
  };
}
