import { HubError } from '../../core/errors.ts';
import type { Database } from '../../db/database.ts';
import { fieldsOf } from '../../lake/text/csv-fields.ts';
import { AuditWriter } from '../../engine/records/audit.repository.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import { lockFeed, zeroCounts } from '../../engine/runs/import-batches.repository.ts';
import { runJob, type Job, type JobOutcome, type JobReport, type JobServices } from '../../engine/runs/job.ts';
import { normaliseHeader, type Entity } from '../../sources/contract/contract.ts';
import { newDrift } from '../rows/drift.ts';
import { keepingOf } from '../keeping/keeping.ts';
import { entityNamed } from '../../sources/index.ts';
import type { FeedOrigin } from '../../lake/port/lake.ts';
import { accountOfPart } from '../../lake/sources/import-lake.ts';
import { PartReader } from '../read/part-reader.ts';
import { RecordReader } from '../read/record-reader.ts';
import { nothingStored, refusedAgain } from './problems/reject-problems.ts';
import { listRejects, resolveRejects, type Reject, type RejectFilter, type RejectedRow } from '../quarantine/quarantine.repository.ts';
import { readErasures } from '../erasure/erasures.repository.ts';
import { matchHeader } from '../rows/header.ts';
import { RowParser, type RawRow } from '../rows/row-parser.ts';
import type { RawTarget, RowFacts } from '../store/raw-target.ts';
import { sweepLate } from '../keeping/restated/sweep.repository.ts';
import { isGood, type Reading } from './reading.ts';
import { byBatch, withWaitingRows } from './replay-slices.ts';
import { looksLikeHeader } from '../rows/shown-headers.ts';

interface Services extends JobServices {
  readonly database: Database;
  readonly config: { readonly brands: readonly { readonly id: string }[] };
  /** What is made of the rows of an entity in their transaction, if anything. */
  readonly factsOf?: (entity: Entity) => RowFacts | undefined;
}

const NO_CORRECTIONS: ReadonlyMap<string, string> = new Map();

/**
 * Tries open rejected rows again. What parses is compared and stored as if it had come with its batch; the rest stays.
 * The outcome is refused if a row stays, or if there is none that could be stored.
 * @param corrections values by column, in place of those of the row
 */
export async function replayRejects(
  services: Services,
  filter: RejectFilter,
  corrections: ReadonlyMap<string, string>,
  dryRun: boolean,
): Promise<JobReport> {
  const rejects = await openRejects(services.database, filter);
  return runJob(services, specOf(services, 'quarantine-replay', rejects, dryRun), async (job, guarded) => {
    const read = (reject: RejectedRow): Reading => readAgain(reject, corrections);
    const readings = await withWaitingRows(services.database, rejects.map(read), (reject) => readAgain(reject, NO_CORRECTIONS));
    const good = readings.filter(isGood);
    if (!dryRun) {
      const audit = new AuditWriter(job.runId, services.clock);
      for (const group of byBatch(good)) await storeGroup(guarded, job, audit, group);
    }
    return summarise(readings, filter);
  });
}

/** Closes open rejected rows without storing them. */
export async function discardRejects(services: Services, filter: RejectFilter): Promise<JobReport> {
  const rejects = await openRejects(services.database, filter);
  return runJob(services, specOf(services, 'quarantine-discard', rejects, false), async (job, guarded) => {
    const ids = rejects.map((reject) => reject.rejected_id);
    await fencedTransaction(guarded, job.leases, (tx) => resolveRejects(tx, ids, 'discarded', job.runId, services.clock));
    return { status: 'succeeded', totals: { discarded: ids.length }, items: ids.map((id) => ({ id })), problems: [] };
  });
}

/** @throws HubError usage if an id names none, or several */
async function openRejects(database: Database, filter: RejectFilter): Promise<RejectedRow[]> {
  const rejects = await listRejects(database, filter);
  for (const id of filter.ids ?? []) {
    const named = rejects.filter((reject) => reject.rejected_id.startsWith(id)).length;
    if (named === 1) continue;
    throw new HubError('usage', 'reject_unknown', named === 0 ? `There is no open rejected row "${id}".` : `${named} open rejected rows begin with "${id}".`, {
      nextStep: 'List them with: hub quarantine list',
    });
  }
  return rejects;
}

function specOf(services: Services, command: string, rejects: readonly RejectedRow[], dryRun: boolean) {
  const brands = [...new Set(rejects.map((reject) => reject.brand))];
  return {
    command,
    brands: brands.length > 0 ? brands : services.config.brands.map((brand) => brand.id),
    shard: '1/1',
    params: { rows: rejects.length },
    dryRun,
  };
}

/** Reads one row with the contract and the repair as they are now. */
function readAgain(reject: RejectedRow, corrections: ReadonlyMap<string, string>): Reading {
  // The rest of it is not here.
  if (reject.code === 'record_too_long') return { reject, rows: [], problem: undefined };
  const entity = entityNamed(reject.entity);
  if (entity.record !== undefined && reject.raw.startsWith('{')) return readRecordAgain(entity, reject, corrections);
  const { columns, csv, form } = JSON.parse(reject.header) as { columns: string[]; csv: boolean; form?: Reject['form'] };
  // Its values are not in the form of the contract, and the feed that tells their form may be another one by now: the batch is read again.
  if (form === 'unmapped') return { reject, rows: [], problem: undefined };
  const fields = csv ? fieldsOf(reject.raw) : (JSON.parse(reject.raw) as (string | null)[]);
  const corrected = correct(columns, fields, corrections);
  if (form === 'mapped') {
    const row = new RowParser(entity, matchHeader(entity, columns), reject.batch, newDrift(), reject.brand).parse(corrected, reject.row_no);
    return { reject, rows: row === undefined ? [] : [row], problem: undefined };
  }
  const rows: RawRow[] = [];
  let problem: Reject | undefined;
  const part = { name: reject.part, ragged: csv, header: columns };
  const reader = new PartReader(entity, part, reject.batch, reject.row_no, newDrift(), {
    row: (parsed) => void rows.push(parsed),
    reject: (again) => (problem = again),
    repair: () => undefined,
  }, reject.brand);
  const raw = csv && corrections.size === 0 ? { raw: reject.raw } : {};
  reader.read([{ fields: corrected, line: reject.line, ...raw }]);
  reader.end();
  return { reject, rows, problem };
}

/** The same of a record of a platform; corrections name a path, or the column of the table. */
function readRecordAgain(entity: Entity, reject: RejectedRow, corrections: ReadonlyMap<string, string>): Reading {
  const values = new Map<number, string>();
  for (const [name, value] of corrections) {
    const index = entity.columns.findIndex((column) => column.name === name || column.sql === name);
    if (index < 0) throw new HubError('usage', 'column_unknown', `The record has no field "${name}" that is imported.`, { nextStep: `Its fields are: ${entity.columns.map((column) => column.name).join(', ')}.` });
    values.set(index, value);
  }
  const rows: RawRow[] = [];
  let problem: Reject | undefined;
  const sink = { row: (row: RawRow) => void rows.push(row), reject: (again: Reject) => (problem = again) };
  const place = { batch: reject.batch, brand: reject.brand, firstRow: reject.row_no, drift: newDrift() };
  new RecordReader(entity, { name: reject.part, records: originOf(entity, reject) }, place, sink, values).read([{ fields: [], raw: reject.raw, line: reject.line }]);
  return { reject, rows, problem };
}

/** Where a rejected record is from: its account stands before the name of its file, a tap's name and stream in the feed. */
function originOf({ record }: Entity, { part, feed }: RejectedRow): FeedOrigin {
  const account = accountOfPart(part) ?? '';
  if (record !== undefined && record.platform !== '') return { platform: record.platform, stream: record.stream, account };
  const [platform = '', stream = ''] = feed.split('/');
  return { platform, stream, account };
}

/** @throws HubError usage if the row has no such column, or does not have one field a column */
function correct(
  columns: readonly string[],
  fields: readonly (string | null)[],
  corrections: ReadonlyMap<string, string>,
): readonly (string | null)[] {
  if (corrections.size === 0) return fields;
  if (fields.length !== columns.length) {
    throw new HubError('usage', 'row_not_aligned', `The row has ${fields.length} fields for ${columns.length} columns.`, {
      nextStep: 'A shifted row cannot be corrected by column; have the exporter write the batch again.',
    });
  }
  const wanted = new Map([...corrections].map(([name, value]) => [normaliseHeader(name), value]));
  const unknown = [...corrections.keys()].find((name) => !columns.some((column) => normaliseHeader(column) === normaliseHeader(name)));
  if (unknown !== undefined) {
    throw new HubError('usage', 'column_unknown', `The row has no column "${unknown}".`, { nextStep: `Its columns are: ${columns.filter(looksLikeHeader).join(', ')}.` });
  }
  return fields.map((field, index) => wanted.get(normaliseHeader(columns[index] ?? '')) ?? field);
}

async function storeGroup(services: Services, job: Job, audit: AuditWriter, readings: readonly Reading[]): Promise<void> {
  const first = readings[0]?.reject;
  if (first === undefined) return;
  await fencedTransaction(services, job.leases, async (tx) => {
    const entity = entityNamed(first.entity);
    for (const name of [...(entity.sweeps === undefined ? [] : [entity.sweeps.name]), entity.name]) await lockFeed(tx, { feed: first.feed, brand: first.brand, entity: name }, job.runId);
    const facts = services.factsOf?.(entity);
    const target: RawTarget = { database: services.database, tx, entity, brand: first.brand, changeNo: job.changeNo, audit, repeats: new Map(), ...(facts === undefined ? {} : { facts }) };
    const erasures = await readErasures(services.database, tx, first.brand);
    const rows = readings.flatMap((reading) => reading.rows.map((row) => erasures.row(target.entity, row)));
    const keeping = keepingOf(target.entity);
    const counts = zeroCounts();
    if (keeping.of === 'rows') {
      await keeping.apply(target, [{ batch: first.batch, rows, counts }]);
      for (const account of new Set(readings.map(({ reject }) => accountOfPart(reject.part)))) await sweepLate(target, account, [first.batch]);
    } else {
      const survey = keeping.survey(target.entity);
      survey.add(rows);
      const statement = await keeping.open(target, { batch: first.batch, survey, rejects: [], counts, isReplay: true });
      await statement.apply(rows);
      await statement.end();
    }
    await resolveRejects(tx, readings.map(({ reject }) => reject.rejected_id), 'replayed', job.runId, services.clock);
  });
}

function summarise(readings: readonly Reading[], filter: RejectFilter): JobOutcome {
  const replayed = readings.filter(isGood).length;
  return {
    status: replayed === readings.length && replayed > 0 ? 'succeeded' : 'refused',
    totals: { read: readings.length, replayed, still: readings.length - replayed },
    items: readings.map((reading) => ({
      id: reading.reject.rejected_id,
      brand: reading.reject.brand,
      entity: reading.reject.entity,
      batch: reading.reject.batch,
      result: isGood(reading) ? 'stored' : 'rejected',
      reason: isGood(reading) ? null : whyNot(reading).code,
    })),
    problems: replayed === 0 ? [nothingStored(readings.length, filter)] : [],
    furtherProblems: readings.filter((reading) => !isGood(reading)).map((reading) => refusedAgain(reading.reject, whyNot(reading))),
  };
}

function whyNot({ problem, reject }: Reading): Pick<Reject, 'code' | 'column'> {
  return problem ?? { code: reject.code, column: reject.column_name };
}
