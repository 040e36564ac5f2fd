import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type SchemaKit, type TableSpec } from '../src/db/schema.ts';

const tables: readonly TableSpec[] = [
  { name: 'email_spellings', columns: { mailbox_sha256: 'key!', email_sha256: 'key!' }, primaryKey: ['mailbox_sha256', 'email_sha256'] },
  { name: 'email_first_messages', columns: { brand: 'key!', first_sent: 'instant!' }, primaryKey: ['brand'] },
];
const EVENT_TABLES = ['email_sends', 'email_opens', 'email_clicks', 'email_unsubscribes'];
const GMAIL = ['gmail.com', 'googlemail.com'];

/**
 * Whom an event concerns becomes part of its key; stored events keep what they are, under the key that the next delivery
 * of them has, so none is stored twice. What unsubscriptions say is taken up again by the next fold: for contacts that
 * they name beside an address, for dates without a time, for complaints. No purchase counts as an opt-in any more until a
 * brand says so. Spellings of Gmail addresses are known from the contacts.
 */
export const emailIdentity: Migration = {
  name: '0019_email_identity',
  async up(kit) {
    for (const table of tables) await createTable(kit, table);
    await noteGmailContacts(kit);
    await takeUpUnsubscriptions(kit);
    await kit.knex.raw('update email_subscribers set resubscribed_at = null where resubscribed_at is not null');
    // Data only from here on: with the entry that this migration is done it is one transaction, so no key changes twice.
    for (const table of EVENT_TABLES) {
      await kit.knex.raw(`update ${table} set source_id = substr(sha2(concat(source_id, ' ', coalesce(email_sha256, contact_id, '')), 256), 1, 32)`);
    }
  },
  async down(kit) {
    for (const table of tables) await dropTable(kit, table.name);
  },
};

async function noteGmailContacts({ knex }: SchemaKit): Promise<void> {
  const isGmail = GMAIL.map((domain) => `email like '%@${domain}'`).join(' or ');
  const emails = ['work_email', 'personal_email'].map((column) => `select lower(trim(${column})) as email from raw_contacts`).join(' union ');
  const local = "substr(email, 1, instr(email, '@') - 1)";
  const untagged = `substr(${local}, 1, instr(concat(${local}, '+'), '+') - 1)`;
  await knex.raw('delete from email_spellings');
  await knex.raw(
    `insert into email_spellings (mailbox_sha256, email_sha256)
      select distinct sha2(concat(replace(${untagged}, '.', ''), '@gmail.com'), 256), sha2(email, 256) from (${emails}) e where ${isGmail}`,
  );
}

/** Queues all unsubscriptions for the fold of the subscribers once more: it merges them, so that repeating it is harmless. */
async function takeUpUnsubscriptions({ knex }: SchemaKit): Promise<void> {
  const [year, month, day, hour, minute, second] = [[1, 4], [5, 2], [7, 2], [10, 2], [12, 2], [14, 2]].map(([at, length]) => `substr(lake_batch, ${at}, ${length})`);
  const exported = `concat(${year}, '-', ${month}, '-', ${day}, ' ', ${hour}, ':', ${minute}, ':', ${second}, '.000000')`;
  const dated = "case when substr(occurred_at, 12) = '00:00:00.000000' then concat(substr(occurred_at, 1, 11), '23:59:59.999999') else concat(occurred_at, '') end";
  const counts = `case when occurred_at < '1971-01-01 00:00:00.000000' or dated > exported then exported else dated end`;
  const word = "case when reason in ('link', 'complaint', 'hard_bounce', 'manual', 'api') then reason else 'other' end";
  await knex.raw("delete from email_touches where touch_id like '0019.%'");
  for (const [bucket, subject, md5] of [['00', 'email_sha256', `concat('"', email_md5, '"')`], ['!contact', 'contact_id', "'null'"]]) {
    await knex.raw(
      `insert into email_touches (brand, bucket, touch_id, event, touches, content)
        select brand, '${bucket}', concat('0019.', substr(sha2(source_id, 256), 1, 32)), 'unsubscribe', 1,
          concat('[[', json_quote(subject), ',', md5, ',"', ${counts}, '","', ${counts}, '","', word, '"]]')
        from (select brand, source_id, occurred_at, ${subject} as subject, ${md5} as md5, ${word} as word, ${exported} as exported, ${dated} as dated
          from email_unsubscribes where ${subject} is not null) e`,
    );
  }
}
