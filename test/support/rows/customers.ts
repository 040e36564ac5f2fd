import { billingEntities } from '../../../src/sources/index.ts';
import { csv, hexId, testLake, type ExportRow, type TestLake } from '../lakes/lake.ts';

/** A customer of a brand with one subscription, as a test wants it. */
export interface Customer {
  readonly number: number;
  readonly brand?: string;
  readonly email?: string;
  readonly plan?: string;
  readonly price?: string;
  /** `EUR` by default. */
  readonly currency?: string;
  readonly status?: string;
  readonly cancelled?: string;
  readonly updated?: string;
  /** False: rows below the account leave AccountId out, as some exports do. */
  readonly withAccountIds?: boolean;
}

/** Rows of an export by entity. */
export type Rows = Readonly<Record<string, readonly ExportRow[]>>;

const CATALOG = 0xca0;
/** The ids of a customer's rows, apart from those of all others. */
export const idsOf = (number: number) => {
  const id = (kind: number): string => hexId(number * 256 + kind);
  return { account: id(1), contact: id(2), subscription: id(3), plan: id(4), charge: id(5), invoice: id(6), line: id(7), payment: id(8), application: id(9), refund: id(10) };
};

/** The catalog that customers buy from. */
export function catalogRows(changes: ExportRow = {}): Rows {
  return {
    product_charge: [
      { Id: hexId(CATALOG), ProductId: hexId(CATALOG + 1), ProductRatePlanId: hexId(CATALOG + 2), ProductRatePlanName: 'FE | Tea', Name: 'Tea monthly', ProductSKU: 'TEA', ChargeType: 'Recurring', ChargeModel: 'Flat Fee Pricing', BillingPeriod: 'Month', ListPrice: '9.90', Currency: 'EUR', UpdatedDate: '2026-01-01 00:00:00', ...changes },
    ],
  };
}

/** All rows of a customer: an account, its contact, a monthly subscription, a paid invoice and a refund. */
export function customerRows(customer: Customer): Rows {
  const { number, email = `person${number}@mail.invalid`, plan = 'FE | Tea', price = '9.90', currency = 'EUR', status = 'Active', cancelled = '' } = customer;
  const ids = idsOf(number);
  const common = { UpdatedDate: customer.updated ?? '2026-03-01 04:00:00', Deleted: 'false' };
  const owned = { ...common, AccountId: ids.account };
  const below = { ...common, AccountId: customer.withAccountIds === false ? '' : ids.account };
  return {
    account: [{ Id: ids.account, AccountNumber: `A${number}`, Name: `Person ${number}`, Status: 'Active', Currency: currency, BillToId: ids.contact, Market__c: 'AT', Test__c: 'false', ...common }],
    contact: [{ Id: ids.contact, FirstName: 'Anna', LastName: 'Gruber', WorkEmail: email, Country: 'Austria', ...owned }],
    subscription: [
      { Id: ids.subscription, Name: `S-${number}`, Status: status, Version: '1', IsLatestVersion: 'true', OriginalId: ids.subscription, TermType: 'EVERGREEN', SubscriptionStartDate: '2026-01-01', TermStartDate: '2026-01-01', CancelledDate: cancelled, ...owned },
    ],
    rate_plan: [{ Id: ids.plan, SubscriptionId: ids.subscription, ProductRatePlanId: hexId(CATALOG + 2), ProductId: hexId(CATALOG + 1), Name: plan, ...below }],
    rate_plan_charge: [
      { Id: ids.charge, RatePlanId: ids.plan, SubscriptionId: ids.subscription, ProductRatePlanChargeId: hexId(CATALOG), Name: 'Tea monthly', ChargeType: 'Recurring', ChargeModel: 'Flat Fee Pricing', BillingPeriod: 'Month', Price: price, Quantity: '1', EffectiveStartDate: '2026-01-01', ...below },
    ],
    invoice: [{ Id: ids.invoice, InvoiceNumber: `I${number}`, InvoiceDate: '2026-01-01', Status: 'Posted', Currency: currency, Amount: price, ...owned }],
    invoice_item: [
      { Id: ids.line, InvoiceId: ids.invoice, SubscriptionId: ids.subscription, RatePlanChargeId: ids.charge, ProductRatePlanChargeId: hexId(CATALOG), ChargeName: 'Tea monthly', ChargeAmount: price, ProcessingType: '0', ...below },
    ],
    payment: [{ Id: ids.payment, PaymentNumber: `P${number}`, EffectiveDate: '2026-01-02', Amount: price, Currency: currency, Status: 'Processed', ...owned }],
    invoice_payment: [{ Id: ids.application, InvoiceId: ids.invoice, PaymentId: ids.payment, Amount: price, ...below }],
    refund: [{ Id: ids.refund, RefundNumber: `R${number}`, RefundDate: '2026-02-01', Amount: '1.00', Currency: currency, Type: 'External', SourceType: 'CreditBalance', Status: 'Processed', Comment: 'Kulanz', ...owned }],
  };
}

/** Puts rows into a batch of a lake; several sets of rows become one. */
export function writeRows(lake: TestLake, batch: string, brand: string, ...sets: readonly Rows[]): void {
  for (const { name } of billingEntities) {
    const rows = sets.flatMap((set) => set[name] ?? []);
    if (rows.length === 0) continue;
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    lake.write(name, batch, csv(rows, columns), { brand });
  }
}

/** A lake with these customers in one batch. */
export function customerLake(batch: string, customers: readonly Customer[]): TestLake {
  const lake = testLake();
  for (const brand of new Set(customers.map((customer) => customer.brand ?? 'alpina'))) {
    writeRows(lake, batch, brand, catalogRows(), ...customers.filter((customer) => (customer.brand ?? 'alpina') === brand).map(customerRows));
  }
  return lake;
}
