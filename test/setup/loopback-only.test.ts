/** The guard of the test run, tried with every way out that the bot and its packages use. */
import { execFile } from 'node:child_process';
import dgram from 'node:dgram';
import dns, { lookup as importedLookup } from 'node:dns';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import net from 'node:net';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { Client, Events } from 'discord.js';
import { request, fetch as undiciFetch } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket as WsSocket } from 'ws';

/** Reserved for documentation (RFC 5737, RFC 2606): nobody answers there, should the guard ever fail. */
const outsideAddress = '192.0.2.1';
const outsideName = 'example.com';

const refusal = /loopback addresses only/u;

const refusalIn = (error: unknown): boolean =>
  error instanceof Error && (refusal.test(error.message) || refusalIn(error.cause));

const isRefused = async (attempt: () => unknown): Promise<boolean> => {
  try {
    await attempt();
    return false;
  } catch (error) {
    return refusalIn(error);
  }
};

describe('the guard', () => {
  it.each<[string, () => unknown]>([
    ['net.connect(options)', () => net.connect({ port: 80, host: outsideAddress })],
    ['net.connect(port, host)', () => net.connect(80, outsideName)],
    ['connect("80", host)', () => Reflect.apply(net.connect, net, ['80', outsideName])],
    ['tls.connect', () => tls.connect({ port: 443, host: outsideName })],
    ['http.get', () => get(`http://${outsideName}/`)],
    ['http2.connect', () => once(connectHttp2(`https://${outsideName}`), 'connect')],
    ['global fetch', () => fetch(`https://${outsideName}/`)],
    ['undici fetch', () => undiciFetch(`https://${outsideName}/`)],
    ['undici request', () => request(`http://${outsideAddress}/`)],
    ['ws', () => once(new WsSocket(`wss://${outsideName}/`), 'open')],
    ['dns.lookup', () => dns.lookup(outsideName, () => undefined)],
    ['an imported lookup', () => importedLookup(outsideName, () => undefined)],
    ['a promisified lookup', () => promisify(dns.lookup)(outsideName)],
    ['dns.promises.lookup', () => dns.promises.lookup(outsideName)],
    ['dns.resolve4', () => dns.resolve4(outsideName, () => undefined)],
    ['dns.promises.resolveTxt', () => dns.promises.resolveTxt(outsideName)],
    ['new dns.Resolver', () => new dns.Resolver().resolve4(outsideName, () => undefined)],
    ['new dns.promises.Resolver', () => new dns.promises.Resolver().resolve(outsideName)],
    ['dgram.send', () => dgram.createSocket('udp4').unref().send('hello', 53, outsideAddress)],
    ['dgram.connect', () => dgram.createSocket('udp4').unref().connect(53, outsideAddress)],
  ])('refuses %s', async (_name, attempt) => {
    expect(await isRefused(attempt)).toBe(true);
  });

  it.each([true, false])(
    'refuses an outside address behind a harmless name (both families: %s)',
    async (both) => {
      const connect = () =>
        net.connect({
          port: 9,
          host: 'localhost',
          autoSelectFamily: both,
          lookup: (_host, { all }, callback) =>
            all === true
              ? callback(null, [{ address: outsideAddress, family: 4 }])
              : callback(null, outsideAddress, 4),
        });
      expect(await isRefused(connect)).toBe(true);
    },
  );

  it('refuses discord.js with its real address', async () => {
    const client = new Client({ intents: [], rest: { retries: 0 } });
    client.on(Events.Error, () => undefined);
    expect(await isRefused(() => client.login('a.false.token'))).toBe(true);
    await client.destroy();
  });
});

describe('loopback', () => {
  const server = createServer((_request, response) => response.end('here'));

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]'])('is open under %s', async (host) => {
    await once(server.listen(0), 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const answers = [await fetch(`http://${host}:${port}/`), await undiciFetch(`http://${host}:${port}/`)];
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(['here', 'here']);
  });
});

describe('a Node process started by a test', () => {
  const run = promisify(execFile);

  it('is guarded as well', async () => {
    const script = `fetch('https://${outsideName}/').catch((error) => console.log(error.cause?.message ?? error.message))`;
    const { stdout, stderr } = await run(process.execPath, ['--eval', script]);
    expect(stdout).toMatch(refusal);
    expect(stderr).toBe('');
  });
});
