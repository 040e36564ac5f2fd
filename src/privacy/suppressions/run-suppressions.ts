import { HubError } from '../../core/errors.ts';
import { problem } from '../../core/problem.ts';
import { RefusedLines } from '../../core/refused-lines.ts';
import type { TextLine } from '../../core/text/text-lines.ts';
import type { Transaction } from '../../db/database.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import { runJob, type JobOutcome, type JobReport, type JobServices } from '../../engine/runs/job.ts';
import { isHeader, parseSuppression, whomOf, type Suppression, type SuppressionDefaults } from './suppression-line.ts';
import { addSuppressions, removeSuppressions } from './suppressions.repository.ts';

export interface SuppressionServices extends JobServices {
  readonly signal: AbortSignal;
}

/** Lines that name whom to suppress, or no longer. */
export interface SuppressionLines {
  /** As it stands in reports. */
  readonly file: string;
  readonly lines: AsyncIterable<TextLine>;
  readonly dryRun: boolean;
}

const CHUNK = 500;

/** Suppresses whom the lines name, as one recorded run; lines that are wrong are reported and left out. */
export async function importSuppressions(services: SuppressionServices, source: SuppressionLines, defaults: SuppressionDefaults): Promise<JobReport> {
  const { database } = services;
  const store = (tx: Transaction, chunk: readonly Suppression[]) => addSuppressions({ database, tx }, chunk).then((added) => ({ added, known: chunk.length - added }));
  return run(services, source, 'suppressions-import', (line) => parseSuppression(line, defaults), store, { added: 0, known: 0 });
}

/** Takes the suppression of those back whom the lines name; erased persons stay so. */
export async function removeFromSuppressions(services: SuppressionServices, source: SuppressionLines): Promise<JobReport> {
  const parse = (line: string) => whomOf(line) ?? { problem: 'it is neither an e-mail address nor a SHA-256' };
  const remove = async (tx: Transaction, chunk: readonly Pick<Suppression, 'emailSha256'>[]) => {
    const { removed, erased } = await removeSuppressions(tx, chunk.map(({ emailSha256 }) => emailSha256));
    return { removed, erased, unknown: Math.max(0, chunk.length - removed - erased) };
  };
  return run(services, source, 'suppressions-remove', parse, remove, { removed: 0, erased: 0, unknown: 0 });
}

async function run<Item extends object, Counts extends Record<string, number>>(
  services: SuppressionServices,
  { file, lines, dryRun }: SuppressionLines,
  command: string,
  parse: (line: string) => Item | { readonly problem: string },
  write: (tx: Transaction, chunk: readonly Item[]) => Promise<Counts>,
  nothing: Counts,
): Promise<JobReport> {
  return runJob(services, { command, brands: [], shard: '1/1', dryRun, slots: 1, params: { file } }, async (job): Promise<JobOutcome> => {
    const totals: Record<string, number> = { read: 0, ...nothing };
    const refused = new RefusedLines(file);
    const flush = async (chunk: readonly Item[]): Promise<void> => {
      if (services.signal.aborted) throw new HubError('interrupted', 'interrupted', 'Reading the file was interrupted.');
      const inside = (tx: Transaction): Promise<Counts> => write(tx, chunk);
      const counts = await (dryRun ? services.database.rehearse(inside) : fencedTransaction(services, job.leases, inside));
      for (const [name, count] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + count;
    };
    let chunk: Item[] = [];
    let number = 0;
    for await (const line of lines) {
      number++;
      if ('text' in line && (line.text.trim() === '' || (number === 1 && isHeader(line.text)))) continue;
      totals['read'] = (totals['read'] ?? 0) + 1;
      const item = 'text' in line ? parse(line.text) : line;
      if ('problem' in item) {
        refused.add('invalid_line', number, item.problem, 'Mend the line and give the file again.');
      } else if (chunk.push(item) === CHUNK) {
        await flush(chunk);
        chunk = [];
      }
    }
    if (chunk.length > 0) await flush(chunk);
    const { erased = 0 } = totals;
    const stays = erased > 0 ? [problem('erased_stays', `${erased} were erased by hub forget: that cannot be taken back`)] : [];
    return { status: refused.count > 0 ? 'refused' : 'succeeded', totals: { ...totals, rejected: refused.count }, items: [], problems: [...refused.problems, ...stays], furtherProblems: refused.further };
  });
}
