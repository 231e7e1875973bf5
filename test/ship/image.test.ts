/** What is shipped, as far as it can be judged without building it: image, unit, workflows, and the check of health in the image. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { configVariableNames } from '../../src/config.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('the image', () => {
  const dockerfile = read('Dockerfile');
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

  it('runs as nobody special, stops on SIGTERM, keeps its data in a volume, and says whether it is well', () => {
    expect(last).toMatch(/^USER node$/mu);
    expect(last).toMatch(/^STOPSIGNAL SIGTERM$/mu);
    expect(last).toMatch(/^VOLUME \/data$/mu);
    expect(last).toMatch(/^HEALTHCHECK .*CMD \["node", "healthcheck\.mjs"\]$/mu);
  });

  it('is built from the lock file alone, in stages, from one pinned Node', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gmu)].map(([, base]) => base);
    expect(bases.length).toBeGreaterThan(1);
    expect(new Set(bases).size).toBe(1);
    expect(bases[0]).toMatch(/^node:24\.\d+\.\d+-slim$/u);
    expect(dockerfile).not.toMatch(/npm (install|i) /u);
  });

  it('is given nothing but what its Dockerfile copies', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(ignored).toContain('*');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gmu)].flatMap(
      ([, paths]) => paths?.split(' ') ?? [],
    );
    for (const path of copied) expect(ignored).toContain(`!${path}`);
  });

  it('sets only variables that the bot knows', () => {
    const names = [...dockerfile.matchAll(/^ENV (.+)$/gmu)].flatMap(([, line]) =>
      [...(line ?? '').matchAll(/([A-Z_]+)=/gu)].map(([, name]) => name ?? ''),
    );
    expect(names.filter((name) => name !== 'NODE_ENV' && !configVariableNames.includes(name))).toEqual([]);
    expect(names).toContain('STORE_URL');
  });
});

it('is started in the same way everywhere: with room for young garbage that does not grow with the turns', () => {
  const starts = [
    /^CMD \["node", "(?<flag>\S+)", "dist\/main\.js"\]$/mu.exec(read('Dockerfile')),
    /^ExecStart=\S+\/node (?<flag>\S+) dist\/main\.js$/mu.exec(read('deploy/makevideo.service')),
    /"start": "node (?<flag>\S+) .*src\/main\.ts"/u.exec(read('package.json')),
    /^const nodeFlags = \['(?<flag>\S+)'\];$/mu.exec(read('bench/bot.ts')),
  ];
  expect(starts.map((start) => start?.groups?.['flag'])).toEqual(starts.map(() => '--max-semi-space-size=4'));
});

const check = async (address: string): Promise<number> => {
  try {
    await promisify(execFile)(process.execPath, ['deploy/healthcheck.mjs'], {
      cwd: new URL('../../', import.meta.url).pathname,
      env: { HTTP_ADDRESS: address },
    });
    return 0;
  } catch (error) {
    return z.object({ code: z.number() }).parse(error).code;
  }
};

describe('the check of health in the image', () => {
  it.each([
    [200, 0],
    [503, 1],
  ])('takes an answer %i for %i', async (status, code) => {
    const server = createServer((_request, response) => response.writeHead(status).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = z.object({ port: z.number() }).parse(server.address());
    expect(await check(`127.0.0.1:${port}`)).toBe(code);
  });

  it('takes silence for illness, and "off" for health', async () => {
    expect(await Promise.all([check('127.0.0.1:1'), check('off')])).toEqual([1, 0]);
  });
});

describe('the systemd unit', () => {
  const unit = read('deploy/makevideo.service');

  it('sets only variables that the bot knows, and does not start wrong settings again', () => {
    const names = [...unit.matchAll(/\b([A-Z]+_[A-Z_]+)=/gu)].map(([, name]) => name ?? '');
    expect(names.filter((name) => name !== 'NODE_ENV' && !configVariableNames.includes(name))).toEqual([]);
    expect(unit).toContain('RestartPreventExitStatus=78');
  });

  it('leaves the process longer to stop than it takes at most', () => {
    const deadlineMs = Number(
      /stopDeadlineMs = ([\d_]+)/u.exec(read('src/main.ts'))?.[1]?.replaceAll('_', ''),
    );
    const stopSeconds = Number(/^TimeoutStopSec=(\d+)s$/mu.exec(unit)?.[1]);
    expect(stopSeconds * 1_000).toBeGreaterThan(deadlineMs);
  });

  it.each([
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'ProtectHome=yes',
    'CapabilityBoundingSet=',
    'UMask=0077',
  ])('keeps the process in its place: %s', (line) => {
    expect(unit.split('\n')).toContain(line);
  });
});

describe('the workflows', () => {
  const workflows = readdirSync(new URL('../../.github/workflows/', import.meta.url)).map(
    (name) => [name, read(`.github/workflows/${name}`)] as const,
  );

  it.each(workflows)(
    '%s pins every action by the digest of its commit, and says what it may do',
    (_name, text) => {
      const used = [...text.matchAll(/uses: (\S+)/gu)].map(([, action]) => action ?? '');
      expect(used.filter((action) => !/^[\w./-]+@[\da-f]{40}$/u.test(action))).toEqual([]);
      expect(text).toMatch(/^permissions:$/mu);
      expect(text).toContain('.ci/run');
    },
  );
});
