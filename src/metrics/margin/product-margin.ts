import { add as addFractions, fraction, multiply, roundHalfEven, type Fraction } from '../../core/fraction.ts';
import { compareText } from '../../core/compare.ts';
import { groupBy } from '../../core/group-by.ts';
import type { LocalDate } from '../../core/time.ts';
import { fractionOf, minorOf, rateBetween, type Rates } from '../records/rates.ts';

/** What a unit of a product costs from a day on, in major units. */
export interface UnitCost {
  readonly sku: string;
  readonly currency: string;
  readonly validFrom: LocalDate;
  readonly unit: string;
  readonly fulfilment: string | null;
}

/** A sale, or what lowers one later. Amounts in minor units, without tax. */
export interface MarginFact {
  readonly kind: 'sale' | 'discount' | 'credit' | 'refund';
  readonly sku: string;
  readonly currency: string;
  /** The day of the sale, also of what lowers it later: a cost is that of the sale. */
  readonly soldOn: LocalDate;
  /** Units of a sale; null counts as one. */
  readonly quantity: string | null;
  readonly amount: number;
  readonly paymentFee: number | null;
  /** What the carrier charged for this line: in the place of the cost of fulfilment. */
  readonly shipping: number | undefined;
}

/** What a product brought and cost in a currency. */
export interface ProductMargin {
  readonly sku: string;
  readonly currency: string;
  /** Units sold. */
  readonly quantity: Fraction;
  readonly netSales: number;
  /** As far as the cost is known; the rest is in no margin. */
  readonly coveredSales: number;
  readonly cost: number;
  readonly fulfilment: number;
  readonly paymentFees: number;
  /** Null if the cost of nothing is known. */
  readonly margin: number | null;
}

/** The costs of a brand by product. */
export class UnitCosts {
  readonly #rates: Rates | undefined;
  readonly #bySku: ReadonlyMap<string, readonly UnitCost[]>;

  constructor(costs: readonly UnitCost[], rates?: Rates) {
    this.#rates = rates;
    this.#bySku = groupBy([...costs].sort((a, b) => compareText(b.validFrom, a.validFrom) || compareText(a.currency, b.currency)), ({ sku }) => sku);
  }

  /** What so many units cost on a day in a currency, in minor units, each rounded once; undefined if nobody knows. */
  of(sku: string, date: LocalDate, currency: string, quantity: Fraction): { readonly cost: number; readonly fulfilment: number } | undefined {
    const valid = (this.#bySku.get(sku) ?? []).filter((cost) => cost.validFrom <= date);
    const row = valid.find((cost) => cost.currency === currency) ?? valid.find((cost) => rateBetween(this.#rates, cost.currency, currency) !== undefined);
    const rate = row && rateBetween(this.#rates, row.currency, currency);
    if (row === undefined || rate === undefined) return undefined;
    const amountOf = (unit: string): number | undefined => {
      const minor = minorOf(multiply(multiply(fractionOf(unit), rate), quantity), currency);
      return minor && roundHalfEven(minor);
    };
    const [cost, fulfilment] = [amountOf(row.unit), amountOf(row.fulfilment ?? '0')];
    return cost === undefined || fulfilment === undefined ? undefined : { cost, fulfilment };
  }
}

/**
 * Margin by product and currency (metrics specification, "Margin"): net sales less cost, fulfilment and payment fees. A refund
 * lowers sales, not cost. Without a cost a line and all that lowers it are uncovered: out of the margin, in the coverage.
 */
export function productMargins(facts: readonly MarginFact[], costs: UnitCosts): ProductMargin[] {
  const sums = new Map<string, Sum>();
  for (const fact of facts) {
    const key = `${fact.currency}\t${fact.sku}`;
    const sum = sums.get(key) ?? newSum(fact);
    sums.set(key, sum);
    add(sum, fact, costs);
  }
  return [...sums].sort(([a], [b]) => compareText(a, b)).map(([, { isCovered, ...sum }]) => ({ ...sum, margin: isCovered ? sum.coveredSales - sum.cost - sum.fulfilment - sum.paymentFees : null }));
}

type Sum = { -readonly [Name in Exclude<keyof ProductMargin, 'margin'>]: ProductMargin[Name] } & { isCovered: boolean };

function newSum({ sku, currency }: MarginFact): Sum {
  return { sku, currency, quantity: fraction(0), netSales: 0, coveredSales: 0, cost: 0, fulfilment: 0, paymentFees: 0, isCovered: false };
}

function add(sum: Sum, { kind, sku, currency, soldOn, quantity, amount, paymentFee, shipping }: MarginFact, costs: UnitCosts): void {
  const units = fractionOf(quantity ?? '1');
  sum.netSales += amount;
  if (kind === 'sale') sum.quantity = addFractions(sum.quantity, units);
  const cost = costs.of(sku, soldOn, currency, units);
  if (cost === undefined) return;
  sum.isCovered = true;
  sum.coveredSales += amount;
  if (kind !== 'sale') return;
  sum.cost += cost.cost;
  sum.fulfilment += shipping ?? cost.fulfilment;
  sum.paymentFees += paymentFee ?? 0;
}
