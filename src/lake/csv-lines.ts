import { isAscii, isUtf8 } from 'node:buffer';

import type { LakeRecord } from './record.ts';

/** Whole lines of UTF-8, or one line whose bytes are no text, with those shown as `\xNN`. */
export interface LineBlock {
  readonly bytes: Buffer;
  /** True: no byte is above 127. */
  readonly isAscii: boolean;
  readonly fault?: LakeRecord['fault'];
}

const LF = 0x0a;
const NUL = 0x00;
/** What is read of a block lives together: the less that is, the less of it the collector copies. */
const BLOCK_BYTES = 1 << 15;

/**
 * Cuts a stream of bytes into blocks of whole lines and checks that they are text. A line with bytes that are not UTF-8, or with a
 * NUL byte, comes alone and marked; its offending bytes are shown as `\xNN`, so that nothing is lost.
 */
export async function* readLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<LineBlock> {
  let rest: Buffer[] = [];
  let first = true;
  for await (let chunk of bytes) {
    const end = chunk.lastIndexOf(LF) + 1;
    if (end === 0) {
      rest.push(chunk);
      continue;
    }
    const tail = chunk.subarray(end);
    chunk = Buffer.concat([...rest, chunk.subarray(0, end)]);
    rest = tail.length > 0 ? [Buffer.from(tail)] : [];
    if (first) chunk = withoutBom(chunk);
    for (const block of inParts(chunk)) yield* checkBlock(block);
    first = false;
  }
  if (rest.length > 0) {
    const last = Buffer.concat(rest);
    yield* checkBlock(first ? withoutBom(last) : last);
  }
}

/** Cuts whole lines into blocks of whole lines. */
function* inParts(lines: Buffer): Generator<Buffer> {
  for (let start = 0; start < lines.length; ) {
    const end = start + BLOCK_BYTES >= lines.length ? lines.length : lines.lastIndexOf(LF, start + BLOCK_BYTES) + 1;
    // A line that is longer than a block stays whole.
    const next = end > start ? end : lines.indexOf(LF, start + BLOCK_BYTES) + 1;
    yield lines.subarray(start, next);
    start = next;
  }
}

function* checkBlock(block: Buffer): Generator<LineBlock> {
  const hasNul = block.includes(NUL);
  if (!hasNul && isAscii(block)) yield { bytes: block, isAscii: true };
  else if (!hasNul && isUtf8(block)) yield { bytes: block, isAscii: false };
  else yield* checkEachLine(block);
}

function* checkEachLine(block: Buffer): Generator<LineBlock> {
  for (let start = 0; start < block.length; ) {
    const newline = block.indexOf(LF, start);
    const end = newline === -1 ? block.length : newline + 1;
    const line = block.subarray(start, end);
    if (!isUtf8(line)) yield { bytes: showBytes(line), isAscii: true, fault: 'invalid_utf8' };
    else if (line.includes(NUL)) yield { bytes: showBytes(line), isAscii: true, fault: 'nul_byte' };
    else yield { bytes: line, isAscii: isAscii(line) };
    start = end;
  }
}

/** Printable ASCII as it is, every other byte as `\xNN`. */
function showBytes(line: Buffer): Buffer {
  const shown = line.toString('latin1').replace(/[^\x20-\x7e\r\n]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return Buffer.from(shown, 'latin1');
}

function withoutBom(block: Buffer): Buffer {
  return block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf ? block.subarray(3) : block;
}
