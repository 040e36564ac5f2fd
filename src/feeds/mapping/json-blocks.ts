import { membersOf } from '../../core/text/json-text.ts';
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

/** How deep objects are taken apart; what lies deeper stays JSON text. */
const DEEPEST = 4;

/**
 * A part of lines of JSON (NDJSON): the columns are the paths of the values that occur. Numbers keep every digit, lists stay JSON text,
 * null is empty.
 * @param paths that are columns whether they occur or not: those that the feed names
 */
export async function* jsonPart(name: string, lines: AsyncIterable<LineBlock>, paths: readonly string[]): AsyncGenerator<SourcePart> {
  const blocks = recordBlocks(lines);
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

async function* recordBlocks(lines: AsyncIterable<LineBlock>): AsyncGenerator<JsonRecord[]> {
  let line = 0;
  for await (const { bytes, ends, fault } of lines) {
    const records: JsonRecord[] = [];
    for (let start = 0; start < bytes.length; ) {
      const end = fault === undefined ? ends.next(bytes, start) : bytes.length;
      const text = bytes.toString('utf8', start, end);
      const raw = text.slice(0, endOfContent(text));
      line++;
      start = end;
      if (raw.trim() === '') continue;
      records.push({ line, raw, values: fault === undefined ? valuesOf(raw) : undefined, ...(fault === undefined ? {} : { fault }) });
    }
    if (records.length > 0) yield records;
  }
}

function valuesOf(text: string): ReadonlyMap<string, string> | undefined {
  const values = new Map<string, string>();
  return addValues(values, text, '', 1) ? values : undefined;
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
