import { CURRENCIES } from '../../../core/iso/currencies.ts';
import type { Column } from '../../../sources/contract/contract.ts';
import { BOOLEANS } from './kinds.ts';
import { areDigits, copy, endOfDigits, NOT_USUAL, type FieldScanner } from './bytes.ts';
import { scanDate, scanInstant } from './dates.ts';

/** What a canonical text, escapes apart, can have more than the value: a decimal with an exponent gets all its digits. */
export const MOST_ADDED_BYTES = 32;

/** Texts near the limit of the column are measured by their parser. */
const USUAL_TEXT_BYTES = 16_383;
const USUAL_ID_LENGTH = 32;
const MOST_WHOLE_DIGITS = 15;
const FEW_DIGITS = 9;
const MOST_PLACES = 9;
const [TAB, LF, CR, MINUS, POINT, BACKSLASH] = [0x09, 0x0a, 0x0d, 0x2d, 0x2e, 0x5c];
const [DIGIT_0, DIGIT_9, LETTER_A, LETTER_F] = [0x30, 0x39, 0x61, 0x66];
const [CAPITAL_A, CAPITAL_Z, TO_LOWER] = [0x41, 0x5a, 0x20];
/** What a letter has in common with its capital; no other byte becomes one by it. */
const [CAPITAL, CAPITALS] = [0xdf, 0xdfdfdf];

/** The scanner of a column. Whatever it copies, the column's parser would make the same text of. */
export function scannerOf(column: Column): FieldScanner {
  switch (column.kind) {
    case 'text':
      return scanText;
    case 'id':
      return scanUsualId;
    case 'date':
      return scanDate;
    case 'instant':
      return scanInstant;
    case 'decimal':
      return column.most === undefined ? scanDecimal : scanShortDecimal;
    case 'integer':
      return scanInteger;
    case 'boolean':
      return oneOf([...BOOLEANS], isAnyCaseOf);
    case 'currency':
      return scanCurrency;
    case 'enum':
      return oneOf((column.values ?? []).map((value) => [value, value]), isByteOf);
  }
}

/** A text without anything that row texts escape. */
function scanText(input: Buffer, start: number, end: number, output: Buffer, at: number): number {
  if (end - start > USUAL_TEXT_BYTES) return NOT_USUAL;
  let to = at;
  for (let from = start; from < end; from++) {
    const byte = input[from] as number;
    if (byte === BACKSLASH || byte === TAB || byte === CR || byte === LF) return NOT_USUAL;
    output[to++] = byte;
  }
  return to;
}

/** 32 lower-case hex digits. */
function scanUsualId(input: Buffer, start: number, end: number, output: Buffer, at: number): number {
  if (end - start !== USUAL_ID_LENGTH) return NOT_USUAL;
  let to = at;
  for (let from = start; from < end; from++) {
    const byte = input[from] as number;
    if (byte < DIGIT_0 || byte > LETTER_F || (byte > DIGIT_9 && byte < LETTER_A)) return NOT_USUAL;
    output[to++] = byte;
  }
  return to;
}

/** Digits with or without places, which lose their zeros at the end. */
function scanDecimal(input: Buffer, start: number, end: number, output: Buffer, at: number): number {
  const digits = input[start] === MINUS ? start + 1 : start;
  const point = endOfDigits(input, digits, end);
  const whole = point - digits;
  if (whole < 1 || whole > MOST_WHOLE_DIGITS || (input[digits] === DIGIT_0 && (whole > 1 || digits > start))) return NOT_USUAL;
  if (point === end) return copy(input, start, end, output, at);
  const places = end - point - 1;
  if (input[point] !== POINT || places < 1 || places > MOST_PLACES || !areDigits(input, point + 1, end)) return NOT_USUAL;
  let last = end - 1;
  while (input[last] === DIGIT_0) last--;
  return copy(input, start, last === point ? point : last + 1, output, at);
}

/** The same of few digits, which are within any bound that a column has; of more the parser decides. */
function scanShortDecimal(input: Buffer, start: number, end: number, output: Buffer, at: number): number {
  const digits = input[start] === MINUS ? start + 1 : start;
  return endOfDigits(input, digits, end) - digits > FEW_DIGITS ? NOT_USUAL : scanDecimal(input, start, end, output, at);
}

function scanInteger(input: Buffer, start: number, end: number, output: Buffer, at: number): number {
  const isUsual = end - start <= MOST_WHOLE_DIGITS && areDigits(input, start, end) && (input[start] !== DIGIT_0 || end - start === 1);
  return isUsual ? copy(input, start, end, output, at) : NOT_USUAL;
}

const currencies = new Set([...CURRENCIES].map((code) => packed(Buffer.from(code), 0)));

/** A code in any case, which is written in capitals. */
function scanCurrency(input: Buffer, start: number, end: number, output: Buffer, at: number): number {
  if (end - start !== 3 || !currencies.has(packed(input, start))) return NOT_USUAL;
  let to = at;
  for (let from = start; from < end; from++) output[to++] = (input[from] as number) & CAPITAL;
  return to;
}

/** Three bytes as a number, small letters as the capital ones. */
function packed(bytes: Buffer, at: number): number {
  return (((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)) & CAPITALS;
}

/** One of some words, and what is written for it. @param isOf whether a byte stands for that of a word */
function oneOf(words: readonly (readonly [string, string])[], isOf: (byte: number, ofWord: number) => boolean): FieldScanner {
  const known = words.map(([word, written]) => ({ word: Buffer.from(word), written: Buffer.from(written) }));
  return (input, start, end, output, at) => {
    for (const { word, written } of known) {
      let length = 0;
      if (end - start === word.length) while (length < word.length && isOf(input[start + length] as number, word[length] as number)) length++;
      if (length === word.length) return copy(written, 0, written.length, output, at);
    }
    return NOT_USUAL;
  };
}

function isByteOf(byte: number, ofWord: number): boolean {
  return byte === ofWord;
}

/** @param ofWord in lower case */
function isAnyCaseOf(byte: number, ofWord: number): boolean {
  return byte === ofWord || (byte >= CAPITAL_A && byte <= CAPITAL_Z && byte + TO_LOWER === ofWord);
}
