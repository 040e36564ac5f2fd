import type { Knex } from 'knex';

import { HubError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';

/** What a column holds; each dialect has its own type for it. */
export type ColumnType =
  | 'key' // ASCII identifier of up to 64 characters, compared by bytes
  | 'longkey' // the same of up to 255 characters
  | 'text'
  | 'longtext'
  | 'json'
  | 'date'
  | 'instant'
  | 'decimal'
  | 'integer'
  | 'boolean'
  | 'currency'
  | 'hash'; // 16 hex digits

/** Rows to write at once, all columns of the table given in `columns`, each row as canonical text (core/text/row-text.ts). */
export interface BulkRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** How many of the rows replace a stored one; checked against what the server reports. */
  readonly replaced: number;
}

/** Rows of which those whose key is stored already are left out. */
export type MissingRows = Omit<BulkRows, 'replaced'>;

/** Rows as the bytes of their texts, each ended by a line feed. Who hands them out does not write there again. */
export interface RowBytes {
  readonly bytes: Buffer;
  readonly rows: number;
}

/** Some rows, as texts or their bytes. */
export type RowBlock = readonly string[] | RowBytes;

/** Rows to write that are still being made, a block at a time. */
export interface RowStream extends Omit<BulkRows, 'rows'> {
  readonly blocks: Iterable<RowBlock> | AsyncIterable<RowBlock>;
  /** True: no byte of them is above 127. A server takes a tenth less time for those; were one above, it would fail. */
  readonly isAscii?: boolean;
}

/** A look-up of many rows by (brand, key). */
export interface KeyLookup {
  readonly table: string;
  readonly brand: string;
  readonly keyColumn: string;
  /** Sorted, without duplicates. */
  readonly keys: readonly string[];
  readonly columns: readonly string[];
}

/** A row of a look-up: values in the order of `columns`, as the driver gives them. */
export type StoredValues = readonly (string | number | null)[];

/** A piece of SQL with `?` for its values. */
export interface Fragment {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/**
 * What differs between the databases; everything else is the same code (knex) on both.
 * A transaction is passed in as knex hands it out.
 */
export interface Dialect {
  readonly name: 'mysql' | 'sqlite';
  /** Several processes can write at the same time; false: one writer, the others wait. */
  readonly concurrentWriters: boolean;
  /** An identifier as this dialect quotes it. */
  quote(identifier: string): string;
  /** The type in a `create table` for a column. */
  typeOf(type: ColumnType): string;
  /** What follows the closing bracket of `create table`. */
  readonly tableOptions: string;
  /**
   * Inserts the rows, replacing those whose key is stored. Nothing is accepted silently: a warning, a coerced value
   * or a count that differs fails with HubError unexpected, and the caller's transaction must roll back.
   */
  bulkReplace(tx: Knex.Transaction, bulk: BulkRows): Promise<void>;
  /**
   * The same for rows that are still being made: they never stand in memory together, and the server takes one block
   * while the next is made. An error of the blocks is thrown as it is.
   */
  bulkLoad(tx: Knex.Transaction, stream: RowStream): Promise<void>;
  /** Inserts the rows whose key is not stored yet and tells how many that were; as strict as bulkReplace otherwise. */
  bulkInsertMissing(tx: Knex.Transaction, bulk: MissingRows): Promise<number>;
  /** The stored rows of the keys, in any order. */
  findByKeys(tx: Knex, lookup: KeyLookup): Promise<StoredValues[]>;
  /** The rows of a statement with `?` for its values; without the cost of an object a row. */
  selectRows(tx: Knex, statement: string, values: readonly (string | number)[]): Promise<StoredValues[]>;
  /**
   * The same in blocks, for more rows than fit into memory: the server sends no more while nobody asks for the next block. Who
   * stops before the end loses the connection, and the transaction with it.
   */
  streamRows(tx: Knex.Transaction, statement: string, values: readonly (string | number)[]): AsyncIterable<readonly StoredValues[]>;
  /**
   * An expression for several columns as one text, separated by NUL, an empty part for null: a driver reads one value a
   * row several times as fast as twenty. For rows without empty texts and NULs only. Undefined where it gains nothing.
   */
  readonly packed: ((expressions: readonly string[]) => string) | undefined;
  /**
   * An insert that leaves out rows whose key is stored.
   * @param rows a `select`; if it reads the table itself, then under another name
   */
  insertMissing(table: string, columns: readonly string[], rows: string): string;
  /**
   * Makes a transaction that has just begun one that writes. On SQLite one that begins by reading fails at its first
   * write if another process has written meanwhile; this waits for the other one instead.
   */
  startWriting(tx: Knex.Transaction): Promise<void>;
  /** How a transaction begins that reads one moment all the way through. */
  readonly snapshot: Knex.TransactionConfig;
  /** The time of the database, which is the same for all processes that use it. */
  now(knex: Knex): Promise<Instant>;
  /** Product and version of the server. */
  version(knex: Knex): Promise<string>;
  /** Columns of a table with their names in lower case; empty if there is no such table. */
  columnsOf(knex: Knex, table: string): Promise<string[]>;
  /** Holds off every other migration until unlockSchema or the end of the connection, also by a crash. */
  lockSchema(tx: Knex.Transaction): Promise<void>;
  unlockSchema(tx: Knex.Transaction): Promise<void>;
  /**
   * Overwrites what deleted and changed rows have left in the file, outside a transaction and with nobody else at work.
   * Does nothing on a server: its pages and logs are not ours.
   */
  wipeFreeSpace(knex: Knex): Promise<void>;
  /** Turns an error of the driver into a HubError that says whether a retry can help; passes HubErrors through. */
  translate(error: unknown): HubError;
}

/** @throws HubError unexpected: a database that does not know the time */
export function missingTime(): never {
  throw new HubError('unexpected', 'no_time', 'The database did not tell its time.');
}

/** A stored value as a number; null where there is none. */
export function numberOf(value: StoredValues[number] | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/** A stored value as text; null where there is none. */
export function textOf(value: StoredValues[number] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** The texts of rows. */
export function rowTextsOf(block: RowBlock): readonly string[] {
  if (!('bytes' in block)) return block;
  return block.rows === 0 ? [] : block.bytes.toString('utf8', 0, block.bytes.length - 1).split('\n');
}
