import type { LocalDate } from '../../../core/time.ts';
import type { Platform } from '../../api/platform.ts';
import { balanceTransactions } from './balance-transactions.ts';
import { errors } from './errors.ts';
import { events } from './events.ts';
import { charges, customers, disputes, payouts, refunds } from './objects.ts';
import { payoutMovements } from './payout-movements.ts';

/** A key of a live account; of a sandbox it has `test` in the same place. */
const LIVE_KEY = /^[a-z]{2}_live_/;

/** Payments: charges, refunds, disputes, payouts, and the movements of the balance. */
export const stripe: Platform = {
  name: 'stripe',
  title: 'Stripe',
  references: [
    'docs.stripe.com/rate-limits, read 2026-11: 100 requests a second live, 25 in a sandbox, 25 to one endpoint',
    'stripe-java EventService.list, read 2026-11: events are kept for 30 days',
    'airbyte#77625: objects in events have the version of the account, not the one that is asked for, and lack fields',
    'airbyte#34332, airbyte#36070: refunds change through charge.refund.updated and refund.updated only',
    'docs.stripe.com/currencies, from memory: ISK and UGX have two digits, MGA has none',
  ],
  settings: {},
  api: {
    baseUrl: () => 'https://api.stripe.com',
    version: { value: '2026-10-28.endive', released: '2026-10-28' as LocalDate, ends: 'never', known: '2026-11-28' as LocalDate },
    headers: { 'stripe-version': '2026-10-28.endive' },
    servedHeader: 'stripe-version',
  },
  auth: { kind: 'bearer', credential: 'api_key' },
  budget: {
    rate: ({ api_key: key = '' }) => ({ requests: LIVE_KEY.test(key) ? 100 : 25, perMs: 1_000 }),
    endpointRate: { requests: 25, perMs: 1_000 },
    concurrency: 8,
  },
  errors,
  minorDigits: { ISK: 2, UGX: 2, MGA: 0 },
  check: () => ({ method: 'GET', url: '/v1/balance_transactions', query: { limit: '1' } }),
  streams: [balanceTransactions, events, charges, refunds, disputes, payouts, customers, payoutMovements],
};
