import { HubError } from '../../core/errors.ts';
import { fieldsOf } from '../text/csv-fields.ts';
import { HUB_FORM, type CsvForm } from '../text/csv-form.ts';
import type { LineBlock } from '../text/csv-lines.ts';
import { RecordFramer } from '../text/csv-records.ts';
import { endOfContent } from '../text/line-ends.ts';
import { MAX_RECORD_BYTES } from '../text/long-line.ts';
import type { RecordBlock } from '../text/record-lines.ts';
import { isBlank } from '../text/record.ts';
import type { LakePart } from './lake.ts';

/** How a file differs from hub's own form. */
export interface PartForm {
  readonly csv: CsvForm;
  /** Lines before the header that are none of it. */
  readonly skip: number;
  /** The names of the columns, if no line of the file has them. */
  readonly header?: readonly string[] | undefined;
}

const HUB_PART: PartForm = { csv: HUB_FORM, skip: 0 };

/** Reads the header, the first line that is not blank, then hands out the part; its blocks must be read before the next part. */
export async function* csvPart(name: string, lines: AsyncGenerator<LineBlock>, { csv, skip, header: given }: PartForm = HUB_PART): AsyncGenerator<LakePart> {
  let header: readonly string[] = given ?? [];
  let headerLine = 0;
  let first: LineBlock | undefined;
  search: for (let next = await lines.next(); !next.done; next = await lines.next()) {
    const { bytes, ends, fault } = next.value;
    if (fault === 'record_too_long' && given === undefined) throw endlessHeader(name);
    for (let start = 0; start < bytes.length; ) {
      if (given !== undefined && headerLine === skip) {
        first = { ...next.value, bytes: bytes.subarray(start) };
        break search;
      }
      const end = ends.next(bytes, start);
      const line = bytes.toString('utf8', start, end);
      headerLine++;
      start = end;
      if (headerLine <= skip) continue;
      const fields = fieldsOf(line.slice(0, endOfContent(line)), csv);
      if (isBlank(fields)) continue;
      header = fields;
      first = { ...next.value, bytes: bytes.subarray(end) };
      break search;
    }
  }
  const framer = new RecordFramer(header.length, headerLine + 1, csv);
  const blocks = readBlocks(framer, first, lines);
  try {
    yield { name, header, ragged: true, blocks, setWidth: (width) => { framer.setWidth(width); } };
  } finally {
    await lines.return(undefined);
  }
}

function endlessHeader(file: string): HubError {
  return new HubError('refused', 'record_too_long', `The header of a file is longer than ${MAX_RECORD_BYTES} bytes.`, {
    context: { file, line: 1 },
    nextStep: 'Have the exporter write lines; nothing of this batch was stored.',
  });
}

async function* readBlocks(framer: RecordFramer, first: LineBlock | undefined, rest: AsyncIterable<LineBlock>): AsyncGenerator<RecordBlock> {
  if (first !== undefined && first.bytes.length > 0) yield* framer.push(first);
  for await (const block of rest) yield* framer.push(block);
  yield framer.end();
}
