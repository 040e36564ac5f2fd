import { groupBy } from '../../core/group-by.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { mayHoldAddressIn } from '../../raw/erasure/erasures.repository.ts';
import { eraseRecord } from '../erased-record.ts';
import { consents, contactEvents, contacts, leadExchanges, leadFieldErrors, leadParams, leadRelays, leads, rawLeads } from '../records/tables.ts';

/** Where leads are erased. */
interface Source {
  readonly database: Database;
  readonly tx: Transaction;
}

interface LeadKey {
  brand: string;
  lead_id: string;
}

type Counts = Map<string, number>;

const IDS_PER_QUERY = 500;
const PAGE = 500;

/** The leads of a person at all brands; under these ids they stand in the audit log too. */
export async function leadsOf(tx: Transaction, personId: string): Promise<LeadKey[]> {
  return tx<LeadKey & { person_id: string }>(leads.name).where({ person_id: personId }).orderBy('lead_id').select('brand', 'lead_id');
}

/** Erases the leads, contacts and consents of a person at all brands. Gives how many rows went, by table. */
export async function eraseLeads(tx: Transaction, personId: string): Promise<Counts> {
  const counts: Counts = new Map();
  await removeLeads(tx, [leadFieldErrors.name, leadParams.name], await leadsOf(tx, personId), counts);
  for (const { name } of [rawLeads, leadExchanges, leads, leadRelays, consents, contacts, contactEvents]) add(counts, name, await tx(name).where({ person_id: personId }).delete());
  return counts;
}

/**
 * Erases leads that are nobody's because their e-mail was wrong in some way, and of which a declared field is an erased
 * address all the same: a blocked domain, two addresses at once. Gives how many rows went, by table.
 */
export async function eraseUnknownLeads({ database, tx }: Source, isErased: (emailSha256: string) => boolean): Promise<Counts> {
  const counts: Counts = new Map();
  const found: LeadKey[] = [];
  const statement = `select lead_id, record from ${rawLeads.name} where person_id is null and brand = ? and lead_id > ? and record is not null and ${mayHoldAddressIn('record')} order by lead_id limit ${PAGE}`;
  for (const brand of await tx<LeadKey>(rawLeads.name).distinct().orderBy('brand').pluck('brand')) {
    for (let after = ''; ; ) {
      const rows = await database.dialect.selectRows(tx, statement, [brand, after]);
      found.push(...rows.flatMap(([id, record]) => (eraseRecord(String(record), isErased)?.isOwn === true ? [{ brand, lead_id: String(id) }] : [])));
      const last = rows.at(-1);
      if (last === undefined) break;
      after = String(last[0]);
    }
  }
  await removeLeads(tx, [rawLeads, leadExchanges, leads, leadFieldErrors, leadParams].map(({ name }) => name), found, counts);
  return counts;
}

/** Erases persons from the records that wait in the database, as no segment took them. Gives how many changed. */
export async function eraseFallback({ database, tx }: Source, isErased: (emailSha256: string) => boolean): Promise<number> {
  let changed = 0;
  for (let after = ''; ; ) {
    const rows = await database.dialect.selectRows(
      tx,
      `select record_hash, body from intake_fallback where record_hash > ? and (body like '%email_sha256%' or ${mayHoldAddressIn('body')}) order by record_hash limit ${PAGE}`,
      [after],
    );
    for (const [hash, body] of rows) {
      const erased = eraseRecord(String(body), isErased);
      if (erased !== undefined) changed += await tx('intake_fallback').where({ record_hash: hash }).update({ body: erased.body });
    }
    const last = rows.at(-1);
    if (last === undefined) return changed;
    after = String(last[0]);
  }
}

async function removeLeads(tx: Transaction, tables: readonly string[], keys: readonly LeadKey[], counts: Counts): Promise<void> {
  for (const [brand, own] of groupBy(keys, (key) => key.brand)) {
    for (let start = 0; start < own.length; start += IDS_PER_QUERY) {
      const ids = own.slice(start, start + IDS_PER_QUERY).map(({ lead_id: id }) => id);
      for (const name of tables) add(counts, name, await tx(name).where({ brand }).whereIn('lead_id', ids).delete());
    }
  }
}

function add(counts: Counts, table: string, count: number): void {
  if (count > 0) counts.set(table, (counts.get(table) ?? 0) + count);
}
