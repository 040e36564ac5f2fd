import type { Knex } from 'knex';

import type { Database } from '../../db/database.ts';
import { textOf } from '../../db/dialect.ts';

/** What people call a charge. */
export interface ChargeName {
  readonly number: string | null;
  readonly name: string | null;
  readonly plan: string | null;
}

/** The names of a brand's charges of these accounts, by id. */
export async function readChargeNames(database: Database, knex: Knex, brand: string, accountIds: readonly string[]): Promise<Map<string, ChargeName>> {
  const columns = ['source_id', 'charge_number', 'name', 'plan_name'];
  const rows = await database.dialect.findByKeys(knex, { table: 'enriched_charges', brand, keyColumn: 'account_id', keys: [...new Set(accountIds)].sort(), columns });
  return new Map(rows.map(([id, number, name, plan]) => [String(id), { number: textOf(number ?? null), name: textOf(name ?? null), plan: textOf(plan ?? null) }]));
}
