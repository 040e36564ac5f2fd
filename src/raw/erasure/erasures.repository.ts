import { oneSpelling } from '../../core/decimal.ts';
import { encodeRow } from '../../core/text/row-text.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { StoredValues } from '../../db/dialect.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { billingEntities } from '../../sources/index.ts';
import { ownerColumns, ownerOf } from '../rows/owner.ts';
import { storedColumns } from '../rows/table.ts';
import { rowHash } from '../rows/version.ts';
import { noteOwners } from '../store/changes.repository.ts';
import { Erasures } from './erasures.ts';

/** Where rows are erased, and under which change number. */
export interface ErasureTarget {
  readonly database: Database;
  readonly tx: Transaction;
  readonly changeNo: number;
}

const PAGE = 5_000;
/**
 * What a text has in which the sign of an address stands in any of its forms (core/text/addresses.ts), or the hash that an
 * import left in the place of an address. The `!` escapes a per cent sign of the text.
 */
const SIGNS = ['@', '!%40', '!%25', '&#', '&amp;', 'commat', 'u0040', 'u{', 'x40', 'sha256:'];
const WIDE_SIGNS = ['＠', '﹫'];

/** What is remembered of erased persons, for one brand. Without any, it costs one look at an empty table. */
export async function readErasures(database: Database, tx: Transaction, brand: string): Promise<Erasures> {
  const persons = await database.dialect.selectRows(tx, 'select email_sha256, words from erasures', []);
  const words = new Map(persons.map(([hash, list]) => [String(hash), new Set(JSON.parse(String(list)) as string[])]));
  if (words.size === 0) return new Erasures({ words, records: new Map(), testAccounts: new Set() });
  const rows = await database.dialect.selectRows(tx, 'select entity, source_id, email_sha256, is_test from erased_records where brand = ?', [brand]);
  return new Erasures({
    words,
    records: new Map(rows.map(([entity, id, hash]) => [`${String(entity)}\t${String(id)}`, String(hash)])),
    testAccounts: new Set(rows.flatMap(([entity, id, , isTest]) => (entity === 'account' && Number(isTest) === 1 ? [String(id)] : []))),
  });
}

/** Remembers further records of erased persons; not settled if an import found them. */
export async function rememberRecords(
  { database, tx }: Pick<ErasureTarget, 'database' | 'tx'>,
  brand: string,
  records: ReadonlyMap<string, string>,
  known: { readonly testAccounts: ReadonlySet<string> } | undefined,
): Promise<void> {
  await database.dialect.bulkInsertMissing(tx, {
    table: 'erased_records',
    columns: ['brand', 'entity', 'source_id', 'email_sha256', 'is_test', 'is_settled'],
    rows: [...records].sort().map(([key, hash]) => {
      const [entity = '', id = ''] = key.split('\t');
      return encodeRow([brand, entity, id, hash, entity === 'account' && known?.testAccounts.has(id) === true ? '1' : '0', known === undefined ? '0' : '1']);
    }),
  });
}

/**
 * Erases what was imported beside the records that an import found: a row of another entity tells nothing of an address,
 * and may have been stored at the same time. Gives how many rows changed.
 */
export async function confirmFound(target: ErasureTarget, brand: string): Promise<number> {
  const { database, tx } = target;
  const rows = await database.dialect.selectRows(tx, 'select source_id from erased_records where brand = ? and is_settled = 0', [brand]);
  if (rows.length === 0) return 0;
  const counts = await eraseStoredRows(target, brand, await readErasures(database, tx, brand), rows.map(([id]) => String(id)));
  await tx('erased_records').where({ brand, is_settled: 0 }).update({ is_settled: 1 });
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/**
 * Erases the stored rows of a brand, of these entities; gives how many rows changed by table.
 * @param ids records of the persons: only rows that are these, belong to them or name no account are looked at
 */
export async function eraseStoredRows(
  target: ErasureTarget,
  brand: string,
  erasures: Erasures,
  ids: readonly string[],
  entities: readonly Entity[] = billingEntities,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const entity of entities) {
    const changed = await eraseTable(target, brand, erasures, entity, ids);
    if (changed > 0) counts.set(entity.table, changed);
  }
  return counts;
}

async function eraseTable({ database, tx, changeNo }: ErasureTarget, brand: string, erasures: Erasures, entity: Entity, ids: readonly string[]): Promise<number> {
  const columns = [...storedColumns(entity).map(({ sql }) => sql), 'extra'];
  const owners = ownerColumns(entity);
  const { deletes } = entity.keeping;
  const deletedAt = deletes ? ', deleted_at' : '';
  const list = columns.map((column) => database.dialect.quote(column)).join(', ');
  const { sql, values: bound } = ownedBy(database, entity, ids);
  let changed = 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const rows: StoredValues[] = await database.dialect.selectRows(
      tx,
      `select ${list}${deletedAt} from ${entity.table} where brand = ? and source_id > ? and ${sql} order by source_id limit ${PAGE}`,
      [brand, after, ...bound],
    );
    for (const row of rows) {
      const values = columns.map((_, index) => oneSpelling(row[index], storedColumns(entity)[index]?.kind === 'decimal'));
      const erased = erasures.values(entity, values);
      if (erased === undefined || erased.every((value, index) => value === values[index])) continue;
      const isDeleted = deletes && row[columns.length] !== null;
      const update: Record<string, string | number | null> = { row_hash: rowHash(encodeRow(erased), isDeleted), change_no: changeNo };
      columns.forEach((column, index) => {
        if (erased[index] !== values[index]) update[column] = erased[index] ?? null;
      });
      await tx(entity.table).where({ brand, source_id: values[0] }).update(update);
      if (owners.length > 0) await noteOwners({ database, tx, brand, changeNo, entity }, [ownerOf(owners, values)]);
      changed++;
    }
    after = rows.length < PAGE ? undefined : String(rows.at(-1)?.[0]);
  }
  return changed;
}

/** A condition that holds for every text of a column in which an address can stand. */
export function mayHoldAddressIn(column: string, isAscii = false): string {
  return `(${[...SIGNS, ...(isAscii ? [] : WIDE_SIGNS)].map((sign) => `${column} like '%${sign}%' escape '!'`).join(' or ')})`;
}

/** The rows that may be the persons', or name them in a text. An event is told by its hash too. */
function ownedBy(database: Database, entity: Entity, ids: readonly string[]): { sql: string; values: string[] } {
  const marks = `(${ids.map(() => '?').join(',') || "''"})`;
  const parents = ['account_id', 'contact_id'].filter((name) => storedColumns(entity).some(({ sql }) => sql === name));
  const conditions = ['source_id', ...parents].map((name) => `${name} in ${marks}`);
  if (parents.includes('account_id')) conditions.push('account_id is null');
  if (storedColumns(entity).some(({ sql }) => sql === 'email_sha256')) conditions.push(`email_sha256 in (select email_sha256 from erasures)`);
  const texts = [...storedColumns(entity).flatMap(({ sql, kind }) => (kind === 'text' || kind === 'enum' ? [sql] : [])), 'extra'];
  conditions.push(...texts.map((column) => mayHoldAddressIn(database.dialect.quote(column))));
  return { sql: `(${conditions.join(' or ')})`, values: ['source_id', ...parents].flatMap(() => [...ids]) };
}
