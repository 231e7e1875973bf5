/** Three routes on a real loopback server: who asks gets facts, and nothing else. */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHealth } from '../../src/health/health.ts';
import type { GatewayFacts } from '../../src/health/readiness.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';

const clock = { nowMs: () => 1_000_000, sleep: () => new Promise<void>(() => {}) };

const connected: GatewayFacts = {
  guildCount: 2,
  invalidRequests: 3,
  rateLimited: { user: 4, global: 0, shared: 1 },
  shards: [{ id: 0, isReady: true, heardAtMs: 990_000 }],
};

const open = async (gateway: () => GatewayFacts | null = () => connected, port = 0) => {
  const log = createRecordingLog();
  const health = createHealth({ clock, log, address: { host: '127.0.0.1', port } });
  await health.listen(gateway);
  onTestFinished(() => health.close());
  return { health, log, port: Number(log.lines.find((line) => line.fields['port'])?.fields['port']) };
};

const ask = async (port: number, path: string, method = 'GET') => {
  const sent = request({ host: '127.0.0.1', port, path, method, agent: false });
  sent.end();
  const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject);
  });
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
};

describe('the server', () => {
  it('answers /healthz as soon as the process lives', async () => {
    const { port } = await open();
    const { status, body } = await ask(port, '/healthz');
    expect({ status, ok: JSON.parse(body).ok }).toEqual({ status: 200, ok: true });
  });

  it('is not ready while the process starts, and is when everything works', async () => {
    const { health, port } = await open();
    const before = await ask(port, '/readyz');
    expect(before.status).toBe(503);
    expect(JSON.parse(before.body).checks).toContainEqual({
      name: 'start',
      ok: false,
      detail: 'The process is still starting.',
    });
    health.started();
    expect((await ask(port, '/readyz')).status).toBe(200);
  });

  it('asks nothing of a gateway that this process does not have', async () => {
    const { health, port } = await open(() => null);
    health.started();
    const { status, body } = await ask(port, '/readyz');
    expect(status).toBe(200);
    expect(body).not.toContain('gateway');
  });

  it('prints metrics with the gauges of the moment', async () => {
    const { port } = await open();
    const { headers, body } = await ask(port, '/metrics');
    expect(headers['content-type']).toContain('text/plain');
    expect(body).toContain('makevideo_discord_rate_limited_total{scope="user"} 4');
    expect(body).toContain('makevideo_discord_heartbeat_age_seconds{shard="0"} 10');
    expect(body).toContain('nodejs_eventloop_lag_p99_seconds');
    expect((await ask(port, '/metrics')).body).toContain('rate_limited_total{scope="user"} 4');
  });

  it.each([
    ['/', 'GET', 404],
    ['/constructor', 'GET', 404],
    ['/healthz?x=1', 'GET', 200],
    ['/healthz', 'POST', 405],
    ['/healthz', 'HEAD', 200],
  ])('answers %s by %s with %i', async (path, method, status) => {
    const { port } = await open();
    expect((await ask(port, path, method)).status).toBe(status);
  });

  it('that fails to read something says only that it did', async () => {
    const { port, log } = await open(() => {
      throw new Error('secret-detail');
    });
    const { status, body } = await ask(port, '/metrics');
    expect(status).toBe(500);
    expect(body).not.toContain('secret-detail');
    expect(log.lines.some(({ level }) => level === 'warn')).toBe(true);
  });

  it('whose address is taken is left out, with a line that says what to do', async () => {
    const { port } = await open();
    const second = await open(() => connected, port);
    expect(second.log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringContaining('HTTP_ADDRESS') }),
    );
  });
});
