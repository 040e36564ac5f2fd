import { productCategory } from '../facts/catalog.ts';
import { chargeCategory } from '../classify/charge-category.ts';
import { funnelStep } from '../classify/funnel-step.ts';
import type { EnrichSetup, JudgedCharge } from './enrich-charges.ts';
import type { CatalogFact } from '../facts/facts.ts';
import { Money } from '../facts/money-reader.ts';
import type { Held, PersonIndex } from '../facts/person-index.ts';
import type { ChargeCategory } from '../rules/facts.ts';
import type { Classified } from '../rules/rule-set.ts';
import type { EnrichedRecords } from '../records/enriched-tables.ts';

/** An invoice line with its parents and its category. */
export interface JudgedLine {
  readonly held: Held<'invoice_item'>;
  readonly invoice: Held<'invoice'> | undefined;
  readonly charge: JudgedCharge | undefined;
  readonly product: CatalogFact | undefined;
  readonly currency: string | null;
  /** Tax excluded. */
  readonly amount: number | null;
  readonly chargeType: string | null;
  readonly category: Classified<ChargeCategory>;
}

/** Classifies an invoice line. Its own texts and amount decide, its charge says what it cannot: type and trial. */
export function judgeLine(
  setup: EnrichSetup,
  index: PersonIndex,
  charges: ReadonlyMap<string, JudgedCharge>,
  held: Held<'invoice_item'>,
  money: Money,
): JudgedLine {
  const { fact, owner } = held;
  const { brand } = owner.facts;
  const invoice = index.invoices.get(brand, fact.invoice_id);
  const charge = fact.rate_plan_charge_id === null ? undefined : charges.get(`${brand}\n${fact.rate_plan_charge_id}`);
  const product = charge?.product ?? setup.catalogs.get(brand)?.get(fact.product_rate_plan_charge_id ?? '');
  const currency = invoice?.fact.currency ?? owner.currency;
  const amount = money.of(fact.charge_amount, currency);
  const chargeType = charge?.chargeType ?? product?.charge_type ?? null;
  const own = chargeCategory(setup.rules, {
    brand,
    name: fact.charge_name ?? charge?.held.fact.name ?? product?.name ?? null,
    chargeType,
    chargeModel: charge?.chargeModel ?? product?.charge_model ?? null,
    processingType: fact.processing_type,
    amount,
    discountPercentage: null,
    discountAmount: null,
    billingPeriod: null,
    start: null,
    end: null,
    followingPrice: null,
  });
  return { held, invoice, charge, product, currency, amount, chargeType, category: betterKnown(setup, own, charge, product, held) ?? own };
}

/**
 * What the charge, or the catalog, knows better of a line. Only the dates and prices of a subscription's charges make some
 * of them trials. And a part of a price that is given back is no discount, though the product's name may speak of one:
 * then the line is called as its charge is, or as the catalog calls it where the charge is missing or renamed.
 */
function betterKnown(
  setup: EnrichSetup,
  own: JudgedLine['category'],
  charge: JudgedCharge | undefined,
  product: CatalogFact | undefined,
  { fact, owner }: Held<'invoice_item'>,
): JudgedLine['category'] | undefined {
  if (own.value === 'subscription') return charge?.category.value === 'trial' ? charge.category : undefined;
  if (own.value !== 'discount' || own.evidence.matched === undefined || fact.charge_name === null) return undefined;
  if (fact.charge_name === charge?.held.fact.name) return charge.category;
  return fact.charge_name === product?.name ? productCategory(setup.rules, owner.facts.brand, product, new Money()).category : undefined;
}

/** The record of an invoice line. */
export function lineRecord(
  setup: EnrichSetup,
  line: JudgedLine,
  notes: string | null,
  chainId: string | null,
  money: Money,
): EnrichedRecords['invoice_lines'][number] {
  const { held, charge, product, currency } = line;
  const { fact, owner } = held;
  const { brand, accountId } = owner.facts;
  const plan = charge?.plan?.fact;
  const step = funnelStep(setup.rules, {
    brand,
    ratePlanName: plan?.name ?? product?.product_rate_plan_name ?? null,
    chargeName: fact.charge_name,
    subscriptionNotes: notes,
  });
  return {
    brand,
    account_id: accountId,
    source_id: held.id,
    invoice_id: fact.invoice_id,
    subscription_id: fact.subscription_id,
    chain_id: chainId,
    charge_id: fact.rate_plan_charge_id,
    product_charge_id: fact.product_rate_plan_charge_id,
    product_rate_plan_id: plan?.product_rate_plan_id ?? product?.product_rate_plan_id ?? null,
    product_id: fact.product_id ?? plan?.product_id ?? product?.product_id ?? null,
    name: fact.charge_name,
    sku: fact.sku ?? product?.product_sku ?? null,
    charge_type: line.chargeType,
    processing_type: fact.processing_type,
    quantity: fact.quantity,
    unit_price: fact.unit_price,
    currency,
    amount: line.amount,
    tax_amount: money.of(fact.tax_amount, currency),
    charge_date: fact.charge_date,
    service_start_date: fact.service_start_date,
    service_end_date: fact.service_end_date,
    applied_to_line_id: fact.applied_to_invoice_item_id,
    category: line.category.value,
    funnel_step: step.value,
    evidence: JSON.stringify({ category: line.category.evidence, funnel_step: step.evidence }),
  };
}
