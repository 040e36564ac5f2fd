import { squash } from '../../core/text/text.ts';
import type { LocalDate } from '../../core/time.ts';
import type { CountedCredit, CountedInvoice, CountedLedger } from './counted-ledger.ts';

/** A part of a refund that paid out the credit balance, and what had filled it. */
export interface Payout {
  readonly amount: number;
  readonly currency: string;
  /** The invoice that was credited, or the payment that was more than its invoices. */
  readonly source: { readonly invoiceId: string } | { readonly paymentId: string };
}

/** A credit that the platform has made on an invoice. */
export interface UpstreamCredit {
  /** The memo or the adjustment that made it. */
  readonly credit: CountedCredit;
  readonly invoiceId: string;
  readonly date: LocalDate;
  readonly amount: number;
  /**
   * The part that was money already counted, of a negative invoice or a payment. It counts at the invoice that it was used
   * for, so it must be taken off at the account.
   */
  readonly countedBefore: number;
}

/** The movements of the credit balance of an account, followed from where the credit came from to where it went. */
export interface CreditBalance {
  /** Credit given on or used for an invoice. */
  readonly credited: readonly UpstreamCredit[];
  /** Payouts by refund. */
  readonly payouts: ReadonlyMap<string, readonly Payout[]>;
  /** What was taken out again of the credit that an invoice or a payment filled in, by sourceKey. */
  readonly spent: ReadonlyMap<string, number>;
}

/** The balance of an account that never had any credit, as most have not. */
const UNUSED: CreditBalance = { credited: [], payouts: new Map(), spent: new Map() };

/** Credit that one increase filled in. */
interface Layer {
  readonly amount: number;
  left: number;
  /** Undefined: nothing that the ledger counts stands behind it. */
  readonly source: Payout['source'] | undefined;
}

/** The credit of one currency, oldest first. */
interface Pool {
  readonly currency: string;
  readonly layers: Layer[];
  first: number;
  readonly byAmount: Map<number, Layer[]>;
}

/**
 * Replays the credit balance (orders and refunds, "Refund attribution", step 3). A payout takes the newest increase that
 * it pays out to the cent, else, as everything else, the oldest credit first. What a refund that does not count has
 * moved is left out, as the platform moves it back when the refund is cancelled.
 */
export function creditBalance(ledger: CountedLedger): CreditBalance {
  if (ledger.adjustments.length === 0) return UNUSED;
  const refunds = new Map(ledger.refunds.flatMap((refund) => keysOf(refund.id, refund.refundNumber).map((key) => [key, refund.id])));
  const invoices = new Map([...ledger.invoices.values()].flatMap((invoice) => keysOf(invoice.id, invoice.invoiceNumber).map((key) => [key, invoice.id])));
  const payments = new Map([...ledger.payments.values()].flatMap((payment) => keysOf(payment.id, payment.paymentNumber).map((key) => [key, payment.id])));
  const pools = new Map<string, Pool>();
  const credited: UpstreamCredit[] = [];
  const spent = new Map<string, number>();
  const payouts = new Map<string, Payout[]>();
  for (const adjustment of ledger.adjustments) {
    const { amount, currency } = adjustment;
    let pool = pools.get(currency);
    if (pool === undefined) pools.set(currency, (pool = { currency, layers: [], first: 0, byAmount: new Map() }));
    const type = squash(adjustment.sourceTransactionType ?? '');
    const refundId = type === 'refund' ? resolve(adjustment, refunds) : undefined;
    if (type === 'refund' && refundId === undefined) continue;
    const invoice = type === 'invoice' ? ledger.invoices.get(resolve(adjustment, invoices) ?? '') : undefined;
    const ofInvoice = invoice?.currency === currency ? invoice : undefined;
    const payment = type === 'payment' ? ledger.payments.get(resolve(adjustment, payments) ?? '') : undefined;
    const lowered = ofInvoice !== undefined && ofInvoice.amount >= 0 ? ofInvoice : undefined;
    if (adjustment.direction === 'Increase') {
      const ofPayment = payment?.currency === currency ? { paymentId: payment.id } : undefined;
      fill(pool, amount, ofInvoice === undefined ? ofPayment : { invoiceId: ofInvoice.id });
      if (lowered !== undefined) credited.push(creditOn(lowered, adjustment, []));
      continue;
    }
    const parts = takeOut(pool, amount, refundId !== undefined);
    for (const { source, amount: part } of parts) add(spent, sourceKey(source), part);
    if (lowered !== undefined) credited.push(creditOn(lowered, adjustment, parts));
    if (refundId === undefined) continue;
    const known = payouts.get(refundId);
    if (known === undefined) payouts.set(refundId, parts);
    else known.push(...parts);
  }
  return { credited, payouts, spent };
}

/** The name of a source in `spent`. */
export function sourceKey(source: Payout['source']): string {
  return 'invoiceId' in source ? `invoice ${source.invoiceId}` : `payment ${source.paymentId}`;
}

function creditOn(invoice: CountedInvoice, adjustment: CountedCredit, parts: readonly Payout[]): UpstreamCredit {
  const countedBefore = parts.reduce((sum, part) => sum + part.amount, 0);
  return { credit: adjustment, invoiceId: invoice.id, date: adjustment.creditDate, amount: adjustment.amount, countedBefore };
}

function fill(pool: Pool, amount: number, source: Layer['source']): void {
  const layer = { amount, left: amount, source };
  pool.layers.push(layer);
  const same = pool.byAmount.get(amount);
  if (same === undefined) pool.byAmount.set(amount, [layer]);
  else same.push(layer);
}

/** Takes credit out, and says what of it came from something that the ledger counts. */
function takeOut(pool: Pool, amount: number, isPayout: boolean): Payout[] {
  const exact = isPayout ? untouched(pool, amount) : undefined;
  if (exact !== undefined) {
    exact.left = 0;
    return exact.source === undefined ? [] : [{ amount, currency: pool.currency, source: exact.source }];
  }
  const parts: Payout[] = [];
  let wanted = amount;
  while (wanted > 0) {
    const layer = pool.layers[pool.first];
    if (layer === undefined) break;
    const taken = Math.min(wanted, layer.left);
    layer.left -= taken;
    wanted -= taken;
    if (taken > 0 && layer.source !== undefined) parts.push({ amount: taken, currency: pool.currency, source: layer.source });
    if (layer.left === 0) pool.first++;
  }
  return parts;
}

/** The newest increase of this amount of which nothing has been used. */
function untouched(pool: Pool, amount: number): Layer | undefined {
  const layers = pool.byAmount.get(amount) ?? [];
  for (let layer = layers.pop(); layer !== undefined; layer = layers.pop()) if (layer.left === layer.amount) return layer;
  return undefined;
}

/** An adjustment names its source by id, or by number. */
function resolve(adjustment: CountedCredit, known: ReadonlyMap<string, string>): string | undefined {
  const { sourceTransactionId: id, sourceTransactionNumber: number } = adjustment;
  return (id === null ? undefined : known.get(`id ${id}`)) ?? (number === null ? undefined : known.get(`number ${number}`));
}

function keysOf(id: string, number: string | null): string[] {
  return number === null ? [`id ${id}`] : [`id ${id}`, `number ${number}`];
}

function add(amounts: Map<string, number>, key: string, amount: number): void {
  amounts.set(key, (amounts.get(key) ?? 0) + amount);
}
