import type { Transaction } from '../db/database.ts';

/** What orders tell the outside world. */
export const orderEventKinds = ['order.assembled', 'order.changed', 'order.withdrawn'] as const;
export type OrderEventKind = (typeof orderEventKinds)[number];

/** A version of an order document that is to leave the hub. */
export interface RelayEvent {
  readonly kind: OrderEventKind;
  readonly brand: string;
  /** The public id of the order: of several versions that wait, only the newest is sent. */
  readonly subjectId: string;
  /** Rises with every event of the order. */
  readonly version: number;
  /** Whose data it is, so that `forget` finds the bodies. */
  readonly personId: string;
  /** The document as canonical JSON; sent byte for byte. */
  readonly payload: string;
  /** What happened, so that it is sent once: the same key to the same destination is the same relay. */
  readonly dedupeKey: string;
}

/** Where a stage puts what is to be sent, in the transaction of what it writes. */
export interface Outbox {
  /** Stores a relay for each destination that wants the event; known ones are left alone. Gives how many are new. */
  enqueue(tx: Transaction, events: readonly RelayEvent[]): Promise<number>;
}
