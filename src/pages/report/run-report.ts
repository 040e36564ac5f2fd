import type { LocalDate } from '../../core/time.ts';
import type { Transaction } from '../../db/database.ts';
import { problem, type Problem } from '../../core/problem.ts';
import { runJob, type JobReport, type JobServices } from '../../engine/runs/job.ts';
import { countTestAccounts } from '../../reconcile/ledger/money.repository.ts';
import type { ReportPage, View } from './declare/page.ts';
import { overviewPage } from './overview/page.ts';
import { newestMetricDay } from './read/newest-day.repository.ts';
import { readPage, type ReadPage } from './write/read-page.ts';
import { csvFile, jsonFile, type ReportFile } from './write/data-files.ts';
import { indexHtml, pageHtml } from './write/html.ts';
import { manifestFile } from './write/manifest.ts';

export type ReportFormat = 'html' | 'csv' | 'json';

/** What the report was asked for. */
export interface ReportRequest {
  readonly view: View;
  readonly pages: readonly ReportPage[];
  readonly formats: readonly ReportFormat[];
  /** Where the folder of the date is made, for people. */
  readonly place: string;
  /** Writes the files of a date, the manifest last. */
  readonly write: (date: string, files: readonly ReportFile[]) => Promise<void>;
  readonly dryRun: boolean;
}

interface Found {
  readonly overview: ReadPage;
  readonly pages: readonly ReadPage[];
  readonly testAccounts: number;
  readonly newestDay: LocalDate | undefined;
}

/**
 * Writes the pages and data of a date from the tables of metrics, as one recorded run; a dry run makes them and writes
 * none. They are the same bytes for the same tables.
 */
export async function runReport(services: JobServices, request: ReportRequest): Promise<JobReport> {
  const { view, dryRun, formats, place } = request;
  const { brands, asOf, from, until } = view;
  const params = { brands, as_of: asOf, from, to: until, pages: request.pages.map(({ name }) => name), formats, place };
  return runJob(services, { command: 'report', brands, shard: '1/1', dryRun, params }, async (_job, guarded) => {
    const found = await guarded.database.snapshot((tx) => find(tx, guarded, request), { signal: guarded.signal });
    const files = filesOf(found, request);
    const all = [...files, manifestFile(files, view, found.testAccounts)];
    if (!dryRun) await request.write(asOf, all);
    const totals = { files: all.length, bytes: all.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0), rows: files.reduce((sum, { rows }) => sum + (rows ?? 0), 0), test_accounts: found.testAccounts };
    return { status: 'succeeded', totals, items: files.map(({ name, rows, text }) => ({ file: name, rows, bytes: Buffer.byteLength(text) })), problems: problemsOf(found, view) };
  });
}

async function find(tx: Transaction, { database }: JobServices, { view, pages }: ReportRequest): Promise<Found> {
  const read: ReadPage[] = [];
  for (const page of pages) read.push(await readPage(tx, page, view));
  const tests = await countTestAccounts({ database, knex: tx }, view.brands);
  const overview = await readPage(tx, overviewPage(read), view);
  return { overview, pages: read, testAccounts: [...tests.values()].reduce((sum, count) => sum + count, 0), newestDay: await newestMetricDay(tx, view.brands) };
}

function filesOf({ overview, pages, testAccounts }: Found, { view, formats }: ReportRequest): ReportFile[] {
  const setting = { view, pages: pages.map(({ page }) => page), formats: formats.filter((format) => format !== 'html'), testAccounts };
  const html = formats.includes('html') ? [{ name: 'index.html', text: indexHtml(overview, pages, setting), rows: null }, ...pages.map((read) => ({ name: `${read.page.name}.html`, text: pageHtml(read, setting), rows: null }))] : [];
  const data = [overview, ...pages].flatMap(({ page, sections }) =>
    sections.flatMap((section) => [...(formats.includes('csv') ? [csvFile(page.name, section)] : []), ...(formats.includes('json') ? [jsonFile(page.name, section, view.asOf)] : [])]),
  );
  return [...html, ...data];
}

function problemsOf({ newestDay }: Found, { asOf }: View): Problem[] {
  if (newestDay === undefined) return [problem('no_metrics', 'there are no metrics of these brands, so the pages are empty', { next: 'Run hub build-metrics first.' })];
  if (newestDay >= asOf) return [];
  return [problem('metrics_behind', `the metrics end with ${newestDay}: what came later is not in the pages of ${asOf}`, { next: 'Run hub build-metrics, then this again.' })];
}
