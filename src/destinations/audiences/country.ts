/** The languages in which brand teams and customers write the names of countries. */
const LANGUAGES = ['en', 'de', 'fr', 'nl', 'es', 'it'];
/** What Unicode has for a region but is no country that anybody lives in. */
const NO_COUNTRY = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ']);

let codesByName: ReadonlyMap<string, string> | undefined;

/** The ISO 3166 code (upper case, two letters) of a country as a contact has it: `AT`, `at`, `Austria`, `Österreich`. */
export function countryCode(text: string | null): string | undefined {
  return text === null ? undefined : codes().get(plain(text));
}

/** Every spelling of a country that countryCode takes for this code, in the cases in which people write it. */
export function spellingsOf(code: string): string[] {
  const names = LANGUAGES.map((language) => nameOf(language, code));
  const folded = [...codes()].flatMap(([name, of]) => (of === code ? [name, name.toUpperCase()] : []));
  return [...new Set([...names, ...folded])];
}

function codes(): ReadonlyMap<string, string> {
  return (codesByName ??= allCodes());
}

function allCodes(): Map<string, string> {
  const found = new Map<string, string>();
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
  for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
    // A region that Unicode does not know has its code for a name. An old code, or UK, leads to the one in use.
    const current = Intl.getCanonicalLocales(`und-${code}`)[0]?.slice('und-'.length) ?? code;
    if (nameOf('en', code) === code || NO_COUNTRY.has(current) || current.length !== 2) continue;
    found.set(plain(code), current);
    for (const language of LANGUAGES) found.set(plain(nameOf(language, current)), current);
  }
  return found;
}

const displayNames = new Map<string, Intl.DisplayNames>();

function nameOf(language: string, code: string): string {
  let names = displayNames.get(language);
  if (names === undefined) {
    names = new Intl.DisplayNames(language, { type: 'region' });
    displayNames.set(language, names);
  }
  return names.of(code) ?? code;
}

function plain(text: string): string {
  return text.trim().toLowerCase();
}
