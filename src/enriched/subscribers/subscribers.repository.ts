import type { RunId } from '../../core/ids.ts';
import { encodeRow } from '../../core/text/row-text.ts';
import type { Clock, Instant } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { deltaBetween, type AuditEntry, type AuditWriter } from '../../engine/records/audit.repository.ts';
import { stateColumns, type EmailState } from './state.ts';
import { subscribers } from './subscriber-tables.ts';

/** Where subscribers are read and written, and on whose behalf. */
export interface SubscriberTarget {
  readonly database: Database;
  readonly tx: Transaction;
  readonly audit: AuditWriter;
  readonly runId: RunId;
  readonly changeNo: number;
  readonly clock: Clock;
  readonly brand: string;
  /** At this brand a purchase brings somebody back who had left. */
  readonly purchaseRestores: boolean;
}

/** A subscriber as it is stored. */
export interface StoredSubscriber {
  readonly personId: string;
  readonly emailSha256: string;
  readonly emailMd5: string;
  readonly state: EmailState;
  readonly resubscribedAt: Instant | null;
}

/** A subscriber that changed; no `after`: nothing says any more that it is one. */
export interface SubscriberChange {
  readonly before: (StoredSubscriber & { readonly createdRun: string }) | undefined;
  readonly after: StoredSubscriber | undefined;
}

type Stored = NonNullable<SubscriberChange['before']>;

const COLUMNS = Object.keys(subscribers.columns);
const READ = ['person_id', 'email_sha256', 'email_md5', 'resubscribed_at', 'created_run', ...stateColumns];

/** The stored subscribers among the persons. */
export async function readSubscribers({ database, tx, brand }: SubscriberTarget, personIds: readonly string[]): Promise<Map<string, Stored>> {
  const keys = [...personIds].sort();
  const rows = await database.dialect.findByKeys(tx, { table: subscribers.name, brand, keyColumn: 'person_id', keys, columns: READ });
  return new Map(
    rows.map(([personId, sha256, md5, resubscribed, createdRun, ...state]) => [
      String(personId),
      {
        personId: String(personId),
        emailSha256: String(sha256),
        emailMd5: String(md5),
        resubscribedAt: resubscribed as Instant | null,
        createdRun: String(createdRun),
        state: stateOfValues(state),
      },
    ]),
  );
}

/** The state in a row's values, in the order of stateColumns. */
export function stateOfValues(values: readonly (string | number | null)[]): EmailState {
  return Object.fromEntries(stateColumns.map((column, index) => [column, values[index] ?? null])) as unknown as EmailState;
}

/**
 * Writes the changes. A change of the subscription itself leaves an audit entry; when somebody was written to or opened
 * last does not, the events tell it.
 */
export async function writeSubscribers(target: SubscriberTarget, changes: readonly SubscriberChange[]): Promise<void> {
  const { database, tx, brand, runId, changeNo, clock } = target;
  const now = clock.now();
  const kept = changes.filter(({ after }) => after !== undefined);
  const rows = kept.map(({ before, after }) => {
    const { personId, emailSha256, emailMd5, state, resubscribedAt } = after as StoredSubscriber;
    const values = stateColumns.map((column) => state[column]);
    return encodeRow([brand, personId, emailSha256, emailMd5, ...values, resubscribedAt, before?.createdRun ?? runId, now, String(changeNo)]);
  });
  const replaced = kept.filter(({ before }) => before !== undefined).length;
  await database.dialect.bulkReplace(tx, { table: subscribers.name, columns: COLUMNS, rows: rows.sort(), replaced });
  for (const { before, after } of changes) {
    if (after === undefined && before !== undefined) await tx(subscribers.name).where({ brand, person_id: before.personId }).delete();
  }
  await target.audit.write(database, tx, changes.flatMap((change) => auditEntry(brand, change)));
}

function auditEntry(brand: string, { before, after }: SubscriberChange): AuditEntry[] {
  if (before === undefined) return [];
  const delta = deltaBetween(subscriptionOf(before), after === undefined ? undefined : subscriptionOf(after));
  if (delta === undefined) return [];
  return [{ brand, entity: 'enriched.email_subscriber', entityId: before.personId, action: after === undefined ? 'delete' : 'update', delta }];
}

function subscriptionOf({ state, resubscribedAt }: StoredSubscriber): Record<string, string | null> {
  return { unsubscribed_at: state.unsubscribed_at, unsubscribed_reason: state.unsubscribed_reason, resubscribed_at: resubscribedAt };
}
