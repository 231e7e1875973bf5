/** HTTP/1.1 and nothing else, also where a server would rather speak HTTP/2 (which costs each open stream half as much memory again). */
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { connect, createSecureServer, type Http2SecureServer } from 'node:http2';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { asOperator, collect, createTestClient } from './kit.ts';

/** A key that is known to everybody, with a certificate of its own for 127.0.0.1 that holds until 2120: good for this test alone. */
const key = createPrivateKey({
  format: 'jwk',
  key: {
    kty: 'EC',
    crv: 'P-256',
    x: '9gFKgfKl6eFprdNL7-vI2_dtEtRp_hhUBmrLtZjy50o',
    y: '4KpEzjvJpUCHHVDZc6Fh2hdK0aUQ9CD5TyySJA4OVfk',
    d: '2VuE72HdqLacoWX-RvK3Agcl-ip9Da0pkDGjgLpsrBE',
  },
}).export({ format: 'pem', type: 'pkcs8' });

const certificateLines = [
  'MIIBdDCCARqgAwIBAgIBATAKBggqhkjOPQQDAjAgMR4wHAYDVQQDDBVsb29wYmFjayBvZiB0aGUgdGVzdHMwIBcNMjAwMTAxMDAw',
  'MDAwWhgPMjEyMDAxMDEwMDAwMDBaMCAxHjAcBgNVBAMMFWxvb3BiYWNrIG9mIHRoZSB0ZXN0czBZMBMGByqGSM49AgEGCCqGSM49',
  'AwEHA0IABPYBSoHypenhaa3TS+/ryNv3bRLUaf4YVAZqy7WY8udK4KpEzjvJpUCHHVDZc6Fh2hdK0aUQ9CD5TyySJA4OVfmjQzBB',
  'MA8GA1UdEwEB/wQFMAMBAf8wDwYDVR0RBAgwBocEfwAAATAdBgNVHQ4EFgQU2hP1FTU1mJ4gYaldWmheWGQs4uowCgYIKoZIzj0E',
  'AwIDSAAwRQIhAIxun6H1qzKZCUILRrl7pUgx0iotl8b1HDiqFY5ffEMLAiBDrtk9T4JFURHlD4mWGKf1eN+zCVUX0yH0NnUcBpp0',
  'KQ==',
];
const certificate = `-----BEGIN CERTIFICATE-----\n${certificateLines.join('\n')}\n-----END CERTIFICATE-----\n`;

const trustCertificate = (): void => {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, certificate]);
  onTestFinished(() => setDefaultCACertificates(before));
};

/** Offers HTTP/2 first, by ALPN, as most servers do; notes what was agreed on for each connection. */
const serve = async () => {
  const agreed: (string | false | null)[] = [];
  const server: Http2SecureServer = createSecureServer({ key, cert: certificate, allowHTTP1: true });
  server.on('secureConnection', ({ alpnProtocol }) => agreed.push(alpnProtocol));
  server.on('request', (request, response) => {
    const isStream = request.url === '/run_sse';
    response.setHeader('Content-Type', isStream ? 'text/event-stream' : 'application/json');
    response.end(isStream ? 'data: {"text":"Hi"}\n\n' : '{"code":0,"data":{"available":7}}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { url: `https://127.0.0.1:${address.port}`, agreed };
};

it('is what both readings and messages use', async () => {
  trustCertificate();
  const { url, agreed } = await serve();
  const { client } = createTestClient(url);
  onTestFinished(() => client.close());
  expect(await client.credits(asOperator())).toMatchObject({ available: 7 });
  await collect(await client.openStream({ ...asOperator(), sessionId: 's', text: 'hello' }));
  expect(agreed).toEqual(['http/1.1', 'http/1.1']);

  // The server does offer the other one: whoever takes it gets it.
  const other = connect(url);
  onTestFinished(() => other.destroy());
  await expect.poll(() => agreed.at(-1)).toBe('h2');
});
