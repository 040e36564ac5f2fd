import type { Connection } from 'mysql2/promise';

const DIGITS = 'select 0 as d union all select 1 union all select 2 union all select 3 union all select 4 union all select 5 union all select 6 union all select 7 union all select 8 union all select 9';
const ROWS_AT_ONCE = 100_000;
const WRITTEN = "'0000000000000000', '0000000000000000', 'bench', '2026-01-01', 1";

/** The numbers of a block, with what follows from each: brand, address, person. */
const PEOPLE = `(
  select n, brand, account_id, email, sha2(email, 256) as sha256, left(sha2(email, 256), 32) as person_id from (
    select n, elt(n % 3 + 1, 'alpina', 'belmont', 'corvina') as brand, lpad(hex(n), 32, '0') as account_id,
      concat('person.', n, '@', elt(n % 4 + 1, 'gmail.com', 'mail-alpina.invalid', 'mail-belmont.invalid', 'mail-corvina.invalid')) as email
    from (select ? + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d as n
      from (${DIGITS}) a, (${DIGITS}) b, (${DIGITS}) c, (${DIGITS}) e, (${DIGITS}) f) numbers
    where n < ?) named
) p`;

/**
 * Persons as the stages before the audiences leave them, made by the server itself: each with an account, a contact, a
 * subscription, and a place in the ledger; nine in ten known to the e-mail tool.
 */
const INSERTS = [
  `insert into enriched_accounts (brand, account_id, source_id, country, person_id, email_sha256, email_md5, is_test, checksum, rules_version, created_run, enriched_at, change_no)
   select brand, account_id, account_id, elt(n % 3 + 1, 'AT', 'DE', 'CH'), person_id, sha256, md5(email), n % 200 = 0, ${WRITTEN} from ${PEOPLE}`,
  `insert into raw_contacts (brand, source_id, account_id, first_name, last_name, work_email, work_phone, postal_code, country, row_hash, lake_batch, lake_row, change_no)
   select brand, account_id, account_id, concat('First', n % 1000), concat('Last', n % 5000), email, concat('+43664', lpad(n, 7, '0')), lpad(n % 10000, 4, '0'), 'AT', '0000000000000000', '20260101T000000Z', n, 1 from ${PEOPLE}`,
  `insert into enriched_subscriptions (brand, account_id, source_id, chain_id, version, is_latest, class, lifecycle, is_active, funnel_step, is_test, cancelled_date, chain_start, chain_end, checksum, rules_version, created_run, enriched_at, change_no)
   select brand, account_id, account_id, account_id, 1, 1, elt(n % 10 + 1, 'standard', 'standard', 'standard', 'prepaid', 'winback', 'standard', 'standard', 'trial', 'one_off', 'one_off'),
     if(n % 10 < 5, 'active', if(n % 10 < 8, 'cancelled', 'expired')), n % 10 < 5, 'frontend', 0,
     if(n % 10 between 5 and 7, date_sub(@today, interval n % 300 day), null), '2024-01-01', if(n % 10 < 5, null, date_sub(@today, interval n % 300 day)), ${WRITTEN} from ${PEOPLE}`,
  `insert into email_subscribers (brand, person_id, email_sha256, email_md5, first_sent, last_human_open, unsubscribed_at, created_run, updated_at, change_no)
   select brand, person_id, sha256, md5(email), '2024-01-01', date_sub(@today, interval n % 365 day), if(n % 20 = 3, '2026-01-01', null), 'bench', '2026-01-01', 1 from ${PEOPLE} where n % 10 <> 1`,
  `insert into customer_accounts (brand, person_id, customer_account_id, currency, public_id, billing_accounts, invoiced, credited, paid, refunded, balance, outstanding, unallocated, checksum, created_run, updated_at, change_no)
   select brand, person_id, account_id, 'EUR', account_id, '[]', n % 500 * 100, 0, n % 500 * 100, if(n % 50 = 0, 1000, 0), 0, 0, 0, '0000000000000000', 'bench', '2026-01-01', 1 from ${PEOPLE}`,
];

/** Stores that many persons. @param today YYYY-MM-DD, from which their dates count */
export async function storePersons(connection: Connection, persons: number, today: string): Promise<void> {
  await connection.query('set @today = ?', [today]);
  for (let start = 0; start < persons; start += ROWS_AT_ONCE) {
    for (const insert of INSERTS) await connection.query(insert, [start, persons]);
  }
}

/** One person in so many changes: a running subscription ends, an ended one runs. */
export async function changePersons(connection: Connection, oneIn: number): Promise<void> {
  await connection.query(
    "update enriched_subscriptions set lifecycle = if(lifecycle = 'active', 'cancelled', 'active'), cancelled_date = if(lifecycle = 'cancelled', @today, null) where conv(right(account_id, 8), 16, 10) % ? = 7",
    [oneIn],
  );
}
