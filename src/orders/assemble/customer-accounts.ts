import { groupBy } from '../../core/group-by.ts';
import { internalId, type PublicIds } from '../ids/ids.ts';
import type { OpenedAccount } from './brand-ledger.ts';
import type { CustomerAccountRecord } from '../records/order-tables.ts';
import { totalsByCurrency, totalsOf, type Totals } from '../ledger/totals.ts';

/** ISO 4217 for "no currency": an account that names none and has no money. */
const NO_CURRENCY = 'XXX';

/** A customer account is brand + market + e-mail (orders and refunds, "Persons and accounts"). */
export function customerAccountId(brand: string, market: string | null, personId: string): string {
  return internalId('customer', brand, market ?? '', personId);
}

/** The customer accounts of a person: the six totals of all billing accounts in each currency, which never add. */
export function customerAccountRecords(personId: string, accounts: readonly OpenedAccount[], ids: PublicIds): CustomerAccountRecord[] {
  const records: CustomerAccountRecord[] = [];
  for (const [accountId, own] of groupBy(accounts, ({ facts: { brand, account } }) => customerAccountId(brand, account.market, personId))) {
    const [first] = own;
    if (first === undefined) continue;
    const { brand, account } = first.facts;
    const billing = own.map(({ facts }) => facts.account.account_id).sort();
    for (const [currency, { totals, unallocated }] of byCurrency(own)) {
      records.push({
        brand,
        person_id: personId,
        customer_account_id: accountId,
        currency,
        public_id: ids('acc', brand, accountId),
        market: account.market,
        country: own.find(({ facts }) => facts.account.country !== null)?.facts.account.country ?? null,
        billing_accounts: JSON.stringify(billing),
        ...totals,
        unallocated,
      });
    }
  }
  return records;
}

/** Every currency in which the accounts have money, and their own even if they have none. */
function byCurrency(accounts: readonly OpenedAccount[]): Map<string, { totals: Totals; unallocated: number }> {
  const sums = new Map<string, { totals: Totals; unallocated: number }>();
  for (const [currency, totals] of totalsByCurrency(accounts.flatMap(({ entries }) => entries))) sums.set(currency, { totals, unallocated: 0 });
  for (const { facts, notes } of accounts) {
    const { currency } = facts.account;
    if (currency !== null && !sums.has(currency)) sums.set(currency, { totals: totalsOf([]), unallocated: 0 });
    for (const note of notes) {
      const sum = sums.get(note.currency);
      if (sum !== undefined) sum.unallocated += note.unallocated;
    }
  }
  if (sums.size === 0) sums.set(NO_CURRENCY, { totals: totalsOf([]), unallocated: 0 });
  return sums;
}
