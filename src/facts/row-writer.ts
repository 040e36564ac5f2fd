import type { TableSpec } from '../db/schema.ts';
import { sliceIdOf } from '../raw/rows/made-key.ts';
import type { RawTarget, RowFacts } from '../raw/store/raw-target.ts';
import { noteFactChanges } from './fact-changes.repository.ts';
import { sharedSlices } from './fact-tables.ts';
import { valuesOf, valuesOfText, type BatchFact, type Fact } from './fact.ts';
import { factsOfRows, rowColumnsOf, type FactOfRow } from './row-facts.ts';
import { removeFacts, writeFacts } from './write-facts.repository.ts';

/**
 * Facts of which each follows from one raw row.
 * @param dated the column whose month tells what a change concerns; null: no metric reads these facts
 */
export function rowFacts(table: TableSpec, factOf: FactOfRow, dated?: string | null): RowFacts {
  return {
    async take(target, written, gone) {
      const { entity } = target;
      const removed = gone.map((row) => factOf(valuesOf(entity, row))).filter((fact) => fact !== undefined);
      const changed = written.flatMap(({ text, batch }) => {
        const fact = factOf(valuesOfText(entity, text));
        return fact === undefined ? [] : [{ fact, batch }];
      });
      await removeFacts(target, table, removed);
      await writeFacts(target, table, changed, entity.keeping.slice?.day === undefined ? undefined : (fact) => standingFacts(target, table, factOf, fact));
      if (dated === null) return;
      const told = [...removed, ...changed.map(({ fact }) => fact)];
      await noteFactChanges(target, told.map((fact) => ({ brand: target.brand, fact: table.name, period: dated === undefined ? '' : String(fact[dated]).slice(0, 'YYYY-MM'.length) })));
    },
  };
}

/** The facts of all rows that stand of the account's day of a fact. */
async function standingFacts(target: RawTarget, table: TableSpec, factOf: FactOfRow, fact: Fact): Promise<BatchFact[]> {
  const { database, tx, brand, entity } = target;
  const named = (sharedSlices.get(table) ?? []).map((name) => String(fact[name] ?? ''));
  const columns = rowColumnsOf(entity).map((name) => database.dialect.quote(name));
  return factsOfRows(entity, factOf, await database.dialect.selectRows(tx, `select ${columns.join(', ')} from ${entity.table} where brand = ? and slice_id = ?`, [brand, sliceIdOf(named.slice(0, -1), named.at(-1) ?? null)]));
}
