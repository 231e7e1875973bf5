/**
 * One PostgreSQL for the whole test run, started when the first test asks for it: runs without such tests do not pay for it. With
 * TEST_POSTGRES_URL (a server on this machine, a user who may make databases) that one is used. Never skipped: a test whose
 * PostgreSQL does not start fails and says why.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { TestProject } from 'vitest/node';
import { type PostgresServer, startPostgres } from './server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Answers with the address of the PostgreSQL of this run. */
    postgresDoor: string;
  }
}

const answer = async (response: ServerResponse, work: () => Promise<string>): Promise<void> => {
  try {
    response.end(await work());
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
};

export const setup = async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const given = process.env['TEST_POSTGRES_URL'] ?? '';
  let starting: Promise<PostgresServer> | null = null;
  const door = createServer((_request, response) => {
    void answer(response, async () => {
      if (given !== '') return given;
      starting ??= startPostgres({ isDurable: false });
      return (await starting).url;
    });
  });
  await once(door.listen(0, '127.0.0.1'), 'listening');
  const address = door.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  provide('postgresDoor', `http://127.0.0.1:${address.port}/`);
  return async () => {
    door.close();
    // A server that did not start has told the tests that asked for it.
    const server = await starting?.catch(() => null);
    await server?.stop();
    // The package ends the process with code 0 when nothing is left to do, whatever the tests said; by now it has nothing to clean up.
    for (const event of ['beforeExit', 'exit'] as const) process.removeAllListeners(event);
  };
};
