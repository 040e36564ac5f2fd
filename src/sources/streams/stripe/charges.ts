import { booleanAt, currencyAt, emailAt, epochAt, integerAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

const required = { required: true } as const;

/** Payments; they have no version of their own, so the later batch wins. */
export const stripeCharges = sourceStream({
  platform: 'stripe',
  stream: 'charges',
  description: 'A charge of Stripe, in the minor unit that Stripe counts in.',
  disposition: 'versioned',
  fields: {
    id: platformId('id', required),
    amount: integerAt('amount', required),
    amount_captured: integerAt('amount_captured'),
    amount_refunded: integerAt('amount_refunded'),
    currency: currencyAt('currency', required),
    status: textAt('status'),
    captured: booleanAt('captured'),
    refunded: booleanAt('refunded'),
    disputed: booleanAt('disputed'),
    livemode: booleanAt('livemode'),
    customer: platformId(['customer', 'customer.id']),
    payment_intent: platformId(['payment_intent', 'payment_intent.id']),
    balance_transaction: platformId(['balance_transaction', 'balance_transaction.id']),
    email_sha256: emailAt(['billing_details.email', 'receipt_email']),
    country: textAt('billing_details.address.country'),
    method: textAt('payment_method_details.type'),
    order_reference: textAt('metadata.order_id'),
    created: epochAt('created', required),
    deleted: booleanAt('deleted'),
  },
  indexes: ['email_sha256'],
});
