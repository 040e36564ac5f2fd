import { billingEntities } from '../../sources/index.ts';
import { ERASED } from '../../raw/erasure/erased-text.ts';
import type { Erasures } from '../../raw/erasure/erasures.ts';
import { auditGroups } from '../../engine/records/audit-groups.repository.ts';
import { personIdOf } from '../../enriched/facts/person.ts';
import type { BrandRecords, Source } from './find.repository.ts';
import type { ErasedPerson } from './later.repository.ts';

type Counts = Map<string, number>;
const PAGE = 500;
/** Entries on these records tell of the person; of others only words may. */
const PERSONAL = new Set([
  ...['raw.account', 'raw.contact', 'raw.payment_method', 'enriched.account', 'order.person', 'order.customer_account'],
  ...['raw.lead', 'lead.lead', 'lead.exchange', 'lead.param'],
]);

/** Erases rejected and repaired rows that name the person; the counts of their batches stay right. */
export async function eraseExceptions({ database, tx }: Source, brand: string, erasures: Erasures, now: string, runId: string, counts: Counts): Promise<void> {
  for (let after = ''; ; ) {
    const rows = await database.dialect.selectRows(tx, `select rejected_id, raw, reason, status from rejected_rows where brand = ? and rejected_id > ? order by rejected_id limit ${PAGE}`, [brand, after]);
    for (const [id, raw, reason, status] of rows) {
      if (!erasures.names(`${String(raw)}\t${String(reason)}`)) continue;
      const closed = status === 'open' ? { status: 'discarded', resolved_at: now, resolved_run: runId } : {};
      add(counts, 'rejected_rows', await tx('rejected_rows').where({ rejected_id: String(id) }).update({ raw: JSON.stringify([ERASED]), reason: ERASED, source_id: null, ...closed }));
    }
    const last = rows.at(-1);
    if (last === undefined) break;
    after = String(last[0]);
  }
  for (let after = ''; ; ) {
    const rows = await database.dialect.selectRows(tx, `select repair_id, before_row, after_row from row_repairs where brand = ? and repair_id > ? order by repair_id limit ${PAGE}`, [brand, after]);
    for (const [id, before, repaired] of rows) {
      if (!erasures.names(`${String(before)}\t${String(repaired)}`)) continue;
      add(counts, 'row_repairs', await tx('row_repairs').where({ repair_id: String(id) }).update({ before_row: ERASED, after_row: '[]', edits: '[]', source_id: null }));
    }
    const last = rows.at(-1);
    if (last === undefined) break;
    after = String(last[0]);
  }
}

/** The ids under which the person's records stand in the audit log, in one brand. */
export async function auditIds({ database, tx }: Source, { brand, accounts, records }: BrandRecords): Promise<string[]> {
  const ids = new Set(records.map((key) => key.split('\t')[1] ?? ''));
  if (accounts.length === 0) return [...ids];
  const marks = accounts.map(() => '?').join(',');
  const of = async (table: string, column: string): Promise<void> => {
    const rows = await database.dialect.selectRows(tx, `select ${column} from ${table} where brand = ? and account_id in (${marks})`, [brand, ...accounts]);
    for (const [id] of rows) ids.add(String(id));
  };
  for (const entity of billingEntities) if (entity.columns.some(({ sql }) => sql === 'account_id')) await of(entity.table, 'source_id');
  await of('orders', 'order_id');
  await of('order_items', 'item_id');
  await of('orders', 'customer_account_id');
  return [...ids];
}

/** Erases what audit entries tell of the person: that something changed, and when, stays. */
export async function eraseAudit({ tx }: Source, ids: readonly string[], person: ErasedPerson, receiptId: string, counts: Counts): Promise<void> {
  const personId = personIdOf(person.emailSha256);
  for (const group of await auditGroups(tx)) {
    add(counts, 'audit_log', await tx('audit_log').where({ ...group, entity_id: personId }).update({ entity_id: receiptId, delta: null }));
    for (let start = 0; start < ids.length; start += PAGE) {
      const rows = await tx<{ run_id: string; seq: number; delta: string | null }>('audit_log')
        .where(group)
        .whereIn('entity_id', ids.slice(start, start + PAGE))
        .whereNotNull('delta')
        .select('run_id', 'seq', 'delta');
      for (const { run_id: runId, seq, delta } of rows) {
        const text = delta ?? '';
        const cleaned = PERSONAL.has(group.entity) || text.includes(personId) ? null : person.clean(text);
        if (cleaned !== text) add(counts, 'audit_log', await tx('audit_log').where({ run_id: runId, seq }).update({ delta: cleaned }));
      }
    }
  }
}

function add(counts: Counts, table: string, count: number): void {
  if (count > 0) counts.set(table, (counts.get(table) ?? 0) + count);
}
