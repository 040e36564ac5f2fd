import type { TableSpec } from '../db/schema.ts';
import type { RowFacts } from '../raw/store/raw-target.ts';
import { valuesOf, valuesOfText } from './fact.ts';
import type { FactOfRow } from './row-facts.ts';
import { removeFacts, writeFacts } from './write-facts.repository.ts';

/** Facts of which each follows from one raw row. */
export function rowFacts(table: TableSpec, factOf: FactOfRow): RowFacts {
  return {
    async take(target, written, gone) {
      const { entity } = target;
      await removeFacts(target, table, gone.map((row) => factOf(valuesOf(entity, row))).filter((fact) => fact !== undefined));
      await writeFacts(
        target,
        table,
        written.flatMap(({ text, batch }) => {
          const fact = factOf(valuesOfText(entity, text));
          return fact === undefined ? [] : [{ fact, batch }];
        }),
      );
    },
  };
}
