import type { Database } from '../../db/database.ts';
import { keepingOf } from '../keeping/keeping.ts';
import { mayBeOf, sliceReader, type SliceTrace } from '../keeping/restated/slices.ts';
import type { Rejected } from '../read/rejected-fields.ts';
import { entityNamed } from '../../sources/index.ts';
import { listRejects, type Reject, type RejectedRow } from '../quarantine/quarantine.repository.ts';
import { isGood, type Reading } from './reading.ts';

/** Says of a row that it could be stored, but for another one of its day. */
const WAITS = { code: 'day_held', column: null } as const;

/**
 * Adds to rows that are tried again those that wait for them, where batches state days whole: a day is stored with all of its
 * rows or not at all. A row whose day still lacks another one stays.
 * @param read tries a rejected row again
 */
export async function withWaitingRows(database: Database, readings: readonly Reading[], read: (reject: RejectedRow) => Reading): Promise<Reading[]> {
  const done: Reading[] = [];
  for (const group of byBatch(readings)) done.push(...((await completed(database, group, read)) ?? group));
  return done;
}

async function completed(database: Database, group: readonly Reading[], read: (reject: RejectedRow) => Reading): Promise<Reading[] | undefined> {
  const [first] = group;
  if (first === undefined) return undefined;
  const entity = entityNamed(first.reject.entity);
  if (keepingOf(entity).of === 'rows') return undefined;
  const { brand, entity: name, batch } = first.reject;
  const asked = new Set(group.map(({ reject }) => reject.rejected_id));
  const open = await listRejects(database, { brands: [brand], entities: [name], status: 'open' });
  const others = open.filter((reject) => reject.batch === batch && !asked.has(reject.rejected_id));
  const waiting = others.filter(({ code }) => code === WAITS.code).map(read);
  const slices = sliceReader(entity);
  const missing = [...others.filter(({ code }) => code !== WAITS.code), ...[...group, ...waiting].filter((reading) => !isGood(reading)).map(({ reject }) => reject)];
  const traces = missing.map((reject) => slices.traceOf(shown(reject)));
  const lacksRow = ({ rows }: Reading): boolean => rows.some((row) => traces.some((trace: SliceTrace) => mayBeOf(trace, slices.sliceOf(row))));
  return [
    ...group.map((reading) => (isGood(reading) && lacksRow(reading) ? { ...reading, problem: WAITS } : reading)),
    ...waiting.filter((reading) => isGood(reading) && !lacksRow(reading)),
  ];
}

/** A rejected row of the quarantine as it was rejected. */
function shown({ header, raw, part }: RejectedRow): Rejected {
  const { columns, csv, form } = JSON.parse(header) as { columns: string[]; csv: boolean; form?: Exclude<Reject['form'], undefined> };
  return { header: columns, csv, raw, part, ...(form === undefined ? {} : { form }) };
}

/** Rows of one brand, entity and batch, in the order in which each came first. */
export function byBatch(readings: readonly Reading[]): Reading[][] {
  const groups = new Map<string, Reading[]>();
  for (const reading of readings) {
    const { brand, entity, batch } = reading.reject;
    const name = `${brand}/${entity}/${batch}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [reading]);
    else group.push(reading);
  }
  return [...groups.values()];
}
