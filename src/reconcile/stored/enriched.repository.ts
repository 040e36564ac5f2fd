import type { Database, Transaction } from '../../db/database.ts';
import { entities } from '../../sources/index.ts';
import { linkedEntities } from '../../enriched/facts/links.repository.ts';
import { enrichedTables, tableNames, type TableName } from '../../enriched/records/enriched-tables.ts';
import { checksumReader } from '../../engine/records/stored-rows.ts';
import { inWindow, nextWindow } from '../../privacy/retention/windows.ts';

/** An enriched record that is not as it was written. */
export interface EnrichedDifference {
  readonly table: string;
  readonly brand: string;
  /** Undefined: of the catalog. */
  readonly accountId: string | undefined;
  readonly id: string;
  /** The name of its raw row, by which people look both up. */
  readonly subject: string;
  readonly what: 'missing' | 'changed';
}

/** What was looked at, and what of it is wrong. */
export interface EnrichedCheck {
  readonly checked: number;
  readonly differences: readonly EnrichedDifference[];
}

interface Source {
  readonly database: Database;
  readonly tx: Transaction;
}

/** Raw rows that a table's records are made of, and what tells these records apart. */
interface Origin {
  readonly entity: string;
  readonly also: string;
}

const PAGE = 20_000;

/**
 * Checks the enriched records of a brand, table by table, without deciding anything again: each row's checksum is made anew
 * from its columns, and there must be a record for each live raw row that belongs to an account. The look for missing
 * records, row by row, is done only where the counts say that there may be one.
 */
export async function* checkEnriched(source: Source, brand: string): AsyncGenerator<EnrichedCheck> {
  for (const name of tableNames) {
    let stored = 0;
    let isDoubtful = false;
    for await (const page of changedRecords(source, brand, name)) {
      stored += page.checked;
      isDoubtful ||= page.differences.length > 0;
      yield page;
    }
    const origins = originsOf(name);
    let expected = 0;
    for (const origin of origins) expected += await countLive(source, brand, name, origin);
    if (expected === stored && !isDoubtful) continue;
    for (const origin of origins) yield { checked: 0, differences: await missingRecords(source, brand, name, origin) };
  }
}

/** Records whose checksum is not the one that their columns come to, page by page. */
async function* changedRecords({ database, tx }: Source, brand: string, name: TableName): AsyncGenerator<EnrichedCheck> {
  const { name: table, keys } = enrichedTables[name];
  const reader = checksumReader(enrichedTables[name], true);
  const columns = reader.columns.map((column) => database.dialect.quote(column)).join(', ');
  const walk = { table, keys, within: { sql: 'brand = ?', values: [brand] } };
  for (let window = await nextWindow(database.dialect, tx, walk, undefined, PAGE); window !== undefined; window = await nextWindow(database.dialect, tx, walk, window.upTo, PAGE)) {
    const { sql, values } = inWindow(walk, window);
    const rows = await database.dialect.selectRows(tx, `select ${columns} from ${table} where ${sql}`, values);
    const differences: EnrichedDifference[] = [];
    for (const row of rows) {
      const [key, checksum] = reader.of(row);
      if (checksum !== undefined) continue;
      const parts = key.split('\t');
      differences.push({ table, brand, accountId: name === 'products' ? undefined : parts[0], id: parts.at(-1) ?? key, subject: name === 'credits' ? (parts[1] ?? name) : enrichedTables[name].entity, what: 'changed' });
    }
    yield { checked: rows.length, differences };
  }
}

function originsOf(name: TableName): readonly Origin[] {
  if (name !== 'credits') return [{ entity: enrichedTables[name].entity, also: '' }];
  return ['credit_memo', 'credit_balance_adjustment'].map((entity) => ({ entity, also: ` and e.credit_type = '${entity}'` }));
}

/** The live raw rows of a brand as `r`, and the account that they belong to. */
function liveRows(name: TableName, { entity }: Origin): { readonly from: string; readonly account: string; readonly where: string } {
  const table = entities.find((each) => each.name === entity)?.table ?? '';
  const where = 'r.brand = ? and r.deleted_at is null';
  if (name === 'products') return { from: `${table} r`, account: "''", where };
  if (name === 'accounts') return { from: `${table} r`, account: 'r.source_id', where };
  if (!(linkedEntities as readonly string[]).includes(entity)) return { from: `${table} r`, account: 'r.account_id', where: `${where} and r.account_id is not null` };
  const account = 'coalesce(r.account_id, o.account_id)';
  const owners = `left join enrich_owners o on r.account_id is null and o.brand = r.brand and o.entity = '${entity}' and o.source_id = r.source_id`;
  return { from: `${table} r ${owners}`, account, where: `${where} and ${account} is not null` };
}

async function countLive({ database, tx }: Source, brand: string, name: TableName, origin: Origin): Promise<number> {
  const { from, where } = liveRows(name, origin);
  const [row] = await database.dialect.selectRows(tx, `select count(*) from ${from} where ${where}`, [brand]);
  return Number(row?.[0] ?? 0);
}

async function missingRecords({ database, tx }: Source, brand: string, name: TableName, origin: Origin): Promise<EnrichedDifference[]> {
  const { name: table } = enrichedTables[name];
  const { from, account, where } = liveRows(name, origin);
  const own = name === 'products' ? '' : ` and e.account_id = ${account}`;
  const rows = await database.dialect.selectRows(
    tx,
    `select r.source_id, ${account} from ${from} left join ${table} e on e.brand = r.brand${own}${origin.also} and e.source_id = r.source_id
      where ${where} and e.source_id is null`,
    [brand],
  );
  return rows.map(([id, accountId]) => ({ table, brand, accountId: name === 'products' ? undefined : String(accountId), id: String(id), subject: origin.entity, what: 'missing' }));
}
