import { addDays, startOfDay, type BatchId, type Instant } from '../../../core/time.ts';
import type { Problem } from '../../../core/problem.ts';
import type { Transaction } from '../../../db/database.ts';
import type { View } from '../declare/page.ts';
import type { EarlierReport } from './restated.repository.ts';

/** Without an earlier report, what happened in so many days before the date is new. */
export const NEW_DAYS = 7;

/** The newest data of a source and brand that an import finished, and when. */
export interface FeedState {
  readonly source: string;
  readonly brand: string;
  readonly newest: BatchId;
  readonly importedAt: Instant;
}

/** A run as the overview tells of it. */
export interface OverviewRun {
  readonly command: string;
  readonly brands: readonly string[];
  readonly startedAt: Instant;
  readonly status: string;
  readonly problems: readonly Problem[];
  /** The date that it was of, where it decided by one. */
  readonly asOf: string | null;
}

interface RunRow {
  command: string;
  brands: string;
  status: string;
  started_at: Instant;
  problems: string | null;
  params: string;
}

/** From when on something is new: the earlier report, or so many days before the date. */
export function newSince(earlier: EarlierReport | undefined, { asOf }: Pick<View, 'asOf'>): string {
  return earlier?.startedAt ?? startOfDay(addDays(asOf, -NEW_DAYS));
}

/** The newest finished batch of each source and brand; an account of a platform counts with its brand. */
export async function readFeedStates(tx: Transaction, brands: readonly string[]): Promise<FeedState[]> {
  const rows = await tx('import_batches')
    .whereIn('brand', brands)
    .where('status', 'finished')
    .groupBy('feed', 'brand')
    .orderBy(['feed', 'brand'])
    .select<{ feed: string; brand: string; newest: BatchId; imported_at: Instant }[]>('feed', 'brand', tx.raw('max(??) as ??', ['batch', 'newest']), tx.raw('max(??) as ??', ['finished_at', 'imported_at']));
  return rows.map(({ feed, brand, newest, imported_at: importedAt }) => ({ source: feed, brand, newest, importedAt }));
}

/** The newest run of each of the commands that ended in one of these ways. */
export async function readNewestRuns(tx: Transaction, commands: readonly string[], statuses: readonly string[]): Promise<OverviewRun[]> {
  const newest = await tx('job_runs')
    .whereIn('command', commands)
    .whereIn('status', statuses)
    .groupBy('command')
    .select<{ command: string; at: Instant }[]>('command', tx.raw('max(??) as ??', ['started_at', 'at']));
  const runs: OverviewRun[] = [];
  for (const { command, at } of newest) runs.push(...(await runsOf(tx, command, at, statuses)).slice(0, 1));
  return runs;
}

/** The runs since an instant that failed or refused something, the newest first. */
export async function readFailedRuns(tx: Transaction, brands: readonly string[], since: string): Promise<OverviewRun[]> {
  const rows = await tx<RunRow>('job_runs').whereIn('status', ['failed', 'refused']).where('started_at', '>=', since).orderBy([{ column: 'started_at', order: 'desc' }, 'run_id']).select('command', 'brands', 'status', 'started_at', 'problems', 'params');
  return rows.map(runOf).filter((run) => run.brands.length === 0 || run.brands.some((brand) => brands.includes(brand)));
}

/** What runs of a command since an instant found wrong, in the order of the runs. */
export async function readProblems(tx: Transaction, command: string, brands: readonly string[], since: string): Promise<Problem[]> {
  const rows = await tx<RunRow>('job_runs').where({ command }).whereNotNull('problems').where('started_at', '>=', since).orderBy(['started_at', 'run_id']).select('command', 'brands', 'status', 'started_at', 'problems', 'params');
  return rows.flatMap((row) => runOf(row).problems).filter(({ brand }) => brand === undefined || brands.includes(brand));
}

async function runsOf(tx: Transaction, command: string, startedAt: Instant, statuses: readonly string[]): Promise<OverviewRun[]> {
  const rows = await tx<RunRow>('job_runs').where({ command, started_at: startedAt }).whereIn('status', [...statuses]).orderBy('run_id').select('command', 'brands', 'status', 'started_at', 'problems', 'params');
  return rows.map(runOf);
}

function runOf({ command, brands, status, started_at: startedAt, problems, params }: RunRow): OverviewRun {
  const { as_of: asOf = null } = JSON.parse(params) as { as_of?: string | null };
  return { command, brands: brands === '' ? [] : brands.split(','), startedAt, status, problems: JSON.parse(problems ?? '[]') as Problem[], asOf };
}
