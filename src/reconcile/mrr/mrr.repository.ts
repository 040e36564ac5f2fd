import { squash } from '../../core/text/text.ts';
import { textOf } from '../../db/dialect.ts';
import type { Source } from '../counts/subscriptions.repository.ts';

/**
 * The sums of billing's own MRR field in a brand, by currency, in minor units: of the Recurring charges of versions with
 * status Active, as they are enriched, whatever chain they belong to.
 */
export async function billingMrr({ database, knex }: Source, brand: string): Promise<Map<string, number>> {
  const rows = await database.dialect.selectRows(
    knex,
    `select c.currency, s.status, c.charge_type, sum(c.mrr) from enriched_charges c
      join enriched_subscriptions s on s.brand = c.brand and s.account_id = c.account_id and s.source_id = c.subscription_id
      where c.brand = ? and c.currency is not null and c.mrr is not null group by c.currency, s.status, c.charge_type`,
    [brand],
  );
  const sums = new Map<string, number>();
  for (const [currency, status, chargeType, sum] of rows) {
    if (squash(textOf(status) ?? '') !== 'active' || squash(textOf(chargeType) ?? '') !== 'recurring') continue;
    sums.set(String(currency), (sums.get(String(currency)) ?? 0) + Number(sum));
  }
  return sums;
}
