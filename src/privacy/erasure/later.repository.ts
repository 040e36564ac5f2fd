import type { Instant } from '../../core/time.ts';
import { enrichedTables, tableNames } from '../../enriched/records/enriched-tables.ts';
import { personIdOf, personOf } from '../../enriched/facts/person.ts';
import { eraseMetricsOf } from '../../metrics/erase-person.repository.ts';
import { recordTables } from '../../orders/records/order-tables.ts';
import { withoutErased } from '../../raw/erasure/erased-text.ts';
import { eraseRelaysOf } from '../../relays/outbox/bodies.repository.ts';
import { fileKinds } from '../../relays/outbox/relay.ts';
import type { BrandRecords, Source } from './find.repository.ts';
import { personRecords, personWork } from './person-tables.ts';

/** Whom to erase, and what of a text may stay. */
export interface ErasedPerson {
  readonly emailSha256: string;
  readonly changeNo: number;
  readonly now: Instant;
  readonly clean: (text: string) => string;
}

type Counts = Map<string, number>;
const PAGE = 500;

/**
 * Erases a person from the enriched records: the accounts stand alone from now on, as those without an address do. The
 * checksums stay, so the next enrichment decides them anew.
 */
export async function eraseEnriched({ tx }: Source, { brand, accounts }: BrandRecords, person: ErasedPerson, counts: Counts): Promise<void> {
  for (const accountId of accounts) {
    const { personId } = personOf(brand, accountId, undefined, []);
    const blank = { person_id: personId, email_sha256: null, email_md5: null, country: null, evidence: null };
    add(counts, 'enriched_accounts', await tx('enriched_accounts').where({ brand, account_id: accountId }).whereNotNull('email_sha256').update(blank));
    await tx('enriched_changes').insert({ change_no: person.changeNo, person_id: personId }).onConflict(['change_no', 'person_id']).merge(['person_id']);
    for (const name of tableNames) {
      if (name === 'products' || name === 'accounts') continue;
      const { name: table, columns, keys } = enrichedTables[name];
      const texts = Object.entries(columns).flatMap(([column, type]) => (/^(text|json)/.test(type) ? [column] : []));
      const rows = await tx<Record<string, string | number | null>>(table).where({ brand, account_id: accountId }).select(...keys, ...texts);
      for (const row of rows as Record<string, string | number | null>[]) {
        const changed = changedTexts(row, texts, person);
        if (Object.keys(changed).length === 0) continue;
        await tx(table).where({ brand, ...Object.fromEntries(keys.map((key) => [key, row[key]])) }).update(changed);
        add(counts, table, 1);
      }
    }
  }
}

/** Erases a person from orders, documents and credit notes; amounts and ids of purchases stay. */
export async function eraseOrders({ tx }: Source, found: readonly BrandRecords[], person: ErasedPerson, counts: Counts): Promise<void> {
  const personId = personIdOf(person.emailSha256);
  for (const { brand, accounts } of found) {
    for (const accountId of accounts) {
      const alone = personOf(brand, accountId, undefined, []).personId;
      for (const { name } of [recordTables.orders, recordTables.orderItems, recordTables.creditNotes]) {
        add(counts, name, await tx(name).where({ brand, account_id: accountId, person_id: personId }).update({ person_id: alone }));
      }
      add(counts, 'order_documents', await tx('order_documents').where({ brand, account_id: accountId }).whereNotNull('doc').update({ doc: null }));
    }
  }
}

/** Erases the rows that go with their person, as the list of stages says, and what is under way for the person. */
export async function eraseRows({ tx }: Source, { emailSha256 }: ErasedPerson, counts: Counts): Promise<void> {
  const personId = personIdOf(emailSha256);
  for (const table of personRecords) add(counts, table, await tx(table).where({ person_id: personId }).delete());
  for (const table of personWork) await tx(table).where({ person_id: personId }).delete();
}

/** Takes the metrics of a person away; the sums are computed without them by the next build-metrics. */
export async function eraseMetrics({ database, tx }: Source, { emailSha256, now }: ErasedPerson, counts: Counts): Promise<void> {
  for (const [table, count] of await eraseMetricsOf({ database, tx }, personIdOf(emailSha256), now)) add(counts, table, count);
}

/** Erases a person from what was sent or is to be sent: leads that name the address too. */
export async function eraseRelays({ database, tx }: Source, person: ErasedPerson, counts: Counts): Promise<void> {
  const personId = personIdOf(person.emailSha256);
  add(counts, 'relays', await eraseRelaysOf(tx, [personId], person.now));
  await tx('relays').where({ person_id: personId }).update({ person_id: null });
  const marker = `erased ${personId}`.slice(0, 64);
  const isErased = (hash: string): boolean => hash === person.emailSha256;
  for (let after = ''; ; ) {
    const rows = await database.dialect.selectRows(
      tx,
      `select relay_id, payload from relays where relay_id > ? and has_body = 1 and kind in (${fileKinds.map(() => '?').join(',')}) order by relay_id limit ${PAGE}`,
      [after, ...fileKinds],
    );
    const named = rows.flatMap(([id, payload]) => (withoutErased(String(payload), isErased) === payload ? [] : [String(id)]));
    for (const id of named) await tx('relays').where({ relay_id: id }).update({ person_id: marker });
    const last = rows.at(-1);
    if (last === undefined) break;
    after = String(last[0]);
  }
  add(counts, 'relays', await eraseRelaysOf(tx, [marker], person.now));
  await tx('relays').where({ person_id: marker }).update({ person_id: null });
}

/** Erases a person from the e-mail tool's side; the events lost their hashes with the raw rows. */
export async function eraseSubscribers({ tx }: Source, found: readonly BrandRecords[], { emailSha256 }: ErasedPerson, counts: Counts): Promise<void> {
  add(counts, 'email_subscribers', await tx('email_subscribers').where({ email_sha256: emailSha256 }).delete());
  add(counts, 'email_contacts', await tx('email_contacts').where({ person_id: personIdOf(emailSha256) }).delete());
  add(counts, 'email_purged_states', await tx('email_purged_states').where({ subject: emailSha256, subject_kind: 'email_sha256' }).delete());
  for (const { brand, records } of found) {
    const contacts = records.flatMap((key) => (key.startsWith('contact\t') ? [key.slice(8)] : []));
    if (contacts.length === 0) continue;
    add(counts, 'email_contacts', await tx('email_contacts').where({ brand }).whereIn('contact_id', contacts).delete());
    add(counts, 'email_purged_states', await tx('email_purged_states').where({ brand, subject_kind: 'contact_id' }).whereIn('subject', contacts).delete());
  }
}

/**
 * Takes a person out of audiences. Where a platform still has the person, the hashes stay until build-audiences has sent
 * the removal; that is told apart.
 */
export async function eraseMembers({ tx }: Source, { emailSha256, now }: ErasedPerson, counts: Counts): Promise<{ removalsPending: number }> {
  const personId = personIdOf(emailSha256);
  await tx('suppressions').insert({ email_sha256: emailSha256, person_id: personId, reason: 'erased', created_at: now }).onConflict('email_sha256').merge({ reason: 'erased' });
  add(counts, 'audience_members', await tx('audience_members').where({ person_id: personId }).whereNull('hashes').delete());
  const left = await tx('audience_members').where({ person_id: personId }).select('audience');
  return { removalsPending: left.length };
}

function changedTexts(row: Readonly<Record<string, string | number | null>>, columns: readonly string[], { clean }: ErasedPerson): Record<string, string> {
  const changed: Record<string, string> = {};
  for (const column of columns) {
    const text = row[column];
    if (typeof text !== 'string') continue;
    const cleaned = clean(text);
    if (cleaned !== text) changed[column] = cleaned;
  }
  return changed;
}

function add(counts: Counts, table: string, count: number): void {
  if (count > 0) counts.set(table, (counts.get(table) ?? 0) + count);
}
