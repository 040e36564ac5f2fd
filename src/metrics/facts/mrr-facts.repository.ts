import type { Knex } from 'knex';
import pLimit from 'p-limit';

import { compareText } from '../../core/compare.ts';
import { oneSpelling } from '../../core/decimal.ts';
import { groupBy } from '../../core/group-by.ts';
import { squash } from '../../core/text/text.ts';
import { dateOf, type Instant, type LocalDate } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { numberOf, textOf, type StoredValues } from '../../db/dialect.ts';
import { readNeighbours } from '../../enriched/facts/facts.repository.ts';
import type { ChargeCategory } from '../../enriched/rules/facts.ts';
import { amendment } from '../../sources/billing/amendment.ts';
import { subscription } from '../../sources/billing/subscription.ts';
import type { AmendmentFact, ChargeFact, InvoiceFact, LineFact, MrrAccount, MrrPerson, VersionFact } from '../mrr/mrr-facts.ts';

/** An account whose lists are still being filled. */
type Filling = Omit<MrrAccount, Lists> & { readonly [Name in Lists]: MrrAccount[Name][number][] };
type Lists = 'versions' | 'charges' | 'amendments' | 'invoices' | 'lines';

interface Source {
  readonly database: Database;
  readonly knex: Knex;
}

const READS_AT_ONCE = 3;
const KEYS_PER_QUERY = 500;
const ACCOUNT_COLUMNS = 'brand, account_id, person_id, market, currency, is_test, created_date';

/** Reads what MRR needs of the persons, in bulk. A person without any account has none left. */
export async function readMrrPersons(database: Database, knex: Knex, personIds: readonly string[]): Promise<MrrPerson[]> {
  const source = { database, knex };
  const own = await readOwnAccounts(source, personIds);
  const besides = await readNeighbours(database, knex, own);
  const known = new Map(own.map((account) => [keyOf(account), account]));
  const missing = own.flatMap(({ brand, accountId }) => (besides.get(`${brand}\n${accountId}`) ?? []).map((id) => ({ brand, accountId: id })));
  for (const account of await readAccountsById(source, missing.filter((name) => !known.has(keyOf(name))))) known.set(keyOf(account), account);
  for (const [brand, accounts] of groupBy([...known.values()], (account) => account.brand)) await fill(source, brand, accounts);
  const byPerson = groupBy(own, ({ personId }) => personId);
  return personIds.map((personId) => {
    const accounts = byPerson.get(personId) ?? [];
    const mine = new Set(accounts.map(keyOf));
    const others = new Set(accounts.flatMap(({ brand, accountId }) => (besides.get(`${brand}\n${accountId}`) ?? []).map((id) => keyOf({ brand, accountId: id }))));
    return { personId, accounts, neighbours: [...others].filter((key) => !mine.has(key)).sort(compareText).flatMap((key) => known.get(key) ?? []) };
  });
}

async function readOwnAccounts({ database, knex }: Source, personIds: readonly string[]): Promise<Filling[]> {
  const found: Filling[] = [];
  const sorted = [...personIds].sort();
  for (let start = 0; start < sorted.length; start += KEYS_PER_QUERY) {
    const some = sorted.slice(start, start + KEYS_PER_QUERY);
    const rows = await database.dialect.selectRows(knex, `select ${ACCOUNT_COLUMNS} from enriched_accounts where person_id in (${some.map(() => '?').join(',')})`, some);
    found.push(...rows.map(accountOf));
  }
  return found.sort((a, b) => compareText(keyOf(a), keyOf(b)));
}

async function readAccountsById({ database, knex }: Source, names: readonly { readonly brand: string; readonly accountId: string }[]): Promise<Filling[]> {
  const found: Filling[] = [];
  for (const [brand, own] of groupBy(names, (name) => name.brand)) {
    const keys = [...new Set(own.map(({ accountId }) => accountId))].sort();
    const rows = await database.dialect.findByKeys(knex, { table: 'enriched_accounts', brand, keyColumn: 'account_id', keys, columns: ACCOUNT_COLUMNS.split(', ') });
    found.push(...rows.map(accountOf));
  }
  return found;
}

/** Reads all rows of the accounts of a brand into their lists. */
async function fill(source: Source, brand: string, accounts: readonly Filling[]): Promise<void> {
  const { database, knex } = source;
  const byId = new Map(accounts.map((account) => [account.accountId, account]));
  const keys = [...byId.keys()].sort();
  const read = async <Name extends Lists>(table: string, list: Name, columns: readonly string[], of: (row: StoredValues) => MrrAccount[Name][number]): Promise<void> => {
    const rows = await database.dialect.findByKeys(knex, { table, brand, keyColumn: 'account_id', keys, columns: ['account_id', ...columns] });
    for (const row of rows) (byId.get(String(row[0]))?.[list] as unknown[] | undefined)?.push(of(row.slice(1)));
  };
  const reads = [
    () => readVersions(source, brand, byId),
    () => read('enriched_charges', 'charges', CHARGE_COLUMNS, chargeOf),
    () => read('enriched_invoices', 'invoices', ['source_id', 'invoice_number', 'invoice_date', 'status'], invoiceOf),
    () => read('enriched_invoice_lines', 'lines', ['source_id', 'invoice_id', 'chain_id', 'applied_to_line_id', 'processing_type', 'amount', 'tax_amount'], lineOf),
    () => readAmendments(source, brand, byId),
  ];
  await pLimit(READS_AT_ONCE).map(reads, (one) => one());
}

const VERSION_COLUMNS = [
  ...['source_id', 'chain_id', 'version', 'is_latest', 'status', 'term_type', 'auto_renew', 'current_term', 'contract_effective_date'],
  ...['end_date', 'term_end_date', 'cancelled_date', 'chain_start', 'class', 'evidence', 'replaces_chain_id', 'replaced_by_chain_id'],
];

/** Versions, with the day on which the platform stated them: enriched records do not keep it. */
async function readVersions({ database, knex }: Source, brand: string, byId: ReadonlyMap<string, Filling>): Promise<void> {
  const keys = [...byId.keys()].sort();
  const rows = await database.dialect.findByKeys(knex, { table: 'enriched_subscriptions', brand, keyColumn: 'account_id', keys, columns: ['account_id', ...VERSION_COLUMNS] });
  const latest = rows.filter((row) => Number(row[4]) === 1).map((row) => String(row[1])).sort();
  const stated = await database.dialect.findByKeys(knex, { table: subscription.table, brand, keyColumn: 'source_id', keys: latest, columns: ['source_id', 'updated_date'] });
  const updated = new Map(stated.map(([id, at]) => [String(id), dayOf(at)]));
  for (const row of rows) byId.get(String(row[0]))?.versions.push(versionOf(row.slice(1), updated.get(String(row[1])) ?? null));
}

/** Amendments as they were exported; those without AccountId by the account that enrichment found for them. */
async function readAmendments({ database, knex }: Source, brand: string, byId: ReadonlyMap<string, Filling>): Promise<void> {
  const columns = ['deleted_at', 'subscription_id', 'type', 'status', 'effective_date', 'contract_effective_date'];
  const keys = [...byId.keys()].sort();
  const own = await database.dialect.findByKeys(knex, { table: amendment.table, brand, keyColumn: 'account_id', keys, columns: ['account_id', ...columns] });
  for (const [accountId, deleted, ...row] of own) if (deleted === null) byId.get(String(accountId))?.amendments.push(amendmentOf(row));
  const owners = await database.dialect.findByKeys(knex, { table: 'enrich_owners', brand, keyColumn: 'account_id', keys, columns: ['account_id', 'entity', 'source_id'] });
  const accountOfRow = new Map(owners.filter(([, entity]) => entity === amendment.name).map(([accountId, , id]) => [String(id), String(accountId)]));
  const linked = await database.dialect.findByKeys(knex, { table: amendment.table, brand, keyColumn: 'source_id', keys: [...accountOfRow.keys()].sort(), columns: ['source_id', 'account_id', ...columns] });
  for (const [id, accountId, deleted, ...row] of linked) {
    if (accountId === null && deleted === null) byId.get(accountOfRow.get(String(id)) ?? '')?.amendments.push(amendmentOf(row));
  }
}

function accountOf([brand, accountId, personId, market, currency, isTest, created]: StoredValues): Filling {
  return {
    ...{ brand: String(brand), accountId: String(accountId), personId: String(personId), market: textOf(market), currency: textOf(currency) },
    ...{ isTest: Number(isTest) === 1, createdOn: dayOf(created), versions: [], charges: [], amendments: [], invoices: [], lines: [] },
  };
}

function versionOf(row: StoredValues, updated: LocalDate | null): VersionFact {
  const [id, chainId, version, isLatest, status, termType, autoRenew, currentTerm, effective, end, termEnd, cancelled, start, className, evidence, replaces, replacedBy] = row;
  return {
    ...{ id: String(id), chainId: String(chainId), version: Number(version), isLatest: Number(isLatest) === 1, status: textOf(status), termType: textOf(termType) },
    ...{ autoRenew: flagOf(autoRenew), currentTerm: numberOf(currentTerm), contractEffective: dateOrNull(effective), subscriptionEnd: dateOrNull(end) },
    ...{ termEnd: dateOrNull(termEnd), cancelled: dateOrNull(cancelled), updated, chainStart: dateOrNull(start), class: textOf(className) },
    ...{ isClassNamed: isClassNamed(textOf(evidence)), replaces: textOf(replaces) !== null, isReplaced: textOf(replacedBy) !== null },
  };
}

const CHARGE_COLUMNS = [
  ...['source_id', 'subscription_id', 'rate_plan_id', 'is_current', 'charge_type', 'charge_model', 'category', 'billing_period', 'quantity'],
  ...['currency', 'price', 'mrr', 'discount_percentage', 'discount_amount', 'start_date', 'end_date'],
];

function chargeOf(row: StoredValues): ChargeFact {
  const [id, versionId, planId, isCurrent, chargeType, chargeModel, category, period, quantity, currency, price, mrr, percentage, amount, start, end] = row;
  return {
    ...{ id: String(id), versionId: textOf(versionId), planId: textOf(planId) ?? '', isCurrent: Number(isCurrent) === 1, chargeType: textOf(chargeType) },
    ...{ chargeModel: textOf(chargeModel), category: String(category) as ChargeCategory, billingPeriod: textOf(period), quantity: oneSpelling(quantity, true) },
    ...{ currency: textOf(currency), price: numberOf(price), mrr: numberOf(mrr), discountPercentage: oneSpelling(percentage, true), discountAmount: numberOf(amount) },
    ...{ start: dateOrNull(start), end: dateOrNull(end) },
  };
}

function invoiceOf([id, number, date, status]: StoredValues): InvoiceFact {
  return { id: String(id), number: textOf(number), date: dateOrNull(date), status: textOf(status) };
}

function lineOf([id, invoiceId, chainId, appliedTo, processing, amount, tax]: StoredValues): LineFact {
  const word = squash(textOf(processing) ?? '');
  return { id: String(id), invoiceId: textOf(invoiceId), chainId: textOf(chainId), appliedTo: textOf(appliedTo), isTax: word === '3' || word === 'tax', amount: numberOf(amount), tax: numberOf(tax) };
}

function amendmentOf([versionId, type, status, effective, contractEffective]: StoredValues): AmendmentFact {
  return { versionId: textOf(versionId), type: textOf(type), status: textOf(status), effective: dateOrNull(effective) ?? dateOrNull(contractEffective) };
}

/** The evidence of a rule by words has the text that matched. */
function isClassNamed(evidence: string | null): boolean {
  return evidence !== null && (JSON.parse(evidence) as { readonly class?: { readonly matched?: string } }).class?.matched !== undefined;
}

function keyOf({ brand, accountId }: { readonly brand: string; readonly accountId: string }): string {
  return `${brand}\n${accountId}`;
}

function dateOrNull(value: StoredValues[number] | undefined): LocalDate | null {
  return textOf(value) as LocalDate | null;
}

function dayOf(value: StoredValues[number] | undefined): LocalDate | null {
  const instant = textOf(value) as Instant | null;
  return instant === null ? null : dateOf(instant);
}

function flagOf(value: StoredValues[number] | undefined): boolean | null {
  return value === null || value === undefined ? null : Number(value) === 1;
}
