const DIGITS = /\d+/g;
const WIDTH = 20;

/**
 * A document number as a text that sorts the way people count: INV-9 before INV-10. Where numbers are padded with zeros
 * this is the order of their texts.
 */
export function sortableNumber(number: string | null): string {
  return number === null ? '' : number.replace(DIGITS, (digits) => digits.padStart(WIDTH, '0'));
}
