import { compareText } from '../../core/compare.ts';
import type { SubscriptionVersion } from './version.ts';

/** A version with its place in the chain. */
export interface Placed {
  readonly row: SubscriptionVersion;
  /** From 1: its Version, or where that is blank the number that its predecessors imply. */
  readonly number: number;
}

/**
 * The versions of a chain from the oldest to the newest; the same whatever the order of the rows. A chain that counts from
 * 0 or below is moved up as a whole, so that its first version is 1 as everywhere (billing, "Subscription versions and
 * chains"); chainIssues reports it.
 */
export function inOrder(versions: readonly SubscriptionVersion[]): Placed[] {
  const byId = new Map(versions.map((row) => [row.id, row]));
  const numbered = versions.map((row) => ({ row, number: numberOf(row, byId) }));
  const lowest = numbered.reduce((least, { number }) => Math.min(least, number), 1);
  return numbered
    .map(({ row, number }) => ({ row, number: number + 1 - lowest }))
    .sort((a, b) => a.number - b.number || compareText(a.row.id, b.row.id));
}

/**
 * The latest version: the one with the highest number among those flagged or not known not to be, else among all
 * (billing: IsLatestVersion may be blank). Between equal numbers the flag decides, then the id.
 */
export function latestOf(ordered: readonly Placed[]): Placed | undefined {
  const candidates = ordered.filter(({ row }) => row.isLatest !== false);
  return (candidates.length > 0 ? candidates : ordered).reduce<Placed | undefined>(
    (best, next) => (best === undefined || isLater(next, best) ? next : best),
    undefined,
  );
}

/**
 * The versions that led to the latest one, oldest first: along PreviousSubscriptionId, and where that is broken to
 * the next lower number. Numbers fall with each step, so that no cycle can trap it.
 */
export function lineTo(latest: Placed, ordered: readonly Placed[]): Placed[] {
  const byId = new Map(ordered.map((placed) => [placed.row.id, placed]));
  const line = [latest];
  for (let current = latest; ; ) {
    const { row, number } = current;
    const linked = row.previousId === null ? undefined : byId.get(row.previousId);
    const before = linked !== undefined && linked.number < number ? linked : ordered.findLast((p) => p.number < number);
    if (before === undefined) return line.reverse();
    line.push(before);
    current = before;
  }
}

function isLater(a: Placed, b: Placed): boolean {
  if (a.number !== b.number) return a.number > b.number;
  const flags = Number(a.row.isLatest === true) - Number(b.row.isLatest === true);
  return flags === 0 ? a.row.id > b.row.id : flags > 0;
}

function numberOf(row: SubscriptionVersion, byId: ReadonlyMap<string, SubscriptionVersion>): number {
  const seen = new Set<string>();
  let steps = 0;
  for (let current = row; ; steps++) {
    if (current.version !== null) return current.version + steps;
    seen.add(current.id);
    const before = current.previousId === null ? undefined : byId.get(current.previousId);
    if (before === undefined || seen.has(before.id)) return 1 + steps;
    current = before;
  }
}
