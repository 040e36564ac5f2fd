import { compareText } from '../../core/compare.ts';
import { groupBy } from '../../core/group-by.ts';
import type { LocalDate } from '../../core/time.ts';
import type { MrrSegment } from '../mrr/segments.ts';
import { GROUP } from '../records/group.ts';

/** A chain of a customer with its segments. */
export interface MovingChain {
  readonly brand: string;
  readonly chainId: string;
  readonly currency: string;
  readonly segments: readonly Pick<MrrSegment, 'from' | 'to' | 'mrr'>[];
  /** It was sold in place of another; another was sold in place of it. */
  readonly replaces: boolean;
  readonly isReplaced: boolean;
  /** After how many months it renews, by what is billed on a day; null: not told. */
  readonly renewalMonthsOn: (day: LocalDate) => number | null;
}

export type MovementKind = 'new' | 'expansion' | 'contraction' | 'churn' | 'reactivation';

/** The net change of a customer's MRR on a day. Minor units. */
export interface Movement {
  /** A brand, or `*`: over all of them. */
  readonly scope: string;
  readonly currency: string;
  readonly date: LocalDate;
  readonly kind: MovementKind;
  readonly amount: number;
  readonly before: number;
  readonly after: number;
  /** A churn or reactivation that is only the gap between a chain and the one that replaces it. */
  readonly isReplacement: boolean;
  /** Of `new`: after how many months the chain renews that began it, the largest of several; null: not told, or another kind. */
  readonly renewalMonths: number | null;
  /** What each chain has to do with it. */
  readonly chains: readonly { readonly brand: string; readonly chainId: string; readonly amount: number }[];
}

/**
 * The movements of one person's MRR, in each brand and over all of them, by currency (metrics, "Movements"): at most one a
 * day. Those in the future are among them. The result is the same whatever the order of the chains.
 */
export function movementsOf(chains: readonly MovingChain[]): Movement[] {
  const sorted = [...chains].sort((a, b) => compareText(a.brand, b.brand) || compareText(a.chainId, b.chainId));
  const scoped = [...sorted.map((chain) => ({ scope: chain.brand, chain })), ...sorted.map((chain) => ({ scope: GROUP, chain }))];
  return [...groupBy(scoped, ({ scope, chain }) => `${scope}\n${chain.currency}`).values()]
    .flatMap((lives) => ofOneLife(lives[0]?.scope ?? GROUP, lives.map(({ chain }) => chain)))
    .sort((a, b) => compareText(a.scope, b.scope) || compareText(a.currency, b.currency) || compareText(a.date, b.date));
}

interface Change {
  readonly chain: MovingChain;
  readonly date: LocalDate;
  readonly amount: number;
}

function ofOneLife(scope: string, chains: readonly MovingChain[]): Movement[] {
  const days = [...groupBy(chains.flatMap(changesOf), ({ date }) => date)].sort(([a], [b]) => compareText(a, b));
  const movements: Movement[] = [];
  let before = 0;
  let wasAboveZero = false;
  for (const [day, changes] of days) {
    const amount = changes.reduce((sum, change) => sum + change.amount, 0);
    if (amount === 0) continue;
    const after = before + amount;
    const kind = kindOf(before, after, wasAboveZero);
    movements.push({
      ...{ scope, currency: chains[0]?.currency ?? '', date: day, kind, amount, before, after },
      isReplacement: (kind === 'churn' && changes.some(givesWay)) || (kind === 'reactivation' && changes.some(takesOver)),
      renewalMonths: kind === 'new' ? renewalOf(changes) : null,
      chains: changes.map(({ chain, amount: own }) => ({ brand: chain.brand, chainId: chain.chainId, amount: own })),
    });
    before = after;
    wasAboveZero ||= after > 0;
  }
  return movements;
}

/** How the MRR of a chain changes, by date; at each day at most once. */
function changesOf(chain: MovingChain): Change[] {
  const byDay = new Map<LocalDate, number>();
  for (const { from, to, mrr } of chain.segments) {
    byDay.set(from, (byDay.get(from) ?? 0) + mrr);
    if (to !== null) byDay.set(to, (byDay.get(to) ?? 0) - mrr);
  }
  return [...byDay].filter(([, amount]) => amount !== 0).map(([date, amount]) => ({ chain, date, amount }));
}

function kindOf(before: number, after: number, wasAboveZero: boolean): MovementKind {
  if (before === 0) return wasAboveZero ? 'reactivation' : 'new';
  if (after === 0) return 'churn';
  return after > before ? 'expansion' : 'contraction';
}

/** Of the largest change; of equal ones the first chain's. */
function renewalOf(changes: readonly Change[]): number | null {
  const largest = changes.reduce((best, change) => (change.amount > best.amount ? change : best));
  return largest.chain.renewalMonthsOn(largest.date);
}

/** The last day of a chain that another replaces. */
function givesWay({ chain, date, amount }: Change): boolean {
  return chain.isReplaced && amount < 0 && chain.segments.every(({ from, mrr }) => mrr === 0 || from < date);
}

/** The first day of a chain that replaces another. */
function takesOver({ chain, date, amount }: Change): boolean {
  return chain.replaces && amount > 0 && chain.segments.every(({ to, mrr }) => mrr === 0 || to === null || to > date);
}
