import { queueChosen, queueDated, queueEverybody, queueMissing, queueUndecidable, type ChosenPersons, type PersonQueue } from '../enriched/person-queue.repository.ts';

/** The name of the stage in marks and in what could not be decided. */
export const STAGE = 'build-metrics';
/** The queue of all runs. */
export const QUEUE = 'metric_queue';

/** Whom a run takes up. */
export type Selection =
  | { readonly kind: 'all' }
  | { readonly kind: 'changes'; readonly after: number; readonly upTo: number }
  | { readonly kind: 'some'; readonly chosen: ChosenPersons };

/** Where a date says that an account's facts belong to a range. */
const DATED = [
  ['enriched_subscriptions', 'contract_effective_date'],
  ['enriched_invoices', 'invoice_date'],
  ['enriched_refunds', 'refund_date'],
] as const;
/** Where it stands who has metrics, of whom nothing else may be left. */
const OWN = ['subscription_mrr', 'mrr_movements', 'revenue_facts', 'metric_customers'];

/** Puts the persons of the selection into the queue of the run. */
export async function queuePersons(queue: PersonQueue, selection: Selection): Promise<void> {
  switch (selection.kind) {
    case 'all':
      await queueEverybody(queue);
      for (const table of OWN) await queueMissing(queue, `select distinct person_id from ${table}`, []);
      return;
    case 'changes':
      for (const table of ['enriched_changes', 'order_changes']) {
        await queueMissing(queue, `select distinct person_id from ${table} where change_no > ? and change_no <= ?`, [selection.after, selection.upTo]);
      }
      await queueUndecidable(queue, STAGE);
      return;
    case 'some': {
      const { chosen } = selection;
      await (chosen.range === undefined ? queueChosen(queue, chosen) : queueDated(queue, chosen, chosen.range, DATED));
    }
  }
}
