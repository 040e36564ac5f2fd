import type { Command } from '../../cli/command.ts';
import { ordersOptions, ordersRequestOf, ordersServicesOf } from '../../cli/orders-options.ts';

/** Assembles orders, their items, totals and documents from the enriched records. */
export const assembleOrders: Command = {
  name: 'assemble-orders',
  summary: 'assemble orders, their totals and their documents for CRMs',
  description:
    'Takes up the persons whose enriched records changed since the last run and decides each of them whole: persons, customer ' +
    'accounts, orders, items, six totals, and a document for each order, which gets a new version and a relay only if it ' +
    'changed. Refunds appear in them once attribute-refunds has attributed them. --from and --to choose persons with a ' +
    'subscription, an invoice or a refund of these dates. --recompute compares each stored column and document with what derives, ' +
    'and mends what was changed, deleted or added by hand; credit notes it takes as they are stored: attribute-refunds mends those first.',
  options: ordersOptions,
  examples: [
    'hub assemble-orders',
    'hub assemble-orders --after enrich --max-wait 30m',
    'hub assemble-orders --dry-run    # which orders and documents would change',
    'hub assemble-orders --from 2026-03-01 --to 2026-04-01',
    'hub assemble-orders --recompute --brand alpina --dry-run    # what would be mended',
    'hub assemble-orders --shard 2/4 --no-progress',
  ],
  decidesByDate: true,
  async run(context, options) {
    const request = ordersRequestOf('assemble-orders', options, context);
    const services = await ordersServicesOf(context, request, options);
    const [{ runOrders }, { outcomeOf }, { ordersText }] = [await import('../../orders/run-orders.ts'), await import('../../orders/orders-report.ts'), await import('../../cli/outputs/orders-output.ts')];
    const report = await runOrders(services, request, outcomeOf, () => undefined);
    return { text: [...ordersText(report), ...report.warnings].join('\n\n'), json: report, refused: report.status === 'refused' };
  },
};
