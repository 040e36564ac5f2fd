import { compareText } from '../../core/compare.ts';
import type { Placed } from './order.ts';

/**
 * What is broken in a chain. Partial exports break chains; none of this stops anything.
 *
 * - `missing_predecessor`: PreviousSubscriptionId, or the number before, is not there.
 * - `foreign_predecessor`: PreviousSubscriptionId points into another chain.
 * - `fork`: several versions have the same number or the same predecessor.
 * - `cycle`: versions point to each other in a ring.
 * - `several_latest`: more than one version is flagged as the latest.
 * - `latest_superseded`: the version taken as the latest is not the one with the highest number.
 * - `number_below_one`: versions count from 0, or below.
 * - `unnumbered`: versions have no number.
 */
export type ChainIssueKind =
  'missing_predecessor' | 'foreign_predecessor' | 'fork' | 'cycle' | 'several_latest' | 'latest_superseded' | 'number_below_one' | 'unnumbered';

export interface ChainIssue {
  readonly kind: ChainIssueKind;
  /** The versions concerned, sorted. */
  readonly versionIds: readonly string[];
  /** The id that is missing or foreign, where it is known. */
  readonly pointsTo?: string;
}

/**
 * Finds what is broken in a chain, sorted by kind and versions.
 *
 * @param isElsewhere true if a version of that id exists in another chain of the brand
 */
export function chainIssues(
  ordered: readonly Placed[],
  latest: Placed,
  isElsewhere: (id: string) => boolean,
): ChainIssue[] {
  const issues = [
    ...brokenLinks(ordered, isElsewhere),
    ...forks(ordered),
    ...cycles(ordered),
    ...latestIssues(ordered, latest),
    ...numberIssues(ordered),
  ];
  return issues.sort(
    (a, b) => compareText(a.kind, b.kind) || compareText(a.versionIds.join(), b.versionIds.join()),
  );
}

function brokenLinks(ordered: readonly Placed[], isElsewhere: (id: string) => boolean): ChainIssue[] {
  const ids = new Set(ordered.map(({ row }) => row.id));
  const numbers = new Set(ordered.map(({ number }) => number));
  return ordered.flatMap(({ row, number }): ChainIssue[] => {
    const { id, previousId } = row;
    if (previousId === null) {
      return number > 1 && !numbers.has(number - 1) ? [{ kind: 'missing_predecessor', versionIds: [id] }] : [];
    }
    if (ids.has(previousId)) return [];
    const kind = isElsewhere(previousId) ? 'foreign_predecessor' : 'missing_predecessor';
    return [{ kind, versionIds: [id], pointsTo: previousId }];
  });
}

function forks(ordered: readonly Placed[]): ChainIssue[] {
  const siblings = new Map<string, Set<string>>();
  for (const { row, number } of ordered) {
    for (const key of [`number ${number}`, ...(row.previousId === null ? [] : [`after ${row.previousId}`])]) {
      siblings.set(key, (siblings.get(key) ?? new Set()).add(row.id));
    }
  }
  const forked = new Set([...siblings.values()].filter(({ size }) => size > 1).map((ids) => [...ids].sort().join('\n')));
  return [...forked].map((ids) => ({ kind: 'fork', versionIds: ids.split('\n') }));
}

/** Follows each version back once; a walk that meets itself has found a ring. */
function cycles(ordered: readonly Placed[]): ChainIssue[] {
  const previous = new Map(ordered.map(({ row }) => [row.id, row.previousId]));
  const done = new Set<string>();
  const found: ChainIssue[] = [];
  for (const start of previous.keys()) {
    const walk: string[] = [];
    let id: string | null | undefined = start;
    while (id !== null && id !== undefined && previous.has(id) && !done.has(id) && !walk.includes(id)) {
      walk.push(id);
      id = previous.get(id);
    }
    if (id !== null && id !== undefined && walk.includes(id)) {
      found.push({ kind: 'cycle', versionIds: walk.slice(walk.indexOf(id)).sort() });
    }
    for (const walked of walk) done.add(walked);
  }
  return found;
}

function numberIssues(ordered: readonly Placed[]): ChainIssue[] {
  const idsOf = (isOdd: (version: number | null) => boolean): string[] => ordered.flatMap(({ row }) => (isOdd(row.version) ? [row.id] : [])).sort();
  const issues: ChainIssue[] = [
    { kind: 'number_below_one', versionIds: idsOf((version) => version !== null && version < 1) },
    { kind: 'unnumbered', versionIds: idsOf((version) => version === null) },
  ];
  return issues.filter(({ versionIds }) => versionIds.length > 0);
}

function latestIssues(ordered: readonly Placed[], latest: Placed): ChainIssue[] {
  const flagged = ordered.filter(({ row }) => row.isLatest === true).map(({ row }) => row.id);
  const newer = ordered.filter(({ number }) => number > latest.number).map(({ row }) => row.id);
  return [
    ...(flagged.length > 1 ? [{ kind: 'several_latest' as const, versionIds: flagged.sort() }] : []),
    ...(newer.length > 0 ? [{ kind: 'latest_superseded' as const, versionIds: [latest.row.id, ...newer].sort() }] : []),
  ];
}
