import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';

import { codeOf } from '../../core/errors.ts';
import { parseInstant, toIso } from '../../core/time.ts';
import type { Snapshot } from './snapshot.ts';

/** The head of the file: one line of JSON; the four columns follow, each of 4 bytes a person. */
interface Head {
  readonly v: 1;
  readonly number: number;
  readonly at: string;
  readonly brands: readonly string[];
  readonly persons: number;
  /** CRC-32 of what follows. */
  readonly crc: number;
}

const BYTES = 4;
const COLUMNS = 4;

/** Keeps a snapshot as a file, so that a start without the database knows what the last one knew; whole or not at all. */
export function writeSnapshot(file: string, { number, at, brands, high, low, active, activeMore }: Snapshot): void {
  const columns = Buffer.concat([high, low, active, activeMore].map((column) => Buffer.from(column.buffer, column.byteOffset, column.byteLength)));
  const head: Head = { v: 1, number, at: toIso(at), brands, persons: high.length, crc: crc32(columns) };
  writeFileSync(`${file}.new`, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), columns]), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The snapshot of a file; undefined if there is none, or one that is damaged or of another version. */
export function readSnapshot(file: string): Snapshot | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const end = bytes.indexOf(0x0a);
  const head = headOf(bytes.toString('utf8', 0, Math.max(0, end)));
  const at = typeof head?.at === 'string' ? parseInstant(head.at) : undefined;
  const columns = bytes.subarray(end + 1);
  if (head?.v !== 1 || at === undefined || columns.length !== head.persons * BYTES * COLUMNS || crc32(columns) !== head.crc) return undefined;
  // A copy: the columns of a file begin at any offset, and those of an array at multiples of 4.
  const column = (place: number): Uint32Array => {
    const from = columns.byteOffset + place * head.persons * BYTES;
    return new Uint32Array(columns.buffer.slice(from, from + head.persons * BYTES));
  };
  return { number: head.number, at, brands: head.brands, high: column(0), low: column(1), active: column(2), activeMore: column(3) };
}

function headOf(line: string): Head | undefined {
  try {
    return JSON.parse(line) as Head;
  } catch {
    return undefined;
  }
}
