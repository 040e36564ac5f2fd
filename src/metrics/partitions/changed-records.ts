import type { LocalDate } from '../../core/time.ts';
import type { ChangedStates } from '../../engine/records/records.repository.ts';
import type { RecordTable } from '../../engine/records/record-table.ts';

/** Records that changed, as they were and as they are, by column. */
export interface Changed {
  readonly before: readonly ChangedRecord[];
  readonly after: readonly ChangedRecord[];
}

/** Reads a column of a record. */
export interface ChangedRecord {
  text(column: string): string;
  date(column: string): LocalDate | null;
  orNull(column: string): string | null;
}

export const NOTHING: Changed = { before: [], after: [] };

/** The states of a table's records by the names of its columns. */
export function changedRecords({ columns }: RecordTable, { before, after }: ChangedStates): Changed {
  const places = new Map(Object.keys(columns).map((name, place) => [name, place]));
  const recordOf = (values: readonly (string | null)[]): ChangedRecord => new Row(places, values);
  return { before: before.map(recordOf), after: after.map(recordOf) };
}

class Row implements ChangedRecord {
  readonly #places: ReadonlyMap<string, number>;
  readonly #values: readonly (string | null)[];

  constructor(places: ReadonlyMap<string, number>, values: readonly (string | null)[]) {
    this.#places = places;
    this.#values = values;
  }

  orNull(column: string): string | null {
    return this.#values[this.#places.get(column) ?? -1] ?? null;
  }

  text(column: string): string {
    return this.orNull(column) ?? '';
  }

  date(column: string): LocalDate | null {
    return this.orNull(column) as LocalDate | null;
  }
}

/** What changed in two writes of one table. */
export function together(one: Changed, other: Changed): Changed {
  return { before: [...one.before, ...other.before], after: [...one.after, ...other.after] };
}
