import { HubError } from '../../core/errors.ts';
import { firstOf } from '../../core/text/first-of.ts';
import type { ExpectedRows } from '../../lake/port/lake.ts';
import { shownName } from '../../lake/port/layout.ts';
import type { Reject } from '../quarantine/quarantine.repository.ts';

/** Files named in the message; of more only the number is told. */
const MOST_NAMED = 3;

/**
 * Holds what was read of a batch against its manifest (billing specification, "Lake layout"). Rejected rows count: they are
 * rows of the file.
 * @param read rows by part
 * @throws HubError refused `incomplete_batch`
 */
export function requireAllRows(expected: ExpectedRows | undefined, read: ReadonlyMap<string, number>): void {
  const differences = expected === undefined ? [] : typeof expected === 'number' ? differenceInAll(expected, read) : differencesByFile(expected, read);
  if (differences.length === 0) return;
  const { shown, more } = firstOf(differences, MOST_NAMED);
  const named = shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
  throw new HubError('refused', 'incomplete_batch', `The batch is not what its manifest says: ${named}.`, {
    nextStep: 'Wait for the exporter to write the rest, or have it write files and manifest again; nothing of this batch was stored.',
  });
}

/** Why a row is rejected whose end is missing. */
const CUT = new Set<Reject['code']>(['unrepairable', 'ambiguous_shift', 'several_rows']);

/**
 * Holds against a file of a snapshot that it ends in the middle of a row: the rest of it would be taken for deleted.
 * @param last the last rejected row so far
 * @param lastRow the last row of the file
 * @throws HubError refused `cut_file`
 */
export function requireWholeFile(last: Reject | undefined, part: string, lastRow: number): void {
  if (last === undefined || last.row !== lastRow || !CUT.has(last.code)) return;
  throw new HubError('refused', 'cut_file', 'The last row of a file of a snapshot is none: the file may end before all of it was written.', {
    context: { file: part, line: last.line },
    nextStep: 'Have the exporter write the file again, or declare lines at the end that are no data as skip_end; nothing of this batch was stored.',
  });
}

function differenceInAll(expected: number, read: ReadonlyMap<string, number>): string[] {
  const rows = [...read.values()].reduce((sum, count) => sum + count, 0);
  return rows === expected ? [] : [`${rows} rows instead of ${expected}`];
}

function differencesByFile(expected: ReadonlyMap<string, number>, read: ReadonlyMap<string, number>): string[] {
  const files = [...new Set([...expected.keys(), ...read.keys()])].sort();
  return files.flatMap((file) => {
    const [wanted, rows] = [expected.get(file), read.get(file)];
    const name = shownName(file);
    if (rows === undefined) return [`${name} is missing`];
    if (wanted === undefined) return [`${name} is not in it`];
    return rows === wanted ? [] : [`${name} has ${rows} rows instead of ${wanted}`];
  });
}
