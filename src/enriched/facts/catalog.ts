import { compareText } from '../../core/compare.ts';
import { parseDecimal } from '../../core/decimal.ts';
import { normaliseHeader } from '../../sources/contract/contract.ts';
import { squash } from '../../core/text/text.ts';
import type { LocalDate } from '../../core/time.ts';
import { chargeCategory } from '../classify/charge-category.ts';
import { funnelStep } from '../classify/funnel-step.ts';
import type { CatalogFact } from './facts.ts';
import type { Money } from './money-reader.ts';
import type { Notes } from './notes.ts';
import type { ChargeCategory } from '../rules/facts.ts';
import type { Classified } from '../rules/rule-set.ts';
import type { Rules } from '../rules/rules.ts';
import type { EnrichedRecords } from '../records/enriched-tables.ts';

/** The catalog charges of a brand by id. */
export type Catalog = ReadonlyMap<string, CatalogFact>;

/** What a price stands for: money, or a percentage taken off. */
export interface Price {
  readonly amount: number | null;
  /** As a decimal: `12.5`. */
  readonly discountPercentage: string | null;
  readonly discountAmount: number | null;
}

/**
 * Reads the price of a charge. On discounts the platform's Price is the percentage or the amount taken off, unless
 * the export has DiscountPercentage or DiscountAmount beside it.
 */
export function priceOf(
  charge: { readonly chargeModel: string | null; readonly price: string | null; readonly extra: string | null },
  currency: string | null,
  money: Money,
): Price {
  const { price, extra } = charge;
  const model = squash(charge.chargeModel ?? '');
  const beside = extra === null ? {} : extraFields(extra);
  const percentage = beside['discountpercentage'] ?? (model === 'discountpercentage' ? price : null);
  const amount = beside['discountamount'] ?? (model === 'discountfixedamount' ? price : null);
  return {
    amount: model.startsWith('discount') ? null : money.of(price, currency),
    discountPercentage: (percentage === null ? undefined : parseDecimal(percentage.trim())) ?? null,
    discountAmount: money.of(amount, currency),
  };
}

/** The category of a catalog charge, with its list price. */
export function productCategory(rules: Rules, brand: string, fact: CatalogFact, money: Money): { category: Classified<ChargeCategory>; amount: number | null } {
  const { amount, discountPercentage, discountAmount } = priceOf(
    { chargeModel: fact.charge_model, price: fact.list_price, extra: fact.extra },
    fact.currency,
    money,
  );
  const category = chargeCategory(rules, {
    brand,
    name: fact.name,
    chargeType: fact.charge_type,
    chargeModel: fact.charge_model,
    processingType: null,
    amount,
    discountPercentage,
    discountAmount,
    billingPeriod: fact.billing_period,
    start: fact.effective_start_date as LocalDate | null,
    end: fact.effective_end_date as LocalDate | null,
    followingPrice: null,
  });
  return { category, amount };
}

/** The record of a catalog charge. */
export function productRecord(
  rules: Rules,
  brand: string,
  fact: CatalogFact,
  money: Money,
  notes: Notes,
): EnrichedRecords['products'][number] {
  const { category, amount } = productCategory(rules, brand, fact, money);
  const step = funnelStep(rules, {
    brand,
    ratePlanName: fact.product_rate_plan_name,
    chargeName: fact.name,
    subscriptionNotes: null,
  });
  notes.classified(brand, 'catalog_category', category.value, fact.name);
  notes.classified(brand, 'catalog_funnel_step', step.value, fact.product_rate_plan_name);
  return {
    brand,
    source_id: fact.source_id,
    product_id: fact.product_id,
    product_name: fact.product_name,
    sku: fact.product_sku,
    product_category: fact.product_category,
    product_rate_plan_id: fact.product_rate_plan_id,
    plan_name: fact.product_rate_plan_name,
    name: fact.name,
    charge_type: fact.charge_type,
    charge_model: fact.charge_model,
    billing_period: fact.billing_period,
    currency: fact.currency,
    list_price: amount,
    start_date: fact.effective_start_date,
    end_date: fact.effective_end_date,
    category: category.value,
    funnel_step: step.value,
    evidence: JSON.stringify({ category: category.evidence, funnel_step: step.evidence }),
  };
}

/** The catalog by id, in an order that does not depend on the database. */
export function catalogOf(facts: readonly CatalogFact[]): Catalog {
  return new Map([...facts].sort((a, b) => compareText(a.source_id ?? '', b.source_id ?? '')).map((fact) => [fact.source_id ?? '', fact]));
}

/** The unknown columns of an export, which raw rows keep, by their names without case and separators. */
function extraFields(extra: string): Record<string, string | null> {
  const fields = JSON.parse(extra) as Record<string, string>;
  return Object.fromEntries(Object.entries(fields).map(([header, value]) => [normaliseHeader(header), value === '' ? null : value]));
}
