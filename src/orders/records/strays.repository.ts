import type { Knex } from 'knex';

import type { Database } from '../../db/database.ts';
import { personOf } from '../../enriched/facts/person.ts';
import { creditNoteItems, creditNotes, customerAccounts, orderDocuments, orderItems, orders, persons } from './order-tables.ts';

/** A stored record of an account or a person that nothing enriched belongs to: it was not made from facts. */
export interface Stray {
  readonly table: string;
  /** Null: of all brands. */
  readonly brand: string | null;
  /** The account; null for a record of a person. */
  readonly accountId: string | null;
  /** Under whom it is taken up: the person that it names, or the account as one that stands alone. */
  readonly personId: string;
  /** By which people look the record up. */
  readonly id: string;
}

/** Tables by account, with the column by which people look a record up. */
const BY_ACCOUNT = [
  [orders.name, orders.idColumn],
  [orderItems.name, orderItems.idColumn],
  [creditNotes.name, creditNotes.idColumn],
  [creditNoteItems.name, creditNoteItems.idColumn],
  // A withdrawn order of an account that is gone keeps its last version.
  [orderDocuments.name, 'order_id'],
] as const;
/** The checksum of a withdrawal, which is the last that an order of nobody may have (documents.repository.ts). */
const IN_FORCE = `s.doc is not null and not exists (select 1 from ${orderDocuments.name} n where n.brand = s.brand
  and n.account_id = s.account_id and n.order_id = s.order_id and n.version > s.version)`;

/**
 * Finds the records that belong to no enriched account: what was added by hand, and what is left of accounts that are gone
 * until the next run takes those up. In one pass over each table.
 * @param whole also those of persons that belong to no brand
 */
export async function findStrays(source: { readonly database: Database; readonly tx: Knex }, brands: readonly string[], whole: boolean): Promise<Stray[]> {
  const { database, tx } = source;
  const marks = brands.map(() => '?').join(',');
  const found: Stray[] = [];
  for (const [table, id] of BY_ACCOUNT) {
    const rows = await database.dialect.selectRows(
      tx,
      `select s.brand, s.account_id, s.${id} from ${table} s left join enriched_accounts a on a.brand = s.brand and a.account_id = s.account_id
        where s.brand in (${marks}) and a.account_id is null${table === orderDocuments.name ? ` and ${IN_FORCE}` : ''}`,
      [...brands],
    );
    for (const [brand, accountId, own] of rows) {
      const { personId } = personOf(String(brand), String(accountId), undefined, []);
      found.push({ table, brand: String(brand), accountId: String(accountId), personId, id: String(own) });
    }
  }
  const customers = await database.dialect.selectRows(
    tx,
    `select s.brand, s.person_id, s.${customerAccounts.idColumn} from ${customerAccounts.name} s where s.brand in (${marks})
      and not exists (select 1 from enriched_accounts a where a.person_id = s.person_id and a.brand = s.brand)`,
    [...brands],
  );
  for (const [brand, personId, id] of customers) found.push({ table: customerAccounts.name, brand: String(brand), accountId: null, personId: String(personId), id: String(id) });
  if (!whole) return found;
  const people = await database.dialect.selectRows(tx, `select s.person_id from ${persons.name} s where not exists (select 1 from enriched_accounts a where a.person_id = s.person_id)`, []);
  return [...found, ...people.map(([personId]) => ({ table: persons.name, brand: null, accountId: null, personId: String(personId), id: String(personId) }))];
}
