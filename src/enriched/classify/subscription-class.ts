import { squash } from '../../core/text/text.ts';
import type { LocalDate } from '../../core/time.ts';
import { daysBetween } from '../../core/time.ts';
import type { ChargeCategory, FunnelStep, SubscriptionClass } from '../rules/facts.ts';
import type { Classified } from '../rules/rule-set.ts';
import type { Rules } from '../rules/rules.ts';
import { endOfPeriod, periodLength } from './billing-period.ts';
import type { ClassifiedCharge } from './net-price.ts';
import { netsToZero } from './net-price.ts';

/** A subscription: the latest version of its chain with its current plans. */
export interface SubscriptionFacts {
  readonly brand: string;
  /** The names of the current plans. */
  readonly planNames: readonly string[];
  /** The charges of the current plans. */
  readonly charges: readonly ClassifiedCharge[];
  readonly funnelStep: FunnelStep;
  readonly ownerPersonId: string | null;
  /** Null or the owner: the owner pays. */
  readonly invoiceOwnerPersonId: string | null;
  readonly termType: string | null;
  /** Months. */
  readonly currentTerm: number | null;
  readonly termStart: LocalDate | null;
  readonly termEnd: LocalDate | null;
  /** The invoice lines of the chain so far: category and amount in minor units. */
  readonly invoiced: readonly { readonly category: ChargeCategory; readonly amount: number }[];
  /** True if the chain starts after an earlier one of the person and brand ended; see chains/relations.ts. */
  readonly isWinback: boolean;
}

const BASE: ReadonlySet<ChargeCategory> = new Set(['subscription', 'product', 'trial']);
const DAYS_PER_MONTH = 30.4375;

/**
 * The class of a subscription on a date (classification, "Subscription class"). The date matters for trials: a trial
 * is one while its charges are the ones in effect.
 */
export function subscriptionClass(
  rules: Rules,
  subscription: SubscriptionFacts,
  asOf: LocalDate,
): Classified<SubscriptionClass> {
  const { charges, ownerPersonId: owner, invoiceOwnerPersonId: payer } = subscription;
  const inEffect = chargesInEffect(charges.filter(({ category }) => BASE.has(category)), asOf);
  const structure = {
    has_charges: charges.length > 0,
    has_recurring_charge: charges.some(isRecurring),
    nets_to_zero: netsToZero(charges),
    invoice_owner_differs: owner !== null && payer !== null && owner !== payer,
    in_trial: inEffect.length > 0 && inEffect.every(({ category }) => category === 'trial'),
    paid_period_invoiced: subscription.invoiced.some((line) => line.category === 'subscription' && line.amount > 0),
    is_winback: subscription.isWinback,
    funnel_step: subscription.funnelStep,
    term_type: subscription.termType,
    billed_for_whole_term: charges.some((charge) => isRecurring(charge) && coversTerm(charge, subscription)),
    term_months: termMonths(subscription),
  };
  return rules.of('subscription_class').classify(subscription.planNames.join(' | '), structure, subscription.brand);
}

/** The charges in effect on a date; before the first starts, the first; after all have ended, the last. */
function chargesInEffect(charges: readonly ClassifiedCharge[], asOf: LocalDate): readonly ClassifiedCharge[] {
  const started = charges.filter(({ start }) => start === null || start <= asOf);
  const running = started.filter(({ end }) => end === null || end > asOf);
  if (running.length > 0) return running;
  if (started.length > 0) {
    const lastEnd = started.reduce((last, { end }) => (end !== null && end > last ? end : last), '');
    return started.filter(({ end }) => end === lastEnd);
  }
  const firstStart = charges.reduce((first, { start }) => (start !== null && start < first ? start : first), '9999-12-31');
  return charges.filter(({ start }) => start === firstStart);
}

function isRecurring({ chargeType, category }: ClassifiedCharge): boolean {
  return category !== 'discount' && ['recurring', 'usage'].includes(squash(chargeType ?? ''));
}

/** True if the charge is billed once for the whole term: its billing period is the term. */
function coversTerm(charge: ClassifiedCharge, subscription: SubscriptionFacts): boolean {
  const length = periodLength(charge.billingPeriod);
  if (length === null) return false;
  if (length === 'term') return true;
  const { termStart, termEnd, currentTerm } = subscription;
  if (termStart !== null && termEnd !== null) return endOfPeriod(termStart, length) === termEnd;
  return 'months' in length && length.months === currentTerm;
}

function termMonths({ currentTerm, termStart, termEnd }: SubscriptionFacts): number | null {
  if (currentTerm !== null) return currentTerm;
  if (termStart === null || termEnd === null) return null;
  return Math.floor(daysBetween(termStart, termEnd) / DAYS_PER_MONTH + 0.5);
}
