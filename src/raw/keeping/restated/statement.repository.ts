import { inBlocks } from '../../../core/async/in-blocks.ts';
import { decodeRow } from '../../../core/text/row-text.ts';
import { textOf } from '../../../db/dialect.ts';
import type { AuditEntry } from '../../../engine/records/audit.repository.ts';
import type { ImportCounts } from '../../../engine/runs/import-batches.repository.ts';
import type { RawRow } from '../../rows/row-parser.ts';
import { storedColumns } from '../../rows/table.ts';
import { auditName, type RawTarget, type StoredRow } from '../../store/raw-target.ts';
import { shrinkRefusal, shrinksTooMuch } from '../../store/shrink.ts';
import { rowColumns, rowText } from '../../store/table-row.ts';
import { newestOf } from '../newest/decide.ts';
import { changedFields, type StateColumn } from '../newest/row-state.ts';
import type { StatedBatch, Statement } from './statement.ts';
import { refuseLargeSweep } from './sweep.ts';
import { deleteSwept, readSweep } from './sweep.repository.ts';
import { planStated, type StatedPlan } from './plan-stated.ts';
import { sliceReader } from './slices.ts';
import { knownStatements, rememberStatement } from './source-days.repository.ts';
import type { StatedSlice } from './survey.ts';
import { verdictOn, type KnownStatement, type Verdict } from './verdict.ts';

const ROWS_PER_PAGE = 2_000;

/**
 * Replaces what is stored of the slices that a batch states, in the caller's transaction: rows that it does not repeat go, with
 * an audit entry each; `apply` then takes its rows. Slices of a newer batch, and those of which a row was rejected, stay. A list
 * of the keys of another stream deletes the records of it that it leaves out.
 * @throws HubError refused `shrink`: the batch would take more than 30 % of a snapshot or a stream away; nothing was written then
 */
export async function openStatement(target: RawTarget, batch: StatedBatch): Promise<Statement> {
  const slices = [...batch.survey.slices.values()];
  const known = await knownStatements(target, slices.map(({ id }) => id));
  const reader = sliceReader(target.entity);
  const traces = batch.rejects.map((reject) => reader.traceOf(reject));
  const verdicts = new Map(slices.map((slice) => [slice.id, verdictOn(slice, batch.batch, known.get(slice.id), traces)]));
  const replaced = slices.filter(({ id }) => verdicts.get(id) === 'replace');
  const statement = new OpenStatement(target, batch, verdicts, known);
  const swept = await statement.sweptBy(replaced);
  await statement.removeMissing(replaced);
  await statement.deleteSwept(swept);
  await rememberStatement(target, batch, replaced, known);
  return statement;
}

class OpenStatement implements Statement {
  readonly held: RawRow[] = [];
  /** Rows of keys that come several times: decided about when all of them are there, however the batch is cut into chunks. */
  readonly #doubled: RawRow[] = [];
  readonly heldSlices: readonly StatedSlice[];
  readonly #target: RawTarget;
  readonly #batch: StatedBatch;
  readonly #verdicts: ReadonlyMap<string, Verdict>;
  readonly #known: ReadonlyMap<string, KnownStatement>;
  readonly #reader;
  readonly #columns: readonly StateColumn[];

  constructor(target: RawTarget, batch: StatedBatch, verdicts: ReadonlyMap<string, Verdict>, known: ReadonlyMap<string, KnownStatement>) {
    this.#target = target;
    this.#batch = batch;
    this.#verdicts = verdicts;
    this.#known = known;
    this.#reader = sliceReader(target.entity);
    this.#columns = [...storedColumns(target.entity).map(({ sql, kind }) => ({ name: sql, decimal: kind === 'decimal' })), ...['extra', 'lake_batch'].map((name) => ({ name, decimal: false }))];
    this.heldSlices = [...batch.survey.slices.values()].filter(({ id }) => verdicts.get(id) === 'held');
  }

  /** Which records of the stream whose keys the batch lists it does not have. @throws HubError refused `shrink` */
  async sweptBy(slices: readonly StatedSlice[]): Promise<readonly string[]> {
    const { batch, survey } = this.#batch;
    const { entity } = this.#target;
    const keys: string[] = [];
    for (const slice of slices) {
      const before = this.#known.get(slice.id);
      if (entity.sweeps === undefined || (before !== undefined && this.#isAddedTo(before))) continue;
      const { live, gone } = await readSweep(this.#target, entity.sweeps, slice.account.join('/'), batch, () => (key) => survey.repeats(key));
      if (this.#target.allowShrink !== true) refuseLargeSweep(gone.length, live, entity.sweeps.name);
      keys.push(...gone);
    }
    return keys;
  }

  /** Counted as removed: of a list of keys it is the records that count, not the keys. */
  async deleteSwept(keys: readonly string[]): Promise<void> {
    const { counts, batch } = this.#batch;
    const { sweeps } = this.#target.entity;
    if (sweeps === undefined) return;
    await deleteSwept(this.#target, sweeps, batch, keys);
    counts.removed = (counts.removed ?? 0) + keys.length;
  }

  /** Deletes the stored rows of the slices that the batch does not repeat. */
  async removeMissing(slices: readonly StatedSlice[]): Promise<void> {
    const { survey } = this.#batch;
    for (const slice of slices) {
      const before = this.#known.get(slice.id);
      // Nothing was ever stored of it, or it is as it was.
      if (before === undefined || before.checksum === slice.checksum || this.#isAddedTo(before)) continue;
      const stored = await this.#keysOf(slice);
      const gone = stored.filter((key) => !survey.repeats(key)).sort();
      if (slice.day === null && this.#target.allowShrink !== true && shrinksTooMuch(gone.length, stored.length)) throw shrinkRefusal(gone.length, stored.length);
      await this.#remove(gone);
    }
  }

  #isAddedTo(before: KnownStatement): boolean {
    return this.#batch.isReplay === true && before.batch === this.#batch.batch;
  }

  async apply(rows: readonly RawRow[]): Promise<void> {
    const { counts } = this.#batch;
    const single = new Map<string, [RawRow]>();
    for (const row of rows) {
      const id = this.#reader.idOf(row);
      const verdict = this.#verdicts.get(id);
      if (verdict === 'held') this.held.push(row);
      else if (verdict === 'stale') counts.stale++;
      else if (row.deleted && !this.#batch.survey.repeats(row.sourceId)) counts.deleted++;
      else if (this.#known.get(id)?.checksum === this.#batch.survey.slices.get(id)?.checksum) counts.unchanged++;
      else if (this.#batch.survey.isDoubled(row.sourceId) || this.#batch.survey.deleted.has(row.sourceId)) this.#doubled.push(row);
      else single.set(row.sourceId, [row]);
    }
    await this.#write(single);
  }

  async end(): Promise<void> {
    const byKey = new Map<string, [RawRow, ...RawRow[]]>();
    for (const row of this.#doubled) {
      const others = byKey.get(row.sourceId);
      if (others === undefined) byKey.set(row.sourceId, [row]);
      else others.push(row);
    }
    const gone = [...byKey].filter(([, rows]) => newestOf(rows).deleted);
    for (const [key, rows] of gone) {
      this.#batch.counts.deleted++;
      this.#batch.counts.stale += rows.length - 1;
      byKey.delete(key);
    }
    if (gone.length > 0) await this.#remove(gone.map(([key]) => key).sort());
    await this.#write(byKey);
  }

  async #write(byKey: ReadonlyMap<string, [RawRow, ...RawRow[]]>): Promise<void> {
    const keys = [...byKey.keys()].sort();
    const stored = await this.#storedRows(byKey, keys);
    const plans: { readonly row: RawRow; readonly before: StoredRow | undefined }[] = [];
    for (const key of keys) {
      const before = stored.get(key);
      const plan = planStated(byKey.get(key) as [RawRow, ...RawRow[]], before);
      addPlan(this.#batch.counts, plan);
      if (plan.row !== undefined) plans.push({ row: plan.row, before: before?.state });
    }
    const { database, tx, entity, brand, changeNo, audit, facts } = this.#target;
    await audit.write(database, tx, plans.flatMap(({ row, before }) => (before !== undefined ? [this.#entry(row.sourceId, 'update', before, this.#stateOf(row))] : [])));
    await database.dialect.bulkLoad(tx, {
      table: entity.table,
      columns: rowColumns(entity),
      blocks: inBlocks(plans, ({ row }) => rowText(entity, brand, row, changeNo)),
      replaced: plans.filter(({ before }) => before !== undefined).length,
    });
    await facts?.take(this.#target, plans.map(({ row }) => row), []);
  }

  /** What stands of rows. A slice that was never stated has none: a key names its slice, so no row is elsewhere. */
  async #storedRows(rows: ReadonlyMap<string, readonly [RawRow, ...RawRow[]]>, sorted: readonly string[]): Promise<Map<string, { readonly hash: string; readonly state: StoredRow }>> {
    const { database, tx, entity, brand } = this.#target;
    const keys = sorted.filter((key) => this.#known.has(this.#reader.idOf((rows.get(key) as readonly [RawRow])[0])));
    const names = this.#columns.map(({ name }) => name);
    const found = await database.dialect.findByKeys(tx, { table: entity.table, brand, keyColumn: 'source_id', keys, columns: ['row_hash', ...names] });
    return new Map(found.map(([hash, ...state]) => [String(state[0]), { hash: String(hash), state: state.map(textOf) }]));
  }

  async #keysOf({ id }: StatedSlice): Promise<string[]> {
    const { database, tx, entity, brand } = this.#target;
    const rows = await database.dialect.selectRows(tx, `select source_id from ${entity.table} where brand = ? and slice_id = ?`, [brand, id]);
    return rows.map(([key]) => String(key));
  }

  async #remove(keys: readonly string[]): Promise<void> {
    const { database, tx, entity, brand, audit, facts } = this.#target;
    const { counts, survey } = this.#batch;
    for (let start = 0; start < keys.length; start += ROWS_PER_PAGE) {
      const page = keys.slice(start, start + ROWS_PER_PAGE);
      const stored = await database.dialect.findByKeys(tx, { table: entity.table, brand, keyColumn: 'source_id', keys: page, columns: this.#columns.map(({ name }) => name) });
      const states = stored.map((values) => values.map(textOf));
      await audit.write(database, tx, states.map((state) => this.#entry(String(state[0]), 'delete', state, [])));
      await tx(entity.table).where({ brand }).whereIn('source_id', page).delete();
      await facts?.take(this.#target, [], states);
    }
    if (entity.sweeps === undefined) counts.removed = (counts.removed ?? 0) + keys.filter((key) => !survey.deleted.has(key)).length;
  }

  #entry(entityId: string, action: 'update' | 'delete', before: StoredRow, after: StoredRow): AuditEntry {
    const { brand, entity } = this.#target;
    return { brand, entity: auditName(entity), entityId, action, delta: changedFields(this.#columns, before, after) };
  }

  #stateOf(row: RawRow): StoredRow {
    return [...decodeRow(row.text), row.batch];
  }
}

function addPlan(counts: ImportCounts, plan: StatedPlan<RawRow>): void {
  for (const name of ['inserted', 'updated', 'unchanged', 'stale'] as const) counts[name] += plan.counts[name] ?? 0;
}
