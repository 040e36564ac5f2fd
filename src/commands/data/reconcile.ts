import type { ReconcileRequest } from '../../reconcile/run-reconcile.ts';
import type { AnyReason } from '../../reconcile/counts/reasons.ts';
import type { Command } from '../../cli/command.ts';
import { ONE_DAY_AHEAD, asOfDate, date } from '../../cli/dates.ts';
import { list, option } from '../../cli/flag.ts';
import { brandsOf, dataFlags, namesAmong } from '../../cli/options.ts';
import { awaitUpstream, upstreamOf } from '../../cli/upstream.ts';
import { requireIdKey } from '../../cli/orders-options.ts';

const { brand, dryRun, after, maxWait, progress } = dataFlags;
/** A reconciliation is of all there is: it has no range of dates and no parts. */
const flags = {
  ...{ brand, dryRun, after, maxWait, progress },
  asOf: option('--as-of <date>', 'the date for which hub and e-mail tool are counted (YYYY-MM-DD; default: today, UTC)', date),
  list: list('--list <reason...>', 'list by id what has these reasons: the words beside the steps of the report, such as term_ended'),
  html: option('--html <file>', 'write the report as one HTML page with charts too (mode 0600)'),
};

/** Answers "how many active subscribers do we have?" for every system, and explains the differences. */
export const reconcile: Command = {
  name: 'reconcile',
  summary: 'billing, e-mail tool, hub and CRM side by side, each difference explained',
  description:
    'Counts what is active in the export of the billing platform, in hub, in the e-mail tool and in the documents that the CRM has ' +
    'got, and explains every difference between neighbours by reason; then does the same with the money and with monthly recurring revenue, and checks every ' +
    'invariant of the ledger on the live data, and the stored records themselves: one that is not as it derives is named, with the ' +
    'commands that mend it (--recompute). Test data is left out and counted. An unexplained difference, a ' +
    'negative amount of a refund, payment or credit memo, or a broken invariant ends with exit code 3. Billing is as exported, without a date; hub is as of the date, from what is imported now.',
  options: Object.values(flags),
  examples: [
    'hub reconcile',
    'hub reconcile --as-of 2026-03-31 --brand alpina',
    'hub reconcile --list never_mailed unsubscribed    # who, by id',
    'hub reconcile --list unexplained    # subscriptions, money and stored records',
    'hub reconcile --list discounts not_in_effect    # whose MRR these steps change, and by how much',
    'hub reconcile --list negative_amount    # which refunds, payments and credit memos',
    'hub reconcile --html reconcile.html',
    'hub reconcile --output json --after assemble-orders --max-wait 30m',
  ],
  decidesByDate: true,
  async run(context, options) {
    const { config } = context;
    const dryRun = flags.dryRun.of(options);
    const asked = { brands: brandsOf(options, config), allBrands: config.brands.map(({ id }) => id), dryRun, list: await reasonsOf(flags.list.of(options) ?? []) };
    const asOf = flags.asOf.of(options);
    const upstream = upstreamOf(options, 'reconcile');
    const idKey = requireIdKey(config);
    const database = await context.database({ dryRun });
    const request: ReconcileRequest = { ...asked, asOf: asOfDate(asOf, context.clock, { dryRun, ahead: ONE_DAY_AHEAD }) };
    await awaitUpstream(context, database, request.brands, upstream);
    const { requireIdKeyOf } = await import('../../orders/ids/id-key.repository.ts');
    await database.read((knex) => requireIdKeyOf(knex, idKey));
    const [{ runReconcile }, { activeDaysOf, pricesIncludeTax }] = [await import('../../reconcile/run-reconcile.ts'), await import('../../config.ts')];
    const ofBrand = { activeDaysOf: (id: string) => activeDaysOf(config, id), pricesIncludeTax: (id: string) => pricesIncludeTax(config, id) };
    const services = { ...context, database, idKey, spill: config.attribution.spill, ...ofBrand };
    const found = await runReconcile(services, request);
    const file = flags.html.of(options);
    if (file !== undefined) {
      const [{ writePage }, { reconcilePage }] = [await import('../../pages/page.client.ts'), await import('../../pages/reconcile/page.ts')];
      await writePage(file, reconcilePage(found.report, new Map(config.brands.map(({ id, name }) => [id, name]))));
    }
    const { reconcileText } = await import('../../cli/outputs/reconcile-output.ts');
    const cautions = context.cautions.map(({ message }) => message);
    const warnings = found.report.warnings.filter((warning) => !cautions.includes(warning));
    const text = [reconcileText({ ...found, report: { ...found.report, warnings } }, request.list), ...cautions].join('\n\n');
    return {
      text: file === undefined ? text : `${text}\n\nThe page is in ${context.shownPath(file)}.`,
      json: { ...found.report, listed: found.listed },
      refused: found.report.status === 'refused',
    };
  },
};

async function reasonsOf(wanted: readonly string[]): Promise<ReadonlySet<AnyReason>> {
  const { reasons, moneyReasons, mrrReasons } = await import('../../reconcile/counts/reasons.ts');
  const known = [...new Set([...Object.keys(reasons), ...Object.keys(moneyReasons), ...Object.keys(mrrReasons)])] as AnyReason[];
  return new Set(namesAmong(wanted, known, 'reason'));
}
