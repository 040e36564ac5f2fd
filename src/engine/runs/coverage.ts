import { parseShard } from '../../core/shard.ts';
import type { LocalDate } from '../../core/time.ts';
import type { JobRun } from './job-runs.repository.ts';

/** What a command waits for: another one, of all that it works on itself. */
export interface Need {
  readonly command: string;
  readonly brands: readonly string[];
  /** What each brand must be complete in; undefined for a command that does not go by entities. */
  readonly entities: readonly string[] | undefined;
}

/** A run that ended well, as far as it tells what it was about. */
export type PastRun = Pick<JobRun, 'brands' | 'shard' | 'params'>;

/** Options that restrict a run to a part of what there is to do, by the name of their parameter. */
const RESTRICTING = ['from', 'to', 'accounts', 'audiences', 'platforms', 'destinations', 'status', 'kinds', 'ids', 'limit'];
/** Stands for all entities, or all brands, of a command that does not go by them. */
const ALL = '*';

/** True if the run was about a part: a backfill or a selection says nothing about the usual day. */
export function isOfAPart(params: Readonly<Record<string, unknown>>): boolean {
  return RESTRICTING.some((name) => (params[name] ?? null) !== null);
}

/**
 * What runs leave undone of a need: brands, or `brand/entity` where a brand lacks only some. Runs count together: one a
 * brand, an entity or a shard makes the whole, but the shards `1/N` to `N/N` must all be of the same division. A run of
 * a part does not count, nor one that decided as of an earlier date than today.
 */
export function missingOf({ brands, entities = [ALL] }: Need, runs: readonly PastRun[], today: LocalDate): string[] {
  const done = new Map<string, Map<number, Set<number>>>();
  for (const run of runs) {
    const params = JSON.parse(run.params) as Readonly<Record<string, unknown>>;
    const asOf = params['as_of'];
    if (isOfAPart(params) || (typeof asOf === 'string' && asOf < today)) continue;
    const { index, count } = parseShard(run.shard);
    for (const brand of brandsOf(run, params)) {
      for (const entity of (params['entities'] as readonly string[] | undefined) ?? [ALL]) {
        const divisions = entryOf(done, `${brand}/${entity}`, () => new Map<number, Set<number>>());
        entryOf(divisions, count, () => new Set<number>()).add(index);
      }
    }
  }
  const isDone = (brand: string, entity: string): boolean =>
    [brand, ALL].some((name) => [...(done.get(`${name}/${entity}`) ?? [])].some(([count, indexes]) => indexes.size === count));
  return brands.flatMap((brand) => {
    const missing = entities.filter((entity) => !isDone(brand, entity));
    return missing.length === entities.length ? [brand] : missing.map((entity) => `${brand}/${entity}`);
  });
}

/** Those whose data it took up; its locks may be of more. */
function brandsOf({ brands }: PastRun, params: Readonly<Record<string, unknown>>): readonly string[] {
  const chosen = params['brands'] as readonly string[] | null | undefined;
  return chosen ?? (brands === '' ? [ALL] : brands.split(','));
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
