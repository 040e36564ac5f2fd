import { isAscii, isUtf8 } from 'node:buffer';

import { LF_ENDS, lineEndsOf, type LineEnds } from './line-ends.ts';
import { LongLine, MAX_RECORD_BYTES, showBytes } from './long-line.ts';
import type { LakeRecord } from './record.ts';

/** Whole lines of UTF-8, or one line that is none or too long to be a record. */
export interface LineBlock {
  /** Of a line that is no text, those that are shown of it. */
  readonly bytes: Buffer;
  /** True: no byte is above 127. */
  readonly isAscii: boolean;
  readonly ends: LineEnds;
  readonly fault?: LakeRecord['fault'];
  readonly cut?: LakeRecord['cut'];
}

const LF = 0x0a;
const CR = 0x0d;
const NUL = 0x00;
const NOTHING = Buffer.alloc(0);
/** What is read of a block lives together: the less that is, the less of it the collector copies. */
const BLOCK_BYTES = 1 << 15;

/**
 * Cuts a stream of bytes into blocks of whole lines and checks that they are text. A line with bytes that are not UTF-8, or with a
 * NUL byte, comes alone and marked; its offending bytes are shown as `\xNN`, so that nothing is lost. Of a line that is longer than
 * a record may be, its beginning, length and hash come: no more than that is ever in memory.
 */
export async function* readLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<LineBlock> {
  let rest: Buffer = NOTHING;
  let ends: LineEnds | undefined;
  let long: LongLine | undefined;
  for await (const chunk of bytes) {
    let lines = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    rest = NOTHING;
    if (ends === undefined) {
      ends = lineEndsOf(lines) ?? (lines.length > MAX_RECORD_BYTES ? LF_ENDS : undefined);
      if (ends === undefined) {
        rest = Buffer.from(lines);
        continue;
      }
      lines = withoutBom(lines);
    }
    if (long !== undefined) {
      const end = ends.next(lines, 0);
      const line = lines.subarray(0, end);
      const isWhole = ends.isEnd(line);
      long.add(isWhole ? withoutEnd(line) : line);
      if (!isWhole) continue;
      yield blockOf(long, ends);
      long = undefined;
      lines = lines.subarray(end);
    }
    const end = ends.last(lines);
    for (const block of inParts(lines.subarray(0, end), ends)) yield* checkBlock(block, ends);
    if (lines.length - end <= MAX_RECORD_BYTES) {
      rest = end === lines.length ? NOTHING : Buffer.from(lines.subarray(end));
    } else {
      long = new LongLine();
      long.add(lines.subarray(end));
    }
  }
  if (long !== undefined) yield blockOf(long, ends ?? LF_ENDS);
  if (rest.length > 0) yield* checkBlock(ends === undefined ? withoutBom(rest) : rest, ends ?? LF_ENDS);
}

/** Cuts whole lines into blocks of whole lines. */
function* inParts(lines: Buffer, ends: LineEnds): Generator<Buffer> {
  for (let start = 0; start < lines.length; ) {
    const rest = lines.subarray(start);
    const end = rest.length <= BLOCK_BYTES ? rest.length : ends.last(rest.subarray(0, BLOCK_BYTES));
    // A line that is longer than a block stays whole.
    const next = start + (end > 0 ? end : ends.next(rest, 0));
    yield lines.subarray(start, next);
    start = next;
  }
}

function* checkBlock(block: Buffer, ends: LineEnds): Generator<LineBlock> {
  if (block.length > MAX_RECORD_BYTES && withoutEnd(block).length > MAX_RECORD_BYTES) {
    const long = new LongLine();
    long.add(withoutEnd(block));
    yield blockOf(long, ends);
    return;
  }
  const hasNul = block.includes(NUL);
  if (!hasNul && isAscii(block)) yield { bytes: block, isAscii: true, ends };
  else if (!hasNul && isUtf8(block)) yield { bytes: block, isAscii: false, ends };
  else yield* checkEachLine(block, ends);
}

function* checkEachLine(block: Buffer, ends: LineEnds): Generator<LineBlock> {
  for (let start = 0; start < block.length; ) {
    const end = ends.next(block, start);
    const line = block.subarray(start, end);
    if (!isUtf8(line)) yield { bytes: showBytes(line), isAscii: true, ends, fault: 'invalid_utf8' };
    else if (line.includes(NUL)) yield { bytes: showBytes(line), isAscii: true, ends, fault: 'nul_byte' };
    else yield { bytes: line, isAscii: isAscii(line), ends };
    start = end;
  }
}

function blockOf(long: LongLine, ends: LineEnds): LineBlock {
  const cut = long.end();
  const bytes = Buffer.from(cut.text);
  return { bytes, isAscii: isAscii(bytes), ends, fault: 'record_too_long', cut };
}

function withoutEnd(line: Buffer): Buffer {
  let end = line.length;
  if (line[end - 1] === LF) end--;
  if (line[end - 1] === CR) end--;
  return line.subarray(0, end);
}

function withoutBom(block: Buffer): Buffer {
  return block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf ? block.subarray(3) : block;
}
