import { writeBehind } from '../core/async/write-behind.ts';
import { compareText } from '../core/compare.ts';
import { slices } from '../core/slices.ts';
import { encodeRow } from '../core/text/row-text.ts';
import { textOf } from '../db/dialect.ts';
import type { TableSpec } from '../db/schema.ts';
import { settleSlices } from './contested-facts.repository.ts';
import type { BatchFact, Fact, FactTarget } from './fact.ts';

const ROWS_AT_ONCE = 2_000;

/**
 * Writes facts under their keys, in place of those that are stored, in the transaction of their raw rows. What another source
 * said later stays (contested-facts.repository.ts).
 * @param facts of one key there is one
 * @param standing as of settleSlices
 */
export async function writeFacts(target: FactTarget, table: TableSpec, facts: readonly BatchFact[], standing?: (fact: Fact) => Promise<readonly BatchFact[]>): Promise<void> {
  const { database, tx, brand, entity, changeNo } = target;
  const columns = Object.keys(table.columns);
  const settled = await settleSlices(target, table, facts, standing);
  const rows = settled.map(({ fact, batch }) => ({ key: encodeRow(table.primaryKey.map((name) => textOf(name === 'brand' ? brand : fact[name]))), fact, batch }));
  rows.sort((a, b) => compareText(a.key, b.key));
  const own: Fact = { brand, source: entity.feed, change_no: changeNo };
  const textsOf = function* (): Generator<string[]> {
    for (const some of slices(rows, ROWS_AT_ONCE)) {
      yield some.map(({ fact, batch }) => encodeRow(columns.map((name) => textOf(name === 'batch' ? batch : (own[name] ?? fact[name])))));
    }
  };
  await writeBehind(textsOf(), async (texts) => {
    const inserted = await database.dialect.bulkInsertMissing(tx, { table: table.name, columns, rows: texts });
    // The text that was just inserted is written once more, which is cheaper than to ask which it was.
    if (inserted < texts.length) await database.dialect.bulkReplace(tx, { table: table.name, columns, rows: texts, replaced: texts.length });
  });
}

/** Takes facts of the target's source away by their keys. */
export async function removeFacts({ tx, brand, entity }: FactTarget, table: TableSpec, facts: readonly Fact[]): Promise<void> {
  for (const fact of facts) {
    const key = Object.fromEntries(table.primaryKey.filter((name) => name !== 'brand').map((name) => [name, fact[name] ?? '']));
    await tx(table.name).where({ ...key, brand, source: entity.feed }).delete();
  }
}
