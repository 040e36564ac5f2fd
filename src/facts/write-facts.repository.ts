import { compareText } from '../core/compare.ts';
import { encodeRow } from '../core/text/row-text.ts';
import { textOf } from '../db/dialect.ts';
import type { TableSpec } from '../db/schema.ts';
import type { RawTarget } from '../raw/store/raw-target.ts';
import type { Fact } from './fact.ts';

/** Where facts are written: the entity tells who says them. */
export type FactTarget = Pick<RawTarget, 'database' | 'tx' | 'brand' | 'entity' | 'changeNo'>;

const ROWS_AT_ONCE = 2_000;

/**
 * Writes facts under their keys, in place of those that are stored, in the transaction of their raw rows.
 * @param facts with the batch of the raw row; of one key there is one
 */
export async function writeFacts(target: FactTarget, table: TableSpec, facts: readonly { readonly fact: Fact; readonly batch: string }[]): Promise<void> {
  const { database, tx, brand, entity, changeNo } = target;
  const columns = Object.keys(table.columns);
  const rows = facts.map(({ fact, batch }) => {
    const own: Fact = { brand, source: entity.feed, batch, change_no: changeNo };
    const valueOf = (name: string): string | null => textOf(own[name] ?? fact[name]);
    return { key: encodeRow(table.primaryKey.map(valueOf)), text: encodeRow(columns.map(valueOf)) };
  });
  rows.sort((a, b) => compareText(a.key, b.key));
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    const some = rows.slice(start, start + ROWS_AT_ONCE);
    const inserted = await database.dialect.bulkInsertMissing(tx, { table: table.name, columns, rows: some.map(({ text }) => text) });
    if (inserted === some.length) continue;
    // The text that was just inserted is written once more, which is cheaper than to ask which it was.
    await database.dialect.bulkReplace(tx, { table: table.name, columns, rows: some.map(({ text }) => text), replaced: some.length });
  }
}

/** Takes facts away by their keys. */
export async function removeFacts({ tx, brand }: FactTarget, table: TableSpec, facts: readonly Fact[]): Promise<void> {
  for (const fact of facts) {
    const key = Object.fromEntries(table.primaryKey.filter((name) => name !== 'brand').map((name) => [name, fact[name] ?? '']));
    await tx(table.name).where({ ...key, brand }).delete();
  }
}
