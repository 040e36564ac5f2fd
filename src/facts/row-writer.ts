import { textOf } from '../db/dialect.ts';
import type { TableSpec } from '../db/schema.ts';
import { sliceIdOf } from '../raw/rows/made-key.ts';
import { storedColumns } from '../raw/rows/table.ts';
import type { RawTarget, RowFacts } from '../raw/store/raw-target.ts';
import { takenOver, type BatchFact } from './contested-facts.repository.ts';
import { noteFactChanges } from './fact-changes.repository.ts';
import { valuesOf, valuesOfText, type Fact } from './fact.ts';
import type { FactOfRow } from './row-facts.ts';
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
      await writeFacts(target, table, await withWholeSlices(target, table, factOf, changed));
      if (dated === null) return;
      const told = [...removed, ...changed.map(({ fact }) => fact)];
      await noteFactChanges(target, told.map((fact) => ({ brand: target.brand, fact: table.name, period: dated === undefined ? '' : String(fact[dated]).slice(0, 'YYYY-MM'.length) })));
    },
  };
}

/** Adds what stands of a slice and did not change, where another source's facts of the slice give way to it. */
async function withWholeSlices(target: RawTarget, table: TableSpec, factOf: FactOfRow, changed: readonly BatchFact[]): Promise<readonly BatchFact[]> {
  const { slice } = target.entity.keeping;
  if (slice === undefined) return changed;
  const taken = await takenOver(target, table, changed);
  if (taken.length === 0) return changed;
  const keyOf = ({ fact }: BatchFact): string => table.primaryKey.map((name) => String(fact[name] ?? '')).join('\t');
  const all = new Map<string, BatchFact>();
  for (const fact of taken) for (const each of await standingFacts(target, factOf, fact)) all.set(keyOf(each), each);
  for (const each of changed) all.set(keyOf(each), each);
  return [...all.values()];
}

/** The facts of all rows that stand of the slice of a fact. */
async function standingFacts({ database, tx, brand, entity }: RawTarget, factOf: FactOfRow, { platform, account, date }: Fact): Promise<BatchFact[]> {
  const columns = [...storedColumns(entity).map(({ sql }) => sql), 'lake_batch'].map((name) => database.dialect.quote(name));
  const rows = await database.dialect.selectRows(tx, `select ${columns.join(', ')} from ${entity.table} where brand = ? and slice_id = ?`, [brand, sliceIdOf([String(platform), String(account)], String(date))]);
  return rows.flatMap((values) => {
    const state = values.map(textOf);
    const fact = factOf(valuesOf(entity, state));
    return fact === undefined ? [] : [{ fact, batch: state.at(-1) ?? '' }];
  });
}
