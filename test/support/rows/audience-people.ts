import { countryCode } from '../../../src/core/iso/countries.ts';
import { checksum, md5Hex, sha256Hex } from '../../../src/core/hash.ts';
import type { Database, Transaction } from '../../../src/db/database.ts';

/** A person as a test wants it: with one account at a brand, a contact, and what the audiences ask for. */
export interface AudiencePerson {
  /** As the contact has it. Null: the account has no address. */
  readonly email: string | null;
  readonly brand?: string;
  readonly isTest?: boolean;
  readonly country?: string | null;
  readonly phone?: string | null;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly postalCode?: string | null;
  readonly contactDeleted?: boolean;
  readonly subscriptions?: readonly AudienceSubscription[];
  /** What the e-mail tool knows; `subscribed` by default, null: nothing. */
  readonly mail?: Readonly<Record<string, string | null>> | 'subscribed' | 'unsubscribed' | null;
  /** In minor units. */
  readonly paid?: number;
  readonly refunded?: number;
  readonly currency?: string;
}

export interface AudienceSubscription {
  readonly lifecycle?: string;
  readonly class?: string;
  readonly funnelStep?: string;
  readonly isLatest?: boolean;
  readonly cancelled?: string;
  readonly start?: string;
  readonly end?: string;
  /** SKU of the catalog. */
  readonly sku?: string;
}

const WRITTEN = { checksum: '0'.repeat(16), created_run: 'test', change_no: 1 };
const AT = '2026-03-01 00:00:00.000000';
const UNSUBSCRIBED = { first_unsubscribed_at: '2026-02-01 00:00:00.000000', unsubscribed_at: '2026-02-01 00:00:00.000000', unsubscribed_reason: 'link' };

/** The id of the person with an address. */
export function personIdOf(email: string): string {
  return sha256Hex(email.trim().toLowerCase()).slice(0, 32);
}

/** Stores persons as the stages before the audiences would; gives their ids in the same order. */
export async function storePersons(database: Database, persons: readonly AudiencePerson[]): Promise<string[]> {
  return database.write(async (tx) => {
    const ids: string[] = [];
    for (const [index, person] of persons.entries()) ids.push(await storePerson(tx, person, index));
    return ids;
  });
}

async function storePerson(tx: Transaction, person: AudiencePerson, index: number): Promise<string> {
  const { email, brand = 'alpina' } = person;
  const address = email === null || !/^[^\s@]+@[^\s@]+$/.test(email.trim()) ? null : email.trim().toLowerCase();
  const accountId = checksum(`${email ?? index} ${brand}`).repeat(2);
  const personId = address === null ? sha256Hex(accountId).slice(0, 32) : personIdOf(address);
  const owned = { brand, account_id: accountId };
  await tx('enriched_accounts').insert({
    ...owned,
    source_id: accountId,
    country: countryCode(person.country ?? null) ?? person.country ?? null,
    person_id: personId,
    email_sha256: address === null ? null : sha256Hex(address),
    email_md5: address === null ? null : md5Hex(address),
    is_test: person.isTest === true ? 1 : 0,
    ...WRITTEN,
    rules_version: WRITTEN.checksum,
    enriched_at: AT,
  });
  await tx('raw_contacts').insert({
    ...owned,
    source_id: accountId,
    work_email: email,
    country: person.country ?? null,
    work_phone: person.phone ?? null,
    first_name: person.firstName ?? null,
    last_name: person.lastName ?? null,
    postal_code: person.postalCode ?? null,
    deleted_at: person.contactDeleted === true ? AT : null,
    row_hash: WRITTEN.checksum,
    lake_batch: '20260301T000000Z',
    lake_row: 1,
    change_no: 1,
  });
  for (const [number, subscription] of (person.subscriptions ?? []).entries()) await storeSubscription(tx, owned, number, subscription);
  await storeMail(tx, person, address, personId, brand);
  if (person.paid !== undefined) await storeLedger(tx, person, owned, personId);
  return personId;
}

async function storeSubscription(tx: Transaction, owned: { brand: string; account_id: string }, number: number, subscription: AudienceSubscription): Promise<void> {
  const id = `${owned.account_id}${number}`;
  const written = { ...WRITTEN, rules_version: WRITTEN.checksum, enriched_at: AT };
  await tx('enriched_subscriptions').insert({
    ...owned,
    source_id: id,
    chain_id: id,
    version: 1,
    is_latest: subscription.isLatest === false ? 0 : 1,
    class: subscription.class ?? 'standard',
    lifecycle: subscription.lifecycle ?? 'active',
    funnel_step: subscription.funnelStep ?? 'frontend',
    is_active: 1,
    is_test: 0,
    cancelled_date: subscription.cancelled ?? null,
    chain_start: subscription.start ?? '2025-01-01',
    chain_end: subscription.end ?? subscription.cancelled ?? null,
    ...written,
  });
  if (subscription.sku === undefined) return;
  const product = `product-${subscription.sku}`;
  const classified = { category: 'subscription', funnel_step: 'frontend' };
  await tx('enriched_products').insert({ brand: owned.brand, source_id: product, sku: subscription.sku, product_name: `Name of ${subscription.sku}`, ...classified, ...written }).onConflict(['brand', 'source_id']).ignore();
  await tx('enriched_charges').insert({ ...owned, source_id: id, subscription_id: id, chain_id: id, is_current: 1, product_charge_id: product, ...classified, ...written });
}

async function storeMail(tx: Transaction, { mail = 'subscribed' }: AudiencePerson, address: string | null, personId: string, brand: string): Promise<void> {
  if (mail === null || address === null) return;
  const state = mail === 'subscribed' ? {} : mail === 'unsubscribed' ? UNSUBSCRIBED : mail;
  const key = { brand, person_id: personId, email_sha256: sha256Hex(address), email_md5: md5Hex(address) };
  await tx('email_subscribers').insert({ ...key, first_sent: AT, created_run: 'test', updated_at: AT, change_no: 1, ...state });
}

async function storeLedger(tx: Transaction, { paid = 0, refunded = 0, currency = 'EUR' }: AudiencePerson, owned: { brand: string; account_id: string }, personId: string): Promise<void> {
  const totals = { invoiced: paid, credited: 0, paid, refunded, balance: 0, outstanding: 0, unallocated: 0 };
  await tx('customer_accounts').insert({
    brand: owned.brand,
    customer_account_id: owned.account_id,
    currency,
    public_id: `acc_${owned.account_id}`,
    person_id: personId,
    billing_accounts: '[]',
    ...totals,
    ...WRITTEN,
    updated_at: AT,
  });
}
