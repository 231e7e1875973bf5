/** Runs before every test file: any connection or name look-up that would leave this machine fails at once. */
import dns from 'node:dns';
import net from 'node:net';

const loopbackHosts = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/u;

const refuse = (host: string): never => {
  throw new Error(`This test run talks to loopback addresses only, and something asked for "${host}".`);
};

const hostOf = (options: unknown): string => {
  if (typeof options !== 'object' || options === null) return 'localhost';
  if ('path' in options && typeof options.path === 'string') return 'localhost';
  return 'host' in options && typeof options.host === 'string' ? options.host : 'localhost';
};

const guardSockets = (): void => {
  const connect = net.Socket.prototype.connect;
  const guarded = function (this: net.Socket, ...args: unknown[]): net.Socket {
    // Node normalises `connect(port, host)` and `connect(options)` into one array before it calls itself.
    const first: unknown = Array.isArray(args[0]) ? args[0][0] : args[0];
    const host = typeof first === 'number' && typeof args[1] === 'string' ? args[1] : hostOf(first);
    if (!loopbackHosts.test(host)) refuse(host);
    return Reflect.apply(connect, this, args);
  };
  Object.defineProperty(net.Socket.prototype, 'connect', { value: guarded, writable: true, configurable: true });
};

const guardNames = (): void => {
  const lookup = dns.lookup;
  const guarded = (host: string, ...rest: unknown[]): void => {
    if (!loopbackHosts.test(host)) refuse(host);
    Reflect.apply(lookup, dns, [host, ...rest]);
  };
  Object.defineProperty(dns, 'lookup', { value: guarded, writable: true, configurable: true });
};

guardSockets();
guardNames();
