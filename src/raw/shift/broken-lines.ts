import type { Column } from '../../sources/contract/contract.ts';
import { isUsualId } from '../rows/values/kinds.ts';
import type { Edit } from './edits.ts';
import { canBeDeleted, scoreOf, type Score } from './score.ts';
import { cutLine, isQuoted, unquote } from './tokens.ts';

/** A line that has too few fields for a row. */
export interface BrokenLine {
  readonly fields: readonly (string | null)[];
  readonly raw?: string;
}

/** A row that stood on several lines. */
export interface JoinedLines {
  readonly fields: (string | null)[];
  readonly edits: readonly Edit[];
  /** How many of the lines it took. */
  readonly lines: number;
}

/** What the lines have in common. */
export interface LineContext {
  readonly columns: readonly (Column | undefined)[];
  /** `,` unless told otherwise. */
  readonly delimiter?: string;
}

/** A value with more newlines than this is not put together again; a bound on the work. */
const MOST_LINES = 10;

/**
 * Puts together a value whose newlines a line-based reader took for the ends of rows: the first line joined with as
 * few of the following ones as make a row that is healthy as it stands, "\n" restored within a text. Nothing else is
 * mended on the way, and a line that begins with a key of its own ends the search. Such lines can only be put together
 * where lines have an order: in files, not in query results.
 * @param lines the held line and those right after it in the same part
 */
export function joinBrokenLines(context: LineContext, lines: readonly BrokenLine[]): JoinedLines | undefined {
  const { columns, delimiter = ',' } = context;
  const keyAt = columns.findIndex((column) => column?.sql === 'source_id');
  const live = scoreOf(columns, false);
  const deletion = canBeDeleted(columns) ? scoreOf(columns, true) : undefined;
  for (let count = 2; count <= Math.min(lines.length, MOST_LINES); count++) {
    const held = lines.slice(0, count);
    if (isUsualId(held.at(-1)?.fields[keyAt] ?? '')) return undefined;
    for (const values of [valuesOfText(held, delimiter), valuesOfFields(held)]) {
      if (values === undefined || !(isRow(live, values) || (deletion && isRow(deletion, values)))) continue;
      const fields = values.map((value) => (value === '' ? null : value));
      const column = values.findIndex((value) => value?.includes('\n') === true);
      return { fields, edits: [{ operation: 'join_lines', column, lines: count }], lines: count };
    }
  }
  return undefined;
}

/** The texts of the lines as one record, quotes read anew: a value that was quoted may hold delimiters as well. */
function valuesOfText(lines: readonly BrokenLine[], delimiter: string): string[] | undefined {
  if (lines.some(({ raw }) => raw === undefined)) return undefined;
  const values: string[] = [];
  let open: string | undefined;
  for (const { text } of cutLine(lines.map(({ raw }) => raw ?? '').join('\n'), delimiter)) {
    open = open === undefined ? (text ?? '') : open + delimiter + (text ?? '');
    if (open.startsWith('"') && !isQuoted(open)) continue;
    values.push(unquote(open));
    open = undefined;
  }
  return open === undefined ? values : undefined;
}

/** The fields of the lines in a row, the last of each line and the first of the next one being parts of one value. */
function valuesOfFields(lines: readonly BrokenLine[]): (string | null)[] {
  const values: (string | null)[] = [];
  for (const { fields } of lines) {
    const [first = '', ...others] = fields;
    values.push(values.length === 0 ? first : unquote(`${values.pop() ?? ''}\n${first ?? ''}`), ...others);
  }
  return values;
}

/** True if the values make a healthy row, and newlines stand in texts only. */
function isRow(score: Score, values: readonly (string | null)[]): boolean {
  return (
    values.length === score.width &&
    values.every((value, at) => score.accepts(at, value) && (value?.includes('\n') !== true || score.isMergeable(at)))
  );
}
