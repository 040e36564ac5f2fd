import { scrub } from '../../core/text/scrub.ts';

/** Words of letters, digits and the signs that exporters use: `Coupon Code`, `Account.CrmId__c`, `AmountWithTax-2`. */
const HEADER = /^[\p{L}_][\p{L}\p{N}_.:/-]*( [\p{L}\p{N}_.:/-]+){0,3}$/u;
/** A piece of an id, of a date or of a number of a card or a telephone. */
const VALUE = /[0-9a-f]{16}|\d{5}|\d-\d/i;
const MOST_CHARACTERS = 64;
const NAMELESS = '(no name)';

/** Headers as reports may show them. */
export interface ShownHeaders {
  readonly shown: readonly string[];
  /** How many are not shown. */
  readonly hidden: number;
}

/** True if a text can be the name of a column, and not a value that stands where a header should. */
export function looksLikeHeader(name: string): boolean {
  return name.length <= MOST_CHARACTERS && HEADER.test(name) && !VALUE.test(name) && scrub(name) === name;
}

/**
 * Those of the unknown headers of a part that may be shown: all of them, or none if one does not look like a header. A first
 * line that is a row, or that a lost line break joined with one, holds names and addresses of persons among its "headers",
 * and reports, history and run records are no place for them: an erasure does not reach there.
 */
export function shownHeaders(names: readonly string[]): ShownHeaders {
  const named = names.filter((name) => name.trim() !== '');
  if (!named.every(looksLikeHeader)) return { shown: [], hidden: names.length };
  return { shown: named.length < names.length ? [...named, NAMELESS] : named, hidden: 0 };
}
