import { recordConventions, type Columns, type RecordTable } from '../../engine/records/record-table.ts';

/** The brand of the rows of a person over all brands, and of sums over all persons (metrics, "Customer"). */
export const GROUP = '*';

/** A table of records by person: a run compares, writes and audits it by `recordConventions`. */
export function metricTable<Content extends Columns>(declared: Omit<RecordTable<Content>, 'conventions'>): RecordTable<Content> {
  return { ...declared, conventions: recordConventions };
}
