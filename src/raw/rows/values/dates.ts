import { areDigits, copy, NOT_USUAL, twoDigits } from './bytes.ts';

const [DATE_LENGTH, ZULU_LENGTH, OFFSET_LENGTH, INSTANT_LENGTH] = [10, 20, 25, 26];
const MOST_OFFSET_HOURS = 12;
const [SPACE, PLUS, MINUS, POINT, DIGIT_0, COLON, T, Z] = [0x20, 0x2b, 0x2d, 0x2e, 0x30, 0x3a, 0x54, 0x5a];
const [NO_FRACTION, WHOLE_HOUR] = [Buffer.from('.000000'), Buffer.from(':00')];

/** `2018-12-06` */
export function scanDate(input: Buffer, start: number, end: number, output: Buffer, at: number): number {
  return end - start === DATE_LENGTH && isDate(input, start) ? copy(input, start, end, output, at) : NOT_USUAL;
}

/** `2018-12-06 12:07:17.000000`, `2018-12-06T12:07:17Z`, and `2018-12-06T13:07:17+01:00` where that is the same day in UTC. */
export function scanInstant(input: Buffer, start: number, end: number, output: Buffer, at: number): number {
  const length = end - start;
  if (length < ZULU_LENGTH || length > INSTANT_LENGTH || !isDate(input, start) || !isTime(input, start + 11)) return NOT_USUAL;
  if (length === INSTANT_LENGTH) {
    const isCanonical = input[start + 10] === SPACE && input[start + 19] === POINT && areDigits(input, start + 20, end);
    return isCanonical ? copy(input, start, end, output, at) : NOT_USUAL;
  }
  if (input[start + 10] !== T) return NOT_USUAL;
  const hour = twoDigits(input, start + 11);
  if (length === ZULU_LENGTH) return input[start + 19] === Z ? writeSecond(input, start, hour, output, at) : NOT_USUAL;
  const offset = length === OFFSET_LENGTH ? wholeHours(input, start + 19) : undefined;
  return offset === undefined || hour < offset || hour - offset > 23 ? NOT_USUAL : writeSecond(input, start, hour - offset, output, at);
}

/** An instant of the day and hour, and of the minute and second that stand there. */
function writeSecond(input: Buffer, start: number, hour: number, output: Buffer, at: number): number {
  const day = copy(input, start, start + 10, output, at);
  output[day] = SPACE;
  output[day + 1] = DIGIT_0 + Math.trunc(hour / 10);
  output[day + 2] = DIGIT_0 + (hour % 10);
  return copy(NO_FRACTION, 0, NO_FRACTION.length, output, copy(input, start + 13, start + 19, output, day + 3));
}

/** The hours of `+01:00`; undefined if it is no such offset. */
function wholeHours(input: Buffer, at: number): number | undefined {
  const sign = input[at] === PLUS ? 1 : input[at] === MINUS ? -1 : 0;
  if (sign === 0 || !areDigits(input, at + 1, at + 3) || !isAt(input, at + 3, WHOLE_HOUR)) return undefined;
  const hours = twoDigits(input, at + 1);
  return hours > MOST_OFFSET_HOURS ? undefined : sign * hours;
}

function isAt(input: Buffer, at: number, bytes: Buffer): boolean {
  for (let index = 0; index < bytes.length; index++) if (input[at + index] !== bytes[index]) return false;
  return true;
}

/** True for a day that every calendar has; 29 February is for the parser. */
function isDate(input: Buffer, at: number): boolean {
  if (input[at + 4] !== MINUS || input[at + 7] !== MINUS) return false;
  if (input[at] === DIGIT_0 || !areDigits(input, at, at + 4) || !areDigits(input, at + 5, at + 7) || !areDigits(input, at + 8, at + 10)) return false;
  const month = twoDigits(input, at + 5);
  const day = twoDigits(input, at + 8);
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= 28 || (month !== 2 && (day <= 30 || (day === 31 && month !== 4 && month !== 6 && month !== 9 && month !== 11)));
}

/** `hh:mm:ss` */
function isTime(input: Buffer, at: number): boolean {
  if (input[at + 2] !== COLON || input[at + 5] !== COLON) return false;
  if (!areDigits(input, at, at + 2) || !areDigits(input, at + 3, at + 5) || !areDigits(input, at + 6, at + 8)) return false;
  return twoDigits(input, at) < 24 && twoDigits(input, at + 3) < 60 && twoDigits(input, at + 6) < 60;
}
