import { addMonths, type LocalDate } from '../../core/time.ts';
import type { RecordTable } from '../../engine/records/record-table.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';

/** How many rows a table of sums has of a month of a brand, or of GROUP. @param month `2025-01` */
export async function rowsOfMonth({ database, tx }: Pick<RecordTarget, 'database' | 'tx'>, { name, keys, columns }: RecordTable, brand: string, month: string): Promise<number> {
  const [partition = ''] = keys;
  const first = `${month}-01` as LocalDate;
  // The rows of a partition are those of a month by its name, or of the days in it.
  const isByDay = columns[partition] === 'date!';
  const [where, values] = isByDay ? [`${partition} >= ? and ${partition} < ?`, [first, addMonths(first, 1)]] : [`${partition} = ?`, [month]];
  const [row] = await database.dialect.selectRows(tx, `select count(*) from ${name} where brand = ? and ${where}`, [brand, ...values]);
  return Number(row?.[0] ?? 0);
}
