import type { Knex } from 'knex';

import type { LocalDate } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import type { MrrEvidence, MrrSegment } from '../mrr/segments.ts';
import { subscriptionMrr } from '../records/mrr-tables.ts';

/** A segment as it is stored; its MRR in minor units of the currency. */
export interface StoredSegment extends MrrSegment {
  readonly currency: string;
}

/** The segments that are stored of a chain, by date; of the account that has the chain's latest version. */
export async function readStoredSegments(database: Database, knex: Knex, brand: string, accountId: string, chainId: string): Promise<StoredSegment[]> {
  const rows = await database.dialect.selectRows(
    knex,
    `select from_date, to_date, state, mrr, currency, evidence from ${subscriptionMrr.name} where brand = ? and account_id = ? and chain_id = ? order by from_date`,
    [brand, accountId, chainId],
  );
  return rows.map(([from, to, state, mrr, currency, evidence]) => ({
    ...{ from: String(from) as LocalDate, to: to === null ? null : (String(to) as LocalDate), state: String(state) as MrrSegment['state'], mrr: Number(mrr) },
    ...{ currency: String(currency), evidence: JSON.parse(String(evidence)) as MrrEvidence },
  }));
}
