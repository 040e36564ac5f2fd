import { HubError } from '../../core/errors.ts';
import { useOneOf } from '../../core/text/nearest.ts';
import { toIso, type Instant } from '../../core/time.ts';
import type { EnrichedPlace } from '../../enriched/records/records.repository.ts';
import type { OrderPlace } from '../../orders/history/history.repository.ts';
import type { AuditRow } from '../../engine/records/audit.repository.ts';
import type { Database } from '../../db/database.ts';
import { asKey } from '../../db/key-lookup.ts';
import type { Command, Output } from '../../cli/command.ts';
import { describeDelta } from '../../cli/text/delta-text.ts';

/** Records that have no raw row: all that is known of their past stands in the audit log. */
const LOGGED_ONLY = ['audience_member', 'secret', 'api_key'];

/** Prints the history of one record: how it came, and each change with its run. */
export const audit: Command = {
  name: 'audit',
  summary: 'print the whole history of one record',
  description:
    'Shows in which batch a record stands as it is now, and every update and deletion with old and new values, which may be personal data. ' +
    'Besides the entities of the billing platform: order, item, credit_note, customer_account, person, by their ids in hub or those that left it.',
  arguments: '<entity> <id>',
  examples: [
    'hub audit invoice 8ad0a1b2c3d4e5f60718293a4b5c6d7e',
    'hub audit refund 8ad0a1b2c3d4e5f60718293a4b5c6d7e    # with its credit note',
    'hub audit order ord_8f3a0b1c2d4e5f60718293a4',
    'hub audit audience_member 509e933019bb285a134a9334b8bb679d    # by the id of the person',
    'hub audit subscription 8ad0ffffc3d4e5f60718293a4b5c6d7e --output json',
  ],
  async run(context, _options, [name = '', id = '']) {
    if (LOGGED_ONLY.includes(name)) return loggedHistory(await context.database(), name, id);
    const key = asKey(id);
    const { findOrderHistory, orderSubjects } = await import('../../orders/history/history.repository.ts');
    const plain = name.replace(/^(raw|enriched|order)\./, '');
    const { entities } = await import('../../sources/index.ts');
    const entity = entities.find((each) => each.name === plain);
    const database = await context.database();
    const orders = await findOrderHistory(database, plain, key);
    if (entity === undefined && orders === undefined) throw unknownEntity(name, [...entities.map((each) => each.name), ...orderSubjects]);
    const { findRawRows } = await import('../../raw/store/raw-rows.repository.ts');
    const { findEnrichedRecords } = await import('../../enriched/records/records.repository.ts');
    const rows = entity === undefined ? [] : await findRawRows(database, entity, key);
    const enriched = entity === undefined ? [] : await findEnrichedRecords(database, entity, key, rows.map(({ brand }) => brand));
    const { auditHistory } = await import('../../engine/records/audit.repository.ts');
    const changes = await auditHistory(database, [...(entity === undefined ? [] : [entity.name]), ...(orders?.audited ?? [])], orders?.id ?? key);
    const places = orders?.places ?? [];
    if (rows.length === 0 && changes.length === 0 && places.length === 0) {
      throw new HubError('usage', 'record_unknown', `There is no ${plain} with the id "${id}".`, {
        nextStep: 'Give the id as the billing platform writes it, or one that hub made (ord_…). A rejected row is found with: hub quarantine list',
      });
    }
    const brands = [...new Set([...rows, ...changes, ...places].map(({ brand }) => brand))].sort();
    const text = brands.flatMap((brand) => [
      `${plain} ${id}${brand === '*' ? '' : ` of ${brand}`}`,
      ...describeOrigin(changes.filter((change) => change.brand === brand), rows.find((row) => row.brand === brand)),
      ...changes.filter((change) => change.brand === brand).flatMap(describeChange),
      ...rows.filter((row) => row.brand === brand).map(describeState),
      ...enriched.filter((record) => record.brand === brand).map(describeRecord),
      ...places.filter((place) => place.brand === brand).map(describePlace),
      '',
    ]);
    return { text: text.join('\n').trimEnd(), json: { entity: plain, id, rows, enriched, orders: places, changes: changes.map(asJson) } };
  },
};

async function loggedHistory(database: Database, name: string, id: string): Promise<Output> {
  const { auditHistory } = await import('../../engine/records/audit.repository.ts');
  const changes = await auditHistory(database, [name], asKey(id));
  if (changes.length === 0) throw new HubError('usage', 'record_unknown', `There is no ${name} with the id "${id}".`, { nextStep: 'Give the id of the person.' });
  return { text: [`${name} ${id}`, ...changes.flatMap(describeChange)].join('\n'), json: { entity: name, id, changes: changes.map(asJson) } };
}

function unknownEntity(name: string, known: readonly string[]): HubError {
  return new HubError('usage', 'unknown_entity', `There is no entity "${name}".`, {
    nextStep: useOneOf(name, [...known, ...LOGGED_ONLY]),
  });
}

/** The first change still names the batch that brought the record; without one it is the batch that it stands in. */
function describeOrigin(changes: readonly AuditRow[], row: { lake_batch: string } | undefined): string[] {
  const first = changes.find((change) => change.entity.startsWith('raw.'));
  const moved = first === undefined ? undefined : (asJson(first).delta as { lake_batch?: [string, string] } | null)?.lake_batch;
  const batch = moved?.[0] ?? row?.lake_batch;
  return batch === undefined ? [] : [`  came with batch ${batch}`];
}

function describeChange(change: AuditRow): string[] {
  const head = `  ${toIso(change.at)}  ${change.action} ${change.entity}  (run ${change.run_id})`;
  return [head, ...describeDelta(asJson(change).delta).map((line) => `      ${line}`)];
}

function describeState(row: { lake_batch: string; lake_row: number; updated_date?: string | null; deleted_at?: string | null }): string {
  const updated = row.updated_date == null ? '' : `, UpdatedDate ${toIso(row.updated_date as Instant)}`;
  const deleted = row.deleted_at == null ? '' : `, deleted ${toIso(row.deleted_at as Instant)}`;
  return `  now: as in batch ${row.lake_batch}, row ${row.lake_row}${updated}${deleted}`;
}

function describeRecord(record: EnrichedPlace): string {
  return `  now in ${record.table}: made by run ${record.created_run}, last written ${toIso(record.enriched_at as Instant)} with rules ${record.rules_version}`;
}

function describePlace(place: OrderPlace): string {
  return `  now in ${place.table}: ${place.says}; made by run ${place.created_run}, last written ${toIso(place.updated_at as Instant)}`;
}

function asJson(change: AuditRow): Omit<AuditRow, 'delta'> & { delta: unknown } {
  return { ...change, delta: change.delta === null ? null : JSON.parse(change.delta) };
}
