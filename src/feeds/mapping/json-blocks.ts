import { elementsOf, membersOf } from '../../core/text/json-text.ts';
import type { LineBlock } from '../../lake/text/csv-lines.ts';
import { endOfContent } from '../../lake/text/line-ends.ts';
import type { LakeRecord } from '../../lake/text/record.ts';
import type { SourcePart } from './mapped-part.ts';
import type { SourceBlock } from './record-mapper.ts';

/** A record of JSON with its values by dotted path. */
interface JsonRecord {
  readonly line: number;
  readonly raw: string;
  /** Undefined for a line that is no JSON object. */
  readonly values: ReadonlyMap<string, string> | undefined;
  readonly fault?: LakeRecord['fault'];
}

/** What a feed says of its lines. */
export interface JsonForm {
  /** Columns whether they occur or not: those that the feed names. `list.0.name` is of the first element of a list. */
  readonly paths: readonly string[];
  /** The path of a list: each of its elements is a record, with the values around the list. */
  readonly each?: string | undefined;
}

/** How deep objects are taken apart; what lies deeper stays JSON text. */
const DEEPEST = 4;

/**
 * A part of lines of JSON (NDJSON): the columns are the paths of the values that occur. Numbers keep every digit, lists stay JSON text,
 * null is empty. Where each element of a list is a record, records and not lines are counted.
 */
export async function* jsonPart(name: string, lines: AsyncIterable<LineBlock>, form: JsonForm): AsyncGenerator<SourcePart> {
  const { paths } = form;
  const blocks = recordBlocks(lines, form);
  const first = await blocks.next();
  if (first.done === true) {
    yield { name, header: [], blocks: withHeaders([], [], blocks) };
    return;
  }
  const header = withPaths(paths, first.value);
  yield { name, header, blocks: withHeaders(header, first.value, blocks) };
}

/** The records of each block, behind a header of their own where paths occur that were not there before. */
async function* withHeaders(first: readonly string[], records: readonly JsonRecord[], rest: AsyncGenerator<JsonRecord[]>): AsyncGenerator<SourceBlock> {
  let header = first;
  yield recordsUnder(header, records);
  for await (const block of rest) {
    const wider = withPaths(header, block);
    if (wider.length > header.length) {
      header = wider;
      yield { header };
    }
    yield recordsUnder(header, block);
  }
}

function withPaths(known: readonly string[], records: readonly JsonRecord[]): string[] {
  const paths = new Set(known);
  for (const { values } of records) for (const path of values?.keys() ?? []) paths.add(path);
  return [...paths];
}

function recordsUnder(header: readonly string[], records: readonly JsonRecord[]): LakeRecord[] {
  return records.map(({ line, raw, values, fault }) => {
    if (fault !== undefined) return { fields: [], line, raw, fault };
    // A line that is no record has one field: of another number than there are columns, it goes to quarantine as it is.
    return values === undefined ? { fields: header.length === 1 ? [raw, ''] : [raw], line, raw } : { fields: header.map((path) => values.get(path) ?? ''), line, raw };
  });
}

async function* recordBlocks(lines: AsyncIterable<LineBlock>, form: JsonForm): AsyncGenerator<JsonRecord[]> {
  const firsts = form.paths.filter((path) => path.includes(FIRST));
  let line = 0;
  let counted = 0;
  for await (const { bytes, ends, fault } of lines) {
    const records: JsonRecord[] = [];
    for (let start = 0; start < bytes.length; ) {
      const end = fault === undefined ? ends.next(bytes, start) : bytes.length;
      const text = bytes.toString('utf8', start, end);
      const raw = text.slice(0, endOfContent(text));
      line++;
      start = end;
      if (raw.trim() === '') continue;
      const values = fault === undefined ? valuesOf(raw, firsts) : undefined;
      if (form.each === undefined || values === undefined) records.push({ line: form.each === undefined ? line : ++counted, raw, values, ...(fault === undefined ? {} : { fault }) });
      else for (const element of elementsAt(values, form.each, firsts)) records.push({ line: ++counted, raw, values: element });
    }
    if (records.length > 0) yield records;
  }
}

const FIRST = '.0.';

/** @param firsts paths into first elements of lists */
function valuesOf(text: string, firsts: readonly string[]): ReadonlyMap<string, string> | undefined {
  const values = new Map<string, string>();
  if (!addValues(values, text, '', 1)) return undefined;
  for (const path of firsts) addFirst(values, path);
  return values;
}

/** The value of a path into the first element of a list, which is there unless the list is empty. */
function addFirst(values: Map<string, string>, path: string): void {
  const at = path.indexOf(FIRST);
  const list = path.slice(0, at);
  const [first] = elementsOf(values.get(list) ?? '') ?? [];
  const inside = new Map<string, string>();
  if (first !== undefined && addValues(inside, first, '', 1)) values.set(path, inside.get(path.slice(at + FIRST.length)) ?? '');
}

/** A record for each element of a list: the values around it, and those of the element below the path of the list. */
function elementsAt(values: ReadonlyMap<string, string>, path: string, firsts: readonly string[]): ReadonlyMap<string, string>[] {
  const around = new Map([...values].filter(([name]) => name !== path));
  return (elementsOf(values.get(path) ?? '') ?? []).map((element) => {
    const record = new Map(around);
    if (!addValues(record, element, `${path}.`, 1)) record.set(path, element);
    for (const first of firsts.filter((name) => name.startsWith(`${path}.`))) addFirst(record, first);
    return record;
  });
}

function addValues(values: Map<string, string>, json: string, prefix: string, depth: number): boolean {
  const members = membersOf(json);
  if (members === undefined) return false;
  for (const [name, value] of members) {
    const path = `${prefix}${name}`;
    if (value.startsWith('{') && depth < DEEPEST) addValues(values, value, `${path}.`, depth + 1);
    else values.set(path, value === 'null' ? '' : value.startsWith('"') ? (JSON.parse(value) as string) : value);
  }
  return true;
}
