/** What a condition of a rule compares: a word of the platform, an amount or count, or a yes/no. */
export type ConditionKind = 'word' | 'number' | 'flag';

/** The contract of a fact: what the rules may answer, and what they may ask. */
export interface FactContract {
  /** The values that a rule may give. */
  readonly values: readonly string[];
  /** The value if no rule matches. */
  readonly fallback: string;
  /**
   * `first_rule`: the first matching rule in order wins. `first_written`: the match that stands first in the text
   * wins, and the order of the rules decides between matches that start at the same place.
   */
  readonly decide: 'first_rule' | 'first_written';
  /** The structured fields that a rule may ask for in `when`. */
  readonly conditions: Readonly<Record<string, ConditionKind>>;
}

const UNCLASSIFIED = 'unclassified';

/**
 * Every fact that rules decide. The values are what tables, documents and audiences rely on; which words lead to
 * them is the business of `config/rules`. Source: the classification specification.
 */
export const FACTS = {
  funnel_step: {
    values: [
      'frontend',
      'order_bump',
      'upsell_1',
      'upsell_2',
      'upsell_3',
      'downsell_1',
      'downsell_2',
      'cross_sell',
      'winback',
      UNCLASSIFIED,
    ],
    fallback: UNCLASSIFIED,
    decide: 'first_written',
    conditions: {},
  },
  charge_category: {
    values: ['discount', 'shipping', 'fee', 'trial', 'subscription', 'product', UNCLASSIFIED],
    fallback: UNCLASSIFIED,
    decide: 'first_rule',
    conditions: {
      charge_type: 'word',
      charge_model: 'word',
      processing_type: 'word',
      amount: 'number',
      discount_percentage: 'number',
      discount_amount: 'number',
      ends_after_first_period: 'flag',
      share_of_following_price: 'number',
    },
  },
  subscription_class: {
    values: ['complimentary', 'gift', 'trial', 'one_off', 'winback', 'prepaid', 'standard', UNCLASSIFIED],
    fallback: UNCLASSIFIED,
    decide: 'first_rule',
    conditions: {
      nets_to_zero: 'flag',
      invoice_owner_differs: 'flag',
      in_trial: 'flag',
      paid_period_invoiced: 'flag',
      has_charges: 'flag',
      has_recurring_charge: 'flag',
      is_winback: 'flag',
      funnel_step: 'word',
      term_type: 'word',
      billed_for_whole_term: 'flag',
      term_months: 'number',
    },
  },
  refund_kind: {
    values: ['regular', 'goodwill'],
    fallback: 'regular',
    decide: 'first_rule',
    conditions: { type: 'word', source_type: 'word', has_traceable_credit: 'flag' },
  },
  channel: {
    values: ['meta', 'google', 'tiktok', 'microsoft', 'amazon', 'email', 'affiliate', 'referral', 'none', UNCLASSIFIED],
    fallback: UNCLASSIFIED,
    decide: 'first_rule',
    conditions: { utm_source: 'word', utm_medium: 'word', referrer_host: 'word' },
  },
  test_account: {
    values: ['test', 'suggested', 'real'],
    fallback: 'real',
    decide: 'first_rule',
    conditions: { test_flag: 'flag', batch: 'word', email_sha256: 'word' },
  },
  test_email: { values: ['test', 'suggested', 'real'], fallback: 'real', decide: 'first_rule', conditions: {} },
  test_name: { values: ['test', 'suggested', 'real'], fallback: 'real', decide: 'first_rule', conditions: {} },
} as const satisfies Record<string, FactContract>;

export type Fact = keyof typeof FACTS;

/** The values of a fact: `ValueOf<'refund_kind'>` is `'regular' | 'goodwill'`. */
export type ValueOf<Name extends Fact> = (typeof FACTS)[Name]['values'][number];

export type FunnelStep = ValueOf<'funnel_step'>;
export type ChargeCategory = ValueOf<'charge_category'>;
export type SubscriptionClass = ValueOf<'subscription_class'>;
export type RefundKind = ValueOf<'refund_kind'>;
export type Channel = ValueOf<'channel'>;

/** The contract of a fact in its general form. */
export function contractOf(fact: Fact): FactContract {
  return FACTS[fact];
}

/** True if a name is the name of a fact. */
export function isFact(name: string): name is Fact {
  return Object.hasOwn(FACTS, name);
}
