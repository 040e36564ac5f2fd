/** What a result stands on: rows of an entity, or values of one of its columns. */
export interface Need {
  readonly command: string;
  /** What the command makes of it. */
  readonly result: string;
  readonly entity: string;
  /** By its name in the table, if rows alone are not enough. */
  readonly column?: string;
  /** True: without it the result is wrong or missing. False: it knows less. */
  readonly required: boolean;
  /** What is so without it, as a sentence. */
  readonly without: string;
}

/** What the stages of the day read of billing (docs/architecture.md), and what is wrong without it. */
export const needs: readonly Need[] = [
  { command: 'enrich', result: 'persons', entity: 'account', required: true, without: 'There is nobody.' },
  { command: 'enrich', result: 'persons', entity: 'contact', required: true, without: 'No address is known: each account is a person of its own, tests are not told by their address, and audiences are empty.' },
  { command: 'enrich', result: 'test data', entity: 'account', column: 'test__c', required: false, without: 'No account is marked as a test by its flag: what that would mark counts as active. It may have another name: map it to Test__c.' },
  { command: 'enrich', result: 'active subscriptions', entity: 'subscription', required: true, without: 'There are no chains and no orders.' },
  { command: 'enrich', result: 'class and funnel step', entity: 'rate_plan', required: true, without: 'No product of a subscription is known: class and funnel step stay unclassified.' },
  { command: 'enrich', result: 'class and funnel step', entity: 'rate_plan_charge', required: true, without: 'No price is known: free, trial and paid subscriptions are not told apart, and there is no recurring revenue.' },
  { command: 'assemble-orders', result: 'orders', entity: 'subscription', column: 'order_reference__c', required: false, without: 'What was bought together is not told: each chain is an order of its own.' },
  { command: 'assemble-orders', result: 'totals', entity: 'invoice', required: true, without: 'Nothing is invoiced: what was paid looks like a credit of the customer.' },
  { command: 'assemble-orders', result: 'totals', entity: 'invoice_item', required: true, without: 'Invoices have no lines: orders have no amounts, and refunds name no line.' },
  { command: 'assemble-orders', result: 'totals', entity: 'payment', required: true, without: 'Nothing is paid: every invoice is outstanding.' },
  { command: 'attribute-refunds', result: 'refunds', entity: 'refund', required: true, without: 'Nothing is given back.' },
  { command: 'attribute-refunds', result: 'refunds', entity: 'invoice_payment', required: true, without: 'It is not known what a payment paid, so no invoice can give anything back: refunds stay unallocated, though every difference of reconcile is explained.' },
  { command: 'attribute-refunds', result: 'refunds', entity: 'refund_invoice_payment', required: false, without: 'The platform\'s own links are not followed: refunds are led by the payment that they name, by their product, or to the newest invoice.' },
  { command: 'attribute-refunds', result: 'refunds', entity: 'product_charge', required: false, without: 'A refund that names its product by SKU or name does not find it.' },
  { command: 'attribute-refunds', result: 'credits', entity: 'credit_memo', required: false, without: 'Credits are those of negative invoices and of the credit balance only.' },
  { command: 'attribute-refunds', result: 'credits', entity: 'credit_balance_adjustment', required: false, without: 'Refunds of the credit balance are not traced to the invoice that was credited.' },
  { command: 'build-metrics', result: 'revenue', entity: 'invoice_item', required: true, without: 'There is no revenue.' },
  { command: 'build-metrics', result: 'recurring revenue', entity: 'rate_plan_charge', required: true, without: 'There is no recurring revenue, and no movement of it.' },
  { command: 'build-audiences', result: 'lists', entity: 'contact', required: true, without: 'Lists are empty.' },
];

/** What is stored of an entity, or of one of its columns, of a brand. */
export type Stored = 'stored' | 'empty' | 'absent';

/** A need that is not met by everybody. */
export interface Unmet extends Need {
  /** `absent`: no batch ever came; `empty`: batches did, and hold nothing of it. */
  readonly brands: Readonly<Record<string, Exclude<Stored, 'stored'>>>;
}

/** The needs that some brands do not meet. @param storedOf what is stored of a need */
export function unmetNeeds(brands: readonly string[], storedOf: (brand: string, need: Need) => Stored): Unmet[] {
  return needs.flatMap((need) => {
    const lacking = brands.flatMap((brand) => {
      const stored = storedOf(brand, need);
      return stored === 'stored' ? [] : [[brand, stored] as const];
    });
    return lacking.length === 0 ? [] : [{ ...need, brands: Object.fromEntries(lacking) }];
  });
}
