import type { Knex } from 'knex';

import { isTransient } from '../../core/errors.ts';
import { retry } from '../../core/async/retry.ts';
import type { Database } from '../../db/database.ts';
import type { StoredValues } from '../../db/dialect.ts';
import type { AccountRanges } from './account-ranges.ts';
import { factOfTexts, factTables } from './fact-rows.ts';
import type { FactSource, FactsOf } from './fact-source.ts';
import { FactSpool, type SpoolPart } from './fact-spool.client.ts';
import { emptyFacts, factColumns, factEntities, type AccountFacts, type FactEntity } from './facts.ts';
import { readFacts, type AccountName } from './facts.repository.ts';
import { linkedEntities, type LinkedEntity } from './links.repository.ts';
import { accountKey } from './person-index.ts';
import { readRanges } from './queue-ranges.repository.ts';

/** Whose facts are wanted. */
export interface SpoolRequest {
  readonly runId: string;
  readonly brands: readonly string[];
  /** How many persons stand together: those that are read at once. */
  readonly personsPerRange: number;
  readonly signal: AbortSignal;
}

type Packed = (expressions: readonly string[]) => string;

const ROWS_PER_PAGE = 2_000;
/** No raw text holds it: lines with NUL are rejected. */
const SEPARATOR = '\0';
const READ_RETRIES = { retries: 5, baseMs: 200, capMs: 5_000 };

/**
 * Facts for a run that takes everybody up: each raw table is read once, in its own order, and sorted into a temporary
 * file by ranges of accounts. Looked up person by person, nearly every row would cost a page read of its own.
 */
export class SpooledFacts implements FactSource {
  readonly #database: Database;
  readonly #packed: Packed;
  readonly #signal: AbortSignal;
  readonly #ranges: AccountRanges;
  readonly #spool: FactSpool;
  /** The rows of the ranges in use, by account. */
  readonly #loaded = new Map<number, Map<string, SpooledRow[]>>();

  private constructor(database: Database, packed: Packed, signal: AbortSignal, ranges: AccountRanges, spool: FactSpool) {
    this.#database = database;
    this.#packed = packed;
    this.#signal = signal;
    this.#ranges = ranges;
    this.#spool = spool;
  }

  /** Reads all raw rows of the brands. Undefined if the database gains nothing by it, or there is no folder for the file. */
  static async open(database: Database, { runId, brands, personsPerRange, signal }: SpoolRequest): Promise<FactSource | undefined> {
    const { packed } = database.dialect;
    if (packed === undefined) return undefined;
    const ranges = await database.read((knex) => readRanges(database, knex, runId, personsPerRange));
    const spool = await FactSpool.open(ranges.count);
    if (spool === undefined) return undefined;
    const facts = new SpooledFacts(database, packed, signal, ranges, spool);
    try {
      for (const brand of brands) await facts.#fill(brand);
      return facts;
    } catch (error) {
      await spool.close();
      throw error;
    }
  }

  async read(knex: Knex, own: readonly AccountName[], others: readonly AccountName[]): Promise<FactsOf> {
    const wanted = [...new Set(own.map(({ brand, accountId }) => this.#ranges.of(brand, accountId)))].sort((a, b) => a - b);
    for (const range of this.#loaded.keys()) if (range < (wanted[0] ?? 0)) this.#loaded.delete(range);
    for (const range of wanted) if (!this.#loaded.has(range)) this.#loaded.set(range, rowsOf(await this.#spool.read(range)));
    const loaded = new Map(this.#loaded);
    const rangeOf = ({ brand, accountId }: AccountName) => loaded.get(this.#ranges.of(brand, accountId));
    const elsewhere = await readFacts(this.#database, knex, others.filter((account) => rangeOf(account) === undefined));
    return (account) => elsewhere.get(accountKey(account)) ?? factsOf(account, rangeOf(account)?.get(accountKey(account)) ?? []);
  }

  async close(): Promise<void> {
    this.#loaded.clear();
    await this.#spool.close();
  }

  async #fill(brand: string): Promise<void> {
    for (const entity of factEntities) {
      await this.#spool.startSection(`${brand}\n${entity}`);
      const account = entity === 'account' ? 'r.source_id' : 'r.account_id';
      const columns = this.#columnsOf(entity);
      await this.#add(
        brand,
        `select ${account}, ${columns} from ${factTables[entity]} r
          where r.brand = ? and r.source_id > ? and r.deleted_at is null order by r.brand, r.source_id limit ${ROWS_PER_PAGE}`,
      );
      if (!linkedEntities.includes(entity as LinkedEntity)) continue;
      // One that got an AccountId since its account was looked for is read by that.
      await this.#add(
        brand,
        `select case when r.account_id is null then o.account_id end, ${columns} from enrich_owners o
          join ${factTables[entity]} r on r.brand = o.brand and r.source_id = o.source_id and r.deleted_at is null
          where o.brand = ? and o.entity = '${entity}' and o.source_id > ? order by o.source_id limit ${ROWS_PER_PAGE}`,
      );
    }
    await this.#spool.flush();
  }

  #columnsOf(entity: FactEntity): string {
    return this.#packed(factColumns[entity].map((column) => `r.${column}`));
  }

  /** The rows of a statement that begins after a row's id; the id is the first of the packed columns. */
  async #add(brand: string, statement: string): Promise<void> {
    const { dialect } = this.#database;
    const page = (after: string): Promise<StoredValues[]> =>
      retry(() => this.#database.read((knex) => dialect.selectRows(knex, statement, [brand, after])), {
        ...READ_RETRIES,
        shouldRetry: isTransient,
        signal: this.#signal,
      });
    let reading: Promise<StoredValues[]> | undefined = page('');
    while (reading !== undefined) {
      const rows: StoredValues[] = await reading;
      this.#signal.throwIfAborted();
      const last = String(rows.at(-1)?.[1] ?? '');
      reading = rows.length < ROWS_PER_PAGE ? undefined : page(last.slice(0, last.indexOf(SEPARATOR)));
      // Awaited in the next round; without a handler until then the process would end on a failed read.
      reading?.catch(() => undefined);
      for (const [account, values] of rows) {
        if (account === null || account === undefined) continue;
        const accountId = String(account);
        const row = `${accountId}${SEPARATOR}${String(values)}`;
        this.#spool.add(this.#ranges.of(brand, accountId), `${Buffer.byteLength(row)}${SEPARATOR}${row}`);
      }
      if (this.#spool.isFull) await this.#spool.flush();
    }
  }
}

/** Where a row stands that came from the file: the account and the columns. */
interface SpooledRow {
  readonly entity: FactEntity;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** The rows of a range by account. They become text person by person: what lives for long is small. */
function rowsOf(parts: readonly SpoolPart[]): Map<string, SpooledRow[]> {
  const found = new Map<string, SpooledRow[]>();
  for (const { section, bytes } of parts) {
    const [brand, entity] = section.split('\n') as [string, FactEntity];
    for (let at = 0; at < bytes.length; ) {
      const start = bytes.indexOf(0, at) + 1;
      const end = start + Number(bytes.toString('latin1', at, start - 1));
      const key = `${brand}\n${bytes.toString('latin1', start, bytes.indexOf(0, start))}`;
      const row = { entity, bytes, start, end };
      const rows = found.get(key);
      if (rows === undefined) found.set(key, [row]);
      else rows.push(row);
      at = end;
    }
  }
  return found;
}

function factsOf({ brand, accountId }: AccountName, rows: readonly SpooledRow[]): AccountFacts {
  const facts = emptyFacts(brand, accountId);
  for (const { entity, bytes, start, end } of rows) {
    (facts[entity] as unknown[]).push(factOfTexts(entity, bytes.toString('utf8', start, end).split(SEPARATOR), 1));
  }
  return facts;
}
