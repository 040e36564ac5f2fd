import type { LocalDate } from '../../core/time.ts';
import { type MetricCustomerRecord } from '../records/revenue-tables.ts';
import type { Acquisition } from './acquisition.ts';

/** What makes a person a customer in one scope: a brand, or GROUP. */
export interface CustomerScope {
  readonly brand: string;
  readonly acquisition: Acquisition | undefined;
  /** The day of the first recurring revenue there; undefined: none so far. */
  readonly firstMrrOn: LocalDate | undefined;
}

/** The rows of a person who is a customer: by brand, and of the group. A scope without a purchase and without MRR has none. */
export function customerRecords(personId: string, scopes: readonly CustomerScope[]): MetricCustomerRecord[] {
  return scopes
    .filter(({ acquisition, firstMrrOn }) => acquisition !== undefined || firstMrrOn !== undefined)
    .map(({ brand, acquisition, firstMrrOn }): MetricCustomerRecord => {
      const { purchase } = acquisition ?? {};
      const traits = purchase?.traits();
      return {
        ...{ brand, person_id: personId, acquired_on: purchase?.date ?? null, invoice_id: purchase?.id ?? null },
        ...{ currency: purchase?.currency ?? null, market: purchase?.market ?? null },
        ...{ first_sku: traits?.sku ?? null, first_class: traits?.class ?? null, campaign: traits?.campaign ?? null, coupon_code: traits?.coupon ?? null },
        channel: traits?.channel ?? null,
        ...{ first_mrr_on: firstMrrOn ?? null, invoices: acquisition?.invoices ?? 0, last_invoice_on: acquisition?.lastInvoiceOn ?? null },
      };
    });
}
