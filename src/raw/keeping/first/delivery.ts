import type { ImportCounts } from '../../../engine/runs/import-batches.repository.ts';
import type { RowVersion } from '../../rows/version.ts';

/** What tells deliveries of one event apart. */
export type Delivery = Pick<RowVersion, 'hash' | 'batch' | 'row'>;

/** The delivery that is stored, and the run that wrote it. */
export type StoredDelivery = Delivery & { readonly changeNo: number };

/** What becomes of a delivery. */
export interface DeliveryDecision {
  /** `inserted`: it is the one that was just written. */
  readonly counted: keyof Pick<ImportCounts, 'inserted' | 'updated' | 'unchanged' | 'stale'>;
  /** True: it takes the place of the stored one. */
  readonly replaces: boolean;
}

/** The first delivery of each event. */
export function firstOf<Row extends Delivery & { readonly sourceId: string }>(rows: readonly Row[]): Map<string, Row> {
  const firsts = new Map<string, Row>();
  for (const row of rows) {
    const other = firsts.get(row.sourceId);
    if (other === undefined || precedes(row, other)) firsts.set(row.sourceId, row);
  }
  return firsts;
}

/**
 * What becomes of a delivery, given the stored one of the same event. Of several the first counts (the earliest batch, then
 * the earliest row), whatever order they arrive in; the others are stale, or unchanged if another batch says the same again.
 * @param changeNo of the run that asks
 */
export function decideDelivery(incoming: Delivery, stored: StoredDelivery, changeNo: number): DeliveryDecision {
  const isSame = incoming.hash === stored.hash;
  const isSamePlace = incoming.batch === stored.batch && incoming.row === stored.row;
  const isOwn = stored.changeNo === changeNo;
  if (isSamePlace && isOwn) return { counted: 'inserted', replaces: false };
  if (isSamePlace || precedes(incoming, stored)) {
    // A row of this batch, and this run, that was taken for the first was counted as inserted: it is the stale one now.
    const isOwnBatch = isOwn && incoming.batch === stored.batch;
    return { counted: isOwnBatch ? 'stale' : isSame ? 'unchanged' : 'updated', replaces: !(isSame && isSamePlace) };
  }
  return { counted: isSame && incoming.batch !== stored.batch ? 'unchanged' : 'stale', replaces: false };
}

function precedes(a: Delivery, b: Delivery): boolean {
  return a.batch < b.batch || (a.batch === b.batch && a.row < b.row);
}
