import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

/** A place for temporary files that no other test uses, so that what is left there was left by these. */
let temporary: string;

beforeAll(async () => {
  temporary = await mkdtemp(path.join(tmpdir(), 'makevideo-main-'));
});

afterAll(() => rm(temporary, { recursive: true, force: true }));

function run(...words: string[]) {
  const child = spawn(process.execPath, ['playground/main.ts', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: temporary, TMP: temporary, TEMP: temporary },
  });
  const said = { out: '', error: '' };
  child.stdout.on('data', (bytes: Buffer) => {
    said.out += bytes.toString();
  });
  child.stderr.on('data', (bytes: Buffer) => {
    said.error += bytes.toString();
  });
  return { child, said, ended: once(child, 'close') };
}

test('explains itself with --help', async () => {
  const { said, ended } = run('--help');
  expect(await ended).toEqual([0, null]);
  expect(said.out).toContain('npm run playground');
  expect(said.error).toBe('');
});

test.each([
  ['a speed that is no number', '--speed', 'fast'],
  ['a port that does not exist', '--port', '70000'],
  ['a word that it does not know', '--colour', 'red'],
])('refuses %s and says what helps', async (_name, ...words) => {
  const { said, ended } = run(...words);
  expect(await ended).toEqual([64, null]);
  expect(said.error).toContain('--help');
  expect(said.error).not.toContain('    at ');
});

test('says so when the port is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const { said, ended } = run('--port', String(port));
  expect(await ended).toEqual([1, null]);
  expect(said.error).toBe('This port is taken. Choose another one with --port.\n');
  expect(await playgroundFolders()).toEqual([]);
  server.close();
});

test('prints one address, serves the page there, and leaves nothing behind', async () => {
  const { child, said, ended } = run();
  const lines = createInterface({ input: child.stdout });
  let url = '';
  for await (const line of lines) {
    url = /http:\/\/127\.0\.0\.1:\d+\//u.exec(line)?.[0] ?? '';
    if (url !== '') break;
  }
  expect((await fetch(url)).status).toBe(200);
  const processId = await botProcessId(url);
  expect(process.kill(processId, 0)).toBe(true);
  expect(await playgroundFolders()).toHaveLength(1);

  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  expect(() => process.kill(processId, 0)).toThrow('ESRCH');
  expect(await playgroundFolders()).toEqual([]);
  expect(said.error).toBe('');
});

async function playgroundFolders(): Promise<string[]> {
  const names = await readdir(temporary);
  return names.filter((name) => name.startsWith('makevideo-playground-'));
}

/** From the first event about the bot in anybody's feed. */
async function botProcessId(url: string): Promise<number> {
  const about = z
    .object({ firstViewerId: z.string() })
    .parse(await (await fetch(new URL('/api/about', url))).json());
  const stop = new AbortController();
  const feed = await fetch(new URL(`/api/feed?viewer=${about.firstViewerId}`, url), { signal: stop.signal });
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const bytes of feed.body ?? []) {
      text += decoder.decode(bytes, { stream: true });
      const id = /"type":"bot".*?"processId":(\d+)/u.exec(text)?.[1];
      if (id !== undefined) return Number(id);
    }
  } finally {
    stop.abort();
  }
  throw new Error('The feed ended without a word about the bot.');
}
