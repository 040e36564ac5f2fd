import type { Instant } from '../../core/time.ts';
import { batchOfInstant } from '../../core/time.ts';
import type { Fragment } from '../../db/dialect.ts';
import { emailEvents } from '../../sources/index.ts';
import type { RetentionName } from '../../engine/retention-policy.ts';
import { everywhere, type Walk } from './windows.ts';

/** What of one table has expired. */
export interface Expired {
  readonly walk: Walk;
  /** Which of the rows of the walk. */
  readonly condition: Fragment;
  /** How they go: the rows themselves, the text in one column, or events, of which it is kept what they say about people. */
  readonly removal: 'rows' | { readonly empties: string } | { readonly brand: string; readonly event: (typeof emailEvents)[number] };
}

/** What the walks need to know beside the time. */
export interface ExpiryFacts {
  readonly brands: readonly string[];
  /** Per table of changes, and brand if it has one, the number up to which all stages have taken them up. */
  readonly changes: readonly { readonly table: string; readonly keys: readonly string[]; readonly brand: string | undefined; readonly upTo: number }[];
}

type Rule = (before: Instant, facts: ExpiryFacts) => Expired[];

/** Names whose purge walks over a table. Bodies of relays and files of the intake have purges of their own. */
type TableRetention = Exclude<RetentionName, 'relay_bodies' | 'intake_files'>;

const rules: Readonly<Record<TableRetention, Rule>> = {
  // An open row waits for a decision, however long.
  rejected_rows: (before) => [byKey('rejected_rows', ['rejected_id'], { sql: "status <> 'open' and resolved_at < ?", values: [before] })],
  row_repairs: (before) => [byKey('row_repairs', ['repair_id'], { sql: 'repaired_at < ?', values: [before] })],
  email_events: (before, { brands }) => emailEvents.filter(({ name }) => name !== 'unsubscribe').flatMap((event) => eventsOf(event, brands, before)),
  email_unsubscribes: (before, { brands }) => emailEvents.filter(({ name }) => name === 'unsubscribe').flatMap((event) => eventsOf(event, brands, before)),
  // The newest version of an order stays, whatever its age; one that was replaced is as old as what replaced it, as a
  // receiver may still have it.
  order_documents: (before) => [
    {
      ...byKey('order_documents', ['brand', 'account_id', 'order_id', 'version'], {
        sql: `doc is not null and exists (select 1 from order_documents n where n.brand = order_documents.brand
          and n.account_id = order_documents.account_id and n.order_id = order_documents.order_id
          and n.version > order_documents.version and n.created_at < ?)`,
        values: [before],
      }),
      removal: { empties: 'doc' },
    },
  ],
  relay_attempts: (before) => [
    byKey('relay_attempts', ['relay_id', 'attempt'], {
      sql: 'exists (select 1 from relays r where r.relay_id = relay_attempts.relay_id and r.ended_at < ?)',
      values: [before],
    }),
  ],
  // Ids of runs begin with their time, so that what is old stands together.
  audit_log: (before) => [byKey('audit_log', ['run_id', 'seq'], everywhere, { sql: 'run_id < ?', values: [batchOfInstant(before)] })],
  job_runs: (before) => [byKey('job_runs', ['run_id'], { sql: "status <> 'running'", values: [] }, { sql: 'run_id < ?', values: [batchOfInstant(before)] })],
  changes: (_, { changes }) =>
    changes.map(({ table, keys, brand, upTo }) =>
      byKey(table, keys, everywhere, brand === undefined ? { sql: 'change_no <= ?', values: [upTo] } : { sql: 'brand = ? and change_no <= ?', values: [brand, upTo] }),
    ),
  raw_leads: (before) => [byKey('raw_leads', ['brand', 'lead_id'], { sql: 'received_at < ?', values: [before] })],
  lead_exchanges: (before) => [byKey('lead_exchanges', ['brand', 'lead_id'], ofOldLead('lead_exchanges', before))],
  lead_params: (before) => [byKey('lead_params', ['brand', 'lead_id', 'position'], ofOldLead('lead_params', before))],
  webhook_bodies: (before) => [
    { ...byKey('webhooks', ['source', 'event_id'], { sql: 'body is not null and received_at < ?', values: [before] }), removal: { empties: 'body' } },
    byKey('webhook_deliveries', ['source', 'delivery_id'], { sql: 'received_at < ?', values: [before] }),
    byKey('refetch_hints', ['source', 'object', 'object_id'], { sql: 'hinted_at < ?', values: [before] }),
  ],
  tracked_events: (before) => [byKey('tracked_events', ['brand', 'event_id'], { sql: 'received_at < ?', values: [before] })],
  integration_health: (before) => [byKey('integration_health', ['integration', 'checked_at'], { sql: 'checked_at < ?', values: [before] })],
  lead_field_errors: (before) => [byKey('lead_field_errors', ['brand', 'lead_id', 'field'], ofOldLead('lead_field_errors', before))],
};

/** What has expired under a name, by table. */
export function expiredOf(name: TableRetention, before: Instant, facts: ExpiryFacts): readonly Expired[] {
  return rules[name](before, facts);
}

function byKey(table: string, keys: readonly string[], condition: Fragment, within = everywhere): Expired {
  return { walk: { table, keys, within }, condition, removal: 'rows' };
}

/** What stands beside a lead is as old as the lead; that and what its contact is stay. */
function ofOldLead(table: string, before: Instant): Fragment {
  return { sql: `exists (select 1 from leads l where l.brand = ${table}.brand and l.lead_id = ${table}.lead_id and l.received_at < ?)`, values: [before] };
}

/** An event is as old as the batch that brought it last: its own time may lie in the future. */
function eventsOf(event: (typeof emailEvents)[number], brands: readonly string[], before: Instant): Expired[] {
  const condition = { sql: 'lake_batch < ?', values: [batchOfInstant(before)] };
  return brands.map((brand) => ({ ...byKey(event.table, ['source_id'], condition, { sql: 'brand = ?', values: [brand] }), removal: { brand, event } }));
}
