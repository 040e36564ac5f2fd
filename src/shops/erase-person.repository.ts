import { auditGroups } from '../engine/records/audit-groups.repository.ts';
import type { RecordTarget } from '../engine/records/record-target.ts';
import { auditName } from '../raw/store/raw-target.ts';
import { personalStreams } from '../sources/streams/index.ts';
import { buyerOf } from './decide/shopify.ts';
import { noteBuyers } from './read/buyers.repository.ts';
import { shopOrders } from './records/tables.ts';

interface OrderRow {
  brand: string;
  source_id: string;
  person_id: string | null;
  buyer_id: string | null;
}

const SHOP_ORDER = 'shop.order';
const AUDITED: readonly string[] = [...personalStreams.map(auditName), SHOP_ORDER];

/**
 * Takes a person off the orders of shops, and out of what the audit log tells of them; the orders stay, with their amounts, each
 * with a buyer of its own. Their raw rows lost the address before, so the next import derives the same. Gives how many rows changed, by table.
 */
export async function eraseShopsOf({ database, tx, changeNo }: Pick<RecordTarget, 'database' | 'tx' | 'changeNo'>, personId: string): Promise<Map<string, number>> {
  const orders = await tx<OrderRow>(shopOrders.name).where({ person_id: personId }).select('brand', 'source_id');
  const buyers: string[] = [];
  for (const { brand, source_id: key } of orders) {
    const buyer = buyerOf(brand, key, null);
    await tx<OrderRow>(shopOrders.name).where({ brand, source_id: key }).update({ person_id: null, buyer_id: buyer });
    buyers.push(buyer);
  }
  await noteBuyers({ database, tx, changeNo }, buyers);
  let entries = 0;
  // An entry may tell of whom a record was earlier: those of platforms are all looked through, and by the index no others.
  for (const group of await auditGroups(tx, (entity) => AUDITED.includes(entity))) {
    entries += await tx('audit_log').where(group).where('delta', 'like', `%${personId}%`).update({ delta: null });
  }
  return new Map([
    [shopOrders.name, orders.length],
    ['audit_log', entries],
  ]);
}
