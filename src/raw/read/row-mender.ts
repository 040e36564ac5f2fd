import { escapedFieldsOf } from '../../lake/text/csv-fields.ts';
import { MAX_RECORD_BYTES } from '../../lake/text/long-line.ts';
import type { LakeRecord } from '../../lake/text/record.ts';
import type { UnjoinedReason } from '../rows/event.ts';
import type { HeaderMatch } from '../rows/header.ts';
import type { Reject, Repair } from '../quarantine/quarantine.repository.ts';
import type { RawRow, RowParser } from '../rows/row-parser.ts';
import { joinBrokenLines } from '../shift/broken-lines.ts';
import type { Edit } from '../shift/edits.ts';
import type { Profile } from '../shift/profile.ts';
import { refuseSeveral, type Quarantine } from '../shift/refusal.ts';
import { repairRow } from '../shift/repair.ts';
import type { UnmappedRows } from './unmapped-rows.ts';
import type { RowSeams } from '../shift/row-seams.ts';

/** Rows that wait: one, or those that stood in one record. */
export interface HeldRows {
  readonly records: readonly LakeRecord[];
  /** Position of the first one in the batch; those of the others follow. */
  readonly row: number;
}

/** What rows are mended with: all of them stand under one header. */
export interface MenderContext {
  readonly part: string;
  /** True if lines can be joined again. */
  readonly ragged: boolean;
  /** Of a file in a form of its own. */
  readonly unmapped?: UnmappedRows;
  readonly match: HeaderMatch;
  readonly parser: RowParser;
  readonly seams: RowSeams;
  readonly profile: () => Profile;
  readonly sink: {
    row(row: RawRow): void;
    reject(reject: Reject): void;
    repair(repair: Repair): void;
  };
}

interface Mended {
  readonly kind: 'mended';
  readonly parsed: RawRow;
  readonly fields: LakeRecord['fields'];
  /** None if the row was healthy after all. */
  readonly edits: readonly Edit[];
}

type Problem = Omit<Quarantine, 'code'> & { readonly code: Reject['code'] };

const MOST_LINES_JOINED = 10;
const UNPARSED: Problem = { kind: 'quarantine', code: 'unrepairable', reason: 'The mended row does not parse.' };
/** Objections of nobody (e-mail specification, "import-email"). */
const OF_NOBODY: Record<UnjoinedReason, Problem> = {
  no_recipient: { kind: 'quarantine', code: 'missing_value', column: 'Email', reason: 'The unsubscription names neither an address nor a contact.' },
  unreadable_address: {
    kind: 'quarantine',
    code: 'invalid_value',
    column: 'Email',
    reason: 'The unsubscription names no address that can be read; a blank in it may have been a plus. Give it with hub quarantine replay --set Email=….',
  },
};

/** Decides about rows that are not healthy: mended, or rejected with the reason. */
export class RowMender {
  readonly #context: MenderContext;

  constructor(context: MenderContext) {
    this.#context = context;
  }

  /** Deals with rows in their order, which stood one behind the other but for healthy ones. */
  mend(held: readonly HeldRows[]): void {
    for (let index = 0; index < held.length; ) index += this.#mendNext(held, index);
  }

  /** Deals with the rows at the index and tells how many held ones that took: more than one for a broken line. */
  #mendNext(held: readonly HeldRows[], index: number): number {
    const { records, row } = held[index] as HeldRows;
    const [record] = records;
    if (record === undefined || records.length > 1) {
      this.#takeApart(records, row);
      return 1;
    }
    const outcome = record.fault === undefined ? this.#read(record, row) : faultOf(record);
    if (outcome.kind === 'mended') {
      this.#pass(record, outcome, []);
      return 1;
    }
    const joined = record.fault === undefined ? this.#join(held, index) : 0;
    if (joined > 0) return joined;
    this.#reject(record, row, outcome);
    return 1;
  }

  /** Rows that stood in one record are stored if each of them can be read; if not, who knows where one ends. */
  #takeApart(records: readonly LakeRecord[], row: number): void {
    const outcomes = records.map((record, index) => this.#read(record, row + index));
    const isMended = outcomes.every((outcome) => outcome.kind === 'mended');
    for (const [index, record] of records.entries()) {
      const outcome = outcomes[index];
      if (isMended && outcome?.kind === 'mended') this.#pass(record, outcome, [{ operation: 'take_apart', rows: records.length }]);
      else this.#reject(record, row + index, refuseSeveral(records.length));
    }
  }

  #read(record: LakeRecord, row: number): Mended | Problem {
    const { match, profile, seams } = this.#context;
    const { fields, raw } = record;
    if (record.unmapped === true) return this.#readUnmapped(record, row);
    const escaped = raw === undefined ? undefined : escapedFieldsOf(raw);
    const unescaped = escaped && this.#parsed(escaped, row, [{ operation: 'unescape' }]);
    if (unescaped !== undefined) return unescaped;
    const outcome = repairRow({ columns: match.columns, fields, profile: profile(), ...(raw === undefined ? {} : { raw }) });
    if (outcome.kind === 'quarantine') return outcome;
    const repaired = outcome.kind === 'repaired' ? outcome : { fields, edits: [] };
    if (seams.holdsSecondRow(fields)) return refuseSeveral();
    const read = this.#parsed(repaired.fields, row, repaired.edits);
    if (read !== undefined) return read;
    const { refused } = this.#context.parser;
    return refused === undefined ? UNPARSED : OF_NOBODY[refused];
  }

  #readUnmapped({ fields }: LakeRecord, row: number): Mended | Problem {
    const read = this.#context.unmapped?.read(fields) ?? UNPARSED;
    if (read.kind === 'quarantine') return read;
    return this.#parsed(read.fields, row, read.edits) ?? this.#context.unmapped?.refusal(read.fields) ?? UNPARSED;
  }

  /** A row of these fields; undefined if they are none. */
  #parsed(fields: LakeRecord['fields'], row: number, edits: readonly Edit[]): Mended | Problem | undefined {
    if (this.#context.seams.holdsRow(fields, edits.length > 0)) return refuseSeveral();
    const parsed = this.#context.parser.parse(fields, row);
    return parsed && { kind: 'mended', parsed, fields, edits };
  }

  /** Tries to read the row together with the lines right after it, as a quoted newline that was split; 0 if it is none. */
  #join(held: readonly HeldRows[], index: number): number {
    const { ragged, match, parser, seams } = this.#context;
    const start = held[index];
    if (!ragged || start === undefined) return 0;
    const lines: LakeRecord[] = [];
    for (let next = held[index]; next && lines.length < MOST_LINES_JOINED; next = held[index + lines.length]) {
      const [record] = next.records;
      if (record === undefined || record.unmapped !== start.records[0]?.unmapped || next.records.length > 1 || record.fault !== undefined || next.row !== start.row + lines.length) break;
      lines.push(record);
    }
    const joined = lines.every(({ unmapped }) => unmapped === true)
      ? this.#context.unmapped?.join(lines.map(({ fields }) => fields))
      : joinBrokenLines({ columns: match.columns }, lines.map(({ fields, raw }) => ({ fields, ...(raw === undefined ? {} : { raw }) })));
    if (joined === undefined || seams.holdsRow(joined.fields, true)) return 0;
    const parsed = parser.parse(joined.fields, start.row);
    if (parsed === undefined) return 0;
    const raw = lines.slice(0, joined.lines).map(rawText).join('\n');
    this.#pass({ fields: joined.fields, line: lines[0]?.line ?? 0, raw }, { kind: 'mended', parsed, fields: joined.fields, edits: joined.edits }, []);
    return joined.lines;
  }

  #pass(record: LakeRecord, { parsed, fields, edits }: Mended, before: readonly Edit[]): void {
    const { part, sink } = this.#context;
    sink.row(parsed);
    const all = [...before, ...edits];
    if (all.length === 0) return;
    sink.repair({ part, line: record.line, sourceId: parsed.sourceId, edits: all, before: record.unmapped === true ? JSON.stringify(record.fields) : rawText(record), after: fields });
  }

  #reject(record: LakeRecord, row: number, why: Problem): void {
    const { part, match, sink } = this.#context;
    sink.reject({
      part,
      line: record.line,
      row,
      sourceId: this.#idOf(record),
      code: why.code,
      column: why.column ?? null,
      reason: why.value === undefined ? why.reason : `${why.reason} Found: ${JSON.stringify(why.value.slice(0, 200))}`,
      header: match.header,
      csv: record.raw !== undefined,
      ...(record.unmapped === true ? { form: record.raw === undefined ? ('unmapped' as const) : ('mapped' as const) } : {}),
      raw: rawText(record),
    });
  }

  /** The id of the row if it plainly stands in its place. */
  #idOf({ fields }: LakeRecord): string | null {
    const index = this.#context.match.columns.findIndex((column) => column?.sql === 'source_id');
    const value = fields[index];
    return typeof value === 'string' && /^[0-9a-f]{32}$/.test(value) ? value : null;
  }
}

function faultOf({ fault, cut }: LakeRecord): Problem {
  switch (fault) {
    case 'record_too_long': {
      const length = cut === undefined ? '' : ` It is ${cut.bytes} bytes long, with the SHA-256 ${cut.sha256}.`;
      return { kind: 'quarantine', code: fault, reason: `The record is longer than ${MAX_RECORD_BYTES} bytes; only its beginning is kept.${length}` };
    }
    case 'nul_byte':
      return { kind: 'quarantine', code: fault, reason: 'The row holds a NUL byte.' };
    case 'invalid_utf8':
    case undefined:
      return { kind: 'quarantine', code: 'invalid_utf8', reason: 'The row holds bytes that are not UTF-8.' };
  }
}

/** The line as it was read; for a query result, its fields as JSON. */
function rawText({ raw, fields }: LakeRecord): string {
  return raw ?? JSON.stringify(fields);
}
