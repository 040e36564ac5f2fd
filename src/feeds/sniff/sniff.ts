import { groupBy } from '../../core/group-by.ts';
import { columnsNamed } from '../../raw/rows/header.ts';
import { normaliseHeader, type Entity } from '../../sources/contract/contract.ts';
import { entities } from '../../sources/index.ts';
import { profiles } from '../profiles/index.ts';
import { guessPlace, type GuessedPlace } from './guess-place.ts';
import { guessValues, type GuessedValues } from './guess-values.ts';
import { matchColumns, type Match, type SeenColumn } from './match-columns.ts';
import { ENTITY_WORDS } from './names.ts';
import type { Sample } from './sample.client.ts';

/** A file that was looked at. */
export interface SniffedFile {
  /** Below the lake, as far as it lies there. */
  readonly path: string;
  readonly sample: Sample;
}

/** So many headers of a profile's stream tell that a file is one of it. */
const TELLING_HEADERS = 4;

/** The profile whose headers a file has: it maps more than can be told from a file. */
function profileOf(header: readonly string[]): string | undefined {
  const names = new Set(header.map(normaliseHeader));
  return [...profiles].find(([, { streams }]) =>
    Object.values(streams).some(({ columns }) => {
      const own = new Set(Object.values(columns).flatMap((column) => (typeof column === 'string' ? [column] : 'from' in column ? column.from : [])).map(normaliseHeader));
      return own.size >= TELLING_HEADERS && [...own].filter((name) => names.has(name)).length >= own.size * SAME_KEYS;
    }),
  )?.[0];
}

/** What is proposed of a stream. */
export interface SniffedStream {
  readonly entity: string;
  readonly files: readonly string[];
  readonly rows: number;
  readonly place: GuessedPlace;
  readonly matches: readonly Match[];
  /** Headers that are of no column: kept in `extra`. */
  readonly others: readonly SeenColumn[];
  readonly open: readonly string[];
  /** As in `feeds` of the configuration. */
  readonly format: Readonly<Record<string, unknown>>;
  readonly stream: Readonly<Record<string, unknown>>;
}

const declarable = entities.filter(({ record }) => record === undefined);
/** A column of more words than this has no words of an enumeration, and may tell of people: they are not shown. */
const MOST_WORDS = 10;
/** A snapshot has nearly all that the one before had. */
const SAME_KEYS = 0.9;

/** Proposes a stream for the files of each entity. @param entity given if the caller knows it: of all files */
export function sniffStreams(files: readonly SniffedFile[], entity?: Entity): SniffedStream[] {
  const groups = groupBy(files, ({ path, sample }) => entity?.name ?? entityOf(path, sample));
  return [...groups].flatMap(([name, own]) => {
    const of = declarable.find((each) => each.name === name);
    return of === undefined ? [] : [sniffStream(of, own)];
  });
}

/** By the name of the file, else by the word before its headers, else the entity that has the most of them. */
function entityOf(path: string, { header, rows }: Sample): string {
  const { entity } = guessPlace(path);
  if (entity !== undefined) return entity;
  const words = header.map((name) => normaliseHeader(/^([^.:]+)[.:]/.exec(name)?.[1] ?? ''));
  const [most] = [...groupBy(words.filter((word) => word !== ''), (word) => word)].sort(([, a], [, b]) => b.length - a.length);
  const named = Object.entries(ENTITY_WORDS).find(([name, own]) => most !== undefined && [normaliseHeader(name), ...own].includes(most[0]))?.[0];
  if (named !== undefined) return named;
  const seen = seenColumns(header, [rows]);
  const { form } = guessValues(seen.map(({ values }) => values));
  const scores = declarable.map((each) => {
    const found = matchColumns(each, seen, form);
    const required = each.columns.filter((column) => column.required);
    return { name: each.name, score: found.length / each.columns.length + 2 * (required.filter((column) => found.some((match) => match.column === column)).length / Math.max(1, required.length)) };
  });
  return scores.sort((a, b) => b.score - a.score)[0]?.name ?? '';
}

function sniffStream(entity: Entity, files: readonly SniffedFile[]): SniffedStream {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const newest = sorted.at(-1) as SniffedFile;
  const { header } = newest.sample;
  const alike = sorted.filter(({ sample }) => sample.header.join() === header.join()).map(({ sample }) => sample.rows);
  const rows = alike.flat();
  const seen = seenColumns(header, alike);
  const guessed = guessValues(seen.map(({ values }) => values));
  const matches = matchColumns(entity, seen, guessed.form);
  const place = guessPlace(newest.path);
  const { keep, told } = keepingOf(matches, sorted);
  const columns = columnsOf(entity, header, matches);
  return {
    entity: entity.name,
    files: sorted.map(({ path }) => path),
    rows: rows.length,
    place,
    matches,
    others: seen.filter((each) => !matches.some((match) => match.header === each.header)),
    open: [...profileTold(header), ...missing(entity, matches), ...unknownValues(matches), ...otherWords(entity, seen, matches), ...minorUnits(matches, seen), ...guessed.open, ...told],
    format: formatOf(newest.sample, guessed, matches),
    stream: { ...(place.file === entity.name || place.file === '' ? {} : { file: place.file }), ...(keep === undefined ? {} : { keep }), ...(Object.keys(columns).length === 0 ? {} : { columns }) },
  };
}

/** @param files the rows of each */
function seenColumns(header: readonly string[], files: readonly Sample['rows'][]): SeenColumn[] {
  return header.map((name, index) => {
    const values = files.map((rows) => rows.map((row) => row[index]?.trim() ?? '').filter((value) => value !== ''));
    return { header: name, values: values.flat(), isUnique: values.every((own) => new Set(own).size === own.length) };
  });
}

function profileTold(header: readonly string[]): string[] {
  const name = profileOf(header);
  return name === undefined ? [] : [`the headers are those of the profile ${name}, which maps more than one file tells: try profile: ${name} (hub feeds profiles)`];
}

/** What is declared of columns: those whose header does not say it by itself, and those whose header says what is not so. */
function columnsOf(entity: Entity, header: readonly string[], matches: readonly Match[]): Record<string, unknown> {
  const named = columnsNamed(entity, header);
  const own = entity.columns.flatMap((column): [string, unknown][] => {
    const match = matches.find((each) => each.column === column);
    if (match === undefined) return named.includes(column) ? [[column.name, { value: '' }]] : [];
    const known = named[header.indexOf(match.header)] === column;
    if (Object.keys(match.values).length > 0) return [[column.name, { from: match.header, values: match.values }]];
    return known ? [] : [[column.name, match.header]];
  });
  return Object.fromEntries(own);
}

function formatOf({ form }: Sample, { form: values }: GuessedValues, matches: readonly Match[]): Record<string, unknown> {
  const hasDates = matches.some(({ column: { kind } }) => kind === 'date' || kind === 'instant');
  const { epoch, ...others } = values;
  return {
    ...(form.kind === 'ndjson' ? { kind: form.kind } : {}),
    ...(form.delimiter === ',' ? {} : { delimiter: form.delimiter }),
    ...(form.encoding === 'utf-8' ? {} : { encoding: form.encoding }),
    ...(form.escape === 'double' ? {} : { escape: form.escape }),
    ...(form.skip === 0 ? {} : { skip: form.skip }),
    ...(form.skipEnd === 0 ? {} : { skip_end: form.skipEnd }),
    ...others,
    ...(epoch !== undefined && hasDates ? { epoch } : {}),
  };
}

/** Increments say what is newer; two files with the same records are snapshots. */
function keepingOf(matches: readonly Match[], files: readonly SniffedFile[]): { readonly keep?: 'snapshot'; readonly told: string[] } {
  const key = matches.find(({ column }) => column.sql === 'source_id')?.header;
  const keysOf = ({ sample: { header, rows } }: SniffedFile): Set<string | null | undefined> => new Set(rows.map((row) => row[header.indexOf(key ?? '')]));
  const [before, after] = files.slice(-2);
  const isDated = matches.some(({ column }) => column.sql === 'updated_date');
  if (before === undefined || after === undefined) return { told: isDated ? [] : ['increments or snapshots? There is no UpdatedDate, and one file does not tell. If each file has every record, say keep: snapshot'] };
  if (key === undefined) return { told: isDated ? [] : ['increments or snapshots? There is no UpdatedDate, and no column is told by which a record is known in the next file. If each file has every record, say keep: snapshot'] };
  const [old, now] = [keysOf(before), keysOf(after)];
  const same = [...old].filter((each) => now.has(each)).length;
  if (old.size > 0 && same >= old.size * SAME_KEYS) return { keep: 'snapshot', told: ['keep: snapshot, as the newest file has what the one before had: what a file leaves out is deleted. If that is not so, take it out'] };
  if (isDated) return { told: [] };
  if (same > 0) return { told: [`increments or snapshots? The newest file has ${same} of the ${old.size} records of the one before. If each file has every record, say keep: snapshot: what it leaves out is deleted`] };
  return { told: ['no UpdatedDate: of several rows of a record the one of the later batch is kept'] };
}

function missing(entity: Entity, matches: readonly Match[]): string[] {
  return entity.columns.flatMap((column) => (column.required && !matches.some((match) => match.column === column) ? [`${column.name} is required, and no header is likely to be it: name one, or value: if it is the same in every row`] : []));
}

function unknownValues(matches: readonly Match[]): string[] {
  return matches.flatMap(({ column, header, unknown }) => (unknown.length === 0 ? [] : [`${header} has values that ${column.name} does not: ${unknown.join(', ')}. Say in values: what they are; of ${column.values?.join(', ') ?? ''}`]));
}

/** Columns whose header is there with none of their words: left empty, as it can be another thing under the same name. */
function otherWords(entity: Entity, seen: readonly SeenColumn[], matches: readonly Match[]): string[] {
  const named = columnsNamed(entity, seen.map(({ header }) => header));
  return seen.flatMap(({ header, values }, index) => {
    const column = named[index];
    if (column?.kind !== 'enum' || values.length === 0 || matches.some((match) => match.column === column)) return [];
    const own = [...new Set(values)];
    const shown = own.length > MOST_WORDS ? 'many others' : own.join(', ');
    return [`${header} has none of the values of ${column.name} but ${shown}: it is left empty. If it is that column, say from: ${header} and in values: what they are; of ${column.values?.join(', ') ?? ''}`];
  });
}

/** Whole numbers may be cents: nothing in the file tells. */
function minorUnits(matches: readonly Match[], seen: readonly SeenColumn[]): string[] {
  const amounts = matches.filter(({ column: { kind, name } }) => kind === 'decimal' && name !== 'Quantity').map(({ header }) => seen.find((each) => each.header === header));
  const values = amounts.flatMap((each) => each?.values ?? []);
  return values.length > 1 && values.every((value) => /^[+-]?\d+$/.test(value)) ? [`all amounts are whole numbers (${amounts.map((each) => each?.header).join(', ')}): if they are cents, say unit: minor of each`] : [];
}
