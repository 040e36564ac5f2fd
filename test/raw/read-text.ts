import { fieldsOf } from '../../src/lake/text/csv-fields.ts';
import type { Entity } from '../../src/sources/contract/contract.ts';
import { newDrift } from '../../src/raw/rows/drift.ts';
import { PartReader } from '../../src/raw/read/part-reader.ts';
import type { Reject, Repair } from '../../src/raw/quarantine/quarantine.repository.ts';
import type { RawRow } from '../../src/raw/rows/row-parser.ts';
import { framed } from '../lake/read-csv.ts';
import { batchOf } from '../support/lakes/lake.ts';
import { BATCH } from './rows.ts';

/** What became of the rows of a part. */
export interface ReadText {
  readonly rows: RawRow[];
  readonly rejects: Reject[];
  readonly repairs: Repair[];
}

/**
 * Reads the text of a part as the import does.
 * @param asRecords true: none of its lines are scanned as bytes
 */
export async function readText(entity: Entity, text: string | Buffer, asRecords = false): Promise<ReadText> {
  const read: ReadText = { rows: [], rejects: [], repairs: [] };
  const { header, blocks, setWidth } = await framed(text);
  const reader = new PartReader(entity, { name: 'part-0.csv', ragged: true, header: fieldsOf(header), setWidth }, batchOf(BATCH), 1, newDrift(), {
    row: (row) => void read.rows.push(row),
    reject: (reject) => void read.rejects.push(reject),
    repair: (repair) => void read.repairs.push(repair),
  }, 'alpina');
  for (const block of blocks()) reader.read(asRecords ? [...block] : block);
  reader.end();
  return read;
}
