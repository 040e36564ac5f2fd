import type { z } from 'zod';

import type { TextLine } from '../../core/text/text-lines.ts';
import type { Reject } from '../../raw/quarantine/quarantine.repository.ts';
import { isErasedRecord } from '../erased-record.ts';

/** The lines of one part, with the name that is kept with rejected ones. */
export interface IntakePart {
  readonly name: string;
  readonly lines: AsyncIterable<TextLine>;
}

/** What is wrong with a line, and with which key; the line itself is not shown, it is personal. */
export interface LineFlaw {
  readonly problem: string;
  readonly key: string | null;
  /** Of the record, where it is known. */
  readonly id?: string;
}

/** A line as its record; undefined for one of which an erasure has left the id alone. */
export type ParsedLine<Line> = Line | undefined | LineFlaw;

/** The records of a batch, read and not yet stored. */
export interface ReadRecords<Line> {
  readonly records: readonly Line[];
  readonly rejects: readonly Reject[];
  readonly read: number;
  /** Of which an erasure has left the ids. */
  readonly erased: number;
}

/** Reads a batch; a line that is no record is rejected with its place. */
export async function readRecords<Line extends object>(parts: Iterable<IntakePart>, parse: (line: string) => ParsedLine<Line>): Promise<ReadRecords<Line>> {
  const records: Line[] = [];
  const rejects: Reject[] = [];
  let [read, erased] = [0, 0];
  for (const { name, lines } of parts) {
    let line = 0;
    for await (const each of lines) {
      line++;
      const text = 'text' in each ? each.text : '';
      if ('text' in each && text === '') continue;
      read++;
      const parsed = 'text' in each ? parse(text) : { problem: each.problem, key: null };
      if (parsed === undefined) erased++;
      else if (!isFlaw(parsed)) records.push(parsed);
      else rejects.push({ part: name, line, row: read, sourceId: parsed.id ?? null, code: 'invalid_value', column: parsed.key, reason: parsed.problem, header: [], csv: false, raw: text });
    }
  }
  return { records, rejects, read, erased };
}

/**
 * Reads a line of the intake.
 * @param schema what a record of its kind must be
 * @param brand the one that it lies under
 */
export function parseIntakeLine<Schema extends z.ZodType<{ brand: string }>>(schema: Schema, line: string, brand: string): ParsedLine<z.output<Schema>> {
  let content: unknown;
  try {
    content = JSON.parse(line);
  } catch {
    return { problem: 'it is no JSON', key: null };
  }
  if (isErasedRecord(content)) return undefined;
  const checked = schema.safeParse(content);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const key = issue?.path.join('.') ?? '';
    return { problem: `its ${key === '' ? 'content' : key} is not as the server writes it`, key: key === '' ? null : key };
  }
  return checked.data.brand === brand ? checked.data : { problem: `it is of another brand than its folder, ${brand}`, key: 'brand' };
}

function isFlaw(parsed: object): parsed is LineFlaw {
  return 'problem' in parsed;
}
