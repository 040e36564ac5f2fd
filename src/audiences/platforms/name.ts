const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Titles that are nobody's name. */
const TITLES = words(
  'mr mrs ms miss mx dr med prof rev herr herrn frau fräulein hr monsieur madame mademoiselle mme mlle sr sra srta señor señora señorita dott dottssa sig sigra signor signora mevr meneer mevrouw dhr drs',
);
/** Titles before a name that are names too. */
const TITLES_BEFORE = words('sir hon mag ing ir dipl dipl-ing don doña avv');
/** Behind a last name. */
const SUFFIXES = words('jr sr junior senior ii iii iv phd md esq dds mba bsc msc llm');

/** A first name as Google hashes it: lower case, without titles (`Mrs. Ann` is `ann`); empty if nothing else is there. */
export function firstNameOf(text: string | null): string {
  const parts = partsOf(text);
  while (parts.length > 0 && isTitle(parts)) parts.shift();
  return parts.join(' ');
}

/** A last name, without titles before it and suffixes behind it: `Miller Jr.` is `miller`. */
export function lastNameOf(text: string | null): string {
  const parts = partsOf(firstNameOf(text));
  while (parts.length > 1 && SUFFIXES.has(bare(parts.at(-1) ?? ''))) parts.pop();
  return parts.join(' ').replace(/,$/, '');
}

function isTitle(parts: readonly string[]): boolean {
  const word = bare(parts[0] ?? '');
  return TITLES.has(word) || (parts.length > 1 && TITLES_BEFORE.has(word));
}

function partsOf(text: string | null): string[] {
  return (text ?? '').trim().toLowerCase().split(/\s+/).filter((part) => part !== '');
}

/** Without full stops and commas: `Ph.D.`, `Jr.,`. */
function bare(word: string): string {
  return word.replace(/[.,]/g, '');
}
