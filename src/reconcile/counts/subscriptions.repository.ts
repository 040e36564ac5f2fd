import type { Knex } from 'knex';

import type { LocalDate } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { textOf } from '../../db/dialect.ts';
import { lifecycle } from '../../enriched/classify/lifecycle.ts';
import { subscription } from '../../sources/billing/subscription.ts';
import type { AccountFact, ExportedVersion, VersionFact } from './subscriptions.ts';

/** Where facts are read. */
export interface Source {
  readonly database: Database;
  readonly knex: Knex;
}

/** The accounts of a brand by id. */
export async function readAccounts({ database, knex }: Source, brand: string): Promise<Map<string, AccountFact>> {
  const rows = await database.dialect.selectRows(
    knex,
    'select account_id, person_id, market, email_sha256 is not null, is_test from enriched_accounts where brand = ?',
    [brand],
  );
  return new Map(
    rows.map(([id, personId, market, hasEmail, isTest]) => [
      String(id),
      { accountId: String(id), personId: String(personId), market: textOf(market), hasEmail: Number(hasEmail) === 1, isTest: Number(isTest) === 1 },
    ]),
  );
}

/** The versions of a brand's subscriptions by id, with the state of the latest ones on the date. */
export async function readVersions(
  { database, knex }: Source,
  brand: string,
  asOf: LocalDate,
  accounts: ReadonlyMap<string, AccountFact>,
): Promise<Map<string, VersionFact>> {
  const rows = await database.dialect.selectRows(
    knex,
    `select source_id, account_id, chain_id, is_latest, status, lifecycle, term_type, auto_renew, start_date, end_date, term_end_date, cancelled_date
      from enriched_subscriptions where brand = ?`,
    [brand],
  );
  const versions = new Map<string, VersionFact>();
  for (const [id, accountId, chainId, latest, status, stored, termType, autoRenew, start, end, termEnd, cancelled] of rows) {
    const account = accounts.get(String(accountId));
    if (account === undefined) continue;
    const isLatest = Number(latest) === 1;
    const facts = {
      status: textOf(status),
      termType: textOf(termType),
      autoRenew: autoRenew === null ? null : Number(autoRenew) === 1,
      subscriptionStart: dateOf(start),
      subscriptionEnd: dateOf(end),
      termEnd: dateOf(termEnd),
      cancelled: dateOf(cancelled),
    };
    versions.set(String(id), {
      id: String(id),
      account,
      chainId: String(chainId),
      isLatest,
      status: facts.status,
      lifecycle: isLatest ? lifecycle(facts, asOf).value : undefined,
      storedLifecycle: textOf(stored),
    });
  }
  return versions;
}

/** The subscription versions of a brand as they were exported, by id. */
export async function readExported({ database, knex }: Source, brand: string): Promise<Map<string, ExportedVersion>> {
  const rows = await database.dialect.selectRows(
    knex,
    `select source_id, account_id, status, deleted_at is not null from ${subscription.table} where brand = ?`,
    [brand],
  );
  return new Map(
    rows.map(([id, accountId, status, deleted]) => [
      String(id),
      { id: String(id), accountId: textOf(accountId), status: textOf(status), isDeleted: Number(deleted) === 1 },
    ]),
  );
}

/**
 * Rows of subscriptions that lie in quarantine and call themselves active, none of which is stored otherwise: by the id
 * of the subscription, else of the rejected row.
 */
export async function readRejected({ database, knex }: Source, brand: string, isStored: (id: string) => boolean): Promise<string[]> {
  const rows = await database.dialect.selectRows(
    knex,
    "select rejected_id, source_id, raw from rejected_rows where brand = ? and entity = ? and status = 'open' order by rejected_id",
    [brand, subscription.name],
  );
  const ids = rows.flatMap(([rejectedId, sourceId, raw]) => {
    const id = textOf(sourceId);
    if (!ACTIVE_FIELD.test(String(raw)) || (id !== null && isStored(id))) return [];
    return [id ?? `rejected:${String(rejectedId)}`];
  });
  return [...new Set(ids)];
}

/** A field of its own that says Active. */
const ACTIVE_FIELD = /(^|[,;\t"[])\s*active\s*($|[,;\t"\]])/i;

function dateOf(value: string | number | null | undefined): LocalDate | null {
  return textOf(value) as LocalDate | null;
}
