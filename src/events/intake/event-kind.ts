import { parseInstant, type Instant } from '../../core/time.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import { zeroCounts } from '../../engine/runs/import-batches.repository.ts';
import { personIdOf } from '../../enriched/facts/person.ts';
import { noPersonCounts } from '../../leads/intake/decide-persons.ts';
import type { IntakeKind, StoredBatch } from '../../leads/intake/intake-kind.ts';
import { readRecords, type ReadRecords } from '../../leads/intake/intake-line.ts';
import { erasedAmong } from '../../leads/intake/leads.repository.ts';
import type { EventOutbox } from '../event-outbox.ts';
import type { EventRecord } from '../event-record.ts';
import { parseEventLine } from './event-line.ts';
import { insertEvents, storedEventIds, type EventRow } from './events.repository.ts';

/** Imports tracked events: each is stored once, however often it was sent. */
export function eventKind(outbox: EventOutbox): IntakeKind {
  return {
    entity: 'event',
    plural: 'events',
    remedy: 'See what writes to this place of the intake beside hub serve',
    async read(parts, brand, batch) {
      const read = await readRecords(parts, (line) => parseEventLine(line, brand));
      return { read: read.read, rejects: read.rejects, store: (target) => storeBatch(target, outbox, brand, batch, read) };
    },
  };
}

/** Stores the events of a batch. */
export async function storeBatch(target: RecordTarget, outbox: EventOutbox, brand: string, batch: string, { records, rejects, read, erased: gone }: ReadRecords<EventRecord>): Promise<StoredBatch> {
  const { inserted, erased } = await storeEvents(target, outbox, brand, batch, records);
  const counts = { ...zeroCounts(), read, inserted, unchanged: records.length - inserted + gone, rejected: rejects.length };
  return { counts, fold: noPersonCounts(), erased, problems: [], dead: 0 };
}

/** Stores events that are not there yet; of an erased person nothing is kept. The first that came under an id stays. */
export async function storeEvents(target: RecordTarget, outbox: EventOutbox, brand: string, batch: string, records: readonly EventRecord[]): Promise<{ readonly inserted: number; readonly erased: ReadonlySet<string> }> {
  const unique = new Map<string, EventRecord>();
  for (const record of records) if (!unique.has(record.event_id)) unique.set(record.event_id, record);
  const erased = await erasedAmong(target.tx, records.flatMap(({ email_sha256: hash }) => (hash === null ? [] : [hash])));
  const stored = await storedEventIds(target.tx, brand, [...unique.keys()]);
  const fresh = [...unique.values()].filter(({ event_id: id, email_sha256: hash }) => !stored.has(id) && (hash === null || !erased.has(hash)));
  await insertEvents(target.tx, fresh.map((record) => rowOf(record, batch, target.runId)));
  await outbox.enqueue(target.tx, fresh);
  return { inserted: fresh.length, erased };
}

function rowOf(record: EventRecord, batch: string, runId: string): EventRow {
  const { brand, event_id: eventId, source, name, email_sha256: hash, is_test: isTest, scrubbed, properties } = record;
  const at = (text: string): Instant => parseInstant(text) ?? ('' as Instant);
  return {
    ...{ brand, event_id: eventId, source, name, occurred_at: at(record.occurred_at), received_at: at(record.received_at), person_id: hash === null ? null : personIdOf(hash) },
    ...{ is_test: isTest ? 1 : 0, scrubbed, properties: JSON.stringify(properties), lake_batch: batch, created_run: runId },
  };
}
