import { parseInstant, type Instant } from '../../core/time.ts';
import type { IntakeKind } from '../../leads/intake/intake-kind.ts';
import { readRecords } from '../../leads/intake/intake-line.ts';
import { parseVisitLine } from '../../leads/intake/lead-line.ts';
import type { LeadRecord } from '../../leads/lead-record.ts';
import { crawlerOf } from '../../leads/steps/crawler.ts';
import { marketingOf } from '../../leads/steps/marketing.ts';
import { isWithin, type TrustedProxies } from '../../net/client-address.ts';
import type { EventOutbox } from '../event-outbox.ts';
import type { EventRecord } from '../event-record.ts';
import { eventRecord, type UserHash } from '../track.ts';
import { storeBatch } from './event-kind.ts';

/** What visits are stored by. */
export interface VisitSetup {
  readonly userHash: UserHash;
  /** Networks whose visitors are our own. */
  readonly internal: TrustedProxies;
  readonly outbox: EventOutbox;
}

/** Imports visits of forms as tracked events: nobody has sent a field, so nothing of them names a person. */
export function visitKind(setup: VisitSetup): IntakeKind {
  return {
    entity: 'visit',
    plural: 'visits',
    remedy: 'See what writes to this place of the intake beside hub serve',
    async read(parts, brand, batch) {
      const { records, ...read } = await readRecords(parts, (line) => parseVisitLine(line, brand));
      return { read: read.read, rejects: read.rejects, store: (target) => storeBatch(target, setup.outbox, brand, batch, { ...read, records: records.map((visit) => visitEvent(visit, setup)) }) };
    },
  };
}

/** The event of a visit: form, partner, campaign and what else was in the query, scrubbed; never what a form declares. */
function visitEvent(visit: LeadRecord, { userHash, internal }: Omit<VisitSetup, 'outbox'>): EventRecord {
  const { brand, form, partner, received_at: received, lead_id: id, address, pairs, decision } = visit;
  const { campaign, params } = marketingOf(visit, new Set(pairs.map(([name]) => name)));
  const known = Object.entries(campaign).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  const receivedAt = parseInstant(received) ?? ('' as Instant);
  const properties = { ...Object.fromEntries([...params.map(({ name, value }) => [name, value] as const), ...known]), form, partner, rule: decision.rule, is_crawler: crawlerOf(visit).is_crawler };
  return eventRecord(
    { eventId: id, name: 'form_visited', occurredAt: receivedAt, properties, email: undefined, isTest: isWithin(address, internal) },
    { brand, source: 'serve', key: null, receivedAt, userHash: (user) => userHash(brand, user) },
  );
}
