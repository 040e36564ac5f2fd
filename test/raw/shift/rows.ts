import fc from 'fast-check';
import type { Column, Entity } from '../../../src/sources/contract/contract.ts';

/** A healthy row, one text per column; '' is empty. */
export type Row = string[];

/**
 * Rows as exports hold them. Keys, numbers, dates of a document and the last three columns are (nearly) always filled,
 * references and amounts that the process fills always or nearly always, remarks mostly empty. About half of the prose
 * holds commas; nine of ten of these have a space behind them. Fields that depend on each other (card data,
 * a cancellation and its date) are empty together.
 */
export function rowsOf(entity: Entity): fc.Arbitrary<Row> {
  return fc.tuple(...entity.columns.map((column) => valueOf(entity, column))).map((row) => correlate(entity, row));
}

/** In how many of 100 rows a nullable column has a value; in all if it is not named here. */
const filled: Record<string, number> = {
  ParentId: 2,
  CrmId: 30,
  DefaultPaymentMethodId: 80,
  Test__c: 90,
  Market__c: 95,
  Notes: 20,
  WorkPhone: 40,
  PersonalEmail: 30,
  Address2: 20,
  State: 40,
  NickName: 10,
  Description: 30,
  LastTransactionStatus: 95,
  LastTransactionDateTime: 95,
  ProductCategory: 70,
  ApplyDiscountTo: 20,
  AccountingCode: 80,
  EffectiveEndDate: 60,
  InvoiceOwnerId: 98,
  OrderReference__c: 70,
  CouponCode__c: 20,
  Campaign__c: 40,
  Quantity: 95,
  MRR: 97,
  ChargedThroughDate: 85,
  PostedDate: 90,
  TaxAmount: 97,
  AdjustmentAmount: 97,
  CreditMemoAmount: 95,
  Comments: 30,
  SubscriptionId: 97,
  SKU: 90,
  ChargeDate: 98,
  ServiceEndDate: 97,
  AppliedToInvoiceItemId: 10,
  ReferenceId: 90,
  GatewayResponse: 80,
  Comment: 25,
  CreditMemoId: 50,
  ReasonCode: 60,
  ProductSKU__c: 30,
  ReferredInvoiceId: 80,
  UpdatedDate: 99,
  ContactId: 85,
  Email: 94,
  EventId: 97,
};

const hex = fc.stringMatching(/^[0-9a-f]{32}$/);
const digits = (count: number) => fc.stringMatching(new RegExp(`^[1-9]\\d{${count - 1}}$`));
const dates = fc
  .tuple(fc.integer({ min: 2015, max: 2027 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join('-'));
const instants = fc
  .tuple(dates, fc.stringMatching(/^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/), fc.constantFrom(' ', 'T', ''))
  .map(([day, time, form]) => (form === '' ? day : form === 'T' ? `${day}T${time}Z` : `${day} ${time}.000000`));
const amounts = fc
  .tuple(fc.integer({ min: -5, max: 400 }), fc.constantFrom('.00', '.90', '.5', '.95', ''))
  .map(([whole, cents]) => `${whole}${cents}`);

const word = fc.constantFrom('order', 'card', 'customer', 'second', 'try', 'für', 'gültig', 'parcel', 'refund', 'call', '12" vinyl', 'size');
const link = fc.oneof(
  { weight: 24, arbitrary: fc.constant(' ') },
  { weight: 9, arbitrary: fc.constant(', ') },
  { weight: 1, arbitrary: fc.constant(',') },
);
const sentence = fc
  .array(fc.tuple(word, link), { minLength: 1, maxLength: 5 })
  .chain((parts) => fc.tuple(fc.constant(parts), word))
  .map(([parts, last]) => parts.map(([text, joint]) => text + joint).join('') + last);
const prose = fc.oneof(
  { weight: 12, arbitrary: sentence },
  { weight: 4, arbitrary: fc.constantFrom('None', 'NA', '1E5', 'Nan', 'ok', '"Best of" box', 'weight 1,5 kg', 'a,b,c', '0041', 'see 2026-02-05') },
);

const products = fc.constantFrom('Basic', 'Gold Box', 'Coffee, monthly', 'Tea', 'Vitamin D3, 60 pieces', 'Trial', 'Shipping');
const people = fc.constantFrom('Max', 'Erika', 'Beispiel', 'Muster', 'Müller-Muster', "O'Example", 'Muster, Max', 'Beispiel, Dr.');
const numbered = (prefix: string) => digits(8).map((number) => prefix + number);
const email = fc.tuple(fc.stringMatching(/^[a-z]{3,8}(?:\.[a-z]{3,8})?$/), fc.constantFrom('example.com', 'example.org')).map((parts) => parts.join('@'));
const sku = fc.tuple(fc.constantFrom('BOX', 'SUB', 'TRY'), digits(3)).map((parts) => parts.join('-'));

/** Texts of the columns that are no free prose. */
const listed: Record<string, fc.Arbitrary<string>> = {
  AccountNumber: numbered('A'),
  Name: fc.oneof(people, fc.constantFrom('Beispiel GmbH', 'Muster AG, Abteilung 3', 'Example Ltd,Unit 2')),
  Batch: fc.constantFrom('Batch1', 'Batch2'),
  CrmId: fc.stringMatching(/^001[A-Za-z0-9]{12}$/),
  PaymentTerm: fc.constantFrom('Due Upon Receipt', 'Net 30', 'Net 14, then due'),
  Market__c: fc.constantFrom('CH', 'DE', 'AT'),
  FirstName: people,
  LastName: people,
  NickName: fc.constantFrom('Maxi', 'Eri'),
  WorkEmail: email,
  PersonalEmail: email,
  PaypalEmail: email,
  WorkPhone: digits(9).map((number) => `+41 ${number}`),
  Address1: fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.constantFrom('Musterstrasse', 'Beispielweg'), digits(2)).map((parts) => parts.join(' ')) },
    { weight: 1, arbitrary: fc.constantFrom('Musterstrasse 5, Hinterhaus', 'Beispielweg 7,3. Stock', 'c/o Muster, Beispielweg 1') },
  ),
  Address2: fc.constantFrom('Hinterhaus', '3. Stock', 'Haus B, links'),
  City: fc.constantFrom('Bern', 'Köln', 'Graz', 'Frankfurt, Main', 'St. Gallen'),
  State: fc.constantFrom('BE', 'Bayern', 'Tirol'),
  PostalCode: digits(4),
  Country: fc.constantFrom('CH', 'Germany', 'Austria', 'Korea, Republic of'),
  CreditCardType: fc.constantFrom('Visa', 'MasterCard'),
  CreditCardMaskNumber: digits(4).map((last) => `************${last}`),
  CreditCardExpirationMonth: fc.integer({ min: 1, max: 12 }).map(String),
  CreditCardExpirationYear: fc.integer({ min: 2024, max: 2034 }).map(String),
  PaymentMethodStatus: fc.constantFrom('Active', 'Closed'),
  LastTransactionStatus: fc.constantFrom('Approved', 'Declined, insufficient funds'),
  NumConsecutiveFailures: fc.integer({ min: 0, max: 4 }).map(String),
  ProductName: products,
  ProductSKU: sku,
  ProductCategory: fc.constantFrom('Base Products', 'Add On Services'),
  ProductRatePlanName: fc.constantFrom('Monthly', 'Yearly', 'Yearly, prepaid'),
  ChargeModel: fc.constantFrom('Flat Fee Pricing', 'Per Unit Pricing', 'Discount-Percentage'),
  BillingPeriod: fc.constantFrom('Month', 'Annual', 'Quarter'),
  ApplyDiscountTo: fc.constantFrom('ONETIME, RECURRING', 'RECURRING'),
  UOM: fc.constantFrom('Each', 'Box'),
  AccountingCode: fc.constantFrom('Subscription Revenue', 'Deferred Revenue'),
  CancelReason: fc.constantFrom('Too expensive', 'Moved, no longer needed', 'Payment failed'),
  OrderReference__c: numbered('R-'),
  CouponCode__c: fc.constantFrom('WELCOME10', 'SPRING'),
  Campaign__c: fc.constantFrom('Spring 2026', 'Newsletter, March', 'Affiliate'),
  AmendmentType: fc.constantFrom('NewProduct', 'RemoveProduct', 'UpdateProduct'),
  ChargeNumber: numbered('C-'),
  Code: numbered('AMD-'),
  Type: fc.constantFrom('NewProduct', 'Cancellation', 'Renewal'),
  Status: fc.constantFrom('Completed', 'Draft'),
  InvoiceNumber: numbered('INV'),
  ChargeName: products,
  SKU: sku,
  ProcessingType: fc.constantFrom('0', '1', '3', 'Charge'),
  PaymentNumber: numbered('P-'),
  RefundNumber: numbered('R-'),
  Number: numbered('CM'),
  Gateway: fc.constantFrom('Stripe EU', 'PayPal', 'Adyen'),
  ReferenceId: fc.stringMatching(/^ch_[A-Za-z0-9]{16}$/),
  GatewayResponse: fc.constantFrom('Approved', 'Transaction declined, insufficient funds', 'Do not honor'),
  ReasonCode: fc.constantFrom('Customer Satisfaction', 'Goodwill, once', 'Correcting invoice error'),
  MethodType: fc.constantFrom('CreditCard', 'PayPal'),
  ProductSKU__c: sku,
  SourceTransactionId: hex,
  SourceTransactionNumber: numbered('INV'),
  EventId: hex,
  MessageId: fc.stringMatching(/^msg-[0-9a-f]{24}$/),
  CampaignId: numbered('cmp-'),
  CampaignName: fc.constantFrom('Spring offer', 'Newsletter, March', 'Win-back "gold", second try'),
  Email: email,
  UserAgent: fc.constantFrom(
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36',
    'Mozilla/5.0',
    'Thunderbird/115.8.0',
  ),
  IpAddress: fc.ipV4(),
  Url: fc.constantFrom('https://www.alpina.invalid/offer', 'https://www.alpina.invalid/p?id=7&utm_source=mail,weekly', 'https://belmont.invalid/a,b'),
};

/** Columns whose name means something else in one entity. */
const special: Record<string, fc.Arbitrary<string>> = {
  'subscription.Name': numbered('A-S'),
  'product_charge.Name': products,
  'rate_plan.Name': products,
  'rate_plan_charge.Name': products,
  'amendment.Name': fc.constantFrom('Renewal', 'Cancellation, by phone', 'Product change'),
  'payment_method.Type': fc.constantFrom('CreditCard', 'PayPal'),
};

function valueOf(entity: Entity, column: Column): fc.Arbitrary<string> {
  const share = column.required ? 100 : (filled[column.name] ?? 100);
  const value = contentOf(entity, column);
  if (share === 100) return value;
  return fc.oneof({ weight: share, arbitrary: value }, { weight: 100 - share, arbitrary: fc.constant('') });
}

/** Nineteen of twenty times the first. */
function usually(first: string, other: string): fc.Arbitrary<string> {
  return fc.oneof({ weight: 19, arbitrary: fc.constant(first) }, { weight: 1, arbitrary: fc.constant(other) });
}

function contentOf(entity: Entity, column: Column): fc.Arbitrary<string> {
  switch (column.kind) {
    case 'id':
      return hex;
    case 'date':
      return dates;
    case 'instant':
      return instants;
    case 'decimal':
      return amounts;
    case 'integer':
      return listed[column.name] ?? fc.constantFrom('1', '2', '12', '24');
    case 'boolean':
      if (column.name === 'AutoPay') return usually('true', 'false');
      return column.name === 'Deleted' ? fc.constantFrom('false', 'false', 'false', 'true') : fc.constantFrom('true', 'false');
    case 'currency':
      return fc.constantFrom('EUR', 'CHF');
    case 'enum':
      if (column.name === 'SourceType') return usually('Payment', 'CreditBalance');
      return fc.constantFrom(...(column.values ?? []));
    case 'text':
      return special[`${entity.name}.${column.name}`] ?? listed[column.name] ?? prose;
  }
}

/** Empties the fields that are empty together. */
function correlate(entity: Entity, row: Row): Row {
  const read = (name: string) => row[entity.columns.findIndex((column) => column.name === name)] ?? '';
  const set = (name: string, value: string) => {
    row[entity.columns.findIndex((column) => column.name === name)] = value;
  };
  const clear = (...names: string[]) => {
    for (const name of names) set(name, '');
  };
  switch (entity.name) {
    case 'account':
      // The platform lets an account pay automatically only with a default payment method.
      if (read('DefaultPaymentMethodId') === '') set('AutoPay', 'false');
      break;
    case 'payment_method':
      if (read('NumConsecutiveFailures') > '1') clear('PaypalEmail');
      else clear('CreditCardType', 'CreditCardMaskNumber', 'CreditCardExpirationMonth', 'CreditCardExpirationYear');
      break;
    case 'subscription':
      if (read('Version') === '1') clear('PreviousSubscriptionId');
      if (read('TermType') === 'EVERGREEN') clear('SubscriptionEndDate', 'TermEndDate', 'InitialTerm', 'RenewalTerm', 'CurrentTerm');
      if (read('Status') !== 'Cancelled') clear('CancelledDate', 'CancelReason');
      break;
    case 'invoice_item':
      if (read('SubscriptionId') === '') clear('RatePlanChargeId');
      break;
    case 'refund':
      if (read('SourceType') === 'CreditBalance') clear('PaymentId');
      else clear('CreditMemoId');
      break;
    case 'rate_plan':
      if (read('Name') < 'D') clear('AmendmentId', 'AmendmentType');
      break;
  }
  return row;
}
