import { resolve } from 'node:path';

import { parseOutputLocation } from '../../audiences/deliver/output-location.ts';
import type { Context } from '../../context.ts';
import type { Command } from '../../cli/command.ts';
import { ONE_DAY_AHEAD, asOfDate, date, datesGiven } from '../../cli/dates.ts';
import { list, listOf, option } from '../../cli/flag.ts';
import { brandsOf, dataFlags, namesAmong } from '../../cli/options.ts';
import { awaitUpstream, upstreamOf } from '../../cli/upstream.ts';
import type { ReportPage } from '../../pages/report/declare/page.ts';
import type { ReportFormat, ReportRequest } from '../../pages/report/run-report.ts';

const FORMATS: readonly ReportFormat[] = ['html', 'csv', 'json'];
const DEFAULT_FOLDER = '.hub/reports';
const { brand, from, to, dryRun, after, maxWait, progress } = dataFlags;
/** A report is of all there is: it has no parts. */
const flags = {
  ...{ brand, from, to, dryRun, after, maxWait, progress },
  asOf: option('--as-of <date>', 'the date of the report (YYYY-MM-DD; default: today, UTC)', date),
  page: list('--page <name...>', 'only these pages: week, revenue, subscriptions, marketing, margin, stock, ltv'),
  format: listOf('--format <name...>', `what is written: ${FORMATS.join(', ')} (default: all)`, FORMATS),
  outputDir: option('--output-dir <place>', `where the folder of the date is made: a folder, or s3://bucket/prefix?region=R (default: ${DEFAULT_FOLDER} beside the configuration)`),
};

/** Writes pages and data for finance and marketing. */
export const report: Command = {
  name: 'report',
  summary: 'pages and data on the week, revenue, subscriptions, marketing, margin, stock and lifetime value',
  description:
    'Writes one folder a date: index.html, a page for each subject, the figures of each chart and table as CSV and JSON, and ' +
    'manifest.json last, with the SHA-256 of each file. The folder comes whole or not at all, readable by its owner only; on S3 the manifest says that all is there. ' +
    'Pages need no script and no network and hold no person; the same metrics give the same bytes. States are those at the ' +
    'end of --as-of, flows end with the day before. --from and --to cut what is shown, never what is computed.',
  options: Object.values(flags),
  examples: [
    'hub report',
    'hub report --page subscriptions --brand alpina --output-dir reports',
    'hub report --as-of 2026-03-31 --from 2025-04-01 --format csv,json',
    'hub report --dry-run    # which files, with how many rows; nothing is written',
  ],
  decidesByDate: true,
  async run(context, options) {
    const { config } = context;
    const isDry = flags.dryRun.of(options);
    const [asOf, range, brands] = [flags.asOf.of(options), datesGiven(options), brandsOf(options, config)];
    const upstream = upstreamOf(options, 'report');
    const pages = await pagesOf(flags.page.of(options));
    const output = outputOf(flags.outputDir.of(options), context);
    const database = await context.database({ dryRun: isDry });
    const view = {
      ...{ asOf: asOfDate(asOf, context.clock, { dryRun: isDry, ahead: ONE_DAY_AHEAD }), brands, allBrands: config.brands.map(({ id }) => id) },
      ...{ from: flags.from.isGiven(options) ? (range?.from ?? null) : null, until: flags.to.isGiven(options) ? (range?.to ?? null) : null },
      names: new Map(config.brands.map(({ id, name }) => [id, name])),
      rates: config.metrics.rates,
    };
    await awaitUpstream(context, database, brands, upstream);
    const [{ runReport }, { reportOutput }] = [await import('../../pages/report/run-report.ts'), await import('../../cli/outputs/report-output.ts')];
    const found = await runReport({ ...context, database }, { view, pages, formats: flags.format.of(options) ?? FORMATS, dryRun: isDry, ...output });
    return reportOutput(found, `${output.place}/${view.asOf}`);
  },
};

/** The pages that are asked for, or all; charts take a while to load. */
async function pagesOf(wanted: readonly string[] | undefined): Promise<readonly ReportPage[]> {
  const { reportPages } = await import('../../pages/report/pages.ts');
  if (wanted === undefined) return reportPages;
  const names = namesAmong(wanted, reportPages.map(({ name }) => name), 'page');
  return reportPages.filter(({ name }) => names.includes(name));
}

/** The place that is given, and how files are written there; the AWS client is loaded only for a place on S3. */
function outputOf(place: string | undefined, context: Context): Pick<ReportRequest, 'place' | 'write'> {
  const given = place ?? resolve(context.config.root, DEFAULT_FOLDER);
  const location = parseOutputLocation(given, { what: 'reports', code: 'invalid_report_output' });
  if ('folder' in location) {
    const folder = resolve(location.folder);
    return { place: context.shownPath(folder), write: async (date, files) => (await import('../../pages/report/write/report-folder.client.ts')).writeReportFolder(folder, date, files) };
  }
  const { bucket, prefix } = location.s3;
  return {
    place: `s3://${bucket}/${prefix}`.replace(/\/$/, ''),
    async write(date, files) {
      const store = (await import('../../audiences/deliver/s3-store.client.ts')).openS3Store(location.s3, { signal: context.signal, what: 'report' });
      try {
        await (await import('../../pages/report/write/report-store.ts')).putReport(store, date, files);
      } finally {
        store.close();
      }
    },
  };
}
