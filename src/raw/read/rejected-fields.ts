import { accountOfPart } from '../../lake/sources/import-lake.ts';
import { fieldsOf } from '../../lake/text/csv-fields.ts';
import type { Column, Entity } from '../../sources/contract/contract.ts';
import type { Reject } from '../quarantine/quarantine.repository.ts';
import { matchHeader } from '../rows/header.ts';
import { RecordFields } from './record-fields.ts';

/** A rejected row, as far as it tells where it belongs. */
export type Rejected = Pick<Reject, 'header' | 'csv' | 'raw' | 'form' | 'part'>;

/** What a rejected row has in its columns, a record of a platform at their paths; undefined if that cannot be told. */
export function rejectedFields(entity: Entity, { header, csv, raw, form, part }: Rejected): ReadonlyMap<Column, string | null> | undefined {
  const { record } = entity;
  if (record !== undefined && !raw.startsWith('[')) {
    const values = new RecordFields(entity, { platform: record.platform, stream: record.stream, account: accountOfPart(part) ?? '' }).of(raw);
    return Array.isArray(values) ? new Map(entity.columns.map((column, index) => [column, values[index] ?? null])) : undefined;
  }
  const fields = csv ? fieldsOf(raw) : valuesIn(raw);
  if (form === 'unmapped' || fields.length !== header.length) return undefined;
  const matched = matchHeader(entity, header).columns;
  return new Map(matched.flatMap((column, index) => (column === undefined ? [] : [[column, fields[index] ?? null] as const])));
}

/** The values of a row in quarantine; none of a line that is not even JSON. */
function valuesIn(raw: string): readonly (string | null)[] {
  try {
    return JSON.parse(raw) as (string | null)[];
  } catch {
    return [];
  }
}
