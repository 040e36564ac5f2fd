import { lookup as resolve, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

import { refusalOf } from './address.ts';

/** Which addresses may be called, and how names become addresses. */
export interface LookupOptions {
  readonly allowPrivate: boolean;
  /** Of the system unless a test says otherwise. */
  readonly resolve?: typeof resolve;
}

/** Thrown while connecting: the address may not be called. */
export class AddressRefused extends Error {
  readonly code = 'address_refused';
}

/** Resolves a name and refuses it if any of its addresses may not be called: a name that mixes them is a trick. */
export function checkedLookup(options: LookupOptions): LookupFunction {
  return (hostname, { family, all }, done) => {
    (options.resolve ?? resolve)(hostname, { family: family ?? 0, all: true }, (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => {
      const refused = error === null ? refusedOf(hostname, addresses, options) : undefined;
      if (refused !== undefined) done(refused, '', 0);
      else if (error !== null) done(error, '', 0);
      else if (all === true) done(null, addresses);
      else done(null, addresses[0]?.address ?? '', addresses[0]?.family);
    });
  };
}

/** Why a name with these addresses is not called; undefined if it may be. */
export function refusedOf(hostname: string, addresses: readonly LookupAddress[], { allowPrivate }: LookupOptions): AddressRefused | undefined {
  const refused = addresses.find(({ address }) => refusalOf(address, allowPrivate) !== undefined)?.address;
  return refused === undefined ? undefined : new AddressRefused(`${hostname} is ${refused}, which is refused: ${refusalOf(refused, allowPrivate) ?? ''}`);
}
