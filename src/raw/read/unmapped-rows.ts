import type { UnmappedRecords } from '../../lake/port/lake.ts';
import type { LakeRecord } from '../../lake/text/record.ts';
import type { HeaderMatch } from '../rows/header.ts';
import { joinBrokenLines } from '../shift/broken-lines.ts';
import type { Edit } from '../shift/edits.ts';
import { refuseSeveral, type Quarantine } from '../shift/refusal.ts';
import { repairRow } from '../shift/repair.ts';
import { RowSeams } from '../shift/row-seams.ts';

type Fields = readonly (string | null)[];

/** A record as a row of the contract. */
interface MappedRow {
  readonly kind: 'mapped';
  readonly fields: Fields;
  readonly edits: readonly Edit[];
}

/**
 * Mends records of a file in a form of its own before they are mapped to the contract: where a field was lost or gained shows in the order
 * of the file alone, and an amount that was read by the form of another column must never be stored.
 */
export class UnmappedRows {
  readonly #records: UnmappedRecords;
  readonly #columns: HeaderMatch['columns'];
  readonly #seams: RowSeams;
  /** Of the contract. */
  readonly #targets: HeaderMatch['columns'];

  constructor(records: UnmappedRecords, { columns }: Pick<HeaderMatch, 'columns'>) {
    this.#records = records;
    this.#targets = columns;
    this.#columns = records.readers.map((reads, index) => columns[index] && { ...columns[index], reads });
    this.#seams = new RowSeams(this.#columns, [], () => false);
  }

  /** The record in the form of its file, of a row that was made of it. */
  sourceOf(record: LakeRecord): LakeRecord {
    const fields = record.unmapped === true || record.fault !== undefined ? undefined : this.#records.sourceOf(record.line);
    return fields === undefined ? record : { fields: [...fields], line: record.line, unmapped: true, ...(record.raw === undefined ? {} : { raw: record.raw }) };
  }

  /** Why a row that was mapped is none: the first of its values that is not of its column. */
  refusal(fields: Fields): Quarantine {
    const outcome = repairRow({ columns: this.#targets, fields });
    return outcome.kind === 'quarantine' ? outcome : { kind: 'quarantine', code: 'unrepairable', reason: 'The mapped row does not parse.' };
  }

  /** The row of a record. What healthy rows look like is not asked: it is known of mapped ones only. */
  read(fields: Fields): MappedRow | Quarantine {
    const { delimiter } = this.#records;
    const outcome = repairRow({ columns: this.#columns, fields, delimiter });
    if (outcome.kind === 'quarantine') return outcome;
    const repaired = outcome.kind === 'repaired' ? outcome : { fields, edits: [] };
    if (this.#seams.holdsSecondRow(fields) || this.#holdsRow(repaired.fields, outcome.kind === 'repaired')) return refuseSeveral();
    return this.#mapped(repaired.fields, repaired.edits);
  }

  /** The row that some lines make together; undefined if they make none. */
  join(lines: readonly Fields[]): (MappedRow & { readonly lines: number }) | undefined {
    const joined = joinBrokenLines({ columns: this.#columns, delimiter: this.#records.delimiter }, lines.map((fields) => ({ fields })));
    if (joined === undefined || this.#holdsRow(joined.fields, true)) return undefined;
    return { ...this.#mapped(joined.fields, joined.edits), lines: joined.lines };
  }

  /** Rows within a value are told by hub's own delimiter. */
  #holdsRow(fields: Fields, isMended: boolean): boolean {
    return this.#seams.holdsRow(fields.map((field) => field?.replaceAll(this.#records.delimiter, ',') ?? null), isMended);
  }

  #mapped(fields: Fields, edits: readonly Edit[]): MappedRow {
    return { kind: 'mapped', fields: this.#records.map(fields), edits };
  }
}
