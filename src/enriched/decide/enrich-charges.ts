import type { LocalDate } from '../../core/time.ts';
import { chargeCategory, followingPrice, type ChargeFacts, type PricedCharge } from '../classify/charge-category.ts';
import { funnelStep } from '../classify/funnel-step.ts';
import type { ClassifiedCharge } from '../classify/net-price.ts';
import { priceOf, type Catalog, type Price } from '../facts/catalog.ts';
import type { CatalogFact } from '../facts/facts.ts';
import { groupBy } from '../../core/group-by.ts';
import type { Money } from '../facts/money-reader.ts';
import type { Held, PersonIndex } from '../facts/person-index.ts';
import type { ChargeCategory } from '../rules/facts.ts';
import type { Classified } from '../rules/rule-set.ts';
import type { Rules } from '../rules/rules.ts';
import type { EnrichedRecords } from '../records/enriched-tables.ts';

/** What the records of a person are decided with. */
export interface EnrichSetup {
  readonly rules: Rules;
  readonly catalogs: ReadonlyMap<string, Catalog>;
  readonly asOf: LocalDate;
}

/** A charge of a plan with its parents and its category. */
export interface JudgedCharge {
  readonly held: Held<'rate_plan_charge'>;
  readonly plan: Held<'rate_plan'> | undefined;
  readonly subscriptionId: string | null;
  readonly product: CatalogFact | undefined;
  readonly chargeType: string | null;
  readonly chargeModel: string | null;
  readonly billingPeriod: string | null;
  readonly price: Price;
  readonly mrr: number | null;
  readonly category: Classified<ChargeCategory>;
}

/** Classifies all charges of the person and the neighbours; what a charge's price leads to depends on its siblings. */
export function judgeCharges(setup: EnrichSetup, index: PersonIndex, money: Money): Map<string, JudgedCharge> {
  const opened = index.charges.all.map((held) => open(setup, index, held, money));
  const siblings = groupBy(opened, ({ held, subscriptionId }) => `${held.owner.facts.brand}\n${subscriptionId ?? `alone ${held.id}`}`);
  const judged = new Map<string, JudgedCharge>();
  for (const group of siblings.values()) {
    const priced = group.map(pricedOf);
    for (const [place, charge] of group.entries()) {
      const following = followingPrice(priced[place] as PricedCharge, priced);
      const { held } = charge;
      judged.set(`${held.owner.facts.brand}\n${held.id}`, {
        ...charge,
        category: chargeCategory(setup.rules, factsOf(charge, following)),
      });
    }
  }
  return judged;
}

/** A charge as the subscription class needs it: its amount is that of one period. */
export function classifiedOf({ held, category, chargeType, billingPeriod, price }: JudgedCharge): ClassifiedCharge {
  return {
    category: category.value,
    chargeType,
    amount: price.amount,
    quantity: held.fact.quantity,
    discountPercentage: price.discountPercentage,
    discountAmount: price.discountAmount,
    billingPeriod,
    start: held.fact.effective_start_date as LocalDate | null,
    end: held.fact.effective_end_date as LocalDate | null,
  };
}

/** The record of a charge. */
export function chargeRecord(
  setup: EnrichSetup,
  charge: JudgedCharge,
  notes: string | null,
  chain: { readonly chainId: string | null; readonly isCurrent: boolean },
): EnrichedRecords['charges'][number] {
  const { held, plan, product, price, category } = charge;
  const { fact, owner } = held;
  const { brand, accountId } = owner.facts;
  const step = funnelStep(setup.rules, { brand, ratePlanName: plan?.fact.name ?? null, chargeName: fact.name, subscriptionNotes: notes });
  return {
    brand,
    account_id: accountId,
    source_id: held.id,
    subscription_id: charge.subscriptionId,
    chain_id: chain.chainId,
    rate_plan_id: fact.rate_plan_id,
    plan_name: plan?.fact.name ?? null,
    is_current: chain.isCurrent,
    product_charge_id: fact.product_rate_plan_charge_id,
    product_rate_plan_id: plan?.fact.product_rate_plan_id ?? product?.product_rate_plan_id ?? null,
    product_id: plan?.fact.product_id ?? product?.product_id ?? null,
    charge_number: fact.charge_number,
    name: fact.name,
    charge_type: charge.chargeType,
    charge_model: charge.chargeModel,
    billing_period: charge.billingPeriod,
    quantity: fact.quantity,
    currency: owner.currency,
    price: price.amount,
    mrr: charge.mrr,
    discount_percentage: price.discountPercentage,
    discount_amount: price.discountAmount,
    start_date: fact.effective_start_date,
    end_date: fact.effective_end_date,
    charged_through_date: fact.charged_through_date,
    category: category.value,
    funnel_step: step.value,
    evidence: JSON.stringify({ category: category.evidence, funnel_step: step.evidence }),
  };
}

type OpenedCharge = Omit<JudgedCharge, 'category'>;

/** Finds the parents of a charge; what the charge itself does not say, its catalog charge does. */
function open(setup: EnrichSetup, index: PersonIndex, held: Held<'rate_plan_charge'>, money: Money): OpenedCharge {
  const { fact, owner } = held;
  const { brand } = owner.facts;
  const plan = index.plans.get(brand, fact.rate_plan_id);
  const product = setup.catalogs.get(brand)?.get(fact.product_rate_plan_charge_id ?? '');
  const chargeModel = fact.charge_model ?? product?.charge_model ?? null;
  return {
    held,
    plan,
    subscriptionId: plan?.fact.subscription_id ?? fact.subscription_id,
    product,
    chargeType: fact.charge_type ?? product?.charge_type ?? null,
    chargeModel,
    billingPeriod: fact.billing_period ?? product?.billing_period ?? null,
    price: priceOf({ chargeModel, price: fact.price, extra: fact.extra }, owner.currency, money),
    mrr: money.of(fact.mrr, owner.currency),
  };
}

function pricedOf({ held, plan, product, chargeType, chargeModel, price }: OpenedCharge): PricedCharge {
  return {
    id: held.id,
    productId: plan?.fact.product_id ?? product?.product_id ?? null,
    chargeType,
    chargeModel,
    amount: price.amount,
    start: held.fact.effective_start_date as LocalDate | null,
    end: held.fact.effective_end_date as LocalDate | null,
  };
}

function factsOf({ held, chargeType, chargeModel, billingPeriod, price }: OpenedCharge, following: number | null): ChargeFacts {
  return {
    brand: held.owner.facts.brand,
    name: held.fact.name,
    chargeType,
    chargeModel,
    processingType: null,
    ...price,
    billingPeriod,
    start: held.fact.effective_start_date as LocalDate | null,
    end: held.fact.effective_end_date as LocalDate | null,
    followingPrice: following,
  };
}
