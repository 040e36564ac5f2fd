import type { Transaction } from '../db/database.ts';
import type { EventRecord } from './event-record.ts';

/** Where relays of tracked events go; what stands behind it is `relays`, which knows the destinations. */
export interface EventOutbox {
  /** Stores the relays of events that are new. */
  enqueue(tx: Transaction, events: readonly EventRecord[]): Promise<void>;
}
