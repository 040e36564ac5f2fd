import { Readable } from 'node:stream';

import type { Knex } from 'knex';

import { HubError } from '../core/errors.ts';
import { decodeRow } from '../core/row-text.ts';
import type { MissingRows } from './dialect.ts';

/** What the driver reports of a statement that wrote. */
interface WriteResult {
  readonly affectedRows: number;
  readonly warningStatus: number;
  readonly info?: string;
}

const ROWS_PER_INSERT = 1000;
/** Rows handed to the socket at a time; about 64 KiB. */
const ROWS_PER_BLOCK = 200;

/**
 * LOAD DATA LOCAL from memory: the row texts are the lines of the "file".
 * @returns how many rows were written
 */
export async function loadRows(tx: Knex.Transaction, bulk: MissingRows, replaced: number | 'skip'): Promise<number> {
  const statement =
    `load data local infile 'rows' ${replaced === 'skip' ? 'ignore' : 'replace'} into table ${quote(bulk.table)} character set utf8mb4 ` +
    `fields terminated by '\\t' escaped by '\\\\' lines terminated by '\\n' (${bulk.columns.map(quote).join(', ')})`;
  const [result] = (await tx.raw(statement).options({
    infileStreamFactory: () => Readable.from(linesOf(bulk.rows), { objectMode: false }),
  })) as unknown as [WriteResult];
  const counts = /Records: (\d+) +Deleted: (\d+) +Skipped: (\d+) +Warnings: (\d+)/.exec(result.info ?? '');
  const [records = 0, deleted, skipped = 0, warnings] = (counts ?? []).slice(1).map(Number);
  // A skipped duplicate is one warning; any other warning means that the server changed a value.
  const complete =
    records === bulk.rows.length &&
    (replaced === 'skip' ? warnings === skipped : deleted === replaced && skipped === 0 && warnings === 0);
  if (!complete) throw await loadProblem(tx, bulk, result);
  return records - skipped;
}

/** The way without LOAD DATA LOCAL: MySQL 8 forbids it by default. */
export async function insertRows(tx: Knex.Transaction, bulk: MissingRows, replaced: number | 'skip'): Promise<number> {
  const row = `(${bulk.columns.map(() => '?').join(',')})`;
  const verb = replaced === 'skip' ? 'insert ignore' : 'replace';
  let affected = 0;
  for (let start = 0; start < bulk.rows.length; start += ROWS_PER_INSERT) {
    const rows = bulk.rows.slice(start, start + ROWS_PER_INSERT);
    const statement = `${verb} into ${quote(bulk.table)} (${bulk.columns.map(quote).join(', ')}) values ${rows.map(() => row).join(',')}`;
    const [result] = (await tx.raw(statement, rows.flatMap(decodeRow) as Knex.RawBinding[])) as unknown as [WriteResult];
    const skipped = replaced === 'skip' ? rows.length - result.affectedRows : 0;
    if (result.warningStatus !== skipped) throw await loadProblem(tx, bulk, result);
    affected += result.affectedRows;
  }
  if (replaced !== 'skip' && affected !== bulk.rows.length + replaced) {
    throw loadError(bulk, `${affected} rows affected instead of ${bulk.rows.length + replaced}`);
  }
  return affected;
}

async function loadProblem(tx: Knex.Transaction, bulk: MissingRows, result: WriteResult): Promise<HubError> {
  const [warnings] = (await tx.raw('show warnings')) as unknown as [{ Code: number; Message: string }[]];
  // The server quotes values in its messages; only its codes are shown, values may be personal.
  const codes = [...new Set(warnings.map((warning) => warning.Code))].join(', ');
  return loadError(bulk, `${result.info ?? `${result.affectedRows} rows`}; server warnings ${codes || 'none'}`);
}

function loadError(bulk: MissingRows, detail: string): HubError {
  return new HubError('unexpected', 'bulk_load_mismatch', `The database did not take all rows of ${bulk.table} as they are: ${detail}.`, {
    context: { table: bulk.table, rows: bulk.rows.length },
    nextStep: 'Nothing of this batch was stored. Compare the table with the migrations (hub migrate status) and report it.',
  });
}

/** The rows as lines, a few hundred at a time: the whole chunk never stands in memory a second time. */
function* linesOf(rows: readonly string[]): Generator<Buffer> {
  for (let start = 0; start < rows.length; start += ROWS_PER_BLOCK) {
    yield Buffer.from(`${rows.slice(start, start + ROWS_PER_BLOCK).join('\n')}\n`);
  }
}

/** An identifier in backticks. */
export function quote(identifier: string): string {
  return `\`${identifier.replaceAll('`', '``')}\``;
}
