import type { Config } from '../config.ts';
import type { UserHash } from '../events/track.ts';
import { publicIds } from '../orders/ids/ids.ts';
import { requireIdKey } from './orders-options.ts';

/** Makes the keyed hashes of ids of users, each brand's own, with the key of public ids. */
export function userHashOf(config: Config): UserHash {
  const ids = publicIds(requireIdKey(config));
  return (brand, id) => ids('usr', brand, id);
}
