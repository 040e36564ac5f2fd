import { fieldsOf } from '../../lake/text/csv-fields.ts';
import type { LakeRecord } from '../../lake/text/record.ts';
import type { Column } from '../../sources/contract/contract.ts';
import { isStrict, isUsualId } from '../rows/values/kinds.ts';
import { canBeDeleted, scoreOf, type Score } from './score.ts';

type Fields = readonly (string | null)[];

const DELIMITER = ',';
/** What stands between two rows where a line end should: a lone CR, NEL, a line separator, a form feed … and a byte order mark. */
const BREAK = /[\p{Cc}\p{Zl}\p{Zp}\ufeff]+/u;
const BREAKS = new RegExp(BREAK, 'gu');
const TRAILING_BREAK = /[\p{Cc}\p{Zl}\p{Zp}\ufeff\s]+$/u;
/** A key that a further row may begin with: the last 32 of more digits, as an instant may stand right before it. */
const KEYS = /"[0-9a-f]{32}(?=",)|[0-9a-f]{32}(?=,)/g;
const KEY_OR_BREAK = /[0-9a-f]{32}|[\p{Cc}\p{Zl}\p{Zp}]/u;
const ANY_KEY = /[0-9a-f]{32}(?![0-9a-f])/g;
/**
 * What a text that a repair put together must not hold: a key with a field right behind it, or one right behind a delimiter at the end,
 * where the rest of its row may have gone on into the next columns. In prose a space stands behind a comma.
 */
const KEY_IN_FRAGMENTS = /[0-9a-f]{32}"*,\S|[,\p{Cc}\p{Zl}\p{Zp}]"*[0-9a-f]{32}"*$/u;
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
  readonly #names: RegExp;
  readonly #isHeader: (fields: Fields) => boolean;
  readonly #live: Score;
  readonly #deletion: Score | undefined;
  readonly #keyAt: number;
  /** True if keys have a usual shape. */
  readonly #usual: boolean;

  /**
   * @param columns in the order of the header
   * @param names that a header may begin with; @param isHeader whether fields are one
   */
  constructor(columns: readonly (Column | undefined)[], names: readonly string[], isHeader: (fields: Fields) => boolean) {
    this.#columns = columns;
    const name = `(?:${names.filter((one) => one !== '').map(escaped).join('|')})`;
    this.#names = new RegExp(`"${name}(?=",)|${name}(?=,)`, 'g');
    this.#isHeader = isHeader;
    this.#live = scoreOf(columns, false);
    this.#deletion = canBeDeleted(columns) ? scoreOf(columns, true) : undefined;
    this.#keyAt = columns.findIndex((column) => column?.sql === 'source_id');
    this.#usual = columns[this.#keyAt]?.foreign === undefined;
  }

  /** True if one of the fields may hold a row: cheap, and false for nearly all. */
  mayHoldRow(fields: Fields): boolean {
    return fields.some((field, at) => mayHoldRow(field) && this.#isFree(at));
  }

  /**
   * True if a value takes in what reads as a row, or as a part of one that goes on behind it.
   * @param isMended the fields are those of a repair, which may have put together whatever stood there
   */
  holdsRow(fields: Fields, isMended: boolean): boolean {
    return fields.some((field, at) => {
      if (!mayHoldRow(field) || !this.#isFree(at)) return false;
      if (isMended && this.#usual && KEY_IN_FRAGMENTS.test(field)) return true;
      for (const row of this.#candidates(field)) if (this.#isRow(row, at)) return true;
      return false;
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
    const rows = starts.map((start, index) => {
      const text = raw.slice(start, starts[index + 1]);
      const row = text.replace(TRAILING_BREAK, '');
      const first = line;
      line += text.split('\n').length - 1;
      return { fields: fieldsOf(row), line: first, raw: row };
    });
    return rows.filter(({ raw: row }) => row !== '');
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

  /** Where a row or a header may begin: behind a break, at a key, or at a name. */
  #places(text: string): { start: number; isBreak: boolean }[] {
    const breaks = [...text.matchAll(BREAKS)].map(({ index, 0: found }) => ({ start: index + found.length, isBreak: true }));
    const keys = this.#usual && this.#keyAt === 0 ? [...text.matchAll(KEYS)] : [];
    const others = [...keys, ...text.matchAll(this.#names)].map(({ index }) => ({ start: index, isBreak: false }));
    return [...breaks, ...others]
      .filter(({ start }) => start > 0 && start < text.length)
      .sort((one, other) => one.start - other.start || Number(other.isBreak) - Number(one.isBreak));
  }

  /** The fields of what may be rows within a value: behind each break, and around each key. */
  *#candidates(text: string): Generator<string[]> {
    for (const { index, 0: found } of text.matchAll(BREAKS)) yield firstFields(text, index + found.length);
    if (!this.#usual) return;
    for (const { index, 0: key } of text.matchAll(ANY_KEY)) {
      const behind = text.slice(Math.max(0, index - MOST_LOOKED_AT), index).split(BREAK).at(-1) ?? '';
      const before = this.#keyAt === 0 ? [] : fieldsOf(behind).slice(-1 - this.#keyAt, -1);
      const missing = Array.from({ length: this.#keyAt - before.length }, () => '');
      yield [...missing, ...before, key, ...firstFields(text, index + key.length).slice(1)];
    }
  }

  /** @param last the column in which the value ends that the fields are read from */
  #isRow(fields: readonly string[], last?: number): boolean {
    const { fits, misfits, strict } = this.#evidence(fields);
    const isWhole = strict > 0 && (accepts(this.#live, fields) || accepts(this.#deletion, fields));
    if (isWhole || !this.#usual || !isUsualId(fields[this.#keyAt] ?? '')) return isWhole;
    const isCutThere = last !== undefined && fields.length === last + 1;
    return (strict > 0 && fits > misfits) || (isCutThere && fits >= misfits);
  }

  /** True if the column takes any text. */
  #isFree(at: number): boolean {
    const kind = this.#columns[at]?.kind;
    return kind === undefined || (kind !== 'id' && !isStrict(kind));
  }

  /** How many values stand where they may, key and texts apart, how many do not, and how many of the first are strict. */
  #evidence(fields: Fields): { fits: number; misfits: number; strict: number } {
    const found = { fits: 0, misfits: 0, strict: 0 };
    for (const [at, field] of fields.entries()) {
      const kind = this.#columns[at]?.kind;
      if (field === null || field === '' || at === this.#keyAt || this.#isFree(at)) continue;
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

function escaped(name: string): string {
  return name.replace(/[^\w]/g, '\\$&');
}

function mayHoldRow(field: string | null): field is string {
  return field !== null && field.length > SHORTEST_ROW && !isUsualId(field) && KEY_OR_BREAK.test(field);
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
