import { HubError } from '../../core/errors.ts';
import type { Output, Command } from '../../cli/command.ts';

/** Shows what hub knows of one order, account or subscription. */
export const show: Command = {
  name: 'show',
  summary: 'show an order, a customer account or a subscription',
  description: 'Shows one order, customer account or subscription with its money, as it is stored. Ids of the billing platform, ids that left the hub (ord_…), numbers and references are all understood.',
  commands: [
    {
      name: 'order',
      summary: 'show an order: items, invoices, payments, credit notes, totals',
      arguments: '<id>',
      examples: ['hub show order ord_8f3a0b1c2d4e5f60718293a4', 'hub show order ORD-2026-0001 --output json'],
      async run(context, _options, [id = '']) {
        const { findOrders } = await import('../../orders/history/show.repository.ts');
        const { orderText } = await import('../../cli/text/show-text.ts');
        const found = await findOrders(await context.database(), id);
        return output(found.map((order) => ({ text: orderText(order), json: { ...order, doc: order.doc === null ? null : (JSON.parse(order.doc) as unknown) } })), 'order', id);
      },
    },
    {
      name: 'account',
      summary: 'show a customer account: six totals, orders, credit notes',
      arguments: '<id>',
      examples: ['hub show account acc_8f3a0b1c2d4e5f60718293a4', 'hub show account A00000042 --output json'],
      async run(context, _options, [id = '']) {
        const { findAccounts } = await import('../../orders/history/show.repository.ts');
        const { accountText } = await import('../../cli/text/show-text.ts');
        const found = await findAccounts(await context.database(), id);
        return output(found.map((account) => ({ text: accountText(account), json: account })), 'account', id);
      },
    },
    {
      name: 'subscription',
      summary: 'show a subscription: versions, class, lifecycle, items, recurring revenue',
      arguments: '<id>',
      examples: ['hub show subscription A-S00000003', 'hub show subscription 8ad0a1b2c3d4e5f60718293a4b5c6d7e --output json'],
      async run(context, _options, [id = '']) {
        const { findSubscriptions } = await import('../../orders/history/show.repository.ts');
        const { readShownSegments } = await import('../../metrics/explain/shown-segments.repository.ts');
        const { subscriptionText } = await import('../../cli/text/show-text.ts');
        const { recurringText } = await import('../../cli/text/segments-text.ts');
        const database = await context.database();
        const found: { text: string; json: unknown }[] = [];
        for (const subscription of await findSubscriptions(database, id)) {
          const recurring = await readShownSegments(database, subscription.versions);
          found.push({ text: [subscriptionText(subscription), recurringText(recurring)].join('\n\n'), json: { ...subscription, recurring: recurring.segments } });
        }
        return output(found, 'subscription', id);
      },
    },
  ],
};

function output(found: readonly { readonly text: string; readonly json: unknown }[], what: string, id: string): Output {
  if (found.length === 0) {
    throw new HubError('usage', 'unknown_id', `There is no ${what} "${id}".`, {
      nextStep: 'Test data has no orders. Check the id, and that hub enrich and hub assemble-orders have run (hub runs list).',
    });
  }
  return { text: found.map(({ text }) => text).join('\n\n'), json: found.map(({ json }) => json) };
}
