import { NOT_USUAL, type FieldScanner } from '../../../../src/raw/rows/values/bytes.ts';

/** The canonical text that a scanner makes of a value that stands between others; undefined if it leaves it to the parser. */
export function scanned(scan: FieldScanner, value: string): string | undefined {
  const input = Buffer.from(`1,${value},2`);
  const output = Buffer.alloc(200, '#');
  const end = scan(input, 2, input.length - 2, output, 3);
  return end === NOT_USUAL ? undefined : output.toString('utf8', 3, end);
}
