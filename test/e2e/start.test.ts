/** Story: the bot is started with wrong settings, and says everything that is wrong in one message. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

const start = async (environment: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HTTP_ADDRESS: 'off', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, complaint] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: child.exitCode, output, complaint };
};

describe('a start', () => {
  it('without any settings ends with 78, says what to do, and names the playground', async () => {
    const { code, complaint } = await start({});
    expect(code).toBe(78);
    expect(complaint).toContain('DISCORD_TOKEN is missing');
    expect(complaint).toContain('npm run playground');
    expect(complaint).not.toContain('    at ');
  });

  it('lists every wrong value at once and repeats none of them', async () => {
    const { code, complaint } = await start({
      DISCORD_TOKEN: 'a secret with spaces',
      NEMO_API_URL: 'not an address',
      EDIT_INTERVAL_MS: 'soon',
      STORE_URL: 'mysql://user:hunter2@127.0.0.1/db',
    });
    expect(code).toBe(78);
    for (const name of ['DISCORD_TOKEN', 'NEMO_API_URL', 'EDIT_INTERVAL_MS', 'STORE_URL'])
      expect(complaint).toContain(name);
    expect(complaint).not.toMatch(/a secret with spaces|hunter2/u);
  });

  it('that cannot reach Discord says so and leaves the store free', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'makevideo-start-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const environment = {
      DISCORD_TOKEN: 'token-of-nobody',
      DISCORD_API_URL: 'http://127.0.0.1:1/api',
      STORE_URL: `sqlite:${join(folder, 'bot.db')}`,
    };
    for (const attempt of ['first', 'second']) {
      const { code, complaint } = await start(environment);
      expect({ attempt, code }).toEqual({ attempt, code: 75 });
      expect(complaint).toContain('Discord could not be reached');
    }
  });
});
