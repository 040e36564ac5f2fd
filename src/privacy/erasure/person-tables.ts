import { changeTables, type ChangeTable } from '../../engine/declare/change-tables.ts';
import { stages } from '../../engine/declare/stages.ts';
import { personLocks } from '../../engine/stage/person-locks.repository.ts';

/** Records that go with their person: those of which the list of stages says that the rows do. */
export const personRecords: readonly string[] = distinct(stages.flatMap(({ records }) => Object.entries(records).flatMap(([table, erasure]) => (erasure === 'rows' ? [table] : []))));

/** Tables of work under way that name persons. */
export const personWork: readonly string[] = distinct([
  ...Object.entries<ChangeTable>(changeTables).flatMap(([table, { keys }]) => (keys.includes('person_id') ? [table] : [])),
  ...stages.flatMap(({ queue }) => queue),
  personLocks.name,
]);

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}
