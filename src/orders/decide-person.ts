import { checksum } from '../core/hash.ts';
import { attribute, type Attribution, type AttributionSettings } from './attribution/attribute.ts';
import type { ProductNames } from './attribution/product-names.ts';
import { openAccount, type OpenedAccount } from './assemble/brand-ledger.ts';
import { buildOrders, type Catalogs, type Item, type Order } from './assemble/build-orders.ts';
import { isCredited, type CreditNote } from './ledger/credit-note.ts';
import { customerAccountId, customerAccountRecords } from './assemble/customer-accounts.ts';
import { orderDocument } from './assemble/document.ts';
import type { DecidedDocument } from './documents/document-versions.ts';
import type { AccountFacts, PersonFacts } from './facts/facts.ts';
import type { PublicIds } from './ids/ids.ts';
import { ledgerOf } from './ledger/ledger-of.ts';
import { orderContexts } from './assemble/order-context.ts';
import type { CreditNoteItemRecord, CreditNoteRecord, CustomerAccountRecord, OrderItemRecord, OrderRecord, PersonRecord } from './records/order-tables.ts';
import { NO_TOTALS, type Totals } from './ledger/totals.ts';

/** What decides beside the facts. */
export interface DecisionSetup {
  readonly catalogs: Catalogs;
  /** What the products of each brand are called. */
  readonly products: ReadonlyMap<string, ProductNames>;
  readonly ids: PublicIds;
  readonly spill: AttributionSettings['spill'];
}

/** Everything that the stage stores of a person. */
export interface Decision {
  readonly personId: string;
  /** Undefined for a person without any account, or with test accounts only. */
  readonly person: PersonRecord | undefined;
  readonly customerAccounts: readonly CustomerAccountRecord[];
  readonly orders: readonly OrderRecord[];
  readonly items: readonly OrderItemRecord[];
  readonly documents: readonly DecidedDocument[];
  readonly creditNotes: readonly CreditNoteRecord[];
  readonly creditNoteItems: readonly CreditNoteItemRecord[];
  /** The credit notes by brand and account. */
  readonly notes: ReadonlyMap<string, readonly CreditNote[]>;
  /** Links of the platform that attribution here could not follow. */
  readonly refusedLinks: Attribution['refusedLinks'];
}

/**
 * Decides orders, totals, credit notes and documents of a person, from its facts alone. The credit notes are given, by
 * brand and account, or attributed here.
 */
export function decidePerson(
  facts: PersonFacts,
  { catalogs, products, ids, spill }: DecisionSetup,
  storedNotes: ReadonlyMap<string, readonly CreditNote[]> | 'attribute',
): Decision {
  const { personId } = facts;
  const real = { personId, accounts: facts.accounts.filter(({ account }) => !account.is_test).sort(byBrandAndAccount) };
  const notes = new Map<string, readonly CreditNote[]>();
  const refusedLinks: Attribution['refusedLinks'][number][] = [];
  const accounts = real.accounts.map((account): OpenedAccount => {
    const ledger = ledgerOf(account);
    const key = `${account.brand}\t${account.account.account_id}`;
    const settings = { products: products.get(account.brand) as ProductNames, spill };
    const made: Attribution = storedNotes === 'attribute' ? attribute(ledger, settings) : { notes: storedNotes.get(key) ?? [], refusedLinks: [] };
    const own = made.notes;
    refusedLinks.push(...made.refusedLinks);
    if (own.length > 0) notes.set(key, own);
    return openAccount(account, ledger, own);
  });
  const orders = buildOrders(real, catalogs);
  const contexts = orderContexts(personId, orders, accounts);
  const documents = contexts.map((context): DecidedDocument => {
    const content = orderDocument(context, ids);
    const doc = JSON.stringify(content);
    const { brand, accountId, orderId } = context.order;
    return { brand, accountId, orderId, publicId: ids('ord', brand, orderId), content, doc, checksum: checksum(doc) };
  });
  const mail = accounts.find(({ facts: { account } }) => account.email_sha256 !== null)?.facts.account;
  return {
    personId,
    person:
      accounts.length === 0
        ? undefined
        : { person_id: personId, public_id: ids('per', personId), email_sha256: mail?.email_sha256 ?? null, email_md5: mail?.email_md5 ?? null },
    customerAccounts: customerAccountRecords(personId, accounts, ids),
    orders: contexts.map(({ order, customer, totals }) => orderRecord(personId, order, customer.isNew, totals, ids)),
    items: contexts.flatMap(({ order, itemTotals }) => order.items.map((item) => itemRecord(personId, order, item, itemTotals.get(item.itemId), ids))),
    documents,
    ...noteRecords(personId, notes, ids),
    notes,
    refusedLinks,
  };
}

function byBrandAndAccount(a: AccountFacts, b: AccountFacts): number {
  const [one, other] = [`${a.brand}\t${a.account.account_id}`, `${b.brand}\t${b.account.account_id}`];
  return one < other ? -1 : one > other ? 1 : 0;
}

function orderRecord(personId: string, order: Order, isNew: boolean, totals: Totals, ids: PublicIds): OrderRecord {
  const { brand, accountId, orderId } = order;
  return {
    brand,
    account_id: accountId,
    order_id: orderId,
    public_id: ids('ord', brand, orderId),
    person_id: personId,
    customer_account_id: customerAccountId(brand, order.market, personId),
    order_reference: order.reference,
    market: order.market,
    currency: order.currency,
    ordered_at: order.orderedAt,
    status: order.status,
    is_new_customer: isNew,
    ...totals,
  };
}

function itemRecord(personId: string, order: Order, item: Item, totals: Totals | undefined, ids: PublicIds): OrderItemRecord {
  const { chain, charge, product } = item;
  return {
    brand: order.brand,
    account_id: order.accountId,
    order_id: order.orderId,
    item_id: item.itemId,
    public_id: ids('itm', order.brand, item.itemId),
    person_id: personId,
    chain_id: chain.id,
    subscription_id: chain.latest.source_id,
    subscription_name: chain.latest.name,
    product_rate_plan_id: item.planId,
    product_id: charge?.product_id ?? product?.productId ?? null,
    sku: product?.sku ?? null,
    product_name: product?.name ?? null,
    plan_name: item.planName,
    funnel_step: charge?.funnel_step ?? 'unclassified',
    category: charge?.category ?? 'unclassified',
    class: chain.latest.class,
    lifecycle: chain.latest.lifecycle,
    is_active: chain.latest.is_active && item.isCurrent,
    is_current: item.isCurrent,
    quantity: charge?.quantity ?? null,
    unit_price: charge?.price ?? null,
    started_at: chain.latest.chain_start,
    ended_at: chain.latest.chain_end,
    currency: order.currency,
    ...(totals ?? NO_TOTALS),
  };
}

function noteRecords(
  personId: string,
  notes: ReadonlyMap<string, readonly CreditNote[]>,
  ids: PublicIds,
): Pick<Decision, 'creditNotes' | 'creditNoteItems'> {
  const creditNotes: CreditNoteRecord[] = [];
  const creditNoteItems: CreditNoteItemRecord[] = [];
  for (const [key, own] of notes) {
    const [brand = '', accountId = ''] = key.split('\t');
    for (const { refundId, kind, refundDate, currency, amount, items, unallocated } of own) {
      const name = { brand, account_id: accountId, refund_id: refundId };
      const credited = items.filter(isCredited).reduce((sum, item) => sum + item.amount, 0);
      creditNotes.push({ ...name, public_id: ids('crn', brand, refundId), person_id: personId, kind, refund_date: refundDate, currency, amount, credited, unallocated });
      for (const [index, item] of items.entries()) {
        const { invoiceId, invoiceLineId, method, confidence } = item;
        creditNoteItems.push({ ...name, item_no: index + 1, invoice_id: invoiceId, invoice_line_id: invoiceLineId, currency, amount: item.amount, method, confidence });
      }
    }
  }
  return { creditNotes, creditNoteItems };
}
