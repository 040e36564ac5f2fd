import type { Transaction } from '../../src/db/database.ts';
import type { TableSpec } from '../../src/db/schema.ts';
import { tableOf } from '../../src/enriched/records/enriched-tables.ts';
import { rawTable } from '../../src/raw/rows/table.ts';
import { amendment } from '../../src/sources/billing/amendment.ts';
import { subscription } from '../../src/sources/billing/subscription.ts';
import type { ChainVector, MrrVector } from './mrr-vectors.ts';

type Row = Readonly<Record<string, string | number | null>>;

/** The person of a case: hexadecimal, as shards take persons by their first digits. */
export const personOf = (index: number): string => index.toString(16).padStart(32, '0');

/** Stores a case as enrichment would have left it: one person, an account for each brand and currency. */
export async function storeVector(tx: Transaction, vector: MrrVector, index: number): Promise<void> {
  const accounts = new Set<string>();
  for (const chain of vector.chains) {
    const { brand, currency } = chain;
    const accountId = `account-${index}-${currency}${chain.is_test ? '-test' : ''}`;
    const own = { brand, account_id: accountId };
    if (!accounts.has(`${brand} ${accountId}`)) {
      accounts.add(`${brand} ${accountId}`);
      await storeRow(tx, tableOf('accounts'), { ...own, source_id: accountId, currency, market: 'AT', person_id: personOf(index), is_test: chain.is_test ? 1 : 0 });
    }
    await storeChain(tx, vector, chain, index, own);
  }
}

async function storeChain(tx: Transaction, vector: MrrVector, chain: ChainVector, index: number, own: { readonly brand: string; readonly account_id: string }): Promise<void> {
  const idOf = (name: string): string => `${index}-${name}`;
  const [id, chainId] = [idOf(`${chain.chain}-latest`), idOf(chain.chain)];
  const replacedBy = vector.chains.find(({ replaces }) => replaces === chain.chain)?.chain;
  const { status, term_type, auto_renew: autoRenew, current_term, contract_effective_date, end_date, term_end_date, cancelled_date } = chain;
  const version = { ...own, chain_id: chainId, term_type, status, auto_renew: autoRenew === null ? null : Number(autoRenew), is_test: Number(chain.is_test), is_active: 0 };
  await storeRow(tx, tableOf('subscriptions'), {
    ...{ ...version, source_id: id, version: 9, is_latest: 1, current_term, contract_effective_date, start_date: chain.start_date, end_date, term_end_date, cancelled_date },
    ...{ class: chain.class, chain_start: chain.start_date, replaces_chain_id: chain.replaces === undefined ? null : idOf(chain.replaces) },
    replaced_by_chain_id: replacedBy === undefined ? null : idOf(replacedBy),
    evidence: JSON.stringify({ class: chain.complimentary_by_name === true ? { rule: 'class.complimentary.words', matched: 'Comp' } : { rule: 'class.other' } }),
  });
  await storeRow(tx, rawTable(subscription), { ...own, source_id: id, name: id, updated_date: `${vector.as_of ?? '2026-01-01'} 00:00:00.000000` });
  for (const [place, date] of chain.term_ends.entries()) await storeRow(tx, tableOf('subscriptions'), { ...version, source_id: `${id}-${place}`, version: place, is_latest: 0, term_end_date: date });
  for (const [place, { plan, is_current: isCurrent, ...charge }] of chain.charges.entries()) {
    const values = charge as Row;
    await storeRow(tx, tableOf('charges'), { ...own, ...values, source_id: `${id}-${place}`, subscription_id: id, chain_id: chainId, currency: chain.currency, rate_plan_id: idOf(String(plan)), is_current: Number(isCurrent), funnel_step: 'frontend' });
  }
  for (const [place, { type, date }] of chain.amendments.entries()) {
    // One of two has no account: it is found by what enrichment noted.
    const amendmentId = `${id}-${place}`;
    await storeRow(tx, rawTable(amendment), { ...own, account_id: place === 0 ? null : own.account_id, source_id: amendmentId, subscription_id: id, type, status: 'Completed', effective_date: date });
    if (place === 0) await tx('enrich_owners').insert({ ...own, entity: 'amendment', source_id: amendmentId });
  }
  await storeRow(tx, tableOf('invoices'), { ...own, source_id: id, invoice_number: id, invoice_date: chain.start_date, status: 'Posted' });
  await storeRow(tx, tableOf('invoice_lines'), { ...own, source_id: id, invoice_id: id, chain_id: chainId, amount: chain.tax.net, tax_amount: chain.tax.tax, category: 'subscription', funnel_step: 'frontend' });
}

/** A row, with something in every other column that needs a value. */
export async function storeRow(tx: Transaction, spec: TableSpec, row: Row): Promise<void> {
  const needed = Object.entries(spec.columns).flatMap(([column, type]) => (type.endsWith('!') ? [[column, FILLERS[type] ?? 'x']] : []));
  await tx(spec.name).insert({ ...Object.fromEntries(needed), ...row });
}

const FILLERS: Readonly<Record<string, string | number>> = { 'integer!': 1, 'boolean!': 0, 'hash!': '0123456789abcdef', 'instant!': '2026-01-01 00:00:00.000000', 'date!': '2026-01-01' };
