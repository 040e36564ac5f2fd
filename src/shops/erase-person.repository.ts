import type { Transaction } from '../db/database.ts';
import { auditGroups } from '../engine/records/audit-groups.repository.ts';
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
  let entries = 0;
  // An entry may tell of whom a record was earlier: those of platforms are all looked through, and by the index no others.
  for (const group of await auditGroups(tx, (entity) => AUDITED.includes(entity))) {
    entries += await tx('audit_log').where(group).where('delta', 'like', `%${personId}%`).update({ delta: null });
  }
  return new Map([
    [shopOrders.name, orders],
    ['audit_log', entries],
  ]);
}
