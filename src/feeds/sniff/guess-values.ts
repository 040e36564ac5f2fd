import { compileDatePattern } from '../format/date-pattern.ts';
import type { ValueForm } from '../format/feed-format.ts';

/** How values seem to be written, and what cannot be told. */
export interface GuessedValues {
  readonly form: ValueForm;
  readonly open: readonly string[];
}

const DAYS = ['dd.MM.yyyy', 'd.M.yyyy', 'yyyy/MM/dd', 'dd-MMM-yyyy', 'd MMM yyyy', 'MMM d, yyyy', 'MM/dd/yyyy', 'dd/MM/yyyy', 'M/d/yyyy', 'd/M/yyyy', 'MM-dd-yyyy', 'dd-MM-yyyy'];
const TIMES = ['', ' HH:mm', ' HH:mm:ss', ' h:mm a', ' hh:mm:ss a', ', HH:mm'];
const PATTERNS = [...DAYS.flatMap((day) => TIMES.map((time) => `${day}${time}`)), 'yyyy-MM-dd HH:mm:ss zzz', 'yyyy-MM-dd HH:mm zzz'].flatMap((pattern) => {
  const compiled = compileDatePattern(pattern);
  return typeof compiled === 'string' ? [] : [compiled];
});
/** Of two patterns that read the same texts as other days. */
const SWAPPED: Readonly<Record<string, string>> = { MM: 'dd', dd: 'MM', M: 'd', d: 'M' };

const POINT = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$|^[+-]?\d*\.\d+$/;
const COMMA = /^[+-]?\d{1,3}(?:[. '’\u00a0\u202f]\d{3})+(?:,\d+)?$|^[+-]?\d+,\d+$/;
const GROUPS: readonly (readonly [RegExp, NonNullable<ValueForm['thousands']>])[] = [[/\d\.\d{3}(?:\D|$)/, '.'], [/\d[ \u00a0\u202f]\d{3}(?:\D|$)/, ' '], [/\d['’]\d{3}(?:\D|$)/, "'"]];
const NULLS = ['NULL', 'null', '\\N', 'N/A', 'n/a', '#N/A', 'None', 'nil', '-'];
const EPOCH = [[/^1\d{9}$/, 'seconds'], [/^1\d{12}$/, 'milliseconds']] as const;

/** @param columns the values of each column, empty ones left out */
export function guessValues(columns: readonly (readonly string[])[]): GuessedValues {
  const filled = columns.map((values) => values.filter((value) => !NULLS.includes(value))).filter((values) => values.length > 0);
  const words = NULLS.filter((word) => columns.some((values) => values.includes(word) && values.some((value) => !NULLS.includes(value) && likeStrict(value))));
  const { dates, open } = guessDates(filled);
  return { form: { ...guessNumbers(filled), ...(dates.length > 0 ? { dates } : {}), ...guessEpoch(filled), ...(words.length > 0 ? { nulls: words } : {}) }, open };
}

/** A word for nothing shows among numbers and dates: among texts it may be one. */
function likeStrict(value: string): boolean {
  return /^[+-]?[\d.,' ]+$/.test(value) || /^\d{4}-\d\d-\d\d/.test(value) || PATTERNS.some((pattern) => pattern.read(value) !== undefined);
}

function guessNumbers(columns: readonly (readonly string[])[]): ValueForm {
  const numeric = columns.filter((values) => values.every((value) => POINT.test(value) || COMMA.test(value) || /^[+-]?\d+$/.test(value)));
  const all = numeric.flat();
  // 1.234 is either; what has both signs, or another number of places, decides.
  const points = numeric.filter((values) => values.every((value) => !/,\d{1,2}$|,\d{4,}$/.test(value)) && values.some((value) => /\.\d{1,2}$|\.\d{4,}$|,\d{3}\./.test(value))).length;
  const commas = numeric.filter((values) => values.every((value) => !/\.\d{1,2}$|\.\d{4,}$/.test(value)) && values.some((value) => /,\d{1,2}$|,\d{4,}$|\.\d{3},/.test(value))).length;
  if (commas > points) {
    const group = GROUPS.find(([pattern]) => all.some((value) => pattern.test(value)))?.[1];
    return { decimal: 'comma', ...(group === undefined ? {} : { thousands: group }) };
  }
  return points > 0 && all.some((value) => /\d,\d{3}(?:\D|$)/.test(value)) ? { thousands: ',' } : {};
}

function guessEpoch(columns: readonly (readonly string[])[]): ValueForm {
  for (const [pattern, epoch] of EPOCH) {
    if (columns.filter((values) => values.every((value) => pattern.test(value))).length >= 1) return { epoch };
  }
  return {};
}

function guessDates(columns: readonly (readonly string[])[]): { readonly dates: string[]; readonly open: string[] } {
  const fits = columns.map((values) => PATTERNS.filter((pattern) => pattern.read(values[0] ?? '') !== undefined && values.every((value) => pattern.read(value) !== undefined)).map(({ pattern }) => pattern));
  const sure = new Set(fits.filter((patterns) => patterns.length > 0 && !patterns.some((pattern) => patterns.includes(swapped(pattern)) && swapped(pattern) !== pattern)).map(([first = '']) => first));
  const open: string[] = [];
  for (const patterns of fits) {
    const [first] = patterns;
    if (first === undefined || patterns.some((pattern) => sure.has(pattern))) continue;
    // The day before the month, or behind it: another column of the file may show which.
    const order = patterns.find((pattern) => [...sure].some((other) => orderOf(other) === orderOf(pattern)));
    if (order !== undefined) sure.add(order);
    else open.push(`dates such as 03/04/2026 are read as ${first} or as ${swapped(first)}: name one of them in dates`);
  }
  return { dates: [...sure], open: [...new Set(open)] };
}

function swapped(pattern: string): string {
  if (!/^[MdD]/.test(pattern) || pattern.includes('MMM')) return pattern;
  return pattern.replace(/^(MM|dd|M|d)([-/.])(MM|dd|M|d)/, (_, first: string, sign: string, second: string) => `${SWAPPED[first] ?? first}${sign}${SWAPPED[second] ?? second}`);
}

function orderOf(pattern: string): string {
  return /^[Md]/.exec(pattern)?.[0] ?? pattern;
}
