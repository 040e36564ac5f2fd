import type { Knex } from 'knex';

import { groupBy } from '../../core/group-by.ts';
import { dateOf, type Instant, type LocalDate } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { textOf } from '../../db/dialect.ts';
import { chainStates, type ChainStates } from '../../enriched/chains/states.ts';
import type { ChainAmendment } from '../../enriched/chains/suspensions.ts';
import { lifecycle } from '../../enriched/chains/lifecycle.ts';
import { amendment } from '../../sources/billing/amendment.ts';
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
    'select account_id, person_id, market, email_sha256 is not null, is_test, created_date from enriched_accounts where brand = ?',
    [brand],
  );
  return new Map(
    rows.map(([id, personId, market, hasEmail, isTest, created]) => [
      String(id),
      { accountId: String(id), personId: String(personId), market: textOf(market), hasEmail: Number(hasEmail) === 1, isTest: Number(isTest) === 1, createdOn: dayOf(created) },
    ]),
  );
}

/** What the states of a brand's chains depend on beside the versions themselves. */
export interface VersionContext {
  readonly accounts: ReadonlyMap<string, AccountFact>;
  readonly exported: ReadonlyMap<string, ExportedVersion>;
}

/** The versions of a brand's subscriptions by id, with the state of the latest ones on the date. */
export async function readVersions({ database, knex }: Source, brand: string, asOf: LocalDate, { accounts, exported }: VersionContext): Promise<Map<string, VersionFact>> {
  const amendments = await readAmendments({ database, knex }, brand);
  const rows = await database.dialect.selectRows(
    knex,
    `select source_id, account_id, chain_id, is_latest, status, lifecycle, term_type, auto_renew, contract_effective_date, end_date,
        term_end_date, cancelled_date, chain_start
      from enriched_subscriptions where brand = ?`,
    [brand],
  );
  const ofChain = groupBy(rows.flatMap(([id, , chainId]) => (amendments.get(String(id)) ?? []).map((own) => ({ chainId: String(chainId), own }))), ({ chainId }) => chainId);
  const versions = new Map<string, VersionFact>();
  for (const [id, accountId, chainId, latest, status, stored, termType, autoRenew, effective, end, termEnd, cancelled, chainStart] of rows) {
    const account = accounts.get(String(accountId));
    if (account === undefined) continue;
    const isLatest = Number(latest) === 1;
    const states = (): ChainStates =>
      chainStates({
        start: dateOrNull(chainStart) ?? account.createdOn,
        latest: {
          status: textOf(status),
          termType: textOf(termType),
          autoRenew: autoRenew === null ? null : Number(autoRenew) === 1,
          contractEffective: dateOrNull(effective),
          subscriptionEnd: dateOrNull(end),
          termEnd: dateOrNull(termEnd),
          cancelled: dateOrNull(cancelled),
          updated: exported.get(String(id))?.updated ?? null,
        },
        amendments: (ofChain.get(String(chainId)) ?? []).map(({ own }) => own),
      });
    versions.set(String(id), {
      id: String(id),
      account,
      chainId: String(chainId),
      isLatest,
      status: textOf(status),
      lifecycle: isLatest ? lifecycle(textOf(status), states(), asOf).value : undefined,
      storedLifecycle: textOf(stored),
    });
  }
  return versions;
}

/** The amendments of a brand that suspend or resume, by the version that they change. */
async function readAmendments({ database, knex }: Source, brand: string): Promise<Map<string, ChainAmendment[]>> {
  const rows = await database.dialect.selectRows(
    knex,
    `select subscription_id, type, status, coalesce(effective_date, contract_effective_date) from ${amendment.table}
      where brand = ? and deleted_at is null and (lower(type) like '%suspend%' or lower(type) like '%resume%')`,
    [brand],
  );
  const found = new Map<string, ChainAmendment[]>();
  for (const [versionId, type, status, effective] of rows) {
    const own = found.get(String(versionId)) ?? [];
    own.push({ type: textOf(type), status: textOf(status), effective: dateOrNull(effective) });
    found.set(String(versionId), own);
  }
  return found;
}

/** The subscription versions of a brand as they were exported, by id. */
export async function readExported({ database, knex }: Source, brand: string): Promise<Map<string, ExportedVersion>> {
  const rows = await database.dialect.selectRows(
    knex,
    `select source_id, account_id, status, deleted_at is not null, updated_date from ${subscription.table} where brand = ?`,
    [brand],
  );
  return new Map(
    rows.map(([id, accountId, status, deleted, updated]) => [
      String(id),
      { id: String(id), accountId: textOf(accountId), status: textOf(status), isDeleted: Number(deleted) === 1, updated: dayOf(updated) },
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

function dateOrNull(value: string | number | null | undefined): LocalDate | null {
  return textOf(value) as LocalDate | null;
}

/** The day of a stored instant. */
function dayOf(value: string | number | null | undefined): LocalDate | null {
  const instant = textOf(value) as Instant | null;
  return instant === null ? null : dateOf(instant);
}
