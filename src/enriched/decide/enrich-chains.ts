import { compareText } from '../../core/compare.ts';
import { squash } from '../../core/text/text.ts';
import { dateOf, type Instant, type LocalDate } from '../../core/time.ts';
import { buildChains, type Chain } from '../chains/chain.ts';
import { inOrder } from '../chains/order.ts';
import { relateChains, type ChainRelations, type ChainSpan } from '../chains/relations.ts';
import { chainStates, type ChainStates } from '../chains/states.ts';
import type { ChainAmendment } from '../chains/suspensions.ts';
import { brandKey, type PlanVersion, type SubscriptionVersion } from '../chains/version.ts';
import { classifiedOf, type EnrichSetup, type JudgedCharge } from './enrich-charges.ts';
import { flag, type Fact } from '../facts/facts.ts';
import { groupBy } from '../../core/group-by.ts';
import type { Held, PersonIndex } from '../facts/person-index.ts';
import { accountKey } from '../facts/person-index.ts';

/** A chain with the plans and charges that it is judged by. */
export interface OpenedChain {
  readonly chain: Chain;
  /** The current plans; where none is current, all of the latest version. */
  readonly plans: readonly PlanVersion[];
  readonly charges: readonly JudgedCharge[];
  readonly states: ChainStates;
  /** The number of each version by its id. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** All chains of a person and the neighbours, and how they relate. */
export interface Chains {
  readonly opened: readonly OpenedChain[];
  /** The chain of a version. */
  readonly ofVersion: ReadonlyMap<string, OpenedChain>;
  readonly relations: ChainRelations;
}

/** Builds the chains of a person's subscription versions with their current plans and charges. */
export function openChains(setup: EnrichSetup, index: PersonIndex, charges: ReadonlyMap<string, JudgedCharge>): Chains {
  const plans = index.plans.all.map(planOf);
  const plansByVersion = groupBy(plans, ({ brand, versionId }) => brandKey(brand, versionId));
  const chargesByPlan = groupBy([...charges.values()], ({ held }) => brandKey(held.owner.facts.brand, held.fact.rate_plan_id ?? ''));
  const amendments = groupBy(index.amendments.all, ({ fact, owner }) => brandKey(owner.facts.brand, fact.subscription_id ?? ''));
  const opened = buildChains(index.subscriptions.all.map(versionOf), plans).map((chain): OpenedChain => {
    const ofLatest = plansByVersion.get(brandKey(chain.brand, chain.latest.id)) ?? [];
    const kept = chain.currentPlans.length > 0 ? chain.currentPlans : [...ofLatest].sort((a, b) => compareText(a.id, b.id));
    return {
      chain,
      plans: kept,
      charges: kept.flatMap(({ id }) => chargesByPlan.get(brandKey(chain.brand, id)) ?? []),
      states: chainStates({
        start: chain.start ?? createdOn(index, chain),
        latest: chain.latest,
        amendments: chain.versions.flatMap(({ id }) => amendments.get(brandKey(chain.brand, id)) ?? []).map(({ fact }) => amendmentOf(fact)),
      }),
      numbers: new Map(inOrder(chain.versions).map(({ row, number }) => [row.id, number])),
    };
  });
  const ofVersion = new Map(opened.flatMap((one) => one.chain.versions.map(({ id }) => [brandKey(one.chain.brand, id), one])));
  const spans = opened.map((one) => spanOf(index, one));
  return { opened, ofVersion, relations: relateChains(spans, setup.rules.chains) };
}

/** True if a charge of the plan is billed again and again. */
export function isRecurring({ chargeType, category }: Pick<JudgedCharge, 'chargeType' | 'category'>): boolean {
  return category.value !== 'discount' && ['recurring', 'usage'].includes(squash(chargeType ?? ''));
}

/** The next date after `asOf` on which the chain can change by itself: an end, a start, a trial's end; null if none. */
export function nextDate({ chain, states, charges }: OpenedChain, asOf: LocalDate): LocalDate | null {
  const { cancelled, subscriptionStart, subscriptionEnd, termEnd } = chain.latest;
  const periods = charges.map(classifiedOf).flatMap(({ start, end }) => [start, end]);
  const suspended = states.suspensions.flatMap(({ from, to }) => [from, to]);
  return [cancelled, subscriptionStart, subscriptionEnd, termEnd, states.start, states.end, ...suspended, ...periods].reduce<LocalDate | null>(
    (next, date) => (date !== null && date > asOf && (next === null || date < next) ? date : next),
    null,
  );
}

function versionOf({ fact, id, owner }: Held<'subscription'>): SubscriptionVersion {
  return {
    brand: owner.facts.brand,
    id,
    accountId: owner.facts.accountId,
    name: fact.name,
    version: fact.version === null ? null : Number(fact.version),
    isLatest: flag(fact.is_latest_version),
    originalId: fact.original_id,
    previousId: fact.previous_subscription_id,
    status: fact.status,
    termType: fact.term_type,
    autoRenew: flag(fact.auto_renew),
    contractEffective: fact.contract_effective_date as LocalDate | null,
    subscriptionStart: fact.subscription_start_date as LocalDate | null,
    subscriptionEnd: fact.subscription_end_date as LocalDate | null,
    termStart: fact.term_start_date as LocalDate | null,
    termEnd: fact.term_end_date as LocalDate | null,
    cancelled: fact.cancelled_date as LocalDate | null,
    updated: fact.updated_date === null ? null : dateOf(fact.updated_date as Instant),
    deleted: false,
  };
}

function amendmentOf(fact: Fact<'amendment'>): ChainAmendment {
  return { type: fact.type, status: fact.status, effective: (fact.effective_date ?? fact.contract_effective_date) as LocalDate | null };
}

/** The day on which the account of a chain was created. */
function createdOn(index: PersonIndex, { brand, latest }: Chain): LocalDate | null {
  const created = index.accounts.get(accountKey({ brand, accountId: latest.accountId }))?.facts.account[0]?.created_date ?? null;
  return created === null ? null : dateOf(created as Instant);
}

function planOf({ fact, id, owner }: Held<'rate_plan'>): PlanVersion {
  return {
    brand: owner.facts.brand,
    id,
    versionId: fact.subscription_id ?? '',
    productId: fact.product_id,
    productRatePlanId: fact.product_rate_plan_id,
    name: fact.name,
    amendmentType: fact.amendment_type,
  };
}

function spanOf(index: PersonIndex, { chain, plans, charges }: OpenedChain): ChainSpan {
  const owner = index.accounts.get(accountKey({ brand: chain.brand, accountId: chain.latest.accountId }));
  const products = plans.map(({ productId, productRatePlanId }) => productId ?? productRatePlanId);
  return {
    brand: chain.brand,
    chainId: chain.id,
    personId: owner?.person.emailSha256 == null ? null : owner.person.personId,
    accountIds: [...new Set(chain.versions.map(({ accountId }) => accountId))],
    productIds: [...new Set(products.filter((id) => id !== null))],
    start: chain.start,
    end: chain.end,
    isDraft: squash(chain.latest.status ?? '') === 'draft',
    isRecurring: charges.some(isRecurring),
  };
}
