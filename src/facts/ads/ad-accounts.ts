import { instantOfBatch, type BatchId, type LocalDate } from '../../core/time.ts';
import { dayIn } from '../../core/zone.ts';
import { finalUntil } from '../../sources/api/restate.ts';
import type { Fact, Values } from '../fact.ts';
import type { StoredFact } from './ad-day.ts';
import type { AdEntity, AdEntityKind, AdSource } from './ad-source.ts';

/** An account, and up to which day all of its days are final. */
export function adAccountFact({ name: platform }: AdSource, account: string, row: Values, final: LocalDate | null): StoredFact {
  const fact = { platform, account, id: row['id'] ?? '', name: row['name'] ?? null, status: row['status'] ?? null, zone: row['zone'] ?? null, currency: row['currency'] ?? null, final_until: final };
  return { fact, batch: row['lake_batch'] ?? '' };
}

/** A campaign or an ad group of an account. */
export function adEntityFact({ name: platform }: AdSource, account: string, kind: AdEntityKind, currency: string | null, entity: AdEntity, row: Values): StoredFact {
  const { id, name, status, parentId, budget, budgetPeriod } = entity;
  const fact: Fact = { platform, account, kind, id, name, status, parent_id: parentId, currency: budget === null ? null : currency, budget, budget_period: budgetPeriod };
  return { fact, batch: row['lake_batch'] ?? '' };
}

/**
 * The last day up to which all days of all streams of an account are final; null if a stream has none that is (sources
 * specification, "hub import-sources").
 * @param streams of each stream that has stated days, which batch stated each last
 */
export function accountFinalUntil(streams: readonly ReadonlyMap<LocalDate, BatchId>[], zone: string, restateDays: number): LocalDate | null {
  const finals = streams.flatMap((stated) => {
    const [first] = [...stated.keys()].sort();
    return first === undefined ? [] : [finalUntil(first, restateDays, new Map([...stated].map(([day, batch]) => [day, dayIn(instantOfBatch(batch), zone)])))];
  });
  return finals.includes(null) ? null : ([...finals].sort()[0] ?? null);
}
