import type { Database } from '../../db/database.ts';
import { feedFreshness } from '../../engine/runs/import-batches.repository.ts';
import { entityNamed } from '../../sources/index.ts';
import { needs, type Need, type Stored } from './needs.ts';

/** What is stored of each need, by brand. One row of each is looked at, no more. */
export async function storedNeeds(database: Database, brands: readonly string[]): Promise<(brand: string, need: Need) => Stored> {
  const came = new Set((await feedFreshness(database)).map(({ brand, entity }) => `${brand}/${entity}`));
  const stored = new Map<string, Stored>();
  const asked = new Map(needs.map((need) => [nameOf(need), need]));
  for (const brand of brands) {
    for (const [name, { entity, column }] of asked) {
      const row = await database.read((knex) => {
        const query = knex<{ source_id: string; brand: string; deleted_at: string | null }>(entityNamed(entity).table).where({ brand }).whereNull('deleted_at');
        return (column === undefined ? query : query.whereNotNull(column)).first('source_id');
      });
      stored.set(`${brand}/${name}`, row !== undefined ? 'stored' : came.has(`${brand}/${entity}`) ? 'empty' : 'absent');
    }
  }
  return (brand, need) => stored.get(`${brand}/${nameOf(need)}`) ?? 'absent';
}

function nameOf({ entity, column }: Need): string {
  return column === undefined ? entity : `${entity}.${column}`;
}
