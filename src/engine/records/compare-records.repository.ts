import { encodeRecord, keyParts, scopeKeyOf, type EncodedRecord } from './encode-record.ts';
import type { Columns, RecordIn, RecordTable } from './record-table.ts';
import type { RecordScope, RecordSource } from './record-target.ts';
import { storedChecksums } from './stored-records.repository.ts';

/** `update`: only records that are stored are brought up to date; none is added, none deleted. */
export type RecordMode = 'replace' | 'update';

/** How stored records differ from those that should be. */
export interface Comparison {
  /** Not stored. */
  readonly inserts: readonly EncodedRecord[];
  /** Stored otherwise. */
  readonly updates: readonly EncodedRecord[];
  /** Keys of stored records that should not be, sorted. */
  readonly gone: readonly string[];
  readonly unchanged: number;
}

/** A stored record that is not as it should be. */
export interface RecordDifference {
  /** Of the scope: an account or a person. */
  readonly scopeKey: string;
  /** By which people look the record up. */
  readonly id: string;
  readonly what: 'missing' | 'changed' | 'added';
}

/** Compares the records of a scope with what is stored, by the rule of stored-rows.ts. */
export async function compareRecords(source: RecordSource, table: RecordTable, scope: RecordScope, records: Iterable<EncodedRecord>, mode: RecordMode): Promise<Comparison> {
  if (scope.keys.length === 0) return { inserts: [], updates: [], gone: [], unchanged: 0 };
  const stored = await storedChecksums(source, table, scope);
  const inserts: EncodedRecord[] = [];
  const updates: EncodedRecord[] = [];
  let unchanged = 0;
  for (const record of records) {
    const isStored = stored.has(record.key);
    const known = stored.get(record.key);
    stored.delete(record.key);
    if (known === record.checksum) unchanged++;
    else if (isStored) updates.push(record);
    else if (mode === 'replace') inserts.push(record);
  }
  return { inserts, updates, gone: mode === 'update' ? [] : [...stored.keys()].sort(), unchanged };
}

/** Which stored records of a scope differ from the given ones, out of how many. Reads only. */
export async function differencesOf<Content extends Columns>(
  source: RecordSource,
  table: RecordTable<Content>,
  scope: RecordScope,
  records: readonly RecordIn<RecordTable<Content>>[],
): Promise<{ readonly checked: number; readonly differences: readonly RecordDifference[] }> {
  const encoded = records.map((record) => encodeRecord(table, record));
  const { inserts, updates, gone, unchanged } = await compareRecords(source, table, scope, encoded, 'replace');
  const place = table.keys.indexOf(table.idColumn);
  const named = (key: string, what: RecordDifference['what']): RecordDifference => ({ scopeKey: scopeKeyOf(key), id: keyParts(key)[place] ?? key, what });
  return {
    checked: inserts.length + updates.length + unchanged + gone.length,
    differences: [
      ...inserts.map(({ key }) => named(key, 'missing')),
      ...updates.map(({ key }) => named(key, 'changed')),
      ...gone.map((key) => named(key, 'added')),
    ],
  };
}
