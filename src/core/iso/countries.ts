import { COUNTRY_NAMES } from './country-names.ts';
import { fold } from '../text/text.ts';

/** Codes that ISO 3166-1 reserves or has withdrawn, and the one in use; those whose country fell apart lead to none. */
const OTHER_CODES: Readonly<Record<string, string>> = {
  UK: 'GB', EL: 'GR', IC: 'ES', EA: 'ES', AC: 'SH', TA: 'SH', FX: 'FR', DD: 'DE', BU: 'MM', TP: 'TL', ZR: 'CD', YD: 'YE',
};
const CODE = /^[A-Za-z]{2,3}$/;
const UMLAUTS: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue' };

interface Countries {
  readonly byCode: ReadonlyMap<string, string>;
  readonly byName: ReadonlyMap<string, string>;
}

let countries: Countries | undefined;

/**
 * The ISO 3166-1 code (upper case, two letters) of a country as exports have it: `AT`, `aut`, ` Austria`, `Österreich`,
 * `OESTERREICH`; case, accents, punctuation and a leading article do not matter. Undefined for what is no country.
 */
export function countryCode(text: string | null): string | undefined {
  if (text === null) return undefined;
  countries ??= readCountries();
  const inner = text.trim();
  // "N/A" and "N.A." are not Namibia: a code is its letters and nothing else.
  const ofCode = CODE.test(inner) ? countries.byCode.get(inner.toUpperCase()) : undefined;
  return ofCode ?? countries.byName.get(wordsOf(inner));
}

function readCountries(): Countries {
  const byCode = new Map(Object.entries(OTHER_CODES));
  const byName = new Map<string, string>();
  for (const line of COUNTRY_NAMES.trim().split('\n')) {
    const [alpha2, alpha3] = [line.slice(0, 2), line.slice(3, 6)];
    byCode.set(alpha2, alpha2).set(alpha3, alpha2);
    for (const name of line.slice(7).split('|')) {
      byName.set(wordsOf(name), alpha2);
      byName.set(wordsOf(name.toLowerCase().replace(/[äöü]/g, (letter) => UMLAUTS[letter] ?? letter)), alpha2);
    }
  }
  return { byCode, byName };
}

/** A name without case, accents, punctuation and article. */
function wordsOf(name: string): string {
  const words = fold(name).replaceAll('&', ' and ').replace(/[^\p{L}]+/gu, ' ').trim();
  return words.replace(/^(?:the|die|la) | the$/g, '').replaceAll(' ', '');
}
