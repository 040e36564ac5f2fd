import type { CreditNote } from '../credit-note.ts';
import type { AccountLedger } from '../ledger.ts';
import type { ProductNames } from './product-names.ts';

/** What decides beside the facts of the account. */
export interface AttributionSettings {
  /** What the brand's products are called: productNames of the brand's catalog, made once per run. */
  readonly products: ProductNames;
  /** Whether a refund of a known product spills over to other products: `attribution.spill` of the configuration. */
  readonly spill: 'none' | 'account';
}

/** A link of the platform that attribution did not follow, or not in full. */
export interface RefusedLink {
  readonly refundId: string;
  /** The id of the refund application. */
  readonly linkId: string;
  readonly invoiceId: string | null;
  readonly reason: 'unknown_invoice' | 'other_currency' | 'later_invoice' | 'above_capacity' | 'above_refund';
  /** The amount that was not followed; the refund's next methods take it, except above the refund. */
  readonly amount: number;
}

/** The credit notes of an account, one per processed refund, in the order (date, number, id). */
export interface Attribution {
  readonly notes: readonly CreditNote[];
  readonly refusedLinks: readonly RefusedLink[];
}

/** The signature of `attribute`: a pure function, whatever the order of the rows. */
export type Attribute = (ledger: AccountLedger, settings: AttributionSettings) => Attribution;
