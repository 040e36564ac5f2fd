import type { QueryScope } from './errors.ts';
import { createRowDecoder } from './rows.ts';
import type { LakePart } from '../port/lake.ts';
import type { LakeRecord } from '../text/record.ts';

const BLOCK_RECORDS = 2_000;
const PARTITION_COLUMNS = ['brand', 'batch'];

/**
 * The result of a query as a part of the batch. Reads the header at once and the rows as they are asked for.
 *
 * @param name the id of the query
 * @throws HubError as the bytes do, and `refused` (`unreadable_file`) if they are damaged.
 */
export async function* readPart(
  name: string,
  bytes: AsyncIterable<Buffer>,
  context: QueryScope['context'],
): AsyncGenerator<LakePart> {
  const rows = readBlocks(bytes, context);
  try {
    const first = await rows.next();
    const [head, ...records] = first.done === true ? [] : first.value;
    const columns = (head?.fields ?? []).map((field) => field ?? '');
    const kept = keptColumns(columns);
    const blocks = (async function* () {
      if (records.length > 0) yield pick(records, kept);
      for await (const block of rows) yield pick(block, kept);
    })();
    yield { name, header: kept.map((index) => columns[index] ?? ''), ragged: false, blocks };
  } finally {
    await rows.return(undefined);
  }
}

async function* readBlocks(bytes: AsyncIterable<Buffer>, context: QueryScope['context']): AsyncGenerator<LakeRecord[]> {
  const decoder = createRowDecoder(context);
  let block: LakeRecord[] = [];
  for await (const chunk of bytes) {
    for (const row of decoder.push(chunk)) block.push(row);
    if (block.length < BLOCK_RECORDS) continue;
    yield block;
    block = [];
  }
  for (const row of decoder.end()) block.push(row);
  if (block.length > 0) yield block;
}

// Partition columns stand last, so a column of the same name in the data itself (account: Batch) stays.
function keptColumns(columns: readonly string[]): number[] {
  const dropped = PARTITION_COLUMNS.map((column) => columns.lastIndexOf(column));
  return [...columns.keys()].filter((index) => !dropped.includes(index));
}

function pick(records: readonly LakeRecord[], kept: readonly number[]): LakeRecord[] {
  return records.map((record) => ({ ...record, fields: kept.map((index) => record.fields[index] ?? null) }));
}
