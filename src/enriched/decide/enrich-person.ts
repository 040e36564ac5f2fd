import { brandKey } from '../chains/version.ts';
import { accountRecord, judgeAccount } from './enrich-account.ts';
import { openChains } from './enrich-chains.ts';
import { chargeRecord, judgeCharges, type EnrichSetup } from './enrich-charges.ts';
import { judgeLine, lineRecord } from './enrich-lines.ts';
import {
  adjustmentRecord,
  applicationRecord,
  creditMemoRecord,
  invoiceRecord,
  paymentRecord,
  refundApplicationRecord,
  refundRecord,
} from './enrich-money.ts';
import { SubscriptionWriter } from './enrich-subscriptions.ts';
import type { PersonFacts } from '../facts/facts.ts';
import { Money } from '../facts/money-reader.ts';
import type { Notes } from '../facts/notes.ts';
import { countOrphans } from './orphans.ts';
import { indexOf, type AccountVerdict, type Held } from '../facts/person-index.ts';
import type { EnrichedRecords } from '../records/enriched-tables.ts';

/**
 * Decides everything about a person: the records of all accounts, added to `records`, and what a report counts, added
 * to `notes`. Pure: the same facts, rules, catalog and date give the same records, whatever the order of the rows.
 */
export function enrichPerson(setup: EnrichSetup, facts: PersonFacts, records: EnrichedRecords, notes: Notes): void {
  const { rules } = setup;
  const money = new Money();
  const own = facts.accounts.map((account) => judgeAccount(rules, account));
  const neighbours = facts.neighbours.map((account) => judgeAccount(rules, account));
  const index = indexOf([...own, ...neighbours]);
  const charges = judgeCharges(setup, index, money);
  const lines = index.lines.all.map((held) => judgeLine(setup, index, charges, held, money));
  const chains = openChains(setup, index, charges);
  const subscriptions = new SubscriptionWriter(setup, index, chains, lines);
  const isOwn = ownersAmong(own);
  const chainOf = (brand: string, versionId: string | null) => chains.ofVersion.get(brandKey(brand, versionId ?? ''));
  const notesOf = (brand: string, versionId: string | null) => index.subscriptions.get(brand, versionId)?.fact.notes ?? null;

  for (const verdict of own) {
    const account = accountRecord(verdict, money);
    if (account !== undefined) records.accounts.push(account);
    countTestData(verdict, notes);
    for (const row of verdict.facts.credit_balance_adjustment) records.credits.push(adjustmentRecord(verdict, row, money));
    for (const fact of verdict.facts.refund_invoice_payment) {
      records.refund_applications.push(refundApplicationRecord(index, { fact, id: fact.source_id ?? '', owner: verdict }, money));
    }
  }
  for (const held of index.subscriptions.all.filter(isOwn)) {
    const record = subscriptions.record(held);
    records.subscriptions.push(record);
    if (record.is_latest !== true) continue;
    for (const fact of ['class', 'lifecycle', 'funnel_step'] as const) {
      const value = String(record[fact]);
      const [plan] = chainOf(held.owner.facts.brand, held.id)?.plans ?? [];
      notes.classified(held.owner.facts.brand, fact, value, fact === 'lifecycle' ? held.fact.status : (plan?.name ?? null));
    }
  }
  for (const charge of charges.values()) {
    if (!isOwn(charge.held)) continue;
    const { brand } = charge.held.owner.facts;
    const chain = chainOf(brand, charge.subscriptionId);
    const isCurrent = chain?.chain.currentPlans.some(({ id }) => id === charge.plan?.id) ?? false;
    const place = { chainId: chain?.chain.id ?? null, isCurrent };
    records.charges.push(chargeRecord(setup, charge, notesOf(brand, charge.subscriptionId), place));
    notes.classified(brand, 'charge_category', charge.category.value, charge.held.fact.name);
  }
  for (const line of lines) {
    if (!isOwn(line.held)) continue;
    const { fact, owner } = line.held;
    const { brand } = owner.facts;
    const chainId = chainOf(brand, fact.subscription_id)?.chain.id ?? null;
    records.invoice_lines.push(lineRecord(setup, line, notesOf(brand, fact.subscription_id), chainId, money));
    notes.classified(brand, 'line_category', line.category.value, fact.charge_name);
  }
  for (const held of index.refunds.all.filter(isOwn)) {
    const record = refundRecord(rules, held, money);
    records.refunds.push(record);
    notes.count(held.owner.facts.brand, 'refund_kind', String(record.kind));
  }
  records.invoices.push(...index.invoices.all.filter(isOwn).map((held) => invoiceRecord(held, money)));
  records.payments.push(...index.payments.all.filter(isOwn).map((held) => paymentRecord(held, money)));
  records.payment_applications.push(...index.applications.all.filter(isOwn).map((held) => applicationRecord(index, held, money)));
  records.credits.push(...index.creditMemos.all.filter(isOwn).map((held) => creditMemoRecord(held, money)));
  for (const { chain } of chains.opened) {
    if (own.some(({ facts: account }) => account.brand === chain.brand && account.accountId === chain.latest.accountId)) {
      for (const { kind } of chain.issues) notes.chainIssue(kind);
    }
  }
  notes.unreadableAmounts += money.unreadable;
  countOrphans(setup, index, own, notes);
}

/** The records of nobody yet. */
export function noRecords(): EnrichedRecords {
  return {
    accounts: [],
    subscriptions: [],
    charges: [],
    products: [],
    invoices: [],
    invoice_lines: [],
    payments: [],
    payment_applications: [],
    refunds: [],
    refund_applications: [],
    credits: [],
  };
}

function ownersAmong(own: readonly AccountVerdict[]): (held: Pick<Held<'account'>, 'owner'>) => boolean {
  const owners = new Set(own);
  return ({ owner }) => owners.has(owner);
}

/** Each layer that decided is counted once an account: the first word of a rule's id names it. */
function countTestData({ facts, test }: AccountVerdict, notes: Notes): void {
  const decisive = test.reasons.filter((reason) => reason.decisive);
  if (test.isTest) notes.count(facts.brand, 'test_data', 'accounts');
  for (const layer of new Set(decisive.map(({ rule }) => rule.split('.').slice(0, 2).join('.')))) notes.count(facts.brand, 'test_data', layer);
}
