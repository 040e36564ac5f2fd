import { orderDocuments } from '../../orders/records/order-tables.ts';
import type { DeliveryFact, OrderFact } from './crm.ts';
import type { Source } from './subscriptions.repository.ts';

/** Documents that are parsed at a time. */
const PAGE = 500;
const WAITING = new Set(['pending', 'in_flight', 'retrying']);

/** The destinations that ever got, or are to get, order documents; none without relays. */
export async function readDestinations({ database, knex }: Source): Promise<string[]> {
  if ((await database.dialect.columnsOf(knex, 'relays')).length === 0) return [];
  const rows = await database.dialect.selectRows(knex, "select distinct destination from relays where kind like 'order.%' order by destination", []);
  return rows.map(([destination]) => String(destination));
}

/** The order of each subscription of a brand, by chain. */
export async function readOrders({ database, knex }: Source, brand: string): Promise<Map<string, OrderFact>> {
  const documents = await database.dialect.selectRows(
    knex,
    `select d.public_id, max(d.version), max(case when d.doc is null then d.version else 0 end) from ${orderDocuments.name} d where d.brand = ? group by d.public_id`,
    [brand],
  );
  const versionOf = new Map(documents.map(([id, version, withdrawn]) => [String(id), Number(version) === Number(withdrawn) ? 0 : Number(version)]));
  const rows = await database.dialect.selectRows(
    knex,
    `select distinct i.chain_id, o.public_id from order_items i
      join orders o on o.brand = i.brand and o.account_id = i.account_id and o.order_id = i.order_id where i.brand = ?`,
    [brand],
  );
  return new Map(rows.map(([chain, order]) => [String(chain), { publicId: String(order), version: versionOf.get(String(order)) ?? 0 }]));
}

/** How far the documents of a brand have come to a destination, by the order's public id. */
export async function readDeliveries({ database, knex }: Source, brand: string, destination: string): Promise<Map<string, DeliveryFact>> {
  const rows = await database.dialect.selectRows(
    knex,
    "select subject_id, version, state from relays where destination = ? and brand = ? and kind like 'order.%'",
    [destination, brand],
  );
  const deliveries = new Map<string, { delivered: number; newest: number; state: DeliveryFact['state'] }>();
  for (const [subject, version, state] of rows) {
    const known = deliveries.get(String(subject)) ?? { delivered: 0, newest: 0, state: 'failed' as const };
    const own = Number(version);
    if (state === 'delivered') known.delivered = Math.max(known.delivered, own);
    if (own > known.newest) {
      known.newest = own;
      known.state = state === 'delivered' ? 'delivered' : WAITING.has(String(state)) ? 'waiting' : 'failed';
    }
    deliveries.set(String(subject), known);
  }
  return deliveries;
}

interface DeliveredDocument {
  readonly order_id: string;
  readonly items: readonly { readonly subscription: { readonly subscription_id: string; readonly lifecycle: string | null } }[];
}

/** The subscriptions that the delivered documents call active, by public id, with their order; read page by page. */
export async function readDeliveredActive({ database, knex }: Source, brand: string, deliveries: ReadonlyMap<string, DeliveryFact>): Promise<Map<string, string>> {
  const active = new Map<string, string>();
  let after: readonly [account: string, order: string, version: number] = ['', '', 0];
  for (;;) {
    const [account, order, version] = after;
    const rows = await database.dialect.selectRows(
      knex,
      `select account_id, order_id, version, public_id, doc from ${orderDocuments.name}
        where brand = ? and (account_id > ? or (account_id = ? and (order_id > ? or (order_id = ? and version > ?))))
        order by account_id, order_id, version limit ${PAGE}`,
      [brand, account, account, order, order, version],
    );
    for (const [, , number, publicId, doc] of rows) {
      if (doc === null || deliveries.get(String(publicId))?.delivered !== Number(number)) continue;
      const { items } = JSON.parse(String(doc)) as DeliveredDocument;
      for (const { subscription } of items) if (subscription.lifecycle === 'active') active.set(subscription.subscription_id, String(publicId));
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return active;
    after = [String(last[0]), String(last[1]), Number(last[2])];
  }
}
