/** A backend that only talks: every message gets the same words at a fixed pace, and it remembers when it said which of them. */
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export type Talk = {
  /** The words of the person that were answered. */
  readonly instruction: string;
  /** When each piece left, in epoch ms; piece `k` ends at character `(k + 1) * pieceLength`. */
  readonly saidAtMs: number[];
  endedAtMs: number | null;
};

export type TalkingBackend = {
  readonly url: string;
  readonly talks: ReadonlyMap<string, Talk>;
  close(): Promise<void>;
};

export type Pace = {
  readonly pieceLength: number;
  readonly pieceIntervalMs: number;
  readonly pieces: number;
};

/** Numbered words, so that what is visible tells how old it is. */
export const wordsOf = ({ pieceLength, pieces }: Pace): string =>
  Array.from({ length: pieces }, (_, index) => ` ${index} `.padEnd(pieceLength, 'la ')).join('');

const frame = (text: string, isPartial: boolean): string =>
  `data: ${JSON.stringify({ author: 'nemo_agent', content: { role: 'model', parts: [{ text }] }, partial: isPartial })}\n\n`;

const talk = async (response: ServerResponse, pace: Pace, said: Talk): Promise<void> => {
  const words = wordsOf(pace);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let index = 0; index < pace.pieces; index += 1) {
    const piece = words.slice(index * pace.pieceLength, (index + 1) * pace.pieceLength);
    response.write(frame(piece, true));
    said.saidAtMs.push(Date.now());
    await delay(pace.pieceIntervalMs);
  }
  said.endedAtMs = Date.now();
  response.end(frame(words, false));
};

const json = (response: ServerResponse, data: unknown): void => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ code: 0, data }));
};

export const createTalkingBackend = async (pace: Pace): Promise<TalkingBackend> => {
  const talks = new Map<string, Talk>();
  let sessions = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      if (path === '/run_sse') {
        const instruction = /"text":"([^"]*)"/u.exec(Buffer.concat(chunks).toString())?.[1] ?? '';
        const said: Talk = { instruction, saidAtMs: [], endedAtMs: null };
        talks.set(instruction, said);
        void talk(response, pace, said);
      } else if (path.includes('with-session')) {
        sessions += 1;
        json(response, { task_id: `task_${sessions}`, session_id: `9${String(sessions).padStart(18, '0')}` });
      } else if (path.includes('/credits/')) {
        json(response, { available: 1_000_000, frozen: 0, total: 1_000_000 });
      } else {
        json(response, { state: { draft: {}, video_infos: [], generated_media: [] } });
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    talks,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
