import { addMillis, type Clock, type Instant } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { withChanges } from './merge.ts';
import { readChanges, readPersons } from './persons.repository.ts';
import type { Snapshot } from './snapshot.ts';

/** Everybody is read anew now and then: what was deleted by hand leaves no change behind. */
const WHOLE_EVERY_MS = 24 * 3_600_000;

/**
 * Renews a snapshot by what has changed since, and reads everybody where that cannot be told: the first time, as changes are
 * noted for a while only, once a day, and after very many.
 * @param known the number of the snapshot; undefined if there is none for these brands
 * @param load the snapshot, asked for only if something has changed
 * @returns undefined if nothing has changed
 */
export type Refresh = (known: number | undefined, load: () => Snapshot | undefined) => Promise<Snapshot | undefined>;

export function refresher(database: Database, brands: readonly string[], clock: Clock): Refresh {
  let wholeAt: Instant | undefined;
  return async (known, load) => {
    const isByChanges = known !== undefined && wholeAt !== undefined && addMillis(wholeAt, WHOLE_EVERY_MS) > clock.now();
    const changes = isByChanges ? await readChanges(database, brands, clock, known) : 'many';
    if (changes === undefined) return undefined;
    const base = changes === 'many' ? undefined : load();
    if (changes !== 'many' && base?.number === known && base?.brands.join() === brands.join()) return withChanges(base, changes);
    const at = clock.now();
    const whole = await readPersons(database, brands, clock, known);
    wholeAt = at;
    return whole;
  };
}
