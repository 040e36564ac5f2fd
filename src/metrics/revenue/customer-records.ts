import type { LocalDate } from '../../core/time.ts';
import { GROUP } from '../records/group.ts';
import { type MetricCustomerRecord } from '../records/revenue-tables.ts';
import type { Acquisition } from './acquisition.ts';
import type { ChannelOf } from './revenue-setup.ts';
import type { ChainOfLine } from './billed-chains.ts';

/** What makes a person a customer in one scope: a brand, or GROUP. */
export interface CustomerScope {
  readonly brand: string;
  readonly acquisition: Acquisition | undefined;
  /** The day of the first recurring revenue there; undefined: none so far. */
  readonly firstMrrOn: LocalDate | undefined;
}

/** The rows of a person who is a customer: by brand, and of the group. A scope without an invoice and without MRR has none. */
export function customerRecords(personId: string, scopes: readonly CustomerScope[], chainOfLine: ChainOfLine, channelOf: ChannelOf): MetricCustomerRecord[] {
  return scopes
    .filter(({ acquisition, firstMrrOn }) => acquisition !== undefined || firstMrrOn !== undefined)
    .map(({ brand, acquisition, firstMrrOn }): MetricCustomerRecord => {
      const line = acquisition?.mainLine;
      const chain = line === undefined ? undefined : chainOfLine(acquisition?.account.facts.brand ?? GROUP, line);
      return {
        ...{ brand, person_id: personId, acquired_on: acquisition?.invoice.invoiceDate ?? null, invoice_id: acquisition?.invoice.id ?? null },
        ...{ currency: acquisition?.invoice.currency ?? null, market: acquisition?.account.facts.account.market ?? null },
        ...{ first_sku: line?.sku ?? null, first_class: chain?.subscriptionClass ?? null, campaign: chain?.campaign ?? null, coupon_code: chain?.coupon ?? null },
        channel: acquisition === undefined ? null : channelOf(acquisition.account.facts.brand, chain?.campaign ?? null),
        ...{ first_mrr_on: firstMrrOn ?? null, invoices: acquisition?.invoices ?? 0, last_invoice_on: acquisition?.lastInvoiceOn ?? null },
      };
    });
}
