import type { TableSpec } from '../db/schema.ts';
import type { RowFacts } from '../raw/store/raw-target.ts';
import { noteFactChanges } from './fact-changes.repository.ts';
import { valuesOf, valuesOfText } from './fact.ts';
import type { FactOfRow } from './row-facts.ts';
import { removeFacts, writeFacts } from './write-facts.repository.ts';

/** Facts of which each follows from one raw row. @param dated the column whose month tells what a change concerns */
export function rowFacts(table: TableSpec, factOf: FactOfRow, dated?: string): RowFacts {
  return {
    async take(target, written, gone) {
      const { entity } = target;
      const removed = gone.map((row) => factOf(valuesOf(entity, row))).filter((fact) => fact !== undefined);
      const facts = written.flatMap(({ text, batch }) => {
        const fact = factOf(valuesOfText(entity, text));
        return fact === undefined ? [] : [{ fact, batch }];
      });
      await removeFacts(target, table, removed);
      await writeFacts(target, table, facts);
      const changed = [...removed, ...facts.map(({ fact }) => fact)];
      await noteFactChanges(target, changed.map((fact) => ({ brand: target.brand, fact: table.name, period: dated === undefined ? '' : String(fact[dated]).slice(0, 'YYYY-MM'.length) })));
    },
  };
}
