import { fieldsOf } from '../../src/lake/text/csv-fields.ts';
import { readLines, type LineBlock } from '../../src/lake/text/csv-lines.ts';
import { RecordFramer } from '../../src/lake/text/csv-records.ts';
import type { RecordBlock } from '../../src/lake/text/record-lines.ts';
import type { LakeRecord } from '../../src/lake/text/record.ts';

/** Cuts bytes at the given places. */
async function* cut(bytes: Buffer, places: readonly number[]): AsyncGenerator<Buffer> {
  const borders = [0, ...places.map((place) => Math.min(place, bytes.length)).sort((a, b) => a - b), bytes.length];
  for (const [index, start] of borders.slice(0, -1).entries()) {
    await Promise.resolve();
    if ((borders[index + 1] ?? start) > start) yield bytes.subarray(start, borders[index + 1]);
  }
}

/** The blocks of a stream of bytes. */
async function readBlocks(bytes: Buffer, places: readonly number[]): Promise<LineBlock[]> {
  const blocks: LineBlock[] = [];
  for await (const block of readLines(cut(bytes, places))) blocks.push(block);
  return blocks;
}

/** The blocks of a stream of bytes as texts. */
export async function blocksOf(bytes: Buffer, places: readonly number[] = []): Promise<(Omit<LineBlock, 'bytes' | 'ends'> & { text: string })[]> {
  return (await readBlocks(bytes, places)).map(({ bytes: lines, isAscii, fault, cut }) => ({
    text: lines.toString('utf8'),
    isAscii,
    ...(fault === undefined ? {} : { fault }),
    ...(cut === undefined ? {} : { cut }),
  }));
}

/** The records of lines that have no header, of a width. */
export async function recordsOf(text: string | Buffer, width: number, places: readonly number[] = []): Promise<LakeRecord[]> {
  const framer = new RecordFramer(width, 1);
  const records: LakeRecord[] = [];
  for (const block of await readBlocks(Buffer.from(text), places)) for (const some of framer.push(block)) records.push(...some);
  return [...records, ...framer.end()].map(asObject);
}

/** The header line of a text, and what stands below it as it is framed. */
export async function framed(text: string | Buffer) {
  const [first, ...others] = await readBlocks(Buffer.from(text), []);
  if (first === undefined) throw new Error('there is no header');
  const end = first.ends.next(first.bytes, 0);
  const header = first.bytes.toString('utf8', 0, end).trimEnd();
  const framer = new RecordFramer(fieldsOf(header).length, 2);
  const below: LineBlock[] = [{ ...first, bytes: first.bytes.subarray(end) }, ...others];
  function* blocks(): Generator<RecordBlock> {
    for (const block of below) yield* framer.push(block);
    yield framer.end();
  }
  return { header, blocks, setWidth: (width: number) => { framer.setWidth(width); } };
}

/** A record as a plain object, for comparison: it may split its fields when they are asked for. */
export function asObject({ fields, line, raw, fault, cut }: LakeRecord): LakeRecord {
  return { fields, line, ...(raw === undefined ? {} : { raw }), ...(fault === undefined ? {} : { fault }), ...(cut === undefined ? {} : { cut }) };
}
