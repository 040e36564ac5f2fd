import { problem, type Problem, type ProblemPlace } from '../../../core/problem.ts';
import type { DriftReport } from '../../rows/drift.ts';

const CONTRACT = 'If the exporter means it, add it to the contract of the entity (src/sources); else ask the exporter.';

const EXTRACTED = 'See what the platform changed. Once the contract of the stream has it (src/sources/streams), import the batches again with --from and --to.';

/**
 * What was odd about a batch that is stored all the same; the codes are the names of the drift in the history, or the reason
 * why events match nobody.
 * @param place of the batch; it begins each message as it is written
 */
export function driftProblems(drift: DriftReport, place: ProblemPlace, written: string): Problem[] {
  const found: Problem[] = [];
  const add = (code: string, message: string, more: ProblemPlace = {}): void => void found.push(problem(code, `${written}: ${message}`, { ...place, ...more }));
  const { unknown_columns: unknown, hidden_columns: hidden, absent_columns: absent, ahead_of_batch: ahead } = drift;
  if (unknown) add('unknown_columns', `unknown columns kept in extra: ${unknown.join(', ')}`, { column: onlyOne(unknown), next: CONTRACT });
  if (hidden) {
    const next = 'Look at the first line of the file: it may be a row, and not a header.';
    add('hidden_columns', `${hidden} unknown columns kept in extra, not shown, as their names do not look like headers`, { next });
  }
  if (absent) add('absent_columns', `optional columns missing: ${absent.join(', ')}`, { column: onlyOne(absent) });
  for (const [column, values] of Object.entries(drift.unknown_values ?? {})) {
    add('unknown_values', `unknown values of ${column}: ${Object.entries(values).map(([value, rows]) => `${value} (${rows})`).join(', ')}`, { column, next: CONTRACT });
  }
  for (const [column, rows] of Object.entries(drift.unusual_ids ?? {})) add('unusual_ids', `${rows} ids in ${column} are not 32 hex digits`, { column });
  for (const [column, rows] of Object.entries(drift.null_words ?? {})) {
    add('null_words', `${rows} ids in ${column} are words such as null: they count as empty`, { column });
  }
  if (ahead !== undefined) {
    const next = 'Ask the exporter: its clock or its time zone may be wrong.';
    add('ahead_of_batch', `${ahead} rows have an UpdatedDate more than a day after their batch: it counts as the batch's instant`, { column: 'UpdatedDate', next });
  }
  const { unknown_paths: newPaths, changed_paths: changed } = drift;
  if (newPaths) add('unknown_paths', `fields that hub does not read: ${countsOf(newPaths)}; they stay in the lake`, { column: onlyOne(Object.keys(newPaths)), next: EXTRACTED });
  if (changed) add('changed_paths', `fields of another kind than before: ${countsOf(changed)}`, { column: onlyOne(Object.keys(changed)), next: EXTRACTED });
  for (const [reason, rows] of Object.entries(drift.unjoined ?? {})) add(reason, `${rows} events match nobody: ${UNJOINED[reason] ?? reason}`);
  return found;
}

const MOST_PATHS = 10;

/** Paths with their records, the most frequent first: those of which there are many are of objects, not of fields. */
function countsOf(paths: Readonly<Record<string, number>>): string {
  const all = Object.entries(paths).sort(([, a], [, b]) => b - a);
  const told = all.slice(0, MOST_PATHS).map(([path, records]) => `${path} (${records})`).join(', ');
  return all.length > MOST_PATHS ? `${told} and ${all.length - MOST_PATHS} more` : told;
}

const UNJOINED: Readonly<Record<string, string>> = {
  no_recipient: 'they name neither an address nor a contact',
  unreadable_address: 'what stands in the place of their address is none',
};

function onlyOne(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined;
}
