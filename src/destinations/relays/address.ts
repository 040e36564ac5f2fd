import ipaddr from 'ipaddr.js';

/** Ranges that `allow_private` opens: the own machine and the own network. */
const PRIVATE = new Set(['loopback', 'private', 'linkLocal', 'uniqueLocal', 'carrierGradeNat']);

/**
 * Why nothing may be sent to an address, in words; undefined if it may. Only public unicast addresses are called, so
 * that no template or DNS record can make the hub call what only its own network reaches. An IPv4 address inside an IPv6
 * one (`::ffff:10.0.0.1`) counts as what it is.
 * @param address as the resolver gives it, without brackets
 */
export function refusalOf(address: string, allowPrivate: boolean): string | undefined {
  if (!ipaddr.isValid(address)) return 'it is no address';
  const range = ipaddr.process(address).range();
  if (range === 'unicast') return undefined;
  if (!PRIVATE.has(range)) return `it is ${range}`;
  return allowPrivate ? undefined : `it is ${range}; allow_private: true would allow it`;
}

/** The address that a URL's host is itself; undefined if it is a name. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname;
  return ipaddr.isValid(bare) ? bare : undefined;
}
