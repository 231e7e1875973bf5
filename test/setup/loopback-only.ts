/**
 * Runs before every test file and in every Node process that tests start: a connection, datagram or name look-up that would
 * leave this machine fails at once. Knows Node's ways out (net, tls on top of it, dgram, dns); must not know what is tested.
 */
import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

type Callable = (...values: unknown[]) => unknown;

const loopback = new net.BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

const isLoopback = (host: string): boolean => {
  const address = host.replace(/^\[(.*)\]$/u, '$1');
  if (net.isIP(address) === 0) return host.toLowerCase() === 'localhost';
  return loopback.check(address, net.isIPv6(address) ? 'ipv6' : 'ipv4');
};

/** Node reads a missing or empty host as localhost. */
const demandLoopback = (host: unknown): void => {
  if (typeof host !== 'string' || host === '' || isLoopback(host)) return;
  throw new Error(`This test run talks to loopback addresses only, and something asked for "${host}".`);
};

const isCallable = (value: unknown): value is Callable => typeof value === 'function';

/** Puts `before` in front of a method of Node; what it throws is what the caller gets. */
const guard = (
  owner: object,
  name: string,
  before: (self: unknown, values: readonly unknown[]) => void,
): void => {
  const original: unknown = Reflect.get(owner, name);
  if (!isCallable(original)) throw new TypeError(`Node has no ${name} to guard any more.`);
  const value = function (this: unknown, ...values: unknown[]): unknown {
    before(this, values);
    return Reflect.apply(original, this, values);
  };
  // The original's own properties go along: `util.promisify` finds its answer there.
  Object.defineProperties(value, Object.getOwnPropertyDescriptors(original));
  Object.defineProperty(owner, name, { value, writable: true, configurable: true, enumerable: true });
};

const objectOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

/** `connect(options)`, `connect(port, host)`, `connect(path)`, or the one array into which net and tls normalise them. */
const demandLoopbackSocket = (values: readonly unknown[]): void => {
  const [first, second]: readonly unknown[] = Array.isArray(values[0]) ? values[0] : values;
  const options = objectOf(first);
  const isLocalPath = typeof Reflect.get(options, 'path') === 'string';
  if (!isLocalPath) demandLoopback(Reflect.get(options, 'host') ?? second);
};

const guardSockets = (): void => {
  guard(net.Socket.prototype, 'connect', (self, values) => {
    demandLoopbackSocket(values);
    // A look-up of the caller's own may turn a harmless name into any address: each is judged again before it is tried.
    if (self instanceof net.Socket) self.on('connectionAttempt', demandLoopback);
  });
};

/** `send(message, [offset, length,] port, address)` and `connect(port, address)`: the only text behind the first value is the address. */
const guardDatagrams = (): void => {
  for (const name of ['send', 'connect']) {
    guard(dgram.Socket.prototype, name, (_self, [, ...rest]) => {
      for (const value of rest) demandLoopback(value);
    });
  }
};

const isQuestion = (name: string): boolean => /^(lookup|resolve|reverse)/u.test(name);

/** `lookup` answers for localhost without a network; every `resolve…`, `reverse` and `lookupService` asks a name server. */
const guardNames = (): void => {
  const owners = [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype];
  for (const owner of owners) {
    const names = [...new Set([...Object.keys(owner), ...Object.getOwnPropertyNames(owner)])].filter(
      isQuestion,
    );
    for (const name of names) guard(owner, name, (_self, [host]) => demandLoopback(host));
  }
};

/** Node processes started by a test inherit the guard, unless the test gives them an environment without NODE_OPTIONS. */
const guardChildren = (): void => {
  const option = `--import=${import.meta.url}`;
  const options = process.env['NODE_OPTIONS'] ?? '';
  if (!options.includes(option)) process.env['NODE_OPTIONS'] = `${options} ${option}`.trim();
};

guardSockets();
guardDatagrams();
guardNames();
guardChildren();
// `import { lookup } from 'node:dns'` sees the guarded functions too.
syncBuiltinESMExports();
