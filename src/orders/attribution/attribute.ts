import type { CreditNote } from '../ledger/credit-note.ts';
import type { AccountLedger } from '../ledger/ledger.ts';
import { account } from './account.ts';
import { accountWork } from './account-work.ts';
import { creditMemo } from './credit-memo.ts';
import { Draft } from './draft.ts';
import { explicit, type RefusedLink } from './explicit.ts';
import { namedProduct } from './named-product.ts';
import { payment } from './payment.ts';
import type { ProductNames } from './product-names.ts';
import { sameProduct } from './same-product.ts';
import { unappliedPayment } from './unapplied-payment.ts';

/** What decides beside the facts of the account. */
export interface AttributionSettings {
  /** What the brand's products are called: productNames of the brand's catalog, made once per run. */
  readonly products: ProductNames;
  /** Whether a refund of a known product spills over to other products: `attribution.spill` of the configuration. */
  readonly spill: 'none' | 'account';
}

/** The credit notes of an account, one per processed refund, in the order of (date, number, id). */
export interface Attribution {
  readonly notes: readonly CreditNote[];
  /** What of the platform's links could not be followed. */
  readonly refusedLinks: readonly RefusedLink[];
}

/**
 * Attributes all processed refunds of an account (orders and refunds, "Refund attribution"): a pure function of its
 * facts, whatever the order of the rows.
 *
 * The platform's own links are settled first, for all refunds: what they say is known, and a guess about an earlier
 * refund must not use up what they name (decision record 10). Then the refunds come one after the other, by date, number
 * and id, each with the other methods in turn.
 */
export function attribute(ledger: AccountLedger, { products, spill }: AttributionSettings): Attribution {
  const work = accountWork(ledger);
  const productOf = namedProduct(products, ledger.subscriptions);
  const drafts = work.counted.refunds.map((refund) => new Draft(refund, productOf(refund)));
  const refusedLinks: RefusedLink[] = [];
  const applyLinks = explicit(work, ledger, refusedLinks);
  for (const draft of drafts) applyLinks(draft);
  const methods = [unappliedPayment(work, ledger), payment(work), creditMemo(work), sameProduct(work), account(work, spill)];
  for (const draft of drafts) for (const apply of methods) apply(draft);
  return { notes: drafts.map((draft) => draft.note()), refusedLinks };
}
