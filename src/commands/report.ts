import { Option } from 'commander';
import { resolve } from 'node:path';

import { HubError } from '../core/errors.ts';
import { useOneOf } from '../core/text/nearest.ts';
import { parseOutputLocation } from '../audiences/deliver/output-location.ts';
import type { Context } from '../context.ts';
import type { Command, OptionValues } from '../cli/command.ts';
import { ONE_DAY_AHEAD, asOfDate, asOfGiven, datesGiven } from '../cli/dates.ts';
import { brandsOf, dataOptions, listed, listedOf } from '../cli/options.ts';
import { reportOutput } from '../cli/text/report-output.ts';
import { awaitUpstream, upstreamOf } from '../cli/upstream.ts';
import type { ReportPage } from '../pages/report/declare/page.ts';
import type { ReportFormat, ReportRequest } from '../pages/report/run-report.ts';

const FORMATS = ['html', 'csv', 'json'];
const DEFAULT_FOLDER = '.hub/reports';
/** A report is of all there is: it has no parts. */
const WITHOUT = new Set(['--shard']);

/** Writes pages and data for finance and marketing. */
export const report: Command = {
  name: 'report',
  summary: 'pages and data on revenue, subscriptions and lifetime value',
  description:
    'Writes one folder a date: index.html, a page for each subject, the figures of each chart and table as CSV and JSON, and ' +
    'manifest.json last, with the SHA-256 of each file. The folder comes whole or not at all, readable by its owner only; on S3 the manifest says that all is there. ' +
    'Pages need no script and no network and hold no person; the same metrics give the same bytes. States are those at the ' +
    'end of --as-of, flows end with the day before. --from and --to cut what is shown, never what is computed.',
  options: [
    ...dataOptions().filter(({ long }) => !WITHOUT.has(long ?? '')),
    new Option('--as-of <date>', 'the date of the report (YYYY-MM-DD; default: today, UTC)'),
    new Option('--page <name...>', 'only these pages: revenue, subscriptions, ltv').argParser(listed),
    new Option('--format <name...>', `what is written: ${FORMATS.join(', ')} (default: all)`).argParser(listedOf(FORMATS)),
    new Option('--output-dir <place>', `where the folder of the date is made: a folder, or s3://bucket/prefix?region=R (default: ${DEFAULT_FOLDER} beside the configuration)`),
  ],
  examples: [
    'hub report',
    'hub report --page subscriptions --brand alpina --output-dir reports',
    'hub report --as-of 2026-03-31 --from 2025-04-01 --format csv,json',
    'hub report --dry-run    # which files, with how many rows; nothing is written',
  ],
  decidesByDate: true,
  async run(context, options) {
    const { config } = context;
    const dryRun = options['dryRun'] === true;
    const [asOf, range, brands] = [asOfGiven(options), datesGiven(options), brandsOf(options, config)];
    const upstream = upstreamOf(options, 'report');
    const pages = await pagesOf(options);
    const output = outputOf(options, context);
    const database = await context.database({ dryRun });
    const view = {
      ...{ asOf: asOfDate(asOf, context.clock, { dryRun, ahead: ONE_DAY_AHEAD }), brands, allBrands: config.brands.map(({ id }) => id) },
      ...{ from: options['from'] === undefined ? null : (range?.from ?? null), until: options['to'] === undefined ? null : (range?.to ?? null) },
      names: new Map(config.brands.map(({ id, name }) => [id, name])),
    };
    await awaitUpstream(context, database, brands, upstream);
    const { runReport } = await import('../pages/report/run-report.ts');
    const formats = (options['format'] as ReportFormat[] | undefined) ?? (FORMATS as ReportFormat[]);
    return reportOutput(await runReport({ ...context, database }, { view, pages, formats, dryRun, ...output }), `${output.place}/${view.asOf}`);
  },
};

/** The charts of pages take a while to load. */
async function pagesOf(options: OptionValues): Promise<readonly ReportPage[]> {
  const { reportPages } = await import('../pages/report/pages.ts');
  const wanted = options['page'] as string[] | undefined;
  const names = reportPages.map(({ name }) => name);
  const unknown = wanted?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new HubError('usage', 'unknown_page', `There is no page "${unknown}".`, { nextStep: useOneOf(unknown, names) });
  return reportPages.filter(({ name }) => wanted?.includes(name) ?? true);
}

/** The place that is given, and how files are written there; the AWS client is loaded only for a place on S3. */
function outputOf(options: OptionValues, context: Context): Pick<ReportRequest, 'place' | 'write'> {
  const given = (options['outputDir'] as string | undefined) ?? resolve(context.config.root, DEFAULT_FOLDER);
  const location = parseOutputLocation(given, { what: 'reports', code: 'invalid_report_output' });
  if ('folder' in location) {
    const folder = resolve(location.folder);
    return { place: context.shownPath(folder), write: async (date, files) => (await import('../pages/report/write/report-folder.client.ts')).writeReportFolder(folder, date, files) };
  }
  const { bucket, prefix } = location.s3;
  return {
    place: `s3://${bucket}/${prefix}`.replace(/\/$/, ''),
    async write(date, files) {
      const store = (await import('../audiences/deliver/s3-store.client.ts')).openS3Store(location.s3, { signal: context.signal, what: 'report' });
      try {
        await (await import('../pages/report/write/report-store.ts')).putReport(store, date, files);
      } finally {
        store.close();
      }
    },
  };
}
