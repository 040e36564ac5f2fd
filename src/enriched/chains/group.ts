import { isNullWord } from '../../raw/rows/values/kinds.ts';
import { groupBy } from '../../core/group-by.ts';
import type { SubscriptionVersion } from './version.ts';
import { brandKey } from './version.ts';

/** The versions of one chain, in no particular order. */
export interface VersionGroup {
  readonly brand: string;
  /** The OriginalId; where the export has none, the Name, else the id of the only version. */
  readonly chainId: string;
  readonly versions: readonly SubscriptionVersion[];
}

/**
 * Groups versions into chains (billing, "Subscription versions and chains"): by OriginalId, else by Name. A version
 * without OriginalId also belongs to the chain that names it as its original, or whose versions alone bear its name. A
 * word for null is no name: as one it would make one chain of all subscriptions of a person.
 */
export function groupVersions(versions: readonly SubscriptionVersion[]): VersionGroup[] {
  const originals = new Set<string>();
  const originalsOfName = new Map<string, Set<string>>();
  for (const { brand, name, originalId } of versions) {
    if (originalId === null) continue;
    originals.add(brandKey(brand, originalId));
    if (isName(name)) addTo(originalsOfName, brandKey(brand, name), originalId);
  }
  const chainIdOf = ({ brand, id, name, originalId }: SubscriptionVersion): [kind: string, chainId: string] => {
    if (originalId !== null) return ['original', originalId];
    if (originals.has(brandKey(brand, id))) return ['original', id];
    if (!isName(name)) return ['single', id];
    const [only, ...others] = originalsOfName.get(brandKey(brand, name)) ?? [];
    return only !== undefined && others.length === 0 ? ['original', only] : ['name', name];
  };
  const keyed = versions.map((version) => ({ version, key: chainIdOf(version) }));
  const groups = groupBy(keyed, ({ version, key }) => [version.brand, ...key].join('\n'));
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    return [{ brand: first.version.brand, chainId: first.key[1], versions: members.map(({ version }) => version) }];
  });
}

function isName(name: string | null): name is string {
  return name !== null && name.trim() !== '' && !isNullWord(name);
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}
