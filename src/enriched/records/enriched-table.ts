import type { Columns, RecordTable } from '../../engine/records/record-table.ts';

/** An enriched table. */
export interface EnrichedTable<Content extends Columns = Columns> extends RecordTable<Content> {
  /** The raw entity whose rows these are; `credits` has two. */
  readonly entity: string;
}

/** The columns by which the records of an account stand together, as later stages read whole persons. */
export const OWNED = { brand: 'key!', account_id: 'key!', source_id: 'key!' } as const;

const CONVENTIONS = ['checksum', 'rules_version', 'created_run', 'enriched_at', 'change_no'] as const;

/**
 * Declares the table of a raw entity. Its records are named in the audit log as their raw rows are, so that both stages
 * make one history. It is keyed by brand, account and source id, and there is no index on the source id, whose random
 * order would cost more than all else: the raw row knows the account.
 */
export function enrichedTable<Content extends Columns>(
  name: string,
  entity: string,
  columns: Content,
  { keys = ['account_id', 'source_id'], auditName = `enriched.${entity}`, ...options }: Partial<Pick<RecordTable, 'keys' | 'auditName' | 'ownerColumn' | 'indexes'>> = {},
): EnrichedTable<Content> {
  return { name: `enriched_${name}`, entity, auditName, keys, idColumn: 'source_id', columns, conventions: CONVENTIONS, ...options };
}
