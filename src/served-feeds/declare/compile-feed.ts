import { sha256Hex } from '../../core/hash.ts';
import { didYouMean } from '../../core/text/nearest.ts';
import type { Catalog, CatalogTable } from './catalog.ts';
import { canMeasure, operatorsOf, type ColumnType } from './column-types.ts';
import { nameFault, type FeedSpec } from './schema.ts';
import type { FeedColumn, Measure, ServedFeed } from './served-feed.ts';

/** Tells what is wrong at a place of a feed. */
type Tell = (at: readonly PropertyKey[], message: string) => void;

/**
 * A feed of its declaration; undefined if something is wrong with it.
 * @param tell gets every fault, with its place in the declaration
 */
export function compileFeed(name: string, spec: FeedSpec, catalog: Catalog, tell: Tell): ServedFeed | undefined {
  let faults = 0;
  const fault: Tell = (at, message) => {
    faults++;
    tell(at, message);
  };
  const table = Object.hasOwn(catalog, spec.table) ? catalog[spec.table] : undefined;
  if (table === undefined) {
    fault(['table'], `is no table that can be served. ${didYouMean(spec.table, Object.keys(catalog))}There are: ${Object.keys(catalog).join(', ')}`);
    return undefined;
  }
  const columns = columnsOf(spec, table, fault);
  const known = (column: string, at: readonly PropertyKey[]): FeedColumn | undefined => {
    const found = columns.get(column);
    if (found === undefined) fault(at, `names "${column}", which is no column of the feed. ${didYouMean(column, columns.keys())}`.trim());
    return found;
  };
  const ofType = (column: string | undefined, at: readonly PropertyKey[], types: readonly ColumnType[]): FeedColumn | undefined => {
    const found = column === undefined ? undefined : known(column, at);
    if (found === undefined || types.includes(found.type)) return found;
    fault(at, `names a column of the type ${found.type}, and needs one of: ${types.join(', ')}`);
    return undefined;
  };
  const [date, currency] = [ofType(spec.date, ['date'], ['date', 'instant']), ofType(spec.currency, ['currency'], ['text'])];
  if (spec.currency === undefined && [...columns.values()].some(({ type }) => type === 'money')) fault(['columns'], 'has amounts: say by currency: which column has their currency');
  for (const [index, each] of spec.filters.entries()) {
    const found = known(each, ['filters', index]);
    if (found !== undefined && operatorsOf(found.type).length === 0) fault(['filters', index], `names a column of the type ${found.type}, by which nothing can be filtered`);
  }
  for (const [index, each] of spec.group.entries()) ofType(each, ['group', index], ['text', 'boolean', 'date', 'integer']);
  for (const [index, each] of spec.sort.entries()) ofType(each.replace(/^-/, ''), ['sort', index], ['text', 'integer', 'boolean', 'money', 'date', 'instant']);
  const measures = measuresOf(spec, known, fault);
  const key = keyOf(spec, table, known, fault);
  if (faults > 0) return undefined;
  return {
    ...{ name, table: spec.table, columns, filters: new Set(spec.filters), date, currency, group: spec.group, measures, key, maxRows: spec.max_rows },
    sort: spec.sort.map((each) => ({ name: each.replace(/^-/, ''), isDescending: each.startsWith('-') })),
    version: sha256Hex(JSON.stringify(spec)),
  };
}

function columnsOf({ columns, hashes }: FeedSpec, table: CatalogTable, fault: Tell): Map<string, FeedColumn> {
  const pairs = Array.isArray(columns) ? columns.map((each, index) => [each, each, index] as const) : Object.entries(columns).map(([name, column]) => [name, column, name] as const);
  const found = new Map<string, FeedColumn>();
  for (const [name, column, place] of pairs) {
    const type = Object.hasOwn(table.columns, column) ? table.columns[column] : undefined;
    const wrong = nameFault(name);
    if (wrong !== undefined) fault(['columns', place], wrong);
    else if (type === undefined) fault(['columns', place], `names "${column}", which is no column of the table that may leave hub. ${didYouMean(column, Object.keys(table.columns))}There are: ${Object.keys(table.columns).join(', ')}`);
    else if (table.hashes.includes(column) && !hashes) fault(['columns', place], 'is a hash that tells persons apart: it leaves only with hashes: true');
    else if (found.has(name)) fault(['columns', place], 'stands twice');
    else found.set(name, { name, column, type });
  }
  return found;
}

function measuresOf(spec: FeedSpec, known: (column: string, at: readonly PropertyKey[]) => FeedColumn | undefined, fault: Tell): Map<string, Measure> {
  const found = new Map<string, Measure>();
  for (const [name, measure] of Object.entries(spec.measures)) {
    const at = ['measures', name];
    if (spec.group.includes(name) || name === 'period') fault(at, 'is also what groups are made by: take another name');
    if (measure.fn === 'count') {
      found.set(name, { name, fn: 'count', of: undefined });
      continue;
    }
    const of = known(measure.of, [...at, 'of']);
    if (of !== undefined && !canMeasure(measure.fn, of.type)) fault([...at, 'of'], `names a column of the type ${of.type}, of which there is no ${measure.fn}`);
    else if (of !== undefined) found.set(name, { name, fn: measure.fn, of });
  }
  return found;
}

/** What settles the order of rows that are equal otherwise: without it a page could leave rows out. */
function keyOf(spec: FeedSpec, table: CatalogTable, known: (column: string, at: readonly PropertyKey[]) => FeedColumn | undefined, fault: Tell): readonly string[] {
  const names = typeof spec.key === 'string' ? [spec.key] : spec.key;
  const columns = names.flatMap((name) => known(name, ['key']) ?? []);
  if (columns.length === names.length && !table.unique.some((set) => set.every((column) => columns.some((each) => each.column === column)))) {
    fault(['key'], `does not tell rows apart: it must have ${table.unique.map((set) => set.join(', ')).join(', or ')}`);
  }
  return names;
}
