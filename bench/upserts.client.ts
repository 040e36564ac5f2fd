import type { Connection } from 'mysql2/promise';

import { decodeRow } from '../src/core/text/row-text.ts';
import { linesOf, type RowFile } from './row-files.client.ts';

const ROWS_PER_STATEMENT = 1_000;

/**
 * The same rows as a script would write them: 1,000 rows a statement, `on duplicate key update`, in file order, each
 * statement committed by itself. Reading the files is part of it.
 * @returns seconds
 */
export async function upsertFiles(connection: Connection, files: readonly RowFile[], signal: AbortSignal): Promise<number> {
  const startedAt = performance.now();
  for (const rowFile of files) {
    const statement = upsertStatement(rowFile);
    let rows: (string | null)[][] = [];
    const write = async (): Promise<void> => {
      signal.throwIfAborted();
      await connection.query(statement, [rows]);
      rows = [];
    };
    for await (const lines of linesOf(rowFile)) {
      for (const line of lines) {
        rows.push(decodeRow(line));
        if (rows.length === ROWS_PER_STATEMENT) await write();
      }
    }
    if (rows.length > 0) await write();
  }
  return (performance.now() - startedAt) / 1_000;
}

function upsertStatement({ table, columns }: RowFile): string {
  const names = columns.map((column) => `\`${column}\``);
  const updates = names.filter((name) => name !== '`brand`' && name !== '`source_id`').map((name) => `${name} = values(${name})`);
  return `insert into \`${table}\` (${names.join(', ')}) values ? on duplicate key update ${updates.join(', ')}`;
}
