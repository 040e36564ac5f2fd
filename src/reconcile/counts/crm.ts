import type { Bridge } from './bridge.ts';
import type { Reason } from './reasons.ts';
import { isCountedActive, type VersionFact } from './subscriptions.ts';

/** How far the document of an order has come on its way to one destination. */
export interface DeliveryFact {
  /** The newest version that was delivered; 0: none. A withdrawal that was delivered counts as one. */
  readonly delivered: number;
  /** The newest version that was handed over; 0: none. */
  readonly newest: number;
  /** What became of it. */
  readonly state: 'delivered' | 'waiting' | 'failed';
}

/** An order, as far as its document goes. */
export interface OrderFact {
  readonly publicId: string;
  /** The newest version of its document; 0: there is none. */
  readonly version: number;
}

/** The latest versions of a brand and what one destination was told of them. */
export interface CrmSides {
  readonly brand: string;
  /** The latest version of each subscription, by its public id. */
  readonly subscriptions: ReadonlyMap<string, VersionFact>;
  /** By chain. */
  readonly orders: ReadonlyMap<string, OrderFact>;
  /** By the order's public id. */
  readonly deliveries: ReadonlyMap<string, DeliveryFact>;
  /** The public ids of subscriptions that the delivered documents call active, with their order. */
  readonly active: ReadonlyMap<string, string>;
  /** True for persons whose changes are not assembled yet. */
  readonly isPending: (personId: string) => boolean;
}

const NOWHERE: DeliveryFact = { delivered: 0, newest: 0, state: 'failed' };

/** The bridge from hub's active subscriptions to those of a CRM. */
export function compareWithCrm(bridge: Bridge, sides: CrmSides): void {
  const { brand, subscriptions, active } = sides;
  for (const [publicId, version] of subscriptions) {
    const element = { brand, market: version.account.market, id: version.chainId };
    const counted = isCountedActive(version);
    if (counted && active.has(publicId)) bridge.both(element);
    else if (counted) bridge.leftOnly(element, whyNotInCrm(sides, version));
    else if (active.has(publicId)) bridge.rightOnly(element, whyStillInCrm(sides, version, active.get(publicId) ?? ''));
  }
  for (const [publicId, orderId] of active) {
    if (!subscriptions.has(publicId)) bridge.rightOnly({ brand, market: null, id: publicId }, whyStillInCrm(sides, undefined, orderId));
  }
}

function whyNotInCrm({ orders, deliveries, isPending }: CrmSides, version: VersionFact): Reason {
  const order = orders.get(version.chainId);
  const pending = isPending(version.account.personId);
  if (order === undefined || order.version === 0) return pending ? 'not_assembled' : 'unexplained';
  const delivery = deliveries.get(order.publicId) ?? NOWHERE;
  if (delivery.newest < order.version) return 'not_sent';
  if (delivery.state !== 'delivered') {
    if (delivery.delivered === 0) return delivery.state === 'waiting' ? 'not_delivered' : 'delivery_failed';
    return delivery.state === 'waiting' ? 'update_not_delivered' : 'update_failed';
  }
  if (version.storedLifecycle !== 'active') return 'date_passed';
  return pending ? 'not_assembled' : 'unexplained';
}

function whyStillInCrm({ deliveries, isPending, orders }: CrmSides, version: VersionFact | undefined, orderId: string): Reason {
  const delivery = deliveries.get(orderId) ?? NOWHERE;
  if (delivery.newest > delivery.delivered) return delivery.state === 'waiting' ? 'update_not_delivered' : 'update_failed';
  if (version === undefined) return 'unexplained';
  if ((orders.get(version.chainId)?.version ?? 0) > delivery.newest) return 'not_sent';
  if (isPending(version.account.personId)) return 'not_assembled';
  if (version.account.isTest) return 'test_data';
  return version.storedLifecycle === 'active' ? 'date_passed' : 'unexplained';
}
