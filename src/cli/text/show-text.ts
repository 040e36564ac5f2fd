import { formatMinor } from '../../core/money.ts';
import { toIso, type Instant } from '../../core/time.ts';
import { billingAccounts, type ShownAccount, type ShownOrder, type ShownSubscription } from '../../orders/history/show.repository.ts';
import { textTable, type TableColumn } from '../table.ts';

const TOTALS = ['invoiced', 'credited', 'paid', 'refunded', 'balance', 'outstanding'] as const;
type Totals = Readonly<Record<(typeof TOTALS)[number], number>>;

/** What the text shows of an order document (schemas/order.v1.json). */
interface Document {
  readonly order_id: string;
  readonly brand: string;
  readonly market: string | null;
  readonly currency: string;
  readonly ordered_at: string | null;
  readonly order_reference: string | null;
  readonly status: string;
  readonly customer: { readonly person_id: string; readonly account_id: string; readonly country: string | null; readonly is_new: boolean; readonly brands_before: readonly string[] };
  readonly items: readonly {
    readonly sku: string | null;
    readonly offer: string | null;
    readonly funnel_step: string;
    readonly category: string;
    readonly is_current: boolean;
    readonly subscription: { readonly number: string | null; readonly class: string | null; readonly lifecycle: string | null; readonly started_on: string | null; readonly ended_on: string | null };
    readonly totals: Totals;
  }[];
  readonly invoices: readonly { readonly invoice_id: string; readonly number: string | null; readonly date: string | null; readonly lines: readonly Line[] }[];
  readonly payments: readonly { readonly number: string | null; readonly date: string | null; readonly amount: number; readonly currency: string }[];
  readonly credit_notes: readonly { readonly date: string; readonly kind: string; readonly items: readonly { readonly invoice_id: string; readonly amount: number; readonly method: string; readonly confidence: string }[] }[];
  readonly totals: Totals;
}

interface Line {
  readonly name: string | null;
  readonly category: string;
  readonly amount: number;
  readonly tax: number;
  readonly credited: number;
  readonly balance: number;
}

const right = (title: string): TableColumn => ({ title, align: 'right' });
const left = (title: string): TableColumn => ({ title });
const name = (title: string): TableColumn => ({ title, long: 'cut' });

/** An order as people read it. */
export function orderText(order: ShownOrder): string {
  if (order.doc === null) return `order ${order.publicId} of ${order.brand}: withdrawn with version ${order.version} (run ${order.createdRun}, ${at(order.createdAt)})`;
  const doc = JSON.parse(order.doc) as Document;
  const money = (amount: number): string => formatMinor(amount, doc.currency);
  const { customer } = doc;
  const before = customer.brands_before.length > 0 ? `, bought before at ${customer.brands_before.join(', ')}` : '';
  const numberOf = new Map(doc.invoices.map(({ invoice_id: id, number }) => [id, number ?? id]));
  const notes = doc.credit_notes.flatMap((note) =>
    note.items.map((item) => [note.date, note.kind, numberOf.get(item.invoice_id) ?? item.invoice_id, money(item.amount), item.method, item.confidence]),
  );
  return [
    `order ${doc.order_id} of ${doc.brand}${doc.market === null ? '' : `, market ${doc.market}`}: ${doc.status}`,
    `  ordered ${doc.ordered_at ?? '(date unknown)'}${doc.order_reference === null ? '' : `, reference ${doc.order_reference}`}; document version ${order.version} (run ${order.createdRun}, ${at(order.createdAt)})`,
    `  customer ${customer.account_id}, person ${customer.person_id}: ${customer.is_new ? 'new' : 'existing'}${before}`,
    '',
    textTable(
      [left('item'), name('offer'), left('subscription'), left('lifecycle'), right('invoiced'), right('credited'), left('step'), left('category'), left('class')],
      doc.items.map(({ sku, offer, funnel_step: step, category, is_current: current, subscription, totals }) => [
        sku, `${offer ?? '–'}${current ? '' : ' (removed)'}`, subscription.number, subscription.lifecycle, money(totals.invoiced), money(totals.credited), step, category, subscription.class,
      ]),
    ),
    ...block(
      [left('invoice'), left('date'), name('line'), right('amount'), right('tax'), right('credited'), right('open'), left('category')],
      doc.invoices.flatMap(({ number, date, lines }) =>
        lines.map(({ name, category, amount, tax, credited, balance }) => [number, date, name, money(amount), money(tax), money(credited), money(balance), category]),
      ),
    ),
    ...block(
      [left('payment'), left('date'), right('amount')],
      doc.payments.map(({ number, date, amount, currency }) => [number, date, formatMinor(amount, currency)]),
    ),
    ...block([left('refunded'), left('kind'), left('invoice'), right('amount'), left('method'), left('confidence')], notes),
    '',
    totalsText([{ name: doc.currency, currency: doc.currency, totals: doc.totals }]),
  ].join('\n');
}

/** A customer account as people read it. */
export function accountText({ rows, orders, notes }: ShownAccount): string {
  const [first] = rows;
  if (first === undefined) return '';
  const unallocated = rows.filter((row) => row.unallocated > 0).map((row) => `  ${formatMinor(row.unallocated, row.currency)} refunded without an invoice to attribute it to`);
  return [
    `customer account ${first.public_id} of ${first.brand}${first.market === null ? '' : `, market ${first.market}`}; person ${first.person_id}`,
    `  billing accounts: ${billingAccounts(first).join(', ')}`,
    ...unallocated,
    '',
    totalsText(rows.map((row) => ({ name: row.currency, currency: row.currency, totals: row }))),
    ...block(
      [left('order'), left('ordered'), left('status'), right('paid'), right('refunded'), left('reference'), right('invoiced'), right('credited')],
      orders.map((order) => [
        order.public_id, order.ordered_at, order.status, formatMinor(order.paid, order.currency), formatMinor(order.refunded, order.currency),
        order.order_reference, formatMinor(order.invoiced, order.currency), formatMinor(order.credited, order.currency),
      ]),
    ),
    ...block(
      [left('refund'), left('date'), right('attributed'), left('method'), left('invoice'), left('confidence'), left('kind'), right('amount')],
      notes.flatMap((note) =>
        note.items.map((item) => [
          note.refund_id, note.refund_date, formatMinor(item.amount, item.currency), item.method,
          item.invoice_id, item.confidence, note.kind, formatMinor(note.amount, note.currency),
        ]),
      ),
    ),
  ].join('\n');
}

/** A subscription as people read it. */
export function subscriptionText({ versions, items }: ShownSubscription): string {
  const latest = versions.find((version) => version.is_latest === 1) ?? versions.at(-1);
  if (latest === undefined) return '';
  const related = [
    latest.replaces_chain_id === null ? [] : [`  replaces ${latest.replaces_chain_id} (inferred)`],
    latest.replaced_by_chain_id === null ? [] : [`  replaced by ${latest.replaced_by_chain_id} (inferred)`],
    latest.is_test === 1 ? ['  test data: no order is made of it'] : [],
  ].flat();
  return [
    `subscription ${latest.name ?? latest.chain_id} of ${latest.brand}: ${latest.class ?? 'unclassified'}, ${latest.lifecycle ?? 'unknown'}`,
    `  chain ${latest.chain_id}, account ${latest.account_id}${latest.order_reference === null ? '' : `, order reference ${latest.order_reference}`}`,
    ...related,
    '',
    textTable(
      [right('version'), left('id'), left('status'), left('term from'), left('to'), left('cancelled')],
      versions.map((version) => [version.version, version.source_id, version.status, version.term_start_date, version.term_end_date, version.cancelled_date]),
    ),
    ...block(
      [left('item'), name('offer'), left('step'), left('category'), right('invoiced'), right('paid'), right('credited'), right('refunded')],
      items.map((item) => [
        item.sku, `${item.plan_name ?? '–'}${Number(item.is_current) === 1 ? '' : ' (removed)'}`, item.funnel_step, item.category,
        ...(['invoiced', 'paid', 'credited', 'refunded'] as const).map((name) => formatMinor(item[name], item.currency)),
      ]),
    ),
  ].join('\n');
}

function totalsText(rows: readonly { readonly name: string; readonly currency: string; readonly totals: Totals }[]): string {
  const cells = rows.map(({ name, currency, totals }) => [name, ...TOTALS.map((total) => formatMinor(totals[total], currency))]);
  return textTable([left('totals'), ...TOTALS.map(right)], cells);
}

/** A table with an empty line before it; nothing if it would be empty. */
function block(columns: readonly TableColumn[], rows: readonly (readonly (string | number | null)[])[]): string[] {
  return rows.length === 0 ? [] : ['', textTable(columns, rows)];
}

function at(instant: string): string {
  return toIso(instant as Instant);
}
