import type { CreditNote } from '../../orders/ledger/credit-note.ts';
import type { DateRange } from '../../engine/stage/person-queue.repository.ts';
import type { Command } from '../../cli/command.ts';
import { outputWithCsv } from '../../cli/options.ts';
import { ordersOptions, ordersRequestOf, ordersServicesOf } from '../../cli/orders-options.ts';

/** Attributes refunds to the invoice lines that they give money back for. */
export const attributeRefunds: Command = {
  name: 'attribute-refunds',
  summary: 'attribute refunds to purchases: credit notes and totals',
  description:
    'Takes up the persons whose enriched records changed since the last run and attributes all refunds of their accounts anew, ' +
    'by seven methods, from the links of the billing platform down to the product and the dates. Only differences are written, ' +
    'with the totals and the documents of orders that exist. What no invoice can take is reported as unallocated. ' +
    'With --dry-run this is a reconciliation of all refunds: what is attributed how, and what would change. --from and --to ' +
    'choose persons with refunds of these dates, and the report shows those alone; --output csv has a line for each part of a refund. ' +
    '--recompute compares each stored column with what derives and mends credit notes and totals that were changed, deleted or added by hand.',
  options: ordersOptions,
  csv: true,
  examples: [
    'hub attribute-refunds',
    'hub attribute-refunds --dry-run    # the reconciliation, nothing written',
    'hub attribute-refunds --dry-run --from 2026-03-01 --to 2026-04-01 --output csv',
    'hub attribute-refunds --recompute    # mends credit notes that were changed by hand',
    'hub attribute-refunds --after enrich --max-wait 30m',
  ],
  decidesByDate: true,
  async run(context, options) {
    const request = ordersRequestOf('attribute-refunds', options, context);
    const services = await ordersServicesOf(context, request, options);
    const [{ runOrders }, { outcomeOf }, { ordersText }] = [await import('../../orders/run-orders.ts'), await import('../../orders/orders-report.ts'), await import('../../cli/outputs/orders-output.ts')];
    const { RefundReport, notePairs } = await import('../../orders/refund-report.ts');
    const { refundReportText, refundCsvHeader, refundCsvRows } = await import('../../cli/text/refund-report-text.ts');
    const { stringify } = await import('csv-stringify/sync');
    const refunds = new RefundReport();
    const rows: string[][] = [];
    const report = await runOrders(
      services,
      request,
      (tally, plan) => {
        const outcome = outcomeOf(tally, plan);
        const totals = { ...outcome.totals, refunds: refunds.figures, largest_unallocated: refunds.largestUnallocated };
        return { ...outcome, totals, problems: [...outcome.problems, ...refunds.problems] };
      },
      ({ decisions, storedNotes }) => {
        const [notes, before] = [within(request.range, decisions.flatMap((decision) => [...decision.notes])), within(request.range, [...storedNotes])];
        refunds.add(notes, before);
        if (outputWithCsv.of(options) === 'csv') for (const pair of notePairs(notes, before)) rows.push(...refundCsvRows(pair));
        for (const { refusedLinks } of decisions) refunds.addRefused(refusedLinks);
      },
    );
    const text = [...ordersText(report), ...refundReportText(refunds.figures, refunds.largestUnallocated), ...report.warnings];
    return { text: text.join('\n\n'), json: report, csv: stringify([[...refundCsvHeader], ...rows]), refused: report.status === 'refused' };
  },
};

/** The credit notes of refunds of these dates, by brand and account. */
function within(range: DateRange | undefined, notes: readonly (readonly [string, readonly CreditNote[]])[]): Map<string, readonly CreditNote[]> {
  if (range === undefined) return new Map(notes);
  return new Map(notes.map(([account, own]) => [account, own.filter(({ refundDate }) => refundDate >= range.from && refundDate < range.to)]));
}
