import type { ColumnType } from '../declare/column-types.ts';
import type { FeedColumn, Measure, ServedFeed, SortKey } from '../declare/served-feed.ts';
import { periods, type FeedQuery, type OutputColumn, type Period } from './feed-query.ts';
import { splitValues, type TellFault } from './parameters.ts';

type Shape = Pick<FeedQuery, 'isGrouped' | 'outputs' | 'order'>;
type Words = ReadonlyMap<string, string>;

/** The columns of the answer and its order: rows as they are stored, or sums of groups of them. */
export function shapeOf(feed: ServedFeed, words: Words, currency: string | undefined, tell: TellFault): Shape {
  return ['group', 'measures', 'period'].some((word) => words.has(word)) ? groups(feed, words, currency, tell) : rows(feed, words, currency, tell);
}

function rows(feed: ServedFeed, words: Words, currency: string | undefined, tell: TellFault): Shape {
  const all = new Map([...feed.columns.values()].map((column) => [column.name, outputOf(column)] as const));
  const selected = namesOf('select', words, tell, (name) => feed.columns.has(name)) ?? [...all.keys()];
  const sort = sortOf(words, tell, (name) => canSort(all.get(name)?.type)) ?? feed.sort;
  const order = ordered([...sort, ...feed.key.map(upwards)], all);
  if (words.has('sort') && currency === undefined && sort.some(({ name }) => all.get(name)?.type === 'money')) tell('sort', 'currency_needed', 'Amounts are compared in one currency: ask for exactly one.');
  return { isGrouped: false, outputs: selected.flatMap((name) => all.get(name) ?? []), order };
}

function groups(feed: ServedFeed, words: Words, currency: string | undefined, tell: TellFault): Shape {
  if (words.has('select')) tell('select', 'invalid_value', 'Sums have no columns to select: name group and measures.');
  const period = periodOf(feed, words.get('period'), tell);
  const grouped = namesOf('group', words, tell, (name) => feed.group.includes(name)) ?? [];
  const measured = (namesOf('measures', words, tell, (name) => feed.measures.has(name)) ?? [...feed.measures.keys()]).flatMap((name) => feed.measures.get(name) ?? []);
  const outputs: OutputColumn[] = [
    ...(period === undefined ? [] : [period]),
    ...grouped.flatMap((name) => feed.columns.get(name) ?? []).map(outputOf),
    ...measured.map((measure) => ({ name: measure.name, type: typeOf(measure), source: { kind: 'measure', measure } as const })),
  ];
  const isOfOneCurrency = currency !== undefined || (feed.currency !== undefined && grouped.includes(feed.currency.name));
  if (!isOfOneCurrency && measured.some((measure) => typeOf(measure) === 'money')) tell('group', 'currency_needed', 'Amounts of several currencies are not added: group by the currency, or ask for exactly one.');
  const all = new Map(outputs.map((output) => [output.name, output] as const));
  const sort = sortOf(words, tell, (name) => all.has(name)) ?? [];
  const settling = outputs.filter(({ source }) => source.kind !== 'measure').map(({ name }) => upwards(name));
  if (currency === undefined && sort.some(({ name }) => all.get(name)?.type === 'money')) tell('sort', 'currency_needed', 'Amounts are compared in one currency: ask for exactly one.');
  return { isGrouped: true, outputs, order: ordered([...sort, ...settling], all) };
}

function outputOf(column: FeedColumn): OutputColumn {
  return { name: column.name, type: column.type, source: { kind: 'column', column: column.column } };
}

function typeOf({ fn, of }: Measure): ColumnType {
  return fn === 'count' || of === undefined ? 'integer' : of.type;
}

function periodOf({ date }: ServedFeed, text: string | undefined, tell: TellFault): OutputColumn | undefined {
  if (text === undefined) return undefined;
  const period = (periods as readonly string[]).includes(text) ? (text as Period) : undefined;
  if (date === undefined) tell('period', 'unknown_parameter', 'The feed has no date.');
  else if (period === undefined) tell('period', 'invalid_value', `It must be one of: ${periods.join(', ')}.`);
  else return { name: 'period', type: 'date', source: { kind: 'period', period, column: date.column, isInstant: date.type === 'instant' } };
  return undefined;
}

/** Names of a list, each once; undefined if the word is not there. */
function namesOf(word: string, words: Words, tell: TellFault, isKnown: (name: string) => boolean): readonly string[] | undefined {
  const text = words.get(word);
  if (text === undefined) return undefined;
  const names = splitValues(text) ?? [];
  if (names.length > 0 && names.every(isKnown) && new Set(names).size === names.length) return names;
  tell(word, 'invalid_value', 'It names something that the feed does not have, or something twice.');
  return [];
}

function sortOf(words: Words, tell: TellFault, isKnown: (name: string) => boolean): readonly SortKey[] | undefined {
  const plain = words.get('sort');
  if (plain === undefined) return undefined;
  const keys = plain.split(',').map((text) => ({ name: text.replace(/^-/, ''), isDescending: text.startsWith('-') }));
  if (keys.every(({ name }) => isKnown(name)) && new Set(keys.map(({ name }) => name)).size === keys.length) return keys;
  tell('sort', 'invalid_value', 'It names something that the answer cannot be sorted by, or something twice.');
  return [];
}

function canSort(type: ColumnType | undefined): boolean {
  return type !== undefined && type !== 'decimal';
}

function upwards(name: string): SortKey {
  return { name, isDescending: false };
}

/** Each column once, the first time that it is named. */
function ordered(keys: readonly SortKey[], all: ReadonlyMap<string, OutputColumn>): FeedQuery['order'] {
  const first = new Map(keys.toReversed().map((key) => [key.name, key] as const));
  return keys.filter((key) => first.get(key.name) === key).flatMap(({ name, isDescending }) => {
    const output = all.get(name);
    return output === undefined ? [] : [{ output, isDescending }];
  });
}
