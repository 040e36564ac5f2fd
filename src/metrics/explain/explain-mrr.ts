import { multiply, sumOfFractions, ZERO } from '../../core/fraction.ts';
import type { LocalDate } from '../../core/time.ts';
import { stateOn, type DayState } from '../../enriched/chains/states.ts';
import { chargeSpans } from '../mrr/charge-spans.ts';
import { monthlyOn, netShare } from '../mrr/monthly.ts';
import type { MrrChain } from '../mrr/mrr-chain.ts';
import type { MrrSegment } from '../mrr/segments.ts';
import type { OpenedChain } from '../person-mrr.ts';
import { exactAmount, explainCharges, type ExactAmount, type ExplainedCharge } from './explain-charges.ts';

/** Why the MRR of a day is 0 whatever is charged. */
export type ZeroReason = 'test_data' | 'undated' | 'no_currency' | 'never_active' | 'before' | 'ended' | 'suspended' | 'gift' | 'complimentary';

/** From what the MRR of a subscription on a day comes. Amounts are in minor units of its currency. */
export interface MrrExplanation {
  readonly brand: string;
  readonly chain_id: string;
  readonly account_id: string;
  readonly class: string | null;
  readonly is_test: boolean;
  readonly currency: string | null;
  readonly as_of: LocalDate;
  readonly mrr: number;
  /** Null: it is what the amounts below come to. */
  readonly zero_because: ZeroReason | null;
  readonly state: DayState | 'undated';
  readonly starts_on: LocalDate | null;
  readonly ends_on: LocalDate | null;
  readonly suspensions: readonly { readonly from: LocalDate; readonly to: LocalDate | null }[];
  /** The version whose charges tell; null: none has any. Of an earlier one if the latest has none. */
  readonly charges_of: { readonly version_id: string; readonly version: number | null; readonly is_latest: boolean } | null;
  readonly charges: readonly ExplainedCharge[];
  /** What the counted charges bring together, after discounts, and without tax, before rounding. */
  readonly amounts: { readonly charges: ExactAmount; readonly after_discounts: ExactAmount; readonly without_tax: ExactAmount } | null;
  readonly tax: {
    /** `chain`, `account`: whose first invoice tells; `none`: no invoice does; `excluded`: prices of the brand have no tax in them. */
    readonly from: MrrChain['tax']['from'];
    readonly net: number;
    readonly tax: number;
    readonly invoice_id: string | null;
    readonly invoice_number: string | null;
    readonly invoice_date: LocalDate | null;
  } | null;
  /** Over all time, those that begin in the future too. */
  readonly segments: readonly MrrSegment[];
}

/** Explains the MRR of a chain on a day, step by step as it is made (metrics, "MRR"). */
export function explainMrr(opened: OpenedChain, day: LocalDate): MrrExplanation {
  const { account, latest, chain, telling, versions, taxInvoice, currency } = opened;
  const zero = zeroBecause(opened, day);
  const told = chain === undefined ? undefined : amountsOf(chain, day);
  return {
    ...{ brand: account.brand, chain_id: latest.chainId, account_id: account.accountId, class: latest.class, is_test: account.isTest, currency, as_of: day },
    ...{ mrr: zero !== null || told === undefined ? 0 : told.without_tax.amount, zero_because: zero },
    ...{ state: chain === undefined ? 'undated' : stateOn(chain.states, day), starts_on: chain?.states.start ?? null, ends_on: chain?.states.end ?? null },
    suspensions: chain?.states.suspensions ?? [],
    charges_of: telling === undefined ? null : { version_id: telling, version: versions.find(({ id }) => id === telling)?.version ?? null, is_latest: telling === latest.id },
    charges: chain === undefined ? [] : explainCharges(chain, chargeSpans(chain), day),
    amounts: told ?? null,
    tax: chain === undefined ? null : { ...chain.tax, invoice_id: taxInvoice?.id ?? null, invoice_number: taxInvoice?.number ?? null, invoice_date: taxInvoice?.date ?? null },
    segments: opened.segments ?? [],
  };
}

function amountsOf(chain: MrrChain, day: LocalDate): NonNullable<MrrExplanation['amounts']> {
  const { charges, amount } = monthlyOn(chain, chargeSpans(chain), day);
  const net = multiply(amount, netShare(chain.tax));
  const together = sumOfFractions(charges.map((charge) => charge.amount ?? ZERO));
  return { charges: exactAmount(together), after_discounts: exactAmount(amount), without_tax: exactAmount(net) };
}

function zeroBecause({ account, latest, chain, currency }: OpenedChain, day: LocalDate): ZeroReason | null {
  if (account.isTest) return 'test_data';
  if (chain === undefined) return 'undated';
  if (currency === null) return 'no_currency';
  const state = stateOn(chain.states, day);
  if (state !== 'active') return state === 'never' ? 'never_active' : state;
  return !chain.isFree ? null : latest.class === 'gift' ? 'gift' : 'complimentary';
}
