import type { Database, Transaction } from '../../db/database.ts';
import type { StoredValues } from '../../db/dialect.ts';
import { groupBy } from '../../core/group-by.ts';
import type { CreditNote } from '../../orders/ledger/credit-note.ts';
import { readCreditNotes } from '../../orders/records/credit-notes.repository.ts';
import type { PersonFacts } from '../../orders/facts/facts.ts';
import { rowsByKeys } from '../../engine/records/stored-records.repository.ts';
import type { StoredItem, StoredOrder, StoredPerson, StoredTotals } from './check-totals.ts';

interface Source {
  readonly database: Database;
  readonly tx: Transaction;
}

/** What is stored of some persons: by person id, and the credit notes by brand and account. */
export interface StoredLedger {
  readonly persons: ReadonlyMap<string, StoredPerson>;
  readonly notes: ReadonlyMap<string, readonly CreditNote[]>;
}

const TOTALS = ['invoiced', 'credited', 'paid', 'refunded', 'balance', 'outstanding'];
const PER_QUERY = 500;

/** The persons with an account in one of the brands, in the order of their smallest account: those who stand together. */
export async function personsInOrder({ database, tx }: Source, brands: readonly string[]): Promise<string[]> {
  const rows = await database.dialect.selectRows(
    tx,
    `select person_id, min(account_id) as leader from enriched_accounts where brand in (${brands.map(() => '?').join(',')}) group by person_id order by leader, person_id`,
    [...brands],
  );
  return rows.map(([personId]) => String(personId));
}

/** Reads what the orders stage has stored of these persons. */
export async function readStored(source: Source, people: readonly PersonFacts[]): Promise<StoredLedger> {
  const customers = await readCustomers(source, people.map(({ personId }) => personId));
  const orders: (readonly [person: string, order: StoredOrder])[] = [];
  const items: (readonly [person: string, item: StoredItem])[] = [];
  const notes = new Map<string, readonly CreditNote[]>();
  const accounts = people.flatMap(({ accounts: own }) => own);
  for (const [brand, own] of groupBy(accounts, (account) => account.brand)) {
    const scope = { brand, keys: own.map(({ account }) => account.account_id) };
    for (const row of await rowsByKeys(source, 'orders', 'account_id', scope, ['order_id', 'currency', ...TOTALS, 'account_id', 'person_id'])) {
      orders.push([String(row[9]), { ...totalsOf(brand, row), accountId: String(row[8]) }]);
    }
    for (const row of await rowsByKeys(source, 'order_items', 'account_id', scope, ['item_id', 'currency', ...TOTALS, 'account_id', 'person_id', 'order_id', 'chain_id'])) {
      items.push([String(row[9]), { ...totalsOf(brand, row), accountId: String(row[8]), orderId: String(row[10]), chainId: String(row[11]) }]);
    }
    for (const [accountId, list] of await readCreditNotes(source, brand, scope.keys)) notes.set(`${brand}\t${accountId}`, list);
  }
  const ordersOf = groupBy(orders, ([person]) => person);
  const itemsOf = groupBy(items, ([person]) => person);
  const persons = people.map(({ personId }): [string, StoredPerson] => [
    personId,
    {
      customers: customers.get(personId) ?? [],
      orders: (ordersOf.get(personId) ?? []).map(([, order]) => order),
      items: (itemsOf.get(personId) ?? []).map(([, item]) => item),
    },
  ]);
  return { persons: new Map(persons), notes };
}

/** Stored import batches whose counts do not add up, out of how many. Of a refused one nothing is stored, whatever was read. */
export async function batchCounts({ database, tx }: Source, brands: readonly string[]): Promise<{ checked: number; broken: string[] }> {
  const read = database.dialect.quote('read');
  const marks = brands.map(() => '?').join(',');
  const [all] = await database.dialect.selectRows(tx, `select count(*) from import_batches where status = 'finished' and brand in (${marks})`, [...brands]);
  const broken = await database.dialect.selectRows(
    tx,
    `select brand, entity, batch from import_batches where status = 'finished' and brand in (${marks})
      and ${read} <> inserted + updated + unchanged + deleted + stale + rejected order by brand, entity, batch`,
    [...brands],
  );
  return { checked: Number(all?.[0] ?? 0), broken: broken.map((row) => row.join('/')) };
}

async function readCustomers({ database, tx }: Source, personIds: readonly string[]): Promise<Map<string, StoredTotals[]>> {
  const found: (readonly [person: string, row: StoredTotals])[] = [];
  for (let start = 0; start < personIds.length; start += PER_QUERY) {
    const some = personIds.slice(start, start + PER_QUERY);
    const rows = await database.dialect.selectRows(
      tx,
      `select customer_account_id, currency, ${TOTALS.join(', ')}, person_id, brand from customer_accounts where person_id in (${some.map(() => '?').join(',')})`,
      some,
    );
    for (const row of rows) found.push([String(row[8]), totalsOf(String(row[9]), row)]);
  }
  return new Map([...groupBy(found, ([person]) => person)].map(([person, rows]) => [person, rows.map(([, row]) => row)]));
}

/** Of a row that begins with id, currency and the totals. */
function totalsOf(brand: string, [id, currency, invoiced, credited, paid, refunded, balance, outstanding]: StoredValues): StoredTotals {
  return {
    id: String(id),
    brand,
    currency: String(currency),
    invoiced: Number(invoiced),
    credited: Number(credited),
    paid: Number(paid),
    refunded: Number(refunded),
    balance: Number(balance),
    outstanding: Number(outstanding),
  };
}
