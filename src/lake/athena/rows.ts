import { isUtf8 } from 'node:buffer';

import { HubError } from '../../core/errors.ts';
import type { QueryScope } from './errors.ts';
import { LongLine, MAX_RECORD_BYTES } from '../text/long-line.ts';
import type { LakeRecord } from '../text/record.ts';

/** Takes the bytes of a result in chunks of any size and gives the rows as they become whole. */
export interface RowDecoder {
  push(chunk: Buffer): LakeRecord[];
  /** The last row, if no line feed ends it. */
  end(): LakeRecord[];
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const INCOMPLETE = -1;

/**
 * Decodes the CSV that Athena writes: every value in quotes, a quote doubled, NULL as nothing between the commas.
 * csv-parse tells NULL from the empty string only through its callback per field; for rows of 12 columns that made
 * 20,000 rows a second, this makes 700,000. The header row comes first, as line 1; all rows must have its width. Of a row that is
 * longer than a record may be, its beginning, length and hash come.
 *
 * @throws HubError `refused` (`unreadable_file`) if the bytes are not such a CSV.
 */
export function createRowDecoder(context: QueryScope['context']): RowDecoder {
  let rest: Buffer = Buffer.alloc(0);
  let line = 0;
  let width = 0;
  let long: LongRow | undefined;

  const damaged = (what: string) =>
    new HubError('refused', 'unreadable_file', `The result of the query is damaged: ${what}.`, {
      context: { ...context, line: line + 1 },
      nextStep: 'Run the command again; if it fails at the same line, look at the result object on S3.',
    });

  // Appends the fields of the row at `position` and returns where the next one begins.
  const readRow = (data: Buffer, position: number, fields: (string | null)[]): number => {
    for (;;) {
      const start = position;
      if (data[start] === QUOTE) {
        position = closingQuote(data, start + 1);
        if (position === INCOMPLETE) return INCOMPLETE;
        fields.push(unquote(data.toString('utf8', start + 1, position)));
        position++;
      } else {
        while (position < data.length && data[position] !== COMMA && data[position] !== LINE_FEED) position++;
        if (position === data.length) return INCOMPLETE;
        fields.push(position === start ? null : data.toString('utf8', start, position));
      }
      const separator = data[position++];
      if (separator === LINE_FEED) return position;
      if (separator !== COMMA) throw damaged('text follows a closing quote');
    }
  };

  const push = (chunk: Buffer): LakeRecord[] => {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    // One look at the whole chunk spares the look at each row; a character cut at its end only costs that look.
    const suspect = data.includes(0) || !isUtf8(data);
    const rows: LakeRecord[] = [];
    let position = 0;
    for (;;) {
      if (long !== undefined) {
        position = long.take(data, position);
        if (!long.isWhole) break;
        rows.push(long.record(++line));
        long = undefined;
      }
      const fields: (string | null)[] = [];
      const next = readRow(data, position, fields);
      if (next - position > MAX_RECORD_BYTES || (next === INCOMPLETE && data.length - position > MAX_RECORD_BYTES)) {
        long = new LongRow();
        continue;
      }
      if (next === INCOMPLETE) break;
      if (line === 0) width = fields.length;
      if (fields.length !== width) throw damaged(`${fields.length} fields instead of ${width}`);
      const fault = suspect ? faultOf(data.subarray(position, next)) : undefined;
      line++;
      rows.push(fault === undefined ? { fields, line } : { fields, line, fault });
      position = next;
    }
    rest = data.subarray(position);
    return rows;
  };

  const end = (): LakeRecord[] => {
    if (rest.length === 0 && long === undefined) return [];
    const rows = push(Buffer.of(LINE_FEED));
    if (rest.length > 0 || long !== undefined) throw damaged('it ends inside a quoted value');
    return rows;
  };

  return { push, end };
}

/** Takes a row piece by piece. Every value is quoted as a whole, so that an even number of quotes before a line feed ends it. */
class LongRow {
  isWhole = false;
  readonly #line = new LongLine();
  #isQuoted = false;

  /** Takes what is there of it. @returns where it ends, or the data */
  take(data: Buffer, start: number): number {
    for (let at = start; at < data.length; at++) {
      if (data[at] === QUOTE) this.#isQuoted = !this.#isQuoted;
      if (data[at] !== LINE_FEED || this.#isQuoted) continue;
      this.#line.add(data.subarray(start, at));
      this.isWhole = true;
      return at + 1;
    }
    this.#line.add(data.subarray(start));
    return data.length;
  }

  record(line: number): LakeRecord {
    const cut = this.#line.end();
    return { fields: [], line, raw: cut.text, fault: 'record_too_long', cut };
  }
}

// The byte after the quote must be in sight: it decides whether the quote is doubled.
function closingQuote(data: Buffer, position: number): number {
  for (; position + 1 < data.length; position++) {
    if (data[position] !== QUOTE) continue;
    if (data[position + 1] !== QUOTE) return position;
    position++;
  }
  return INCOMPLETE;
}

function unquote(text: string): string {
  return text.includes('"') ? text.replaceAll('""', '"') : text;
}

function faultOf(row: Buffer): LakeRecord['fault'] {
  if (row.includes(0)) return 'nul_byte';
  return isUtf8(row) ? undefined : 'invalid_utf8';
}
