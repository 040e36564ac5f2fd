import type { Dialect, Fragment } from '../../db/dialect.ts';
import type { ServedFeed } from '../declare/served-feed.ts';
import type { FeedQuery, Filter, OutputColumn, StoredValue } from '../query/feed-query.ts';
import { periodSql } from './period-sql.ts';

/** A statement and what each of its columns is. */
export interface FeedStatement extends Fragment {
  readonly columns: readonly OutputColumn[];
}

type Kit = Pick<Dialect, 'name' | 'quote'>;

const NOTHING: Fragment = { sql: '0 = 1', values: [] };

/**
 * The statement of a query. It is made of names of the code alone; whatever was sent is bound.
 * @param brands those that may be read; null: all
 * @param rows at most so many; undefined: all
 */
export function statementOf(dialect: Kit, feed: ServedFeed, query: FeedQuery, { brands, rows }: { readonly brands: readonly string[] | null; readonly rows: number | undefined }): FeedStatement {
  const columns = query.isGrouped ? query.outputs : readColumns(feed, query);
  const { sql, values, order } = query.isGrouped ? groupedRows(dialect, feed, query, brands, columns) : storedRows(dialect, feed, query, brands, columns);
  const limit = rows === undefined ? '' : ` limit ${String(rows)}`;
  return { sql: `${sql}${order === '' ? '' : ` order by ${order}`}${limit}`, values, columns };
}

/** How many rows a query has, whatever its page. */
export function countStatement(dialect: Kit, feed: ServedFeed, query: FeedQuery, brands: readonly string[] | null): Fragment {
  const whole = { ...query, after: undefined };
  if (query.isGrouped) {
    const { sql, values } = groupedRows(dialect, feed, whole, brands, query.outputs);
    return { sql: `select count(*) from (${sql}) ${dialect.quote('counted')}`, values };
  }
  const where = all([brandFilter(dialect, brands), ...query.filters.map((filter) => filterSql(dialect, filter))]);
  return { sql: `select count(*) from ${dialect.quote(feed.table)}${where.sql}`, values: where.values };
}

/** What is shown, what it is sorted by, and the currency that amounts are shown in. */
function readColumns(feed: ServedFeed, { outputs, order }: FeedQuery): readonly OutputColumn[] {
  const more: OutputColumn[] = order.map(({ output }) => output);
  if (feed.currency !== undefined) more.push({ name: feed.currency.name, type: 'text', source: { kind: 'column', column: feed.currency.column } });
  const extra = new Map(more.filter(({ name }) => !outputs.some((each) => each.name === name)).map((output) => [output.name, output]));
  return [...outputs, ...extra.values()];
}

interface Part extends Fragment {
  readonly order: string;
}

function storedRows(dialect: Kit, feed: ServedFeed, query: FeedQuery, brands: readonly string[] | null, columns: readonly OutputColumn[]): Part {
  const name = (output: OutputColumn): string => expressionOf(dialect, output);
  const where = all([brandFilter(dialect, brands), ...query.filters.map((filter) => filterSql(dialect, filter)), afterSql(dialect, query, name)]);
  return {
    sql: `select ${columns.map(name).join(', ')} from ${dialect.quote(feed.table)}${where.sql}`,
    values: where.values,
    order: orderSql(query, name),
  };
}

function groupedRows(dialect: Kit, feed: ServedFeed, query: FeedQuery, brands: readonly string[] | null, columns: readonly OutputColumn[]): Part {
  const where = all([brandFilter(dialect, brands), ...query.filters.map((filter) => filterSql(dialect, filter))]);
  const groups = columns.filter(({ source }) => source.kind !== 'measure').map((output) => expressionOf(dialect, output));
  const named = columns.map((output) => `${expressionOf(dialect, output)} as ${dialect.quote(output.name)}`).join(', ');
  const inner = `select ${named} from ${dialect.quote(feed.table)}${where.sql}${groups.length === 0 ? '' : ` group by ${groups.join(', ')}`}`;
  const name = (output: OutputColumn): string => dialect.quote(output.name);
  const after = all([afterSql(dialect, query, name)]);
  return {
    sql: `select ${columns.map(name).join(', ')} from (${inner}) ${dialect.quote('sums')}${after.sql}`,
    values: [...where.values, ...after.values],
    order: orderSql(query, name),
  };
}

function expressionOf(dialect: Kit, { source }: OutputColumn): string {
  if (source.kind === 'column') return dialect.quote(source.column);
  if (source.kind === 'period') return periodSql(dialect, source.period, dialect.quote(source.column));
  const { fn, of } = source.measure;
  return of === undefined ? 'count(*)' : `${fn}(${dialect.quote(of.column)})`;
}

function orderSql({ order }: FeedQuery, name: (output: OutputColumn) => string): string {
  return order.map(({ output, isDescending }) => `${name(output)}${isDescending ? ' desc' : ''}`).join(', ');
}

function brandFilter(dialect: Kit, brands: readonly string[] | null): Fragment | undefined {
  if (brands === null) return undefined;
  return brands.length === 0 ? NOTHING : { sql: `${dialect.quote('brand')} in (${marks(brands)})`, values: brands };
}

const COMPARISONS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function filterSql(dialect: Kit, { column: { column, type }, operator, values, isNull }: Filter): Fragment {
  const name = dialect.quote(column);
  if (operator === 'null') return { sql: `${name} is ${isNull === true ? '' : 'not '}null`, values: [] };
  const [first = ''] = values;
  if (operator === 'starts') return { sql: `substr(${bytes(dialect, name)}, 1, ${Buffer.byteLength(String(first))}) = ${bytes(dialect, '?')}`, values: [first] };
  if (operator !== '' && operator !== 'not') return comparedSql(dialect, name, COMPARISONS[operator], first);
  const isIn = inSql(dialect, name, type === 'text', values);
  return operator === '' ? isIn : { sql: `(${name} is null or not (${isIn.sql}))`, values: isIn.values };
}

/** Servers take no notice of blanks at the end of texts, unless they compare bytes; by the text itself they find it in an index. */
function inSql(dialect: Kit, name: string, isText: boolean, values: Filter['values']): Fragment {
  const plain: Fragment = { sql: `${name} in (${marks(values)})`, values };
  if (!isText || dialect.name === 'sqlite') return plain;
  if (values.some(isForeign)) return { sql: `${bytes(dialect, name)} in (${values.map(() => bytes(dialect, '?')).join(', ')})`, values };
  return { sql: `${plain.sql} and ${bytes(dialect, name)} in (${values.map(() => bytes(dialect, '?')).join(', ')})`, values: [...values, ...values] };
}

/** A comparison; a server refuses to compare identifiers, which are ASCII, with other letters, unless it compares bytes. */
function comparedSql(dialect: Kit, name: string, operator: string, value: string | number): Fragment {
  const isPlain = dialect.name === 'sqlite' || !isForeign(value);
  return { sql: isPlain ? `${name} ${operator} ?` : `${bytes(dialect, name)} ${operator} ${bytes(dialect, '?')}`, values: [value] };
}

function isForeign(value: string | number): boolean {
  return typeof value === 'string' && /[^\0-\x7f]/.test(value);
}

function bytes({ name }: Kit, expression: string): string {
  return `cast(${expression} as ${name === 'sqlite' ? 'blob' : 'binary'})`;
}

/** Rows behind the last one of the page before. What has no value comes first upwards and last downwards, as both databases sort. */
function afterSql(dialect: Kit, { order, after }: FeedQuery, name: (output: OutputColumn) => string): Fragment | undefined {
  if (after === undefined) return undefined;
  const ways = order.map(({ output, isDescending }, place) => {
    const equal = order.slice(0, place).map((each, index) => equalSql(dialect, name(each.output), after[index] ?? null));
    return joined([...equal, laterSql(dialect, name(output), after[place] ?? null, isDescending)], ' and ');
  });
  return ways.length === 0 ? NOTHING : joined(ways, ' or ');
}

function equalSql(dialect: Kit, name: string, value: StoredValue): Fragment {
  return value === null ? { sql: `${name} is null`, values: [] } : comparedSql(dialect, name, '=', value);
}

function laterSql(dialect: Kit, name: string, value: StoredValue, isDescending: boolean): Fragment {
  if (value === null) return isDescending ? NOTHING : { sql: `${name} is not null`, values: [] };
  if (!isDescending) return comparedSql(dialect, name, '>', value);
  const { sql, values } = comparedSql(dialect, name, '<', value);
  return { sql: `(${sql} or ${name} is null)`, values };
}

function all(parts: readonly (Fragment | undefined)[]): Fragment {
  const given = parts.filter((part) => part !== undefined);
  if (given.length === 0) return { sql: '', values: [] };
  const { sql, values } = joined(given.map((part) => ({ ...part, sql: `(${part.sql})` })), ' and ');
  return { sql: ` where ${sql}`, values };
}

function joined(parts: readonly Fragment[], word: string): Fragment {
  return { sql: parts.map(({ sql }) => (word === ' or ' ? `(${sql})` : sql)).join(word), values: parts.flatMap(({ values }) => values) };
}

function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
