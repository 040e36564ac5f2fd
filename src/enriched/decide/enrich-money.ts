import { squash } from '../../core/text/text.ts';
import { refundKind } from '../classify/refund-kind.ts';
import type { AccountFacts, Fact } from '../facts/facts.ts';
import type { Money } from '../facts/money-reader.ts';
import type { Held, PersonIndex } from '../facts/person-index.ts';
import type { Rules } from '../rules/rules.ts';
import type { EnrichedRecords } from '../records/enriched-tables.ts';

type RecordIn<Name extends keyof EnrichedRecords> = EnrichedRecords[Name][number];

/** The record of an invoice. */
export function invoiceRecord({ fact, id, owner }: Held<'invoice'>, money: Money): RecordIn<'invoices'> {
  const currency = fact.currency ?? owner.currency;
  return {
    brand: owner.facts.brand,
    account_id: owner.facts.accountId,
    source_id: id,
    invoice_number: fact.invoice_number,
    invoice_date: fact.invoice_date,
    due_date: fact.due_date,
    posted_date: fact.posted_date,
    status: fact.status,
    currency,
    amount: money.of(fact.amount, currency),
    amount_without_tax: money.of(fact.amount_without_tax, currency),
    tax_amount: money.of(fact.tax_amount, currency),
    balance: money.of(fact.balance, currency),
    payment_amount: money.of(fact.payment_amount, currency),
    refund_amount: money.of(fact.refund_amount, currency),
    adjustment_amount: money.of(fact.adjustment_amount, currency),
    credit_balance_adjustment_amount: money.of(fact.credit_balance_adjustment_amount, currency),
    credit_memo_amount: money.of(fact.credit_memo_amount, currency),
    evidence: null,
  };
}

/** The record of a payment. */
export function paymentRecord({ fact, id, owner }: Held<'payment'>, money: Money): RecordIn<'payments'> {
  const currency = fact.currency ?? owner.currency;
  return {
    brand: owner.facts.brand,
    account_id: owner.facts.accountId,
    source_id: id,
    payment_number: fact.payment_number,
    payment_method_id: fact.payment_method_id,
    effective_date: fact.effective_date,
    type: fact.type,
    status: fact.status,
    gateway: fact.gateway,
    reference_id: fact.reference_id,
    currency,
    amount: money.of(fact.amount, currency),
    applied_amount: money.of(fact.applied_amount, currency),
    unapplied_amount: money.of(fact.unapplied_amount, currency),
    refund_amount: money.of(fact.refund_amount, currency),
    evidence: null,
  };
}

/** The record of the part of a payment that was applied to an invoice, in the invoice's currency. */
export function applicationRecord(index: PersonIndex, { fact, id, owner }: Held<'invoice_payment'>, money: Money): RecordIn<'payment_applications'> {
  const { brand } = owner.facts;
  const currency =
    index.invoices.get(brand, fact.invoice_id)?.fact.currency ??
    index.payments.get(brand, fact.payment_id)?.fact.currency ??
    owner.currency;
  return {
    brand: owner.facts.brand,
    account_id: owner.facts.accountId,
    source_id: id,
    invoice_id: fact.invoice_id,
    payment_id: fact.payment_id,
    effective_date: fact.effective_date,
    currency,
    amount: money.of(fact.amount, currency),
    refund_amount: money.of(fact.refund_amount, currency),
    evidence: null,
  };
}

/** The record of a refund, and whether it was a goodwill gesture. */
export function refundRecord(rules: Rules, { fact, id, owner }: Held<'refund'>, money: Money): RecordIn<'refunds'> {
  const { facts } = owner;
  const currency = fact.currency ?? owner.currency;
  const kind = refundKind(rules, {
    brand: facts.brand,
    type: fact.type,
    sourceType: fact.source_type,
    comment: fact.comment,
    reasonCode: fact.reason_code,
    hasTraceableCredit: hasTraceableCredit(facts, fact, currency),
  });
  return {
    brand: facts.brand,
    account_id: facts.accountId,
    source_id: id,
    refund_number: fact.refund_number,
    refund_date: fact.refund_date,
    payment_id: fact.payment_id,
    credit_memo_id: fact.credit_memo_id,
    type: fact.type,
    source_type: fact.source_type,
    method_type: fact.method_type,
    status: fact.status,
    currency,
    amount: money.of(fact.amount, currency),
    reason_code: fact.reason_code,
    comment: fact.comment,
    sku: fact.product_sku__c,
    kind: kind.value,
    evidence: JSON.stringify({ kind: kind.evidence }),
  };
}

/** The record of an explicit link of a refund. */
export function refundApplicationRecord(
  index: PersonIndex,
  { fact, id, owner }: { readonly fact: Fact<'refund_invoice_payment'>; readonly id: string; readonly owner: Held<'refund'>['owner'] },
  money: Money,
): RecordIn<'refund_applications'> {
  const currency = index.refunds.get(owner.facts.brand, fact.refund_id)?.fact.currency ?? owner.currency;
  return {
    brand: owner.facts.brand,
    account_id: owner.facts.accountId,
    source_id: id,
    refund_id: fact.refund_id,
    payment_application_id: fact.invoice_payment_id,
    invoice_id: fact.invoice_id,
    payment_id: fact.payment_id,
    currency,
    amount: money.of(fact.refund_amount, currency),
    evidence: null,
  };
}

/** The record of a credit memo. */
export function creditMemoRecord({ fact, id, owner }: Held<'credit_memo'>, money: Money): RecordIn<'credits'> {
  const currency = fact.currency ?? owner.currency;
  return {
    brand: owner.facts.brand,
    account_id: owner.facts.accountId,
    source_id: id,
    credit_type: 'credit_memo',
    number: fact.number,
    direction: null,
    credit_date: fact.credit_memo_date,
    status: fact.status,
    invoice_id: fact.referred_invoice_id,
    source_transaction_id: null,
    source_transaction_number: null,
    source_transaction_type: null,
    currency,
    amount: money.of(fact.amount, currency),
    applied_amount: money.of(fact.applied_amount, currency),
    refund_amount: money.of(fact.refund_amount, currency),
    tax_amount: money.of(fact.tax_amount, currency),
    reason_code: fact.reason_code,
    comment: fact.comment,
    evidence: null,
  };
}

/** The record of a movement of the credit balance; its source is an invoice, a payment or a refund. */
export function adjustmentRecord(
  { facts, currency: ofAccount }: Held<'refund'>['owner'],
  fact: Fact<'credit_balance_adjustment'>,
  money: Money,
): RecordIn<'credits'> {
  const currency = fact.currency ?? ofAccount;
  return {
    brand: facts.brand,
    account_id: facts.accountId,
    source_id: fact.source_id,
    credit_type: 'credit_balance_adjustment',
    number: fact.number,
    direction: fact.type,
    credit_date: fact.adjustment_date,
    status: fact.status,
    invoice_id: isOf(fact, 'invoice') ? fact.source_transaction_id : null,
    source_transaction_id: fact.source_transaction_id,
    source_transaction_number: fact.source_transaction_number,
    source_transaction_type: fact.source_transaction_type,
    currency,
    amount: money.of(fact.amount, currency),
    applied_amount: null,
    refund_amount: null,
    tax_amount: null,
    reason_code: fact.reason_code,
    comment: fact.comment,
    evidence: null,
  };
}

/**
 * A refund pays out a credit memo that it names, or a decrease of the credit balance that names it, if an increase
 * from an invoice filled that balance before (orders and refunds, "Refund attribution", step 3); a refund of the credit
 * balance also a negative invoice of which no adjustment tells.
 */
function hasTraceableCredit(facts: AccountFacts, refund: Fact<'refund'>, currency: string | null): boolean {
  const { credit_memo: memos, credit_balance_adjustment: adjustments } = facts;
  if (refund.credit_memo_id !== null && memos.some(({ source_id: id }) => id === refund.credit_memo_id)) return true;
  if (squash(refund.source_type ?? '') === 'creditbalance' && facts.invoice.some((row) => isUntoldCredit(facts, row, refund, currency))) return true;
  const paidOut = adjustments.some(
    (row) =>
      isOf(row, 'refund') &&
      (row.source_transaction_id === refund.source_id || (row.source_transaction_number !== null && row.source_transaction_number === refund.refund_number)),
  );
  return paidOut && adjustments.some((row) => row.type === 'Increase' && row.status === 'Processed' && isOf(row, 'invoice'));
}

/** A posted invoice below zero that is not later than the refund, and that filled no credit balance as far as is known. */
function isUntoldCredit({ account, credit_balance_adjustment: adjustments }: AccountFacts, invoice: Fact<'invoice'>, refund: Fact<'refund'>, currency: string | null): boolean {
  const { source_id: id, invoice_number: number, invoice_date: date, status, amount } = invoice;
  if (status !== 'Posted' || amount?.startsWith('-') !== true || (invoice.currency ?? account[0]?.currency ?? null) !== currency) return false;
  if (date === null || refund.refund_date === null || date > refund.refund_date) return false;
  return !adjustments.some(
    (row) => isOf(row, 'invoice') && (row.source_transaction_id === id || (number !== null && row.source_transaction_number === number)),
  );
}

function isOf(row: Fact<'credit_balance_adjustment'>, type: string): boolean {
  return squash(row.source_transaction_type ?? '') === type;
}
