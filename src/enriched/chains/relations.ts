import { compareText } from '../../core/compare.ts';
import type { LocalDate } from '../../core/time.ts';
import { daysBetween } from '../../core/time.ts';
import type { ChainThresholds } from '../rules/schema.ts';

/** A chain as far as its relation to others depends on it. */
export interface ChainSpan {
  readonly brand: string;
  readonly chainId: string;
  /** The person who owns it; null if the account has no e-mail. */
  readonly personId: string | null;
  /** Every account that owned it. */
  readonly accountIds: readonly string[];
  /** The products of its current plans; if none is current, of all. */
  readonly productIds: readonly string[];
  readonly start: LocalDate | null;
  readonly end: LocalDate | null;
  readonly isDraft: boolean;
  readonly isRecurring: boolean;
}

/** A chain that was cancelled and sold again as another; the platform keeps no link, so it is inferred. */
export interface Replacement {
  readonly brand: string;
  readonly oldChainId: string;
  readonly newChainId: string;
  /** Days from the end of the old chain to the start of the new one; negative if they overlap. */
  readonly days: number;
  readonly inferred: true;
}

/** A chain that brought a former customer back. */
export interface Winback {
  readonly brand: string;
  readonly chainId: string;
  /** The chain that ended last before it. */
  readonly formerChainId: string;
  /** Days from that end to the start. */
  readonly days: number;
}

export interface ChainRelations {
  /** By brand and new chain. Each chain replaces and is replaced at most once. */
  readonly replacements: readonly Replacement[];
  /** By brand and chain. */
  readonly winbacks: readonly Winback[];
}

type Dated = ChainSpan & { readonly start: LocalDate };

/**
 * Infers replacements and winbacks among the chains of a person (or of any number of persons). The result is the
 * same whatever the order of the rows. Sources: billing, "Cancel-and-resell"; classification, `winback`.
 */
export function relateChains(spans: readonly ChainSpan[], thresholds: ChainThresholds): ChainRelations {
  const dated = spans
    .filter((span): span is Dated => span.start !== null && !span.isDraft)
    .sort((a, b) => compareText(a.brand, b.brand) || compareText(a.chainId, b.chainId));
  const replacements = inferReplacements(dated, thresholds);
  const replaced = new Set(replacements.map(({ brand, newChainId }) => `${brand}\n${newChainId}`));
  const winbacks = dated
    .filter(({ brand, chainId }) => !replaced.has(`${brand}\n${chainId}`))
    .flatMap((span) => findWinback(span, dated, thresholds));
  return { replacements, winbacks };
}

/** The closest pairs are taken first, each chain once on each side. */
function inferReplacements(spans: readonly Dated[], thresholds: ChainThresholds): Replacement[] {
  const { replacement_days_after: after, replacement_days_before: before } = thresholds;
  const candidates = spans.flatMap((next) =>
    spans.flatMap((old): Replacement[] => {
      if (old === next || old.end === null || old.start >= next.start || !isSameOwner(old, next)) return [];
      if (!old.productIds.some((id) => next.productIds.includes(id))) return [];
      const days = daysBetween(old.end, next.start);
      if (days > after || -days > before) return [];
      return [{ brand: next.brand, oldChainId: old.chainId, newChainId: next.chainId, days, inferred: true }];
    }),
  );
  // A stable sort: pairs that are equally close stay in the order of their chains.
  candidates.sort((a, b) => Math.abs(a.days) - Math.abs(b.days) || b.days - a.days);
  const taken = new Set<string>();
  const pairs = candidates.filter(({ brand, oldChainId, newChainId }) => {
    const keys = [`old\n${brand}\n${oldChainId}`, `new\n${brand}\n${newChainId}`];
    if (keys.some((key) => taken.has(key))) return false;
    for (const key of keys) taken.add(key);
    return true;
  });
  return pairs.sort((a, b) => compareText(a.brand, b.brand) || compareText(a.newChainId, b.newChainId));
}

/**
 * A former customer has no chain that still runs: every recurring chain that started earlier ended in time, and at
 * least one chain did. One-off purchases keep nobody a customer.
 */
function findWinback(span: Dated, spans: readonly Dated[], thresholds: ChainThresholds): Winback[] {
  const earlier = spans.filter((other) => other.start < span.start && isSameOwner(other, span));
  const daysSince = ({ end }: Dated): number => (end === null ? -Infinity : daysBetween(end, span.start));
  const ended = earlier.filter((other) => daysSince(other) >= thresholds.winback_days_after);
  if (earlier.some((other) => other.isRecurring && !ended.includes(other))) return [];
  const [last] = ended.sort((a, b) => daysSince(a) - daysSince(b));
  if (last === undefined) return [];
  return [{ brand: span.brand, chainId: span.chainId, formerChainId: last.chainId, days: daysSince(last) }];
}

function isSameOwner(a: ChainSpan, b: ChainSpan): boolean {
  if (a.brand !== b.brand) return false;
  return (a.personId !== null && a.personId === b.personId) || a.accountIds.some((id) => b.accountIds.includes(id));
}
