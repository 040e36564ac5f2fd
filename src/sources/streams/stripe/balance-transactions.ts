import { currencyAt, decimalAt, epochAt, integerAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

const required = { required: true } as const;

/** Every movement of the balance; never changes. Amounts are in Stripe's minor unit. */
export const stripeBalanceTransactions = sourceStream({
  platform: 'stripe',
  stream: 'balance_transactions',
  description: 'A movement of the Stripe balance, in the minor unit that Stripe counts in.',
  disposition: 'event',
  fields: {
    id: platformId('id', required),
    amount: integerAt('amount', required),
    fee: integerAt('fee'),
    net: integerAt('net'),
    currency: currencyAt('currency', required),
    type: textAt('type'),
    reporting_category: textAt('reporting_category'),
    source: platformId(['source', 'source.id']),
    status: textAt('status'),
    exchange_rate: decimalAt('exchange_rate'),
    available_on: epochAt('available_on'),
    created: epochAt('created', required),
  },
  indexes: ['source'],
});
