import type { LineLog } from '../../../core/text/line-log.ts';

/** Ends a key in a line. It is less than any byte of a key, so that a key comes before those that it begins. */
const TAB = 9;
const HEAD_BYTES = 6;
const HEAD_BITS = 8 * HEAD_BYTES;
/** Up to so many a number is exact. */
const EXACT_BITS = 53;

/** The first bytes of a key as a number: where two differ, the keys are in their order. */
export function headOf(bytes: Buffer, at: number): number {
  let head = 0;
  for (let index = 0; index < HEAD_BYTES; index++) {
    const byte = bytes[at + index] as number;
    if (byte === TAB) return head * 256 ** (HEAD_BYTES - index);
    head = head * 256 + byte;
  }
  return head;
}

/** Compares the keys that begin at these places. */
export function compareKeys(a: Buffer, inA: number, b: Buffer, inB: number): number {
  for (let index = 0; ; index++) {
    const byte = a[inA + index] as number;
    const difference = byte - (b[inB + index] as number);
    if (difference !== 0 || byte === TAB) return difference;
  }
}

/**
 * The lines of a log in the order of their keys, those of a key in the order of their places.
 * @param places of the lines, as they were added
 * @param keyStart where in each line the key begins
 * @returns the index of each line's place
 */
export function orderOfKeys(log: LineLog, places: readonly number[], keyStart: number): Uint32Array {
  const from = keyStart + commonBytes(log, places, keyStart);
  const keyOf = (index: number): number => log.startOf(places[index] as number) + from;
  const bytesOf = (index: number): Buffer => log.bytesOf(places[index] as number);
  // What a key begins with and the index make a number: numbers are sorted many times as fast as lines.
  const indexBits = Math.ceil(Math.log2(places.length));
  const [indexes, dropped] = [2 ** indexBits, 2 ** Math.max(0, HEAD_BITS + indexBits - EXACT_BITS)];
  const numbers = new Float64Array(places.length);
  for (let index = 0; index < numbers.length; index++) numbers[index] = Math.floor(headOf(bytesOf(index), keyOf(index)) / dropped) * indexes + index;
  numbers.sort();
  const compare = (a: number, b: number): number => compareKeys(bytesOf(a), keyOf(a), bytesOf(b), keyOf(b)) || a - b;
  const order = new Uint32Array(places.length);
  let [start, last] = [0, -1];
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] as number;
    const head = Math.floor(number / indexes);
    order[at] = number - head * indexes;
    if (head === last) continue;
    if (at - start > 1) order.subarray(start, at).sort(compare);
    [start, last] = [at, head];
  }
  if (order.length - start > 1) order.subarray(start).sort(compare);
  return order;
}

/** With how many bytes all keys begin. */
function commonBytes(log: LineLog, places: readonly number[], keyStart: number): number {
  const [first] = places;
  if (first === undefined) return 0;
  const [bytes, start] = [log.bytesOf(first), log.startOf(first) + keyStart];
  let common = bytes.indexOf(TAB, start) - start;
  for (const place of places) {
    const [other, at] = [log.bytesOf(place), log.startOf(place) + keyStart];
    let same = 0;
    while (same < common && bytes[start + same] === other[at + same]) same++;
    common = same;
  }
  return common;
}
