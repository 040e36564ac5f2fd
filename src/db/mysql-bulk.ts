import { Readable } from 'node:stream';

import type { Knex } from 'knex';

import { HubError } from '../core/errors.ts';
import { decodeRow } from '../core/text/row-text.ts';
import { rowTextsOf, type BulkRows, type RowBytes, type RowStream } from './dialect.ts';
import { isRetryable, packetTooLarge, unavailable } from './mysql-errors.ts';

/** Where rows go, and what is known of them. */
type Target = Pick<BulkRows, 'table' | 'columns'> & Pick<RowStream, 'isAscii'>;

/** What became of rows: of those sent, how many replaced a stored one, and how many were left out. */
interface Written {
  readonly rows: number;
  readonly replaced: number;
  readonly skipped: number;
}

/** Writes blocks of rows. @throws HubError unexpected if the server changed a value or lost a row */
export type BlockWriter = (tx: Knex.Transaction, target: Target, onDuplicate: 'replace' | 'ignore', blocks: RowStream['blocks']) => Promise<Written>;

/** What the driver reports of a statement that wrote. */
interface WriteResult {
  readonly affectedRows: number;
  readonly warningStatus: number;
  readonly info?: string;
}

const ROWS_PER_INSERT = 1000;
/** For the statement itself. */
const PACKET_RESERVE = 8_192;
/** How much is made before the socket takes it. */
const STREAM_BYTES = 1 << 16;

/** LOAD DATA LOCAL from memory: the row texts are the lines of the "file". Without any row, the server is not asked. */
export const loadBlocks: BlockWriter = async (tx, target, onDuplicate, blocks) => {
  const lines = new Lines(blocks);
  if (await lines.areNone()) return { rows: 0, replaced: 0, skipped: 0 };
  const statement =
    `load data local infile 'rows' ${onDuplicate} into table ${quote(target.table)} ` +
    `character set ${target.isAscii === true ? 'ascii' : 'utf8mb4'} ` +
    `fields terminated by '\\t' escaped by '\\\\' lines terminated by '\\n' (${target.columns.map(quote).join(', ')})`;
  const query = tx.raw(statement).options({
    infileStreamFactory: () => Readable.from(lines.buffers(), { objectMode: false, highWaterMark: STREAM_BYTES }),
  }) as unknown as Promise<[WriteResult]>;
  const [result] = await query.catch((error: unknown) => {
    throw lines.failure ?? error;
  });
  const counts = /Records: (\d+) +Deleted: (\d+) +Skipped: (\d+) +Warnings: (\d+)/.exec(result.info ?? '') ?? [];
  const [records = 0, replaced = 0, skipped = 0, warnings = 0] = counts.slice(1).map(Number);
  // A skipped duplicate is one warning; any other warning means that the server changed a value.
  const complete = records === lines.rows && warnings === skipped && (onDuplicate === 'ignore' || skipped === 0);
  if (!complete) throw await writeProblem(tx, target, lines.rows, result);
  return { rows: records, replaced, skipped };
};

/**
 * The way without LOAD DATA LOCAL: MySQL forbids it by default. Multi-row statements of as many rows as the server takes in
 * one packet.
 * @param packetBytes max_allowed_packet of the connection
 */
export function insertBlocks(packetBytes: number): BlockWriter {
  return async (tx, target, onDuplicate, blocks) => {
    const [first = ''] = target.columns;
    const verb = onDuplicate === 'ignore' ? 'insert' : 'replace';
    // Not `insert ignore`: it also makes warnings of what is no duplicate.
    const keep = onDuplicate === 'ignore' ? ` on duplicate key update ${quote(first)} = ${quote(target.table)}.${quote(first)}` : '';
    const row = `(${target.columns.map(() => '?').join(',')})`;
    const sum = { rows: 0, replaced: 0, skipped: 0 };
    for await (const block of blocks) {
      for (const rows of packets(rowTextsOf(block), packetBytes - PACKET_RESERVE, 4 * target.columns.length)) {
        const bytes = rows.length === 1 ? Buffer.byteLength(rows[0] ?? '') : 0;
        if (bytes > packetBytes) throw packetTooLarge({ table: target.table, bytes });
        // The server counts duplicates of a statement of several rows only: one row is sent as two, the second always a duplicate.
        const sent = onDuplicate === 'ignore' && rows.length === 1 ? [...rows, ...rows] : rows;
        const statement = `${verb} into ${quote(target.table)} (${target.columns.map(quote).join(', ')}) values ${sent.map(() => row).join(',')}${keep}`;
        const [result] = (await tx.raw(statement, sent.flatMap(decodeRow) as Knex.RawBinding[])) as unknown as [WriteResult];
        if (result.warningStatus !== 0) throw await writeProblem(tx, target, rows.length, result);
        sum.rows += rows.length;
        if (onDuplicate === 'ignore') sum.skipped += duplicatesOf(result) - (sent.length - rows.length);
        else sum.replaced += result.affectedRows - rows.length;
      }
    }
    return sum;
  };
}

function duplicatesOf(result: WriteResult): number {
  return Number(/Duplicates: (\d+)/.exec(result.info ?? '')?.[1] ?? Number.NaN);
}

/** A write that did not come to what it had to. */
export function writeError({ table }: Target, rows: number, detail: string): HubError {
  return new HubError('unexpected', 'bulk_load_mismatch', `The database did not take all rows of ${table} as they are: ${detail}.`, {
    context: { table, rows },
    nextStep: 'Nothing of this batch was stored. Compare the table with the migrations (hub migrate status) and report it.',
  });
}

async function writeProblem(tx: Knex.Transaction, target: Target, rows: number, result: WriteResult): Promise<HubError> {
  const [warnings] = (await tx.raw('show warnings')) as unknown as [{ Code: number; Message: string }[]];
  // The server may have rolled the transaction back and told of it as a warning only.
  if (warnings.some(({ Code }) => isRetryable(Code))) return unavailable({ table: target.table });
  // The server quotes values in its messages; only its codes are shown, values may be personal.
  const codes = [...new Set(warnings.map((warning) => warning.Code))].join(', ');
  return writeError(target, rows, `${result.info ?? `${result.affectedRows} rows`}; server warnings ${codes || 'none'}`);
}

/** Blocks of rows on their way to the server. */
class Lines {
  /** Rows sent so far. */
  rows = 0;
  /** Why no more came, as it was thrown: on its way through the driver the statement would become part of its message. */
  failure: unknown;
  readonly #blocks: AsyncGenerator<RowBytes, void>;
  #first: RowBytes | undefined;

  constructor(blocks: RowStream['blocks']) {
    this.#blocks = filled(blocks);
  }

  /** To be asked first. */
  async areNone(): Promise<boolean> {
    this.#first = await this.#next();
    return this.#first === undefined;
  }

  async *buffers(): AsyncGenerator<Buffer> {
    try {
      for (let block = this.#first; block !== undefined; block = await this.#next()) {
        this.rows += block.rows;
        yield block.bytes;
      }
    } catch (error) {
      this.failure = error;
      throw new Error('The rows ended too early.', { cause: error });
    }
  }

  async #next(): Promise<RowBytes | undefined> {
    return (await this.#blocks.next()).value ?? undefined;
  }
}

async function* filled(blocks: RowStream['blocks']): AsyncGenerator<RowBytes, void> {
  for await (const block of blocks) {
    const bytes = 'bytes' in block ? block : { bytes: Buffer.from(`${block.join('\n')}\n`), rows: block.length };
    if (bytes.rows > 0) yield bytes;
  }
}

/**
 * Cuts rows so that a statement of them stays below a number of bytes, whatever has to be escaped in them.
 * @param perRow bytes that a row takes besides its values
 */
export function* packets(rows: readonly string[], bytes: number, perRow: number): Generator<readonly string[]> {
  let [start, size] = [0, 0];
  for (const [index, row] of rows.entries()) {
    const weight = 2 * Buffer.byteLength(row) + perRow;
    if (index > start && (index - start === ROWS_PER_INSERT || size + weight > bytes)) {
      yield rows.slice(start, index);
      [start, size] = [index, 0];
    }
    size += weight;
  }
  if (start < rows.length) yield rows.slice(start);
}

/** An identifier in backticks. */
export function quote(identifier: string): string {
  return `\`${identifier.replaceAll('`', '``')}\``;
}
