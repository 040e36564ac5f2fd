import ipaddr from 'ipaddr.js';

import { refusalOf } from '../../net/address.ts';

/** What a geo file knows of a place. */
export interface Place {
  /** ISO 3166, two letters. */
  readonly country: string | null;
  readonly region: string | null;
  readonly city: string | null;
  /** IANA: `Europe/Zurich`. */
  readonly time_zone: string | null;
}

/** Step 6: where the client's address is. */
export interface Geo extends Place {
  readonly geo_status: 'located' | 'not_found' | 'private' | 'unlocated';
  /** The address without its last part: /24 or /48; null if it is none. */
  readonly ip_prefix: string | null;
}

/** Looks an address up; undefined for one that the file does not have. It may throw. */
export type Locate = (address: string) => Place | undefined;

const NOWHERE: Place = { country: null, region: null, city: null, time_zone: null };

/** @param locate undefined where no file is configured; one that fails costs the place, never the lead */
export function geoOf(address: string, locate: Locate | undefined): Geo {
  const prefix = prefixOf(address);
  if (prefix === null) return { ...NOWHERE, geo_status: 'unlocated', ip_prefix: null };
  if (refusalOf(address, false) !== undefined) return { ...NOWHERE, geo_status: 'private', ip_prefix: prefix };
  try {
    const place = locate?.(address);
    return { ...(place ?? NOWHERE), geo_status: place === undefined ? (locate === undefined ? 'unlocated' : 'not_found') : 'located', ip_prefix: prefix };
  } catch {
    return { ...NOWHERE, geo_status: 'unlocated', ip_prefix: prefix };
  }
}

function prefixOf(address: string): string | null {
  if (!ipaddr.isValid(address)) return null;
  const parsed = ipaddr.process(address);
  const bits = parsed.kind() === 'ipv4' ? 24 : 48;
  const bytes = parsed.toByteArray().map((byte, index) => (index * 8 < bits ? byte : 0));
  return `${ipaddr.fromByteArray(bytes).toString()}/${bits}`;
}
