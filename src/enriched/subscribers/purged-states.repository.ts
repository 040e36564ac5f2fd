import { encodeRow } from '../../core/text/row-text.ts';
import type { EventSource, SubjectColumn } from './event-source.ts';
import { isSameState, mergeStates, nothingKnown, stateColumns, type EmailState } from './state.ts';
import { stateOfValues } from './subscribers.repository.ts';
import { purgedStates } from './subscriber-tables.ts';

const COLUMNS = Object.keys(purgedStates.columns);

/** What purged events said about addresses, or about contacts where they named no address. */
export async function readPurgedStates({ database, tx, brand }: EventSource, by: SubjectColumn, ids: readonly string[]): Promise<Map<string, EmailState>> {
  const keys = [...new Set(ids)].sort();
  const columns = ['subject', 'subject_kind', ...stateColumns];
  const rows = await database.dialect.findByKeys(tx, { table: purgedStates.name, brand, keyColumn: 'subject', keys, columns });
  return new Map(rows.flatMap(([id, kind, ...values]) => (kind === by ? [[String(id), stateOfValues(values)] as const] : [])));
}

/** Keeps what events say that are about to be purged, in the caller's transaction. Repeating it changes nothing. */
export async function keepStates(source: EventSource, by: SubjectColumn, states: ReadonlyMap<string, EmailState>): Promise<void> {
  const { database, tx, brand } = source;
  const stored = await readPurgedStates(source, by, [...states.keys()]);
  const changed = [...states].flatMap(([subject, state]) => {
    const known = stored.get(subject);
    const merged = mergeStates(known ?? nothingKnown, state);
    return known !== undefined && isSameState(known, merged) ? [] : [{ subject, merged }];
  });
  const rows = changed.map(({ subject, merged }) => encodeRow([brand, subject, by, ...stateColumns.map((column) => merged[column])]));
  const replaced = changed.filter(({ subject }) => stored.has(subject)).length;
  await database.dialect.bulkReplace(tx, { table: purgedStates.name, columns: COLUMNS, rows: rows.sort(), replaced });
}
