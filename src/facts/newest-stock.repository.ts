import type { RawTarget, RowFacts } from '../raw/store/raw-target.ts';
import { valuesOf, valuesOfText, type BatchFact, type Fact } from './fact.ts';
import { factTables } from './fact-tables.ts';
import { factsOfRows, rowColumnsOf, stockLevelOf } from './row-facts.ts';
import { removeFacts, writeFacts } from './write-facts.repository.ts';

const PLACES_PER_QUERY = 200;

/** The fact of a product at a location is the row of its newest day: of each that a row changed it is looked up anew. */
export const newestStock: RowFacts = {
  async take(target, written, gone) {
    const { entity } = target;
    const rows = [...written.map(({ text }) => valuesOfText(entity, text)), ...gone.map((row) => valuesOf(entity, row))];
    const skus = [...new Set(rows.map((row) => row['sku'] ?? ''))].sort();
    for (let start = 0; start < skus.length; start += PLACES_PER_QUERY) await renew(target, skus.slice(start, start + PLACES_PER_QUERY));
  },
};

async function renew(target: RawTarget, skus: readonly string[]): Promise<void> {
  const newest = await newestRows(target, skus);
  const { tx, brand, entity } = target;
  const stored = await tx<{ brand: string; source: string; sku: string; location: string }>(factTables.stockLevels.name).where({ brand, source: entity.feed }).whereIn('sku', [...skus]).select('sku', 'location');
  const places = new Set(newest.map(({ fact }) => placeOf(fact)));
  await removeFacts(target, factTables.stockLevels, stored.filter((fact) => !places.has(placeOf(fact))).map(({ sku, location }) => ({ sku, location })));
  await writeFacts(target, factTables.stockLevels, newest);
}

async function newestRows({ database, tx, brand, entity }: RawTarget, skus: readonly string[]): Promise<BatchFact[]> {
  const list = rowColumnsOf(entity).map((name) => `r.${database.dialect.quote(name)}`).join(', ');
  const day = database.dialect.quote('date');
  const rows = await database.dialect.selectRows(
    tx,
    `select ${list} from ${entity.table} r join (select sku, coalesce(location, '') place, max(${day}) newest from ${entity.table} ` +
      `where brand = ? and deleted_at is null and sku in (${skus.map(() => '?').join(', ')}) group by sku, coalesce(location, '')) m ` +
      `on r.sku = m.sku and coalesce(r.location, '') = m.place and r.${day} = m.newest where r.brand = ? and r.deleted_at is null`,
    [brand, ...skus, brand],
  );
  return factsOfRows(entity, stockLevelOf, rows);
}

function placeOf(fact: Pick<Fact, string>): string {
  return `${String(fact['sku'])}\t${String(fact['location'])}`;
}
