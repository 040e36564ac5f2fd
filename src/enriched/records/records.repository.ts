import type { Database } from '../../db/database.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { enrichedTables, tableNames, type TableName } from './enriched-tables.ts';

/** Where an enriched record stands, and by whom. */
export interface EnrichedPlace {
  readonly table: string;
  readonly brand: string;
  readonly created_run: string;
  readonly enriched_at: string;
  readonly rules_version: string;
}

const CREDITS = ['credit_memo', 'credit_balance_adjustment'];

/** The enriched records of a raw row in these brands. Their tables are keyed by account, which the raw row or its link knows. */
export async function findEnrichedRecords(database: Database, entity: Entity, sourceId: string, brands: readonly string[]): Promise<EnrichedPlace[]> {
  const name = tableNames.find((table) => enrichedTables[table].entity === entity.name) ?? (CREDITS.includes(entity.name) ? 'credits' : undefined);
  if (name === undefined) return [];
  const found: EnrichedPlace[] = [];
  for (const brand of brands) {
    const accounts = name === 'accounts' ? [sourceId] : name === 'products' ? [] : await accountsOf(database, entity, brand, sourceId);
    found.push(...(await recordsOf(database, name, brand, sourceId, accounts)));
  }
  return found;
}

async function recordsOf(database: Database, name: TableName, brand: string, sourceId: string, accounts: readonly string[]): Promise<EnrichedPlace[]> {
  const { name: table } = enrichedTables[name];
  const records = await database.read((knex) => {
    const query = knex<EnrichedPlace & { source_id: string }>(table).where('brand', brand).where('source_id', sourceId);
    if (name !== 'products') void query.whereIn('account_id' as 'source_id', accounts);
    return query.select('brand', 'created_run', 'enriched_at', 'rules_version');
  });
  return records.map((record) => ({ ...record, table }));
}

interface Owned {
  brand: string;
  source_id: string;
  account_id: string | null;
}

async function accountsOf(database: Database, entity: Entity, brand: string, sourceId: string): Promise<string[]> {
  const named = await database.read((knex) => knex<Owned>(entity.table).where({ brand, source_id: sourceId }).first('account_id'));
  if (named?.account_id != null) return [named.account_id];
  const linked = await database.read((knex) => knex<Owned & { entity: string }>('enrich_owners').where({ brand, entity: entity.name, source_id: sourceId }).first('account_id'));
  return linked?.account_id == null ? [] : [linked.account_id];
}
