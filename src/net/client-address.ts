import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js';

/** Proxies whose X-Forwarded-For is believed, as `10.0.0.0/8` or `2001:db8::/32`. */
export type TrustedProxies = readonly (readonly [IPv4 | IPv6, number])[];

/** Reads a list of CIDRs; undefined if one of them is none. */
export function parseProxies(cidrs: readonly string[]): TrustedProxies | undefined {
  return cidrs.every((cidr) => ipaddr.isValidCIDR(cidr)) ? cidrs.map((cidr) => ipaddr.parseCIDR(cidr)) : undefined;
}

/**
 * The address of the client: the rightmost of X-Forwarded-For that is no trusted proxy (serve specification, "Security").
 * What a proxy of ours did not write is never believed; behind something that is no address, the proxy before it counts.
 * @param peer of the connection
 * @param forwarded the header's value as it came
 */
export function clientAddress(peer: string, forwarded: string | undefined, trusted: TrustedProxies): string {
  let address = plainAddress(peer) ?? peer;
  const hops = forwarded === undefined || trusted.length === 0 ? [] : forwarded.split(',').reverse();
  for (const hop of hops) {
    if (!isWithin(address, trusted)) break;
    const next = plainAddress(hop.trim());
    if (next === undefined) break;
    address = next;
  }
  return address;
}

/** What limits are counted by: an IPv4 address, or the /64 of an IPv6 one, as whoever has one of it has them all. */
export function limitKey(address: string): string {
  const parsed = ipaddr.isValid(address) ? ipaddr.parse(address) : undefined;
  return parsed?.kind() === 'ipv6' ? (parsed as IPv6).parts.slice(0, 4).map((part) => part.toString(16)).join(':') : address;
}

/** True if an address lies in one of the networks. */
export function isWithin(address: string, networks: TrustedProxies): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return networks.some(([range, bits]) => range.kind() === parsed.kind() && parsed.match(range, bits));
}

/** `::ffff:203.0.113.9` is the IPv4 address in it. */
function plainAddress(text: string): string | undefined {
  return ipaddr.isValid(text) && !/^\d+$/.test(text) ? ipaddr.process(text).toString() : undefined;
}
