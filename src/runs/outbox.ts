import type { Transaction } from '../db/database.ts';

/** What happened to an order document. */
export type RelayKind = 'order.assembled' | 'order.changed' | 'order.withdrawn';

/** Something that partners are to be told, in the transaction in which it becomes true. */
export interface RelayEvent {
  readonly kind: RelayKind;
  readonly brand: string;
  /** The public id of the order. */
  readonly subjectId: string;
  /** Of the document; a later one makes earlier ones obsolete. */
  readonly version: number;
  readonly personId: string;
  /** Canonical JSON text. */
  readonly payload: string;
  /** The same fact has the same key; it is sent to a destination once. */
  readonly dedupeKey: string;
}

/** Takes events in the transaction of the business write; who sends them, and where to, is not known here. */
export interface Outbox {
  /** How many relays were added; those that are there already are left out. */
  enqueue(tx: Transaction, events: readonly RelayEvent[]): Promise<number>;
}

/** Nobody is to be told anything. */
export const silentOutbox: Outbox = { enqueue: () => Promise.resolve(0) };
