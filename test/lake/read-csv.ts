import { decodeLines, type TextBlock } from '../../src/lake/csv-lines.ts';
import { RecordFramer } from '../../src/lake/csv-records.ts';
import type { LakeRecord } from '../../src/lake/lake.ts';

/** Cuts bytes at the given places. */
async function* cut(bytes: Buffer, places: readonly number[]): AsyncGenerator<Buffer> {
  const borders = [0, ...places.map((place) => Math.min(place, bytes.length)).sort((a, b) => a - b), bytes.length];
  for (const [index, start] of borders.slice(0, -1).entries()) {
    await Promise.resolve();
    if ((borders[index + 1] ?? start) > start) yield bytes.subarray(start, borders[index + 1]);
  }
}

/** The decoded blocks of a stream of bytes. */
export async function blocksOf(bytes: Buffer, places: readonly number[] = []): Promise<TextBlock[]> {
  const blocks: TextBlock[] = [];
  for await (const block of decodeLines(cut(bytes, places))) blocks.push(block);
  return blocks;
}

/** The records of lines that have no header, of a width. */
export async function recordsOf(text: string | Buffer, width: number, places: readonly number[] = []): Promise<LakeRecord[]> {
  const framer = new RecordFramer(width, 1);
  const records: LakeRecord[] = [];
  for (const block of await blocksOf(Buffer.from(text), places)) records.push(...framer.push(block));
  // As plain objects, for comparison: a record may split its fields when they are asked for.
  return [...records, ...framer.end()].map((record) => ({ ...record, fields: record.fields }));
}
