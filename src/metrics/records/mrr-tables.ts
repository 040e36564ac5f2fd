import { recordTable, type RecordIn } from '../../engine/records/record-table.ts';

/** State and MRR of each chain over time (metrics, "MRR"), in minor units: segments without a hole, the last may be open. */
export const subscriptionMrr = recordTable({
  name: 'subscription_mrr',
  auditName: 'metric.subscription_mrr',
  keys: ['account_id', 'chain_id', 'from_date'],
  idColumn: 'chain_id',
  columns: {
    brand: 'key!',
    account_id: 'key!',
    chain_id: 'key!',
    from_date: 'date!',
    to_date: 'date',
    state: 'key!',
    mrr: 'integer!',
    currency: 'currency!',
    market: 'text',
    person_id: 'key!',
    class: 'key',
    evidence: 'json!',
  },
  indexes: [['person_id']],
});

/**
 * The net change of a person's MRR on a day, in a brand and in `*`, over all of them (metrics, "Movements"). Of kind `new`,
 * `renewal_months` is after how many months the contract renews that began it.
 */
export const mrrMovements = recordTable({
  name: 'mrr_movements',
  auditName: 'metric.mrr_movements',
  keys: ['person_id', 'currency', 'movement_date'],
  idColumn: 'person_id',
  columns: {
    brand: 'key!',
    person_id: 'key!',
    currency: 'currency!',
    movement_date: 'date!',
    kind: 'key!',
    amount: 'integer!',
    renewal_months: 'integer',
    mrr_before: 'integer!',
    mrr_after: 'integer!',
    is_replacement: 'boolean!',
    chains: 'json!',
  },
  indexes: [['brand', 'movement_date']],
});

export type SubscriptionMrrRecord = RecordIn<typeof subscriptionMrr>;
export type MrrMovementRecord = RecordIn<typeof mrrMovements>;
