import type { LocalDate } from '../../core/time.ts';
import { brandKey } from '../chains/version.ts';
import { funnelStep } from '../classify/funnel-step.ts';
import { isActive, lifecycle } from '../chains/lifecycle.ts';
import { subscriptionClass } from '../classify/subscription-class.ts';
import { classifiedOf, type EnrichSetup, type JudgedCharge } from './enrich-charges.ts';
import { isRecurring, nextDate, type Chains, type OpenedChain } from './enrich-chains.ts';
import type { JudgedLine } from './enrich-lines.ts';
import { flag, type Fact } from '../facts/facts.ts';
import { groupBy } from '../../core/group-by.ts';
import type { Held, PersonIndex } from '../facts/person-index.ts';
import { accountKey } from '../facts/person-index.ts';
import type { EnrichedRecords } from '../records/enriched-tables.ts';

type SubscriptionRecord = EnrichedRecords['subscriptions'][number];

/** What is decided of a whole subscription; it stands on the record of its latest version. */
type ChainVerdict = Pick<
  SubscriptionRecord,
  'class' | 'lifecycle' | 'is_active' | 'funnel_step' | 'replaces_chain_id' | 'replaced_by_chain_id' | 'winback_of_chain_id' |
  'chain_start' | 'chain_end' | 'renewals' | 'next_date' | 'evidence'
>;

/**
 * Superseded versions are Expired on the platform although nothing ended: they carry no class, lifecycle or funnel
 * step, so that no count can take a version for a subscription.
 */
const SUPERSEDED: ChainVerdict = {
  class: null,
  lifecycle: null,
  is_active: false,
  funnel_step: null,
  replaces_chain_id: null,
  replaced_by_chain_id: null,
  winback_of_chain_id: null,
  chain_start: null,
  chain_end: null,
  renewals: null,
  next_date: null,
  evidence: null,
};

/** Makes the records of subscription versions. */
export class SubscriptionWriter {
  readonly #setup: EnrichSetup;
  readonly #index: PersonIndex;
  readonly #chains: Chains;
  readonly #lines: Map<string, JudgedLine[]>;
  readonly #replaces: ReadonlyMap<string, string>;
  readonly #replacedBy: ReadonlyMap<string, string>;
  readonly #winbackOf: ReadonlyMap<string, string>;

  constructor(setup: EnrichSetup, index: PersonIndex, chains: Chains, lines: readonly JudgedLine[]) {
    const { replacements, winbacks } = chains.relations;
    this.#setup = setup;
    this.#index = index;
    this.#chains = chains;
    this.#lines = groupBy(lines, ({ held }) => brandKey(held.owner.facts.brand, held.fact.subscription_id ?? ''));
    this.#replaces = new Map(replacements.map((pair) => [brandKey(pair.brand, pair.newChainId), pair.oldChainId]));
    this.#replacedBy = new Map(replacements.map((pair) => [brandKey(pair.brand, pair.oldChainId), pair.newChainId]));
    this.#winbackOf = new Map(winbacks.map((winback) => [brandKey(winback.brand, winback.chainId), winback.formerChainId]));
  }

  /** The record of a version. */
  record({ fact, id, owner }: Held<'subscription'>): SubscriptionRecord {
    const { brand, accountId } = owner.facts;
    const opened = this.#chains.ofVersion.get(brandKey(brand, id));
    const isLatest = opened?.chain.latest.id === id;
    return {
      brand,
      account_id: accountId,
      source_id: id,
      name: fact.name,
      status: fact.status,
      chain_id: opened?.chain.id ?? id,
      version: opened?.numbers.get(id) ?? 1,
      is_latest: isLatest,
      previous_id: fact.previous_subscription_id,
      invoice_owner_id: fact.invoice_owner_id,
      ...termsOf(fact),
      ...(isLatest ? this.#verdict(opened, fact, owner.test.isTest) : SUPERSEDED),
      is_test: owner.test.isTest,
    };
  }

  #verdict(opened: OpenedChain, fact: Fact<'subscription'>, isTest: boolean): ChainVerdict {
    const { rules, asOf } = this.#setup;
    const { chain, states, plans, charges } = opened;
    const { brand, latest } = chain;
    const key = brandKey(brand, chain.id);
    const step = this.#funnelStep(opened, fact.notes);
    const state = lifecycle(latest.status, states, asOf);
    const verdict = subscriptionClass(
      rules,
      {
        brand,
        planNames: plans.flatMap(({ name }) => (name === null ? [] : [name])),
        charges: charges.map(classifiedOf),
        funnelStep: step.value,
        ownerPersonId: this.#personOf(brand, latest.accountId),
        invoiceOwnerPersonId: fact.invoice_owner_id === null ? null : this.#personOf(brand, fact.invoice_owner_id),
        termType: fact.term_type,
        currentTerm: fact.current_term === null ? null : Number(fact.current_term),
        termStart: latest.termStart,
        // The platform ends the term of a cancelled subscription early; what was sold is the term as agreed.
        termEnd: latest.cancelled === null || fact.current_term === null ? latest.termEnd : null,
        invoiced: this.#invoiced(opened),
        isWinback: this.#winbackOf.has(key),
      },
      asOf,
    );
    return {
      class: verdict.value,
      lifecycle: state.value,
      is_active: isActive(state.value, isTest),
      funnel_step: step.value,
      replaces_chain_id: this.#replaces.get(key) ?? null,
      replaced_by_chain_id: this.#replacedBy.get(key) ?? null,
      winback_of_chain_id: this.#winbackOf.get(key) ?? null,
      chain_start: chain.start,
      chain_end: chain.end,
      renewals: chain.renewals.length,
      next_date: nextDate(opened, asOf),
      evidence: JSON.stringify({
        class: verdict.evidence,
        lifecycle: state.evidence,
        funnel_step: step.evidence,
        ...(states.suspensions.length > 0 ? { suspensions: states.suspensions.map(({ from, to }) => [from, to]) } : {}),
      }),
    };
  }

  /** The step of the main plan: the first that is billed again and again, else the dearest; plans go by their ids. */
  #funnelStep({ chain, plans, charges }: OpenedChain, notes: string | null): ReturnType<typeof funnelStep> {
    const ranked = plans
      .map((plan) => ({ plan, own: charges.filter(({ held }) => held.fact.rate_plan_id === plan.id) }))
      .sort((a, b) => rank(b.own) - rank(a.own) || Number(b.plan.amendmentType === null) - Number(a.plan.amendmentType === null) || dearest(b.own) - dearest(a.own));
    const [main] = ranked;
    const texts = { brand: chain.brand, ratePlanName: main?.plan.name ?? null };
    // Beside what is sold a plan has charges for shipping and fees; whichever of them names a step tells it.
    for (const { held } of [...(main?.own ?? [])].sort((a, b) => dearest([b]) - dearest([a]))) {
      const step = funnelStep(this.#setup.rules, { ...texts, chargeName: held.fact.name, subscriptionNotes: null });
      if (step.evidence.rule !== null) return step;
    }
    return funnelStep(this.#setup.rules, { ...texts, chargeName: null, subscriptionNotes: notes });
  }

  /** Posted invoice lines of all versions. */
  #invoiced({ chain }: OpenedChain): { category: JudgedLine['category']['value']; amount: number }[] {
    return chain.versions
      .flatMap(({ id }) => this.#lines.get(brandKey(chain.brand, id)) ?? [])
      .filter(({ invoice }) => invoice?.fact.status === 'Posted')
      .map(({ category, amount }) => ({ category: category.value, amount: amount ?? 0 }));
  }

  #personOf(brand: string, accountId: string): string | null {
    const account = this.#index.accounts.get(accountKey({ brand, accountId }));
    return account === undefined || account.facts.account.length === 0 ? null : account.person.personId;
  }
}

function termsOf(fact: Fact<'subscription'>) {
  return {
    term_type: fact.term_type,
    auto_renew: flag(fact.auto_renew),
    initial_term: fact.initial_term,
    renewal_term: fact.renewal_term,
    current_term: fact.current_term,
    contract_effective_date: fact.contract_effective_date,
    start_date: fact.subscription_start_date,
    end_date: fact.subscription_end_date,
    term_start_date: fact.term_start_date,
    term_end_date: fact.term_end_date as LocalDate | null,
    cancelled_date: fact.cancelled_date,
    cancel_reason: fact.cancel_reason,
    order_reference: fact.order_reference__c,
    coupon_code: fact.coupon_code__c,
    campaign: fact.campaign__c,
  };
}

function rank(charges: readonly JudgedCharge[]): number {
  return Number(charges.some(isRecurring));
}

function dearest(charges: readonly JudgedCharge[]): number {
  return charges.reduce((most, { price }) => Math.max(most, price.amount ?? 0), 0);
}
