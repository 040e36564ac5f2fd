import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';

import { masked, sniffedEntry } from '../../../src/cli/text/sniff-text.ts';
import { sampleOf } from '../../../src/feeds/sniff/sample.client.ts';
import { sniffStreams, type SniffedStream } from '../../../src/feeds/sniff/sniff.ts';
import { entityNamed } from '../../../src/sources/index.ts';
import { hexId } from '../../support/lakes/lake.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';

const EXPORTS = 'fixtures/exports';
const signal = new AbortController().signal;

/** What the columns of public exports are, by hand: column of hub = header. All other headers are of no column. */
const TRUTH: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'zuora-datasource/exports/2026/03/20/account_01.csv.gz': {
    Id: 'Account: ID', AccountNumber: 'Account: Account Number', Name: 'Account: Name', Status: 'Account: Status', Currency: 'Account: Currency', Batch: 'Account: Billing Batch', BillToId: 'Bill To Contact: ID', DefaultPaymentMethodId: 'Account: Default Payment Method ID', ParentId: 'Account: Parent ID', CrmId: 'Account: CRM Account ID',
    AutoPay: 'Account: Auto Pay', BillCycleDay: 'Account: Bill Cycle Day', PaymentTerm: 'Account: Payment Term', Balance: 'Account: Account Balance', CreditBalance: 'Account: Credit Balance', Test__c: 'Account: Test Account', Notes: 'Account: Notes', CreatedDate: 'Account: Created Date', UpdatedDate: 'Account: Updated Date',
  },
  'zuora-datasource/exports/2026/03/20/subscription_01.csv.gz': {
    Id: 'Subscription: ID', AccountId: 'Account: ID', InvoiceOwnerId: 'Subscription: Invoice Owner ID', Name: 'Subscription: Name', Status: 'Subscription: Status', Version: 'Subscription: Version', OriginalId: 'Subscription: Original ID', PreviousSubscriptionId: 'Subscription: Previous Subscription ID', TermType: 'Subscription: Term Type',
    AutoRenew: 'Subscription: Auto Renew', InitialTerm: 'Subscription: Initial Term', RenewalTerm: 'Subscription: Renewal Term', CurrentTerm: 'Subscription: Current Term', ContractEffectiveDate: 'Subscription: Contract Effective Date', SubscriptionStartDate: 'Subscription: Subscription Start Date', SubscriptionEndDate: 'Subscription: Subscription End Date',
    TermStartDate: 'Subscription: Term Start Date', TermEndDate: 'Subscription: Term End Date', CancelledDate: 'Subscription: Cancelled Date', CancelReason: 'Subscription: Cancel Reason', Notes: 'Subscription: Notes', OrderReference__c: 'Subscription: Order Reference', CreatedDate: 'Subscription: Created Date', UpdatedDate: 'Subscription: Updated Date',
  },
  'zuora-datasource/exports/2026/03/20/rateplancharge_01.csv.gz': {
    Id: 'Rate Plan Charge: ID', AccountId: 'Account: ID', RatePlanId: 'Rate Plan: ID', SubscriptionId: 'Subscription: ID', ProductRatePlanChargeId: 'Product Rate Plan Charge: ID', ChargeNumber: 'Rate Plan Charge: Charge Number', Name: 'Rate Plan Charge: Name', Description: 'Rate Plan Charge: Description', ChargeType: 'Rate Plan Charge: Charge Type', ChargeModel: 'Rate Plan Charge: Charge Model',
    BillingPeriod: 'Rate Plan Charge: Billing Period', OriginalId: 'Rate Plan Charge: Original ID', Version: 'Rate Plan Charge: Version', Segment: 'Rate Plan Charge: Segment', IsLastSegment: 'Rate Plan Charge: Is Last Segment', EffectiveStartDate: 'Rate Plan Charge: Effective Start Date', EffectiveEndDate: 'Rate Plan Charge: Effective End Date', Quantity: 'Rate Plan Charge: Quantity',
    Price: 'Rate Plan Charge: Price', MRR: 'Rate Plan Charge: MRR', ChargedThroughDate: 'Rate Plan Charge: Charged Through Date', CreatedDate: 'Rate Plan Charge: Created Date', UpdatedDate: 'Rate Plan Charge: Updated Date',
  },
  'zuora-datasource/exports/2026/03/20/invoice_01.csv.gz': {
    Id: 'Invoice: ID', AccountId: 'Account: ID', InvoiceNumber: 'Invoice: Invoice Number', InvoiceDate: 'Invoice: Invoice Date', DueDate: 'Invoice: Due Date', PostedDate: 'Invoice: Posted Date', Status: 'Invoice: Status', Currency: 'Account: Currency', Amount: 'Invoice: Amount', AmountWithoutTax: 'Invoice: Amount Without Tax', TaxAmount: 'Invoice: Tax Amount', Balance: 'Invoice: Balance',
    PaymentAmount: 'Invoice: Payment Amount', RefundAmount: 'Invoice: Refund Amount', AdjustmentAmount: 'Invoice: Adjustment Amount', CreditBalanceAdjustmentAmount: 'Invoice: Credit Balance Adjustment Amount', Comments: 'Invoice: Comments', CreatedDate: 'Invoice: Created Date', UpdatedDate: 'Invoice: Updated Date',
  },
  'zuora-datasource/exports/2026/03/20/invoiceitem_01.csv.gz': {
    Id: 'Invoice Item: ID', AccountId: 'Account: ID', InvoiceId: 'Invoice: ID', SubscriptionId: 'Subscription: ID', RatePlanChargeId: 'Rate Plan Charge: ID', ProductId: 'Product: ID', ProductRatePlanChargeId: 'Product Rate Plan Charge: ID', ChargeName: 'Invoice Item: Charge Name', SKU: 'Invoice Item: SKU', ChargeAmount: 'Invoice Item: Charge Amount', TaxAmount: 'Invoice Item: Tax Amount',
    Quantity: 'Invoice Item: Quantity', UnitPrice: 'Invoice Item: Unit Price', ChargeDate: 'Invoice Item: Charge Date', ServiceStartDate: 'Invoice Item: Service Start Date', ServiceEndDate: 'Invoice Item: Service End Date', ProcessingType: 'Invoice Item: Processing Type', AppliedToInvoiceItemId: 'Invoice Item: Applied To Invoice Item Id', CreatedDate: 'Invoice Item: Created Date', UpdatedDate: 'Invoice Item: Updated Date',
  },
  'zuora-aqua/aqua/20260320T080000Z/Account.csv': {
    Id: 'Account.Id', AccountNumber: 'Account.AccountNumber', Name: 'Account.Name', Status: 'Account.Status', Currency: 'Account.Currency', Batch: 'Account.Batch', BillToId: 'BillToContact.Id', DefaultPaymentMethodId: 'Account.DefaultPaymentMethodId', ParentId: 'Account.ParentId', CrmId: 'Account.CrmId', AutoPay: 'Account.AutoPay', BillCycleDay: 'Account.BillCycleDay', PaymentTerm: 'Account.PaymentTerm', Balance: 'Account.Balance',
    CreditBalance: 'Account.CreditBalance', Test__c: 'Account.TestAccount__c', Notes: 'Account.Notes', CreatedDate: 'Account.CreatedDate', UpdatedDate: 'Account.UpdatedDate',
  },
  'zuora-aqua/aqua/20260320T080000Z/Payment.csv': {
    Id: 'Payment.Id', AccountId: 'Account.Id', PaymentMethodId: 'DefaultPaymentMethod.Id', PaymentNumber: 'Payment.PaymentNumber', EffectiveDate: 'Payment.EffectiveDate', Amount: 'Payment.Amount', AppliedAmount: 'Payment.AppliedInvoiceAmount', RefundAmount: 'Payment.RefundAmount', Currency: 'Account.Currency', Type: 'Payment.Type', Status: 'Payment.Status', Gateway: 'Payment.Gateway',
    ReferenceId: 'Payment.ReferenceId', GatewayResponse: 'Payment.GatewayResponse', Comment: 'Payment.Comment', CreatedDate: 'Payment.CreatedDate', UpdatedDate: 'Payment.UpdatedDate',
  },
  'zuora-aqua/aqua/20260320T080000Z/InvoicePayment.csv': { Id: 'InvoicePayment.Id', AccountId: 'Account.Id', InvoiceId: 'Invoice.Id', PaymentId: 'Payment.Id', Amount: 'InvoicePayment.Amount', RefundAmount: 'InvoicePayment.RefundAmount', EffectiveDate: 'Payment.EffectiveDate', CreatedDate: 'InvoicePayment.CreatedDate', UpdatedDate: 'InvoicePayment.UpdatedDate' },
  'zuora-aqua/aqua/20260320T080000Z/Refund.csv': { Id: 'Refund.Id', AccountId: 'Account.Id', PaymentMethodId: 'DefaultPaymentMethod.Id', RefundNumber: 'Refund.RefundNumber', RefundDate: 'Refund.RefundDate', Amount: 'Refund.Amount', Currency: 'Account.Currency', Type: 'Refund.Type', SourceType: 'Refund.SourceType', MethodType: 'Refund.MethodType', Status: 'Refund.Status', ReasonCode: 'Refund.ReasonCode', Comment: 'Refund.Comment', CreatedDate: 'Refund.CreatedDate', UpdatedDate: 'Refund.UpdatedDate' },
  'zuora-aqua/aqua/20260320T080000Z/RefundInvoicePayment.csv': { Id: 'RefundInvoicePayment.Id', AccountId: 'Account.Id', RefundId: 'Refund.Id', InvoicePaymentId: 'InvoicePayment.Id', InvoiceId: 'Invoice.Id', PaymentId: 'Payment.Id', RefundAmount: 'RefundInvoicePayment.RefundAmount', CreatedDate: 'RefundInvoicePayment.CreatedDate', UpdatedDate: 'RefundInvoicePayment.UpdatedDate' },
  'chargebee/chargebee/customers-2026-03-20.jsonl': { Id: 'id', AccountNumber: 'id', Currency: 'preferred_currency_code', AutoPay: 'auto_collection', PaymentTerm: 'net_term_days', DefaultPaymentMethodId: 'primary_payment_source_id', Test__c: 'cf_test_customer', Deleted: 'deleted', CreatedDate: 'created_at', UpdatedDate: 'updated_at' },
  'chargebee/chargebee/subscriptions-2026-03-20.jsonl': {
    Id: 'id', Name: 'id', AccountId: 'customer_id', Status: 'status', SubscriptionStartDate: 'started_at', TermStartDate: 'current_term_start', TermEndDate: 'current_term_end', CancelledDate: 'cancelled_at', CancelReason: 'cancel_reason_code', CouponCode__c: 'coupon', Deleted: 'deleted', CreatedDate: 'created_at', UpdatedDate: 'updated_at',
  },
  'chargebee/chargebee/invoices-2026-03-20.jsonl': { Id: 'id', InvoiceNumber: 'id', AccountId: 'customer_id', InvoiceDate: 'date', DueDate: 'due_date', Status: 'status', Currency: 'currency_code', Amount: 'total', TaxAmount: 'tax', Balance: 'amount_due', PaymentAmount: 'amount_paid', Deleted: 'deleted', UpdatedDate: 'updated_at' },
  'chargebee/chargebee/transactions-2026-03-20.jsonl': { Id: 'id', AccountId: 'customer_id', PaymentMethodId: 'payment_source_id', EffectiveDate: 'date', Amount: 'amount', UnappliedAmount: 'amount_unused', Currency: 'currency_code', Status: 'status', Gateway: 'gateway', ReferenceId: 'id_at_gateway', GatewayResponse: 'error_text', Deleted: 'deleted', UpdatedDate: 'updated_at' },
  'chargebee/chargebee/credit_notes-2026-03-20.jsonl': { Id: 'id', AccountId: 'customer_id', ReferredInvoiceId: 'reference_invoice_id', CreditMemoDate: 'date', Status: 'status', Currency: 'currency_code', Amount: 'total', AppliedAmount: 'amount_allocated', RefundAmount: 'amount_refunded', ReasonCode: 'create_reason_code', Deleted: 'deleted', UpdatedDate: 'updated_at' },
  'recurly/recurly/20260320T080000Z/accounts.csv': { Id: 'account_code', AccountNumber: 'account_code', DefaultPaymentMethodId: 'billing_info_id', ParentId: 'parent_account_code', Test__c: 'custom_field_test', CreatedDate: 'account_created_at', UpdatedDate: 'modified_at' },
  'recurly/recurly/20260320T080000Z/subscriptions.csv': {
    Id: 'uuid', Name: 'uuid', AccountId: 'account_code', Status: 'state', AutoRenew: 'auto_renew', SubscriptionStartDate: 'activated_at', TermStartDate: 'current_term_started_at', TermEndDate: 'current_term_ends_at', CancelledDate: 'expires_at', UpdatedDate: 'modified_at',
  },
  'recurly/recurly/20260320T080000Z/invoices.csv': { Id: 'id', AccountId: 'account_code', InvoiceNumber: 'invoice_number', InvoiceDate: 'billed_date', DueDate: 'due_on', Status: 'status', Currency: 'currency', Amount: 'invoice_total', AmountWithoutTax: 'invoice_subtotal', TaxAmount: 'tax_amount', Balance: 'invoice_balance', UpdatedDate: 'modified_at' },
  'recurly/recurly/20260320T080000Z/adjustments.csv': {
    Id: 'uuid', AccountId: 'account_code', InvoiceId: 'invoice_id', SubscriptionId: 'subscription_id', ChargeName: 'adjustment_description', SKU: 'adjustment_product_code', ChargeAmount: 'adjustment_subtotal', TaxAmount: 'tax_amount', Quantity: 'adjustment_quantity', ServiceStartDate: 'adjustment_start_at', ServiceEndDate: 'adjustment_end_at', CreatedDate: 'adjustment_created_at',
  },
  'recurly/recurly/20260320T080000Z/transactions.csv': { Id: 'transaction_id', AccountId: 'account_code', PaymentMethodId: 'billing_info_id', EffectiveDate: 'date', Amount: 'amount', Currency: 'currency', Status: 'status', Gateway: 'transaction_gateway_type', ReferenceId: 'reference', GatewayResponse: 'message', UpdatedDate: 'modified_at' },
};

async function sniff(paths: readonly string[], folder = EXPORTS): Promise<SniffedStream[]> {
  const files = await Promise.all(paths.map(async (path) => ({ path, sample: await sampleOf(join(folder, path), signal) })));
  return sniffStreams(files);
}

const systems = [...new Set(Object.keys(TRUTH).map((path) => path.split('/')[0] ?? ''))];

test.each(systems)('of the public columns of %s at least 90 %% are proposed right, and none wrong', async (system) => {
  const wrong: string[] = [];
  const missed: string[] = [];
  let right = 0;
  for (const [path, truth] of Object.entries(TRUTH).filter(([name]) => name.startsWith(`${system}/`))) {
    const [stream] = await sniff([path]);
    const proposed = new Map(stream?.matches.map(({ column, header }) => [column.name, header]));
    for (const [column, header] of proposed) {
      if (truth[column] === header) right++;
      else wrong.push(`${path}: ${header} is not ${column}`);
    }
    for (const [column, header] of Object.entries(truth)) if (!proposed.has(column)) missed.push(`${path}: ${header} is ${column}`);
  }
  expect(wrong).toEqual([]);
  expect({ missed, share: right / (right + missed.length) }).toMatchObject({ share: expect.any(Number) });
  expect(right / (right + missed.length)).toBeGreaterThanOrEqual(0.9);
});

test('a German export of two days gives its path, coding, forms, values and that it has snapshots', async () => {
  const folder = temporaryFolder('sniff');
  const put = (path: string, lines: readonly string[]): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), gzipSync(Buffer.from(`Stand: heute\n${lines.join('\n')}\nSumme\n`, 'latin1')));
  };
  const header = 'Schlüssel;Kunden-Code;Rechnungsnummer;Rechnungsdatum;Betrag;Währung;Zustand;Bemerkung';
  const line = (number: number): string => `${hexId(number)};K-${number};R-${number};${String(10 + (number % 15)).padStart(2, '0')}.03.2026;1.2${number % 10}4,50;EUR;${number % 2 === 0 ? 'gebucht' : 'schwebend'};für Größe`;
  put('exports/2026/03/19/rechnungen_01.csv.gz', [header, ...[1, 2, 3, 4].map(line)]);
  put('exports/2026/03/20/rechnungen_01.csv.gz', [header, ...[1, 2, 3, 4, 5].map(line)]);
  const streams = await sniff(['exports/2026/03/20/rechnungen_01.csv.gz', 'exports/2026/03/19/rechnungen_01.csv.gz'], folder);
  expect(sniffedEntry('alpina', streams)).toEqual({
    brand: 'alpina',
    where: 'exports/{yyyy}/{mm}/{dd}/{entity}_*.csv.gz',
    format: { delimiter: ';', encoding: 'windows-1252', skip: 1, skip_end: 1, decimal: 'comma', thousands: '.', dates: ['dd.MM.yyyy'] },
    streams: { invoice: { file: 'rechnungen', keep: 'snapshot', columns: { Id: 'Schlüssel', AccountId: 'Kunden-Code', InvoiceNumber: 'Rechnungsnummer', InvoiceDate: 'Rechnungsdatum', Currency: 'Währung', Amount: 'Betrag', Comments: 'Bemerkung', Status: { from: 'Zustand', values: { gebucht: 'Posted' } } } } },
  });
  expect(streams[0]?.open.join('\n')).toMatch(/Zustand has values that Status does not: schwebend/);
});

test('what cannot be told stays open: the order of day and month, cents, a required column, how it is kept', async () => {
  const folder = temporaryFolder('sniff');
  writeFileSync(join(folder, 'a.csv'), `id,customer_id,issued,total,type\n${[1, 2, 3].map((number) => `${hexId(number)},c${number},0${number}/04/2026,${number}00,x`).join('\n')}\n`);
  const files = [{ path: 'a.csv', sample: await sampleOf(join(folder, 'a.csv'), signal) }];
  const [stream] = sniffStreams(files, entityNamed('invoice'));
  expect(stream?.open).toEqual([
    'InvoiceDate is required, and no header is likely to be it: name one, or value: if it is the same in every row',
    expect.stringContaining('if they are cents, say unit: minor'),
    'dates such as 03/04/2026 are read as MM/dd/yyyy or as dd/MM/yyyy: name one of them in dates',
    expect.stringContaining('increments or snapshots?'),
  ]);
  expect(stream?.others.map(({ header }) => header)).toEqual(['issued', 'type']);
});

test('a header that says what its values do not is not believed, and values tell where a name does not', async () => {
  const folder = temporaryFolder('sniff');
  writeFileSync(join(folder, 'payments-20260320.csv'), `no,Account,Amount,Effective Date,Type,geld\n${[1, 2, 3].map((number) => `${hexId(number)},k,1.5,2026-03-0${number},purchase,EUR`).join('\n')}\n`);
  const [stream] = await sniff(['payments-20260320.csv'], folder);
  expect(stream).toMatchObject({ entity: 'payment', place: { where: '{entity}-{yyyy}{mm}{dd}.csv', file: 'payments' } });
  expect(stream?.matches.map(({ column, header, by }) => [column.name, header, by])).toEqual([['Id', 'no', 'values'], ['EffectiveDate', 'Effective Date', 'name'], ['Amount', 'Amount', 'name'], ['Currency', 'geld', 'values']]);
  expect(stream?.stream).toEqual({ file: 'payments', columns: { Id: 'no', Currency: 'geld', Type: { value: '' } } });
  expect(stream?.open).toContainEqual(expect.stringMatching(/^Type has none of the values of Type but purchase: it is left empty\. If it is that column, say from: Type and in values: what they are; of .*External/));
});

test('files of which the newest leaves many records out are asked about, and files without a key too', async () => {
  const folder = temporaryFolder('sniff');
  const write = (day: number, header: string, ids: readonly number[]): void => writeFileSync(join(folder, `accounts-2026030${day}.csv`), `${header},Currency\n${ids.map((id) => `${hexId(id)},EUR`).join('\n')}\n`);
  const open = async (): Promise<string> => (await sniff(['accounts-20260301.csv', 'accounts-20260302.csv'], folder))[0]?.open.join('\n') ?? '';
  write(1, 'Id', [1, 2, 3, 4, 5, 6, 7]);
  write(2, 'Id', [1, 2, 3, 4, 5, 6]);
  expect(await open()).toContain('The newest file has 6 of the 7 records of the one before. If each file has every record, say keep: snapshot');
  write(2, 'Id', [8, 9]);
  expect(await open()).toContain('the one of the later batch is kept');
  for (const day of [1, 2]) writeFileSync(join(folder, `accounts-2026030${day}.csv`), 'Kundennr,Currency\n7,EUR\n7,EUR\n');
  expect(await open()).toContain('no column is told by which a record is known');
});

test('values are shown by their form only', () => {
  expect(['Jürg Zürcher-1', 'a@b.ch', '1.234,50', undefined, 'x'.repeat(30)].map(masked)).toEqual(['Xxxx Xxxxxxx-9', 'x@x.xx', '9.999,99', undefined, `${'x'.repeat(24)}…`]);
});
