import { fieldsOf } from '../../lake/csv-fields.ts';
import type { LakeRecord } from '../../lake/record.ts';
import type { Column } from '../contract.ts';
import { isStrict, isUsualId } from '../kinds.ts';
import { canBeDeleted, scoreOf, type Score } from './score.ts';

type Fields = readonly (string | null)[];

const DELIMITER = ',';
/** What stands between two rows where a line end should: a lone CR, NEL, a line separator, a form feed … and a byte order mark. */
const BREAK = /[\p{Cc}\p{Zl}\p{Zp}\ufeff]+/u;
const BREAKS = new RegExp(BREAK, 'gu');
const TRAILING_BREAK = /[\p{Cc}\p{Zl}\p{Zp}\ufeff\s]+$/u;
/** A key that a further row may begin with: the last 32 of more digits, as an instant may stand right before it. */
const KEYS = /"?[0-9a-f]{32}(?="?,)/g;
const KEY_OR_BREAK = /[0-9a-f]{32}"*,|[\p{Cc}\p{Zl}\p{Zp}]/u;
const SHORTEST_ROW = 20;
/** So much of a text tells whether a row begins there. */
const MOST_LOOKED_AT = 1 << 13;

/**
 * Finds rows within what was read as one record or one value (billing specification, "A repair never swallows a row"): two rows on
 * one line, or rows between a quote that opens in one and closes in another. A row shows by a key of the usual shape with the fields
 * that follow it, or by standing whole between two breaks.
 */
export class RowSeams {
  readonly #columns: readonly (Column | undefined)[];
  readonly #isHeader: (fields: Fields) => boolean;
  readonly #live: Score;
  readonly #deletion: Score | undefined;
  readonly #keyAt: number;
  /** True if keys have a usual shape. */
  readonly #usual: boolean;

  /** @param columns in the order of the header; @param isHeader whether fields are a header */
  constructor(columns: readonly (Column | undefined)[], isHeader: (fields: Fields) => boolean) {
    this.#columns = columns;
    this.#isHeader = isHeader;
    this.#live = scoreOf(columns, false);
    this.#deletion = canBeDeleted(columns) ? scoreOf(columns, true) : undefined;
    this.#keyAt = columns.findIndex((column) => column?.sql === 'source_id');
    this.#usual = columns[this.#keyAt]?.foreign === undefined;
  }

  /** True if one of the fields may hold a row: cheap, and false for nearly all. */
  mayHoldRow(fields: Fields): boolean {
    return fields.some((field) => field !== null && field.length > SHORTEST_ROW && KEY_OR_BREAK.test(field));
  }

  /** True if a value takes in what reads as a row, or as the beginning of one that goes on behind it. */
  holdsRow(fields: Fields): boolean {
    return fields.some((field, at) => {
      if (field === null || field.length <= SHORTEST_ROW || !KEY_OR_BREAK.test(field)) return false;
      return [0, ...this.#places(field).map(({ start }) => start)].some((start) => field.length - start > SHORTEST_ROW && this.#isRow(firstFields(field, start), at));
    });
  }

  /**
   * True if a row of too many fields holds a second one, whatever its key looks like: behind as many fields as a row has, all columns
   * but the first, which may have grown together with the last one of the row before, take the field that stands there.
   */
  holdsSecondRow(fields: Fields): boolean {
    const width = this.#columns.length;
    for (let start = width - 1; start + width <= fields.length; start++) {
      const row = ['', ...fields.slice(start + 1, start + width)];
      if (this.#evidence(row).strict > 0 && row.every((field, at) => at === 0 || this.#live.accepts(at, field))) return true;
    }
    return false;
  }

  /** The record, or the rows that its text holds, if there are several; a header among them is one. */
  rowsIn(record: LakeRecord): readonly LakeRecord[] {
    const { raw } = record;
    const starts = raw === undefined ? [0] : this.#starts(raw);
    if (raw === undefined || starts.length === 1) return [record];
    let line = record.line;
    return starts.map((start, index) => {
      const text = raw.slice(start, starts[index + 1]);
      const row = text.replace(TRAILING_BREAK, '');
      const first = line;
      line += text.split(/\r\n|\n|\r/).length - 1;
      return { fields: fieldsOf(row), line: first, raw: row };
    });
  }

  /** Where the rows of a text begin. */
  #starts(text: string): number[] {
    const starts = [0];
    let delimiters = 0;
    let counted = 0;
    for (const { start, isBreak } of this.#places(text)) {
      if (start === starts.at(-1)) continue;
      delimiters += countDelimiters(text, counted, start);
      counted = start;
      // The ids that a row refers to look as its key does: the row before must be at its end.
      if (!isBreak && delimiters < this.#columns.length - 1) continue;
      const fields = firstFields(text, start);
      if (!this.#isRow(fields) && !this.#isHeader(fields)) continue;
      starts.push(start);
      delimiters = 0;
    }
    return starts;
  }

  /** Where a row may begin: behind a break, or at a key. */
  #places(text: string): { start: number; isBreak: boolean }[] {
    const breaks = [...text.matchAll(BREAKS)].map(({ index, 0: found }) => ({ start: index + found.length, isBreak: true }));
    const keys = this.#usual && this.#keyAt === 0 ? [...text.matchAll(KEYS)].map(({ index }) => ({ start: index, isBreak: false })) : [];
    return [...breaks, ...keys].filter(({ start }) => start > 0 && start < text.length).sort((one, other) => one.start - other.start || Number(other.isBreak) - Number(one.isBreak));
  }

  /** @param last the column in which the value ends that the fields are read from */
  #isRow(fields: readonly string[], last?: number): boolean {
    const { fits, misfits, strict } = this.#evidence(fields);
    const isWhole = strict > 0 && (accepts(this.#live, fields) || accepts(this.#deletion, fields));
    if (isWhole || !this.#usual || !isUsualId(fields[this.#keyAt] ?? '')) return isWhole;
    const isCutThere = last !== undefined && fields.length === last + 1;
    return (strict > 0 && fits > misfits) || (isCutThere && fits >= misfits);
  }

  /** How many values stand where they may, key and texts apart, how many do not, and how many of the first are strict. */
  #evidence(fields: Fields): { fits: number; misfits: number; strict: number } {
    const found = { fits: 0, misfits: 0, strict: 0 };
    for (const [at, field] of fields.entries()) {
      const kind = this.#columns[at]?.kind;
      if (field === null || field === '' || at === this.#keyAt || kind === undefined || (kind !== 'id' && !isStrict(kind))) continue;
      if (kind === 'id' ? !isUsualId(field) : !this.#live.accepts(at, field)) {
        found.misfits++;
        continue;
      }
      found.fits++;
      if (kind !== 'id') found.strict++;
    }
    return found;
  }
}

function accepts(score: Score | undefined, fields: readonly string[]): boolean {
  return score?.width === fields.length && fields.every((field, at) => score.accepts(at, field));
}

/** The fields that stand there, up to the next break. */
function firstFields(text: string, start: number): string[] {
  const ahead = text.slice(start, start + MOST_LOOKED_AT);
  const end = ahead.search(BREAK);
  return fieldsOf(end === -1 ? ahead : ahead.slice(0, end));
}

function countDelimiters(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf(DELIMITER, start); at !== -1 && at < end; at = text.indexOf(DELIMITER, at + 1)) count++;
  return count;
}
