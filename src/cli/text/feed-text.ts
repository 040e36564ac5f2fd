import type { FeedCheck } from '../../feeds/check-feed.ts';
import { textTable } from '../table.ts';

/** True if the batch would be stored with all of its rows. */
export function isGood({ batch, rejected, refused }: FeedCheck): boolean {
  return batch !== null && rejected === 0 && refused === null;
}

/** A table of what would become of the rows of each feed, and below it what is to be looked at. */
export function checkText(checks: readonly FeedCheck[]): string {
  const columns = [...['brand', 'entity', 'newest batch'].map((title) => ({ title })), ...['read', 'stored', 'repaired', 'rejected'].map((title) => ({ title, align: 'right' as const }))];
  const rows = checks.map(({ brand, entity, batch, read, stored, repaired, rejected }) => [brand, entity, batch, read, stored, repaired, rejected]);
  const notes = checks.flatMap((check) => notesOf(check).map((note) => `${check.brand} ${check.entity}: ${note}`));
  return [textTable(columns, rows), ...(notes.length === 0 ? [] : ['', ...notes])].join('\n');
}

function notesOf({ path, batch, reasons, drift, refused }: FeedCheck): string[] {
  const { unknown_columns: unknown = [], hidden_columns: hidden = 0, absent_columns: absent = [], unknown_values: values = {} } = drift;
  return [
    ...(batch === null ? [`no file has a path of the form ${path}`] : []),
    ...(refused === null ? [] : [`nothing would be stored: ${refused.message}${refused.next === null ? '' : ` ${refused.next}`}`]),
    ...reasons.map(({ code, column, rows, file, line }) => `${rows} ${rows === 1 ? 'row' : 'rows'} rejected: ${code}${column === null ? '' : ` in ${column}`}, first ${file}:${line}`),
    ...(unknown.length === 0 ? [] : [`unknown columns, kept in extra: ${unknown.join(', ')}`]),
    ...(hidden === 0 ? [] : [`${hidden} more unknown ${hidden === 1 ? 'column' : 'columns'}, not shown as the header may hold values`]),
    ...(absent.length === 0 ? [] : [`columns without a header: ${absent.join(', ')}`]),
    ...Object.entries(values).map(([column, found]) => `values of ${column} that are not listed: ${Object.entries(found).map(([value, rows]) => `${value} (${rows})`).join(', ')}`),
  ];
}
