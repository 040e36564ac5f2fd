import { JsonValue } from './json/json.ts';

/** A connection or list inside a record whose items are records of a stream of their own. */
export interface Children {
  /** The member that holds them, as a connection (`nodes`) or an array. */
  readonly member: string;
  readonly stream: string;
  readonly children?: readonly Children[];
}

/** Where the records of an answer are. */
export type RecordsPlace =
  /** At a path of a JSON body; `*` stands for each item of an array on the way. One object is one record. */
  | { readonly kind: 'json'; readonly path: string; readonly children?: readonly Children[]; readonly included?: Included }
  /** A line each; `streamOf` tells the stream of one that is a child, null of one that is left out. */
  | { readonly kind: 'ndjson'; readonly streamOf?: (record: JsonValue) => string | null }
  /** Rows of values with headers beside them, as the Data API of Google Analytics gives them. */
  | { readonly kind: 'rows'; readonly rows: string; readonly columns: readonly RowColumns[]; readonly beside?: Beside };

/** What is said of an answer as a whole, which each of its records gets: members by paths in the answer. What is not said is left out. */
export type Beside = Readonly<Record<string, string>>;

/** Headers, and where the values of a row stand in the same order. */
export interface RowColumns {
  readonly headers: string;
  readonly name: string;
  readonly values: string;
  readonly value: string;
}

/** Records of other streams that an answer has beside its own (JSON:API). */
export interface Included {
  readonly path: string;
  readonly type: string;
  /** By the type that a record names; others are left out. */
  readonly streams: Readonly<Record<string, string>>;
}

/** A record as it goes to the lake. */
export interface ApiRecord {
  /** Undefined: the stream that was asked for. */
  readonly stream: string | undefined;
  /** One line of JSON, with the digits and spellings as received. */
  readonly line: string;
}

/** A connection of a record that goes on behind its first page. */
export interface UnfinishedChildren {
  readonly children: Children;
  readonly parentId: string;
  readonly cursor: string;
}

/** The records of an answer in their order; undefined if the body has not what the place says. */
export function recordsIn(body: JsonValue, place: RecordsPlace, unfinished: UnfinishedChildren[] = []): ApiRecord[] | undefined {
  if (place.kind === 'ndjson') return [];
  if (place.kind === 'rows') return rowsIn(body, place);
  const found = valuesAt([body], place.path === '' ? [] : place.path.split('.'));
  if (found.length === 0 || found.some(({ kind }) => kind !== 'array' && kind !== 'object')) return found.length === 0 && place.path.includes('*') ? [] : undefined;
  const records = found.flatMap((value) => (value.kind === 'array' ? [...value.items()] : [value]));
  const own = records.flatMap((record) => splitRecord(record, undefined, undefined, place.children ?? [], unfinished));
  return place.included === undefined ? own : [...own, ...includedIn(body, place.included)];
}

/** The record of a line of NDJSON; null for one that is left out, undefined if it is no JSON. */
export function recordInLine(line: string, place: Extract<RecordsPlace, { kind: 'ndjson' }>): ApiRecord | null | undefined {
  const record = JsonValue.read(line);
  if (record === undefined) return undefined;
  const stream = place.streamOf?.(record);
  return stream === null ? null : { stream, line: record.line };
}

function valuesAt(values: readonly JsonValue[], [name, ...rest]: readonly string[]): JsonValue[] {
  if (name === undefined) return [...values];
  const below = values.flatMap((value) => (name === '*' ? [...value.items()] : (value.at(name) ?? [])));
  return valuesAt(below, rest);
}

/** A record without its children, and behind it these, which name it as Shopify's bulk operations do: `__parentId`. */
function splitRecord(record: JsonValue, stream: string | undefined, parentId: string | undefined, children: readonly Children[], unfinished: UnfinishedChildren[]): ApiRecord[] {
  if (children.length === 0 && parentId === undefined) return [{ stream, line: record.line }];
  const id = record.scalarAt('id') ?? '';
  const kept: string[] = [];
  const below: ApiRecord[] = [];
  for (const [name, value] of record.members()) {
    const found = children.find(({ member }) => member === name);
    if (found === undefined) kept.push(`${JSON.stringify(name)}:${value.line}`);
    else {
      for (const item of (value.kind === 'array' ? value : value.at('nodes'))?.items() ?? []) below.push(...splitRecord(item, found.stream, id, found.children ?? [], unfinished));
      const cursor = value.scalarAt('pageInfo.hasNextPage') === 'true' ? value.scalarAt('pageInfo.endCursor') : undefined;
      if (cursor !== undefined) unfinished.push({ children: found, parentId: id, cursor });
    }
  }
  if (parentId !== undefined) kept.push(`"__parentId":${JSON.stringify(parentId)}`);
  return [{ stream, line: `{${kept.join(',')}}` }, ...below];
}

/** Children of a page that was asked for by the parent's id. */
export function childrenIn(value: JsonValue, children: Children, parentId: string, unfinished: UnfinishedChildren[]): ApiRecord[] {
  return [...(value.at('nodes')?.items() ?? [])].flatMap((item) => splitRecord(item, children.stream, parentId, children.children ?? [], unfinished));
}

function includedIn(body: JsonValue, { path, type, streams }: Included): ApiRecord[] {
  return [...(body.at(path)?.items() ?? [])].flatMap((record) => {
    const stream = streams[record.scalarAt(type) ?? ''];
    return stream === undefined ? [] : [{ stream, line: record.line }];
  });
}

function rowsIn(body: JsonValue, { rows: path, columns, beside = {} }: Extract<RecordsPlace, { kind: 'rows' }>): ApiRecord[] {
  const names = columns.map(({ headers, name }) => [...(body.at(headers)?.items() ?? [])].map((header) => header.scalarAt(name) ?? ''));
  const shared = Object.entries(beside).flatMap(([name, at]) => {
    const value = body.at(at);
    return value === undefined ? [] : [`${JSON.stringify(name)}:${value.line}`];
  });
  return [...(body.at(path)?.items() ?? [])].map((row) => {
    const members = columns.flatMap(({ values, value }, index) => [...(row.at(values)?.items() ?? [])].map((cell, place) => `${JSON.stringify(names[index]?.[place] ?? '')}:${cell.at(value)?.line ?? 'null'}`));
    return { stream: undefined, line: `{${[...members, ...shared].join(',')}}` };
  });
}
