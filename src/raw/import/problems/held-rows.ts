import { problem, type Problem } from '../../../core/problem.ts';
import { decodeRow } from '../../../core/text/row-text.ts';
import type { BatchId } from '../../../core/time.ts';
import { formatCount } from '../../../core/text/counts.ts';
import type { Entity } from '../../../sources/contract/contract.ts';
import type { Reject } from '../../quarantine/quarantine.repository.ts';
import type { RawRow } from '../../rows/row-parser.ts';
import { storedColumns } from '../../rows/table.ts';

/**
 * A row that could be read, as it waits in quarantine for the rejected row of its day: with the columns of the export and its
 * canonical values, which read as the same row again.
 */
export function heldReject(entity: Entity, row: RawRow, place: Pick<Reject, 'part' | 'line'>): Reject {
  const values = decodeRow(row.text);
  const stored = storedColumns(entity);
  const extra = JSON.parse(values[stored.length] ?? '{}') as Record<string, string>;
  const deleted = entity.columns.find(({ sql }) => sql === 'deleted');
  const fields = new Map<string, string | null>([
    ...stored.flatMap((column, index): [string, string | null][] => (entity.columns.includes(column) ? [[column.name, values[index] ?? null]] : [])),
    ...(deleted === undefined ? [] : [[deleted.name, row.deleted ? 'true' : null] as const]),
    ...Object.entries(extra),
  ]);
  return {
    ...place,
    row: row.row,
    sourceId: row.sourceId,
    code: 'day_held',
    column: null,
    reason: 'The row can be read; it waits for a rejected row of the same day, as a day is stored whole or not at all.',
    header: [...fields.keys()],
    csv: false,
    raw: JSON.stringify([...fields.values()]),
  };
}

/** The problem of days that stayed as they were. */
export function heldProblem(place: { readonly brand: string; readonly stream: string; readonly batch: BatchId }, slices: number, written: string): Problem {
  const what = slices === 1 ? '1 day stays as it was, as a row of it was' : `${formatCount(slices)} days stay as they were, as rows of them were`;
  const next = `Correct or discard the rejected rows (hub quarantine list --brand ${place.brand} --entity ${place.stream}), then: hub quarantine replay --brand ${place.brand} --entity ${place.stream}`;
  return problem('day_held', `${written}: ${what} rejected`, { ...place, next });
}

/** The problem of a snapshot of which nothing was deleted. */
export function heldDeletionsProblem(place: { readonly brand: string; readonly stream: string; readonly batch: BatchId }, written: string): Problem {
  const next = `Have the exporter correct the rows (hub quarantine list --brand ${place.brand} --entity ${place.stream}); the next snapshot deletes what it leaves out.`;
  return problem('deletions_held', `${written}: nothing that the snapshot leaves out was deleted, as a rejected row of it may be of any record`, { ...place, next });
}
