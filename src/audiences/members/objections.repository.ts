import { batchOfInstant, type BatchId, type Clock } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import type { Lake } from '../../lake/port/lake.ts';
import { stateOfBatch } from '../../raw/import/batch-state.ts';
import { unsubscribe } from '../../sources/email/unsubscribe.ts';
import { hasDeltas } from '../../raw/events/subject-deltas.repository.ts';
import { countRejects } from '../../raw/quarantine/quarantine.repository.ts';
import { batchHistory } from '../../engine/runs/import-batches.repository.ts';

/** Where objections can wait, and what is known of them. */
export interface ObjectionSource {
  readonly database: Database;
  readonly lake: Pick<Lake, 'listFeed'>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Unsubscriptions of a brand that nobody has read yet. */
export interface WaitingObjections {
  readonly brand: string;
  /** Open rows in quarantine. */
  readonly quarantined: number;
  /** Batches that were refused, or that lie in the lake and were never imported. */
  readonly batches: readonly BatchId[];
  /** What lies among the unsubscriptions in the lake and no import reads, relative to the lake. */
  readonly unreadable: readonly string[];
  /** Stored, but the subscribers do not know of them yet: a replay, or an import that was killed. */
  readonly notTakenUp: boolean;
}

/** What the next import reads. */
const WAITING: ReadonlySet<string> = new Set(['new', 'changed']);

/** The brands to which somebody may have objected without hub knowing who (e-mail specification, "build-audiences"). */
export async function waitingObjections(source: ObjectionSource, brands: readonly string[]): Promise<WaitingObjections[]> {
  const { database, lake, signal, clock } = source;
  const rejects = await countRejects(database, { brands, entities: [unsubscribe.name], status: 'open' });
  const waiting: WaitingObjections[] = [];
  for (const brand of brands) {
    const feed = { source: unsubscribe.feed, entity: unsubscribe.name, brand };
    const history = await batchHistory(database, { feed: unsubscribe.feed, entity: unsubscribe.name, brand });
    const { batches: listed, unread: places } = await lake.listFeed(feed, { until: batchOfInstant(clock.now()) }, signal);
    const unreadable = places.map(({ place }) => place);
    const unread = listed.filter((batch) => WAITING.has(stateOfBatch(batch, history.get(batch.batch)))).map(({ batch }) => batch);
    const refused = [...history].flatMap(([batch, { status }]) => (status === 'finished' ? [] : [batch]));
    const batches = [...new Set([...unread, ...refused])].sort();
    const quarantined = rejects.reduce((sum, reject) => sum + (reject.brand === brand ? reject.rows : 0), 0);
    const notTakenUp = await hasDeltas(database, brand, unsubscribe.name);
    if (quarantined > 0 || batches.length > 0 || unreadable.length > 0 || notTakenUp) waiting.push({ brand, quarantined, batches, unreadable, notTakenUp });
  }
  return waiting;
}
