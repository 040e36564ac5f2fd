import type { CreditNote } from '../ledger/credit-note.ts';
import type { Chain, Item, Order } from './build-orders.ts';
import type { FactOf } from '../facts/facts.ts';
import type { PublicIds } from '../ids/ids.ts';
import { NO_TOTALS, type Totals } from '../ledger/totals.ts';

/** What an order's document says beside the order: facts and decisions that concern it, ids still those inside the hub. */
export interface OrderContext {
  readonly order: Order;
  readonly customer: {
    readonly personId: string;
    readonly customerAccountId: string;
    readonly emailSha256: string | null;
    readonly emailMd5: string | null;
    readonly country: string | null;
    readonly isNew: boolean;
    /** Brands in which the person had bought before, sorted. */
    readonly brandsBefore: readonly string[];
  };
  /** Posted invoices with at least one line of the order, and of their lines those of the order. */
  readonly invoices: readonly { readonly invoice: FactOf<'invoices'>; readonly lines: readonly DocumentLine[] }[];
  /** Payments applied to these invoices. */
  readonly payments: readonly { readonly payment: FactOf<'payments'>; readonly applied: readonly { readonly invoiceId: string; readonly amount: number }[] }[];
  /** Credit notes with at least one item on the order's lines, and their refunds. */
  readonly notes: readonly { readonly note: CreditNote; readonly refund: FactOf<'refunds'> | undefined }[];
  readonly itemTotals: ReadonlyMap<string, Totals>;
  readonly totals: Totals;
}

export interface DocumentLine {
  readonly line: FactOf<'invoice_lines'>;
  readonly itemId: string;
  readonly totals: Totals;
}

/**
 * The document of an order by schemas/order.v1.json in canonical form: keys in the order below, arrays sorted by what
 * identifies their entries, amounts as whole numbers in minor units, quantities as decimal text. Written as JSON without
 * white space, the same facts give the same bytes.
 */
export function orderDocument(context: OrderContext, ids: PublicIds): object {
  const { order, customer, invoices, payments, notes, totals } = context;
  const { brand } = order;
  const first = order.chains.map(({ latest }) => latest);
  return {
    schema: 'order.v1',
    order_id: ids('ord', brand, order.orderId),
    brand,
    market: order.market,
    currency: order.currency,
    ordered_at: order.orderedAt,
    order_reference: order.reference,
    status: order.status,
    customer: {
      person_id: ids('per', customer.personId),
      account_id: ids('acc', brand, customer.customerAccountId),
      email_sha256: customer.emailSha256,
      email_md5: customer.emailMd5,
      country: customer.country,
      is_new: customer.isNew,
      brands_before: customer.brandsBefore,
    },
    coupon: first.find(({ coupon_code: code }) => code !== null)?.coupon_code ?? null,
    campaign: first.find(({ campaign }) => campaign !== null)?.campaign ?? null,
    items: order.items.map((item) => itemOf(context, item, ids)),
    invoices: invoices.map(({ invoice, lines }) => ({
      invoice_id: ids('inv', brand, invoice.source_id),
      number: invoice.invoice_number,
      date: invoice.invoice_date,
      currency: invoice.currency,
      amount: invoice.amount,
      balance: invoice.balance,
      lines: lines.map((line) => lineOf(brand, line, ids)),
    })),
    payments: payments.map(({ payment, applied }) => ({
      payment_id: ids('pay', brand, payment.source_id),
      number: payment.payment_number,
      date: payment.effective_date,
      currency: payment.currency,
      amount: payment.amount,
      applied: applied.map(({ invoiceId, amount }) => ({ invoice_id: ids('inv', brand, invoiceId), amount })),
    })),
    credit_notes: notes.map(({ note }) => noteOf(context, note, ids)),
    refunds: notes.flatMap(({ refund }) => (refund === undefined ? [] : [refundOf(brand, refund, ids)])),
    totals: totalsOf(totals),
  };
}

function itemOf({ order, itemTotals }: OrderContext, item: Item, ids: PublicIds): unknown {
  const { charge, product } = item;
  const totals = itemTotals.get(item.itemId);
  return {
    item_id: ids('itm', order.brand, item.itemId),
    sku: product?.sku ?? null,
    product: product?.name ?? null,
    offer: item.planName,
    funnel_step: charge?.funnel_step ?? 'unclassified',
    category: charge?.category ?? 'unclassified',
    quantity: charge?.quantity ?? null,
    unit_price: charge?.price ?? null,
    is_current: item.isCurrent,
    subscription: subscriptionOf(order.brand, item.chain, ids),
    totals: totalsOf(totals ?? NO_TOTALS),
  };
}

function subscriptionOf(brand: string, { id, latest, versions }: Chain, ids: PublicIds): unknown {
  const other = (chainId: string | null): unknown => (chainId === null ? null : { subscription_id: ids('sub', brand, chainId), inferred: true });
  return {
    subscription_id: ids('sub', brand, id),
    number: latest.name,
    class: latest.class,
    lifecycle: latest.lifecycle,
    started_on: latest.chain_start,
    ended_on: latest.chain_end,
    term: { type: latest.term_type, auto_renew: latest.auto_renew, start: latest.term_start_date, end: latest.term_end_date },
    renewals: latest.renewals ?? 0,
    cancellation: latest.cancelled_date === null ? null : { date: latest.cancelled_date, reason: latest.cancel_reason },
    replaces: other(latest.replaces_chain_id),
    replaced_by: other(latest.replaced_by_chain_id),
    versions: versions.map((version) => ({
      version: version.version,
      status: version.status,
      effective_on: version.contract_effective_date,
      term_start: version.term_start_date,
      term_end: version.term_end_date,
    })),
  };
}

function lineOf(brand: string, { line, itemId, totals }: DocumentLine, ids: PublicIds): unknown {
  return {
    line_id: ids('lin', brand, line.source_id),
    item_id: ids('itm', brand, itemId),
    name: line.name,
    category: line.category,
    service_start: line.service_start_date,
    service_end: line.service_end_date,
    amount: line.amount ?? 0,
    tax: line.tax_amount ?? 0,
    credited: totals.credited,
    balance: totals.outstanding,
  };
}

/** Of a credit note that concerns other orders too, only what concerns this one. */
function noteOf({ order, invoices }: OrderContext, note: CreditNote, ids: PublicIds): unknown {
  const own = new Set(invoices.flatMap(({ lines }) => lines.map(({ line }) => line.source_id)));
  const items = note.items.filter(({ invoiceLineId }) => invoiceLineId !== null && own.has(invoiceLineId));
  return {
    credit_note_id: ids('crn', order.brand, note.refundId),
    refund_id: ids('ref', order.brand, note.refundId),
    kind: note.kind,
    date: note.refundDate,
    currency: note.currency,
    amount: note.amount,
    items: items.map(({ invoiceId, invoiceLineId, amount, method, confidence }) => ({
      invoice_id: ids('inv', order.brand, invoiceId ?? ''),
      line_id: ids('lin', order.brand, invoiceLineId ?? ''),
      amount,
      method,
      confidence,
    })),
  };
}

function refundOf(brand: string, refund: FactOf<'refunds'>, ids: PublicIds): unknown {
  return {
    refund_id: ids('ref', brand, refund.source_id),
    number: refund.refund_number,
    date: refund.refund_date,
    kind: refund.kind,
    type: refund.type,
    currency: refund.currency,
    amount: refund.amount,
  };
}

/** The six totals, in their order. */
function totalsOf({ invoiced, credited, paid, refunded, balance, outstanding }: Totals): Totals {
  return { invoiced, credited, paid, refunded, balance, outstanding };
}
