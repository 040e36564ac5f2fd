import type { Transaction } from '../db/database.ts';
import { auditName } from '../raw/store/raw-target.ts';
import { personalStreams } from '../sources/streams/index.ts';
import { shopOrders } from './records/tables.ts';

const SHOP_ORDER = 'shop.order';
const AUDITED: readonly string[] = [...personalStreams.map(auditName), SHOP_ORDER];

/**
 * Takes a person off the orders of shops, and out of what the audit log tells of them; the orders stay, with their amounts. Their
 * raw rows lost the address before, so the next import derives the same. Gives how many rows changed, by table.
 */
export async function eraseShopsOf(tx: Transaction, personId: string): Promise<Map<string, number>> {
  const orders = await tx(shopOrders.name).where({ person_id: personId }).update({ person_id: null });
  const entries = await tx('audit_log').whereIn('entity', AUDITED).where('delta', 'like', `%${personId}%`).update({ delta: null });
  return new Map([
    [shopOrders.name, orders],
    ['audit_log', entries],
  ]);
}
