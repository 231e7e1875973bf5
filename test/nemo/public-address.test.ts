/** No foreign name and no foreign address opens a door into the operator's own network. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { secureOrBeside } from '../../src/nemo/foreign.ts';
import { createHttp } from '../../src/nemo/http.ts';
import { requestLimits } from '../../src/nemo/limits.ts';
import { createPublicLookup, isPublicAddress } from '../../src/nemo/public-address.ts';
import { NemoError } from '../../src/ports/backend.ts';

const privateAddresses = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.31.255.255',
  '192.168.1.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:10.0.0.1',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a00:1',
  '2002:a00:1::',
  'fd00::1',
  'fe80::1',
  'ff02::1',
];
const publicAddresses = ['1.1.1.1', '172.32.0.1', '162.159.128.233', '2606:4700::6810:84e5'];

/** A resolver that says of every name what it is told to. */
const resolving = (...addresses: readonly string[]) =>
  createPublicLookup((_hostname, _options, done) => {
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  });

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describe('an address', () => {
  it.each(privateAddresses)('%s is none of the public internet', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(publicAddresses)('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each(['', 'example.com', '10.0.0.1.example.com', '1.1.1'])('%j is none at all', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });

  it.each(privateAddresses)('in a link to a film is refused before anything is sent: %s', (address) => {
    const isAllowed = secureOrBeside('https://api.example');
    const host = address.includes(':') ? `[${address}]` : address;
    expect(isAllowed(new URL(`https://${host}/film.mp4`))).toBe(false);
  });
});

const request = (url: string) => ({
  call: 'download' as const,
  method: 'GET' as const,
  url: new URL(url),
  headers: {},
  signal: new AbortController().signal,
  limitMs: 60_000,
});

describe('a name', () => {
  it.each([[['127.0.0.1']], [['10.0.0.1', '::1']]])(
    'that leads to %j is not connected to',
    async (addresses) => {
      let connections = 0;
      const server = createServer((_request, response) => response.end('secret'));
      server.on('connection', () => {
        connections += 1;
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      closers.push(() => server.close());
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const http = createHttp(requestLimits, resolving(...addresses));
      closers.push(() => http.close());
      await expect(http.exchange(request(`http://films.example:${port}/film.mp4`))).rejects.toThrow(
        NemoError,
      );
      expect(connections).toBe(0);
    },
  );

  it('is asked for all its addresses, of which only the public ones are used', async () => {
    const lookup = resolving('192.168.0.5', '1.1.1.1');
    const found = await new Promise((resolve) =>
      lookup('films.example', { all: true }, (_error, addresses) => resolve(addresses)),
    );
    expect(found).toEqual([{ address: '1.1.1.1', family: 4 }]);
    const one = await new Promise((resolve) =>
      lookup('films.example', {}, (_error, address, family) => resolve([address, family])),
    );
    expect(one).toEqual(['1.1.1.1', 4]);
  });
});
