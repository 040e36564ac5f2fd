import { sha256Hex } from '../../core/hash.ts';
import { compareText } from '../../core/compare.ts';
import { operators, operatorsOf, type Operator } from '../declare/column-types.ts';
import { queryWords } from '../declare/schema.ts';
import type { FeedColumn, ServedFeed } from '../declare/served-feed.ts';
import { decodeCursor } from './cursor.ts';
import type { FeedQuery, Filter } from './feed-query.ts';
import { splitValues, type Parameter, type QueryFault, type TellFault } from './parameters.ts';
import { shapeOf } from './shape.ts';
import { formOf, parseValue } from './values.ts';

/** How many rows an answer may have and has if nobody says. */
export interface PageBounds {
  readonly most: number;
  /** Undefined: all. */
  readonly usual: number | undefined;
  /** Whether pages follow each other by a cursor. */
  readonly hasCursor: boolean;
}

/** A query, or everything that is wrong with it. */
export type ParsedQuery = { readonly query: FeedQuery } | { readonly faults: readonly QueryFault[] };

const FINGERPRINT_LENGTH = 16;
const MOST_VALUES = 500;
/** What changes nothing of which rows there are, in which order. */
const UNBOUND: readonly string[] = ['cursor', 'limit', 'key', 'bom', 'delimiter', 'decimal'];

/**
 * Checks the parameters of a query against a feed (serve specification, "Feeds").
 * @param parameters each once
 */
export function parseQuery(feed: ServedFeed, parameters: readonly Parameter[], bounds: PageBounds): ParsedQuery {
  const faults: QueryFault[] = [];
  const tell: TellFault = (parameter, code, detail) => void faults.push({ parameter, code, detail });
  const words = new Map(parameters.flatMap(({ name, value }) => ((queryWords as readonly string[]).includes(name) ? [[name, value] as const] : [])));
  const wanted = parameters.flatMap((parameter) => (words.has(parameter.name) ? [] : (filterOf(feed, parameter, tell) ?? [])));
  const currency = singleCurrency(feed, wanted);
  const filters = wanted.flatMap((filter) => boundFilter(filter, currency, tell) ?? []);
  const { isGrouped, outputs, order } = shapeOf(feed, words, currency, tell);
  const limit = limitOf(words.get('limit'), bounds, tell);
  const fingerprint = fingerprintOf(feed, parameters);
  const cursor = words.get('cursor');
  if (cursor !== undefined && !bounds.hasCursor) tell('cursor', 'unknown_parameter', 'Pages are of JSON.');
  const after = cursor === undefined ? undefined : decodeCursor(cursor, fingerprint, order.length);
  if (cursor !== undefined && after === undefined) tell('cursor', 'invalid_value', 'It is no cursor of this feed and query: begin without one.');
  return faults.length > 0 ? { faults } : { query: { filters, isGrouped, outputs, order, currency, limit, after, fingerprint } };
}

/** A filter whose values are still texts. */
interface WantedFilter {
  readonly parameter: string;
  readonly column: FeedColumn;
  readonly operator: Operator;
  readonly texts: readonly string[];
}

function filterOf(feed: ServedFeed, { name, value }: Parameter, tell: TellFault): WantedFilter | undefined {
  const [columnName = '', operatorName = '', ...rest] = name.split('.');
  const column = feed.columns.get(columnName);
  const operator = operators.find((each) => each === operatorName && (each !== '' || !name.includes('.')));
  if (column === undefined || operator === undefined || rest.length > 0) {
    tell(name, 'unknown_parameter', 'It is neither a column of the feed, with an operator that there is, nor a word of queries.');
    return undefined;
  }
  if (!feed.filters.has(columnName)) {
    tell(name, 'filter_not_allowed', `The feed is filtered by: ${[...feed.filters].join(', ') || 'nothing'}.`);
    return undefined;
  }
  if (!operatorsOf(column.type).includes(operator)) {
    tell(name, 'unknown_parameter', `A column of the type ${column.type} has no such operator.`);
    return undefined;
  }
  const texts = splitValues(value);
  const isList = operator === '' || operator === 'not';
  if (texts === undefined || texts.length > (isList ? MOST_VALUES : 1)) {
    tell(name, 'invalid_value', texts === undefined ? 'Nothing stands behind the last backslash.' : isList ? `These are more than ${MOST_VALUES} values.` : 'It takes one value; a comma within it has a backslash before it.');
    return undefined;
  }
  return { parameter: name, column, operator, texts };
}

/** The one currency that is asked for. */
function singleCurrency(feed: ServedFeed, filters: readonly WantedFilter[]): string | undefined {
  const filter = filters.find(({ column, operator }) => column === feed.currency && operator === '');
  return filter?.texts.length === 1 ? filter.texts[0] : undefined;
}

function boundFilter({ parameter, column, operator, texts }: WantedFilter, currency: string | undefined, tell: TellFault): Filter | undefined {
  if (operator === 'null') {
    if (texts[0] === 'true' || texts[0] === 'false') return { column, operator, values: [], isNull: texts[0] === 'true' };
    tell(parameter, 'invalid_value', 'It must be true or false.');
    return undefined;
  }
  if (column.type === 'money' && currency === undefined) {
    tell(parameter, 'currency_needed', 'Amounts are compared in one currency: ask for exactly one.');
    return undefined;
  }
  const values = texts.map((text) => parseValue(column.type, text, currency));
  if (values.every((value) => value !== undefined)) return { column, operator, values };
  tell(parameter, 'invalid_value', `It must be ${formOf[column.type]}.`);
  return undefined;
}

function limitOf(text: string | undefined, { most, usual }: PageBounds, tell: TellFault): number | undefined {
  if (text === undefined) return usual;
  const limit = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : most + 1;
  if (limit <= most) return limit;
  tell('limit', 'invalid_value', `It must be a whole number from 1 to ${most}.`);
  return usual;
}

function fingerprintOf(feed: ServedFeed, parameters: readonly Parameter[]): string {
  const bound = parameters.filter(({ name }) => !UNBOUND.includes(name)).map(({ name, value }) => [name, value] as const);
  return sha256Hex(JSON.stringify([feed.name, feed.version, ...bound.toSorted(([one], [other]) => compareText(one, other))])).slice(0, FINGERPRINT_LENGTH);
}
