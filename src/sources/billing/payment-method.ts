import { billingEntity } from '../contract/billing-entity.ts';
import { boolean, id, instant, integer, personal, text } from '../contract/contract.ts';

/** Billing entity 3: how an account pays. */
export const paymentMethod = billingEntity(
  'payment_method',
  'raw_payment_methods',
  'A card, wallet or bank account that pays invoices.',
  {
    AccountId: id('account'),
    Type: text({ shape: 'word' }),
    PaymentMethodStatus: text({ shape: 'word' }),
    Active: boolean(),
    CreditCardType: text({ shape: 'word' }),
    CreditCardMaskNumber: text({ ...personal, shape: 'card_mask' }),
    CreditCardExpirationMonth: integer(),
    CreditCardExpirationYear: integer(),
    PaypalEmail: text({ ...personal, shape: 'email' }),
    LastTransactionStatus: text(),
    LastTransactionDateTime: instant(),
    NumConsecutiveFailures: integer(),
  },
);
