import { likenessOf } from '../../raw/shift/shapes.ts';
import { isOdd, parserOf } from '../../raw/rows/values/kinds.ts';
import { normaliseHeader, type Column, type Entity } from '../../sources/contract/contract.ts';
import type { ValueForm } from '../format/feed-format.ts';
import { valueReader } from '../mapping/cells.ts';
import { COLUMN_NAMES, COMMON_NAMES, ENTITY_WORDS, KEY_WORDS, SAME_AS_KEY, VALUE_WORDS } from './names.ts';

/** A header with the values that were seen under it, empty ones left out. */
export interface SeenColumn {
  readonly header: string;
  readonly values: readonly string[];
  /** True: no value stands twice in a file. */
  readonly isUnique: boolean;
}

/** A column of the contract and the header whose values it is likely to take. */
export interface Match {
  readonly column: Column;
  readonly header: string;
  /** What tells so. */
  readonly by: 'name' | 'values' | 'key';
  /** What values of the file are in the contract. */
  readonly values: Readonly<Record<string, string>>;
  /** Values of an enumeration that are none of the contract's and of which it is not known what they are. */
  readonly unknown: readonly string[];
  /** A value as the file has it: to be shown masked only. */
  readonly example?: string | undefined;
}

/** Single values may be damaged: repair and quarantine are for those. */
const MOST_BAD = 0.02;
const MOST_UNKNOWN = 5;

/**
 * Which column of the contract each header is likely to be: by its name, or one of those that other systems have for it, if its values
 * parse; else by what its values look like, where only one header and one column can be meant.
 */
export function matchColumns(entity: Entity, seen: readonly SeenColumn[], form: ValueForm): Match[] {
  const names = seen.map(({ header }) => namesOf(entity, header));
  const found = new Map<Column, Match>();
  const taken = new Set<SeenColumn>();
  const take = (match: Match | undefined, from: SeenColumn): void => {
    if (match === undefined) return;
    found.set(match.column, match);
    taken.add(from);
  };
  const wanted = entity.columns.map((column) => ({ column, words: wordsFor(entity, column) }));
  const longest = Math.max(...wanted.map(({ words }) => words.length));
  // The best names of all columns come first, so that none takes the header that another one has as its own; headers without values last.
  for (const isEmpty of [false, true]) {
    for (let rank = 0; rank < longest; rank++) {
      for (const { column, words } of wanted) {
        const word = words[rank];
        if (word === undefined || found.has(column)) continue;
        const from = seen.find((each, at) => (each.values.length === 0) === isEmpty && !taken.has(each) && names[at]?.includes(word) === true && matched(entity, column, each, form, 'name') !== undefined);
        if (from !== undefined) take(matched(entity, column, from, form, 'name'), from);
      }
    }
  }
  for (const column of entity.columns.filter((each) => !found.has(each))) {
    const alike = seen.filter((each) => !taken.has(each) && looksLike(column, each.values));
    const [only] = alike;
    if (only !== undefined && alike.length === 1) take(matched(entity, column, only, form, 'values'), only);
  }
  const key = [...found.values()].find(({ column }) => column.sql === 'source_id');
  const same = entity.columns.find(({ name }) => name === SAME_AS_KEY[entity.name]);
  if (key !== undefined && same !== undefined && !found.has(same)) found.set(same, { ...key, column: same, by: 'key' });
  return entity.columns.flatMap((column) => found.get(column) ?? []);
}

/** What a header may be called: whole, and without the word of the entity itself before it. */
function namesOf(entity: Entity, header: string): string[] {
  const own = [normaliseHeader(entity.name), ...(ENTITY_WORDS[entity.name] ?? [])];
  const whole = normaliseHeader(header);
  const [, before, rest] = /^([^.:]+)[.:](.+)$/.exec(header) ?? [];
  if (before !== undefined && rest !== undefined) {
    const name = normaliseHeader(rest);
    return own.includes(normaliseHeader(before)) ? [whole, name, ...withoutWord(own, name)] : [whole];
  }
  return [whole, ...withoutWord(own, whole)];
}

function withoutWord(words: readonly string[], name: string): string[] {
  return words.flatMap((word) => (name.startsWith(word) && name.length > word.length ? [name.slice(word.length)] : []));
}

/** The names under which a column is looked for, the best first. */
function wordsFor(entity: Entity, column: Column): string[] {
  const own = [column.name, ...(column.aliases ?? [])].map(normaliseHeader);
  const others = [...(COLUMN_NAMES[entity.name]?.[column.name] ?? []), ...(COMMON_NAMES[column.name] ?? [])].map(normaliseHeader);
  const { references: to = '', name } = column;
  const isPlain = normaliseHeader(name) === `${normaliseHeader(to)}id`;
  return [...own, ...(isPlain ? (ENTITY_WORDS[to] ?? []).flatMap((word) => KEY_WORDS.map((key) => `${word}${key}`)) : []), ...others];
}

/** The match, if the values are of the column; undefined if they are not. */
function matched(entity: Entity, column: Column, { header, values, isUnique }: SeenColumn, form: ValueForm, by: Match['by']): Match | undefined {
  if (column.sql === 'source_id' && (values.length === 0 || !isUnique)) return undefined;
  const words = VALUE_WORDS[`${entity.name}.${column.name}`] ?? {};
  const distinct = [...new Set(values)];
  const map = Object.fromEntries(distinct.flatMap((value) => (words[value.toLowerCase()] === undefined ? [] : [[value, words[value.toLowerCase()] ?? '']])));
  const read = valueReader(column.kind, { ...form, values: map });
  const parse = parserOf(column);
  const parsed = distinct.map((value) => [value, read(value)] as const).filter(([, text]) => text !== '').map(([value, text]) => [value, parse(text)] as const);
  if (parsed.filter(([, canonical]) => canonical === undefined || (canonical === null && column.kind === 'id')).length > parsed.length * MOST_BAD) return undefined;
  if (column.kind !== 'enum') return { column, header, by, values: map, unknown: [], example: values[0] };
  const unknown = parsed.flatMap(([value, canonical]) => (typeof canonical === 'string' && isOdd(column, canonical) ? [value] : []));
  // A column of other words altogether is another thing under the same name.
  if (parsed.length > 0 && unknown.length === parsed.length) return undefined;
  return { column, header, by, values: map, unknown: unknown.slice(0, MOST_UNKNOWN), example: values[0] };
}

/** True for values that can be of this column only. */
function looksLike({ shape, kind, sql }: Column, values: readonly string[]): boolean {
  if (values.length === 0) return false;
  if (sql === 'source_id') return values.every((value) => likenessOf(value) === 'id');
  if (kind === 'currency') return values.every((value) => likenessOf(value) === 'currency');
  return shape === 'email' && values.every((value) => likenessOf(value) === 'email');
}
