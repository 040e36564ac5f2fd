import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js';

/** Ranges that `allow_private` opens: the own machine and the own network. */
const PRIVATE = new Set(['loopback', 'private', 'linkLocal', 'uniqueLocal', 'carrierGradeNat']);
/** Where a translator's address holds an IPv4 one, by the length of its prefix in bits (RFC 6052, 2.2). */
const EMBEDDED: readonly (readonly [number, number, number, number])[] = [
  [6, 7, 9, 10], // 48
  [7, 9, 10, 11], // 56
  [9, 10, 11, 12], // 64
  [12, 13, 14, 15], // 96
];
/** All that is given out for IPv6; what lies beside it is nobody's, or stands for something else (`::127.0.0.1`, `fec0::1`). */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3') as [IPv6, number];
const WELL_KNOWN_NAT64 = ipaddr.parseCIDR('64:ff9b::/96') as [IPv6, number];
const LOCAL_NAT64 = ipaddr.parseCIDR('64:ff9b:1::/48') as [IPv6, number];

/**
 * Why nothing may be sent to an address, in words; undefined if it may. Only public unicast addresses are called, so
 * that no template or DNS record can make the hub call what only its own network reaches. An IPv4 address inside an IPv6
 * one counts as what it is: `::ffff:10.0.0.1`, and those of NAT64, through which a network without IPv4 reaches the rest
 * (`64:ff9b::/96`, RFC 6052; `64:ff9b:1::/48`, RFC 8215).
 * @param address as the resolver gives it, without brackets
 */
export function refusalOf(address: string, allowPrivate: boolean): string | undefined {
  if (!ipaddr.isValid(address)) return 'it is no address';
  const parsed = ipaddr.process(address);
  const embedded = parsed.kind() === 'ipv6' ? embeddedIn(parsed as IPv6) : [];
  if (embedded.length === 0) return rangeRefusal(parsed, allowPrivate);
  const refused = embedded.find((inner) => rangeRefusal(inner, allowPrivate) !== undefined);
  return refused === undefined ? undefined : `it leads to ${refused.toString()}, and ${rangeRefusal(refused, allowPrivate) ?? ''}`;
}

/** The address that a URL's host is itself; undefined if it is a name. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname;
  return ipaddr.isValid(bare) ? bare : undefined;
}

function rangeRefusal(address: IPv4 | IPv6, allowPrivate: boolean): string | undefined {
  const range = address.range();
  if (range === 'unicast') return address.kind() === 'ipv4' || (address as IPv6).match(GLOBAL_UNICAST) ? undefined : 'it is outside of what is given out (2000::/3)';
  if (!PRIVATE.has(range)) return `it is ${range}`;
  return allowPrivate ? undefined : `it is ${range}; allow_private: true would allow it`;
}

/**
 * The IPv4 addresses that an address of NAT64 can stand for; none if it is not one. The block for local use is divided
 * as its network likes: each reading whose rest is zero counts. 0.0.0.0/8 is nobody, so it is only the last resort.
 */
function embeddedIn(address: IPv6): IPv4[] {
  const bytes = address.toByteArray();
  const wellKnown = address.match(WELL_KNOWN_NAT64);
  if (!wellKnown && !address.match(LOCAL_NAT64)) return [];
  const readings = EMBEDDED.filter((places) => places[3] === 15 || (!wellKnown && bytes[8] === 0 && bytes.slice(places[3] + 1).every((byte) => byte === 0)));
  const found = readings.map((places) => ipaddr.fromByteArray(places.map((place) => bytes[place] ?? 0)) as IPv4);
  const somebody = found.filter(({ octets }) => octets[0] !== 0);
  return somebody.length > 0 ? somebody : found;
}
