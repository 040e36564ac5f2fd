import { COUNTRIES_DATE } from './iso/country-names.ts';
import { CURRENCIES_DATE } from './iso/currencies.ts';
import { checksum } from './hash.ts';

/**
 * The version of a stage: what a run was decided with besides the rows, and the tables that every stage reads. A stage whose
 * mark has another version decides everybody anew.
 * @param parts of the stage itself: the program, its rules, what the configuration decides
 */
export function stageVersion(...parts: readonly string[]): string {
  return checksum([...parts, `ISO 4217 of ${CURRENCIES_DATE}`, `countries of ${COUNTRIES_DATE}`].join(' '));
}
