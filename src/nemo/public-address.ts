/** Which network addresses belong to the public internet, and a name resolution that gives no others. Knows nothing of requests. */
import dns from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** IANA's special-purpose registries: this host, private, shared, link-local, documentation, benchmarks, multicast, reserved. */
const ipv4Ranges = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/** Besides the same for version 6: addresses that carry one of version 4 inside, which may be any of the above. */
const ipv6Ranges = [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const;

const rangesOf = (subnets: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList => {
  const ranges = new BlockList();
  for (const [net, bits] of subnets) ranges.addSubnet(net, bits, family);
  return ranges;
};

// Apart, because one list would find every address of version 4 among those of version 6 that carry one.
const ipv4Special = rangesOf(ipv4Ranges, 'ipv4');
const ipv6Special = rangesOf(ipv6Ranges, 'ipv6');

/** False as well for what is no address at all. */
export const isPublicAddress = (address: string): boolean => {
  const family = isIP(address);
  if (family === 4) return !ipv4Special.check(address, 'ipv4');
  return family === 6 && !ipv6Special.check(address, 'ipv6');
};

/** An address that stands in a URL as it is, and is none of the public internet. Names are judged when they are resolved. */
export const isPrivateLiteral = ({ hostname }: URL): boolean => {
  const literal = hostname.replace(/^\[|\]$/gu, '');
  return isIP(literal) !== 0 && !isPublicAddress(literal);
};

type Resolve = (
  hostname: string,
  options: dns.LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[]) => void,
) => void;

/**
 * A resolution for sockets that fails for a name which leads into a private network, so that no foreign name opens a door to the
 * operator's. It decides on the very address that is connected to: asking twice could be answered in two ways. `localhost` says openly
 * where it leads, and is for the address rules to judge.
 */
export const createPublicLookup =
  (resolve: Resolve = dns.lookup): LookupFunction =>
  (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      const addresses =
        error === null
          ? found.filter(({ address }) => hostname === 'localhost' || isPublicAddress(address))
          : [];
      const [first] = addresses;
      if (first === undefined) {
        const refusal =
          error ?? Object.assign(new Error('The name has no public address.'), { code: 'ENOTPUBLIC' });
        done(refusal, options.all === true ? [] : '', 4);
      } else if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
