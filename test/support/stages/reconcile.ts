import { sha256Hex } from '../../../src/core/hash.ts';
import type { LocalDate } from '../../../src/core/time.ts';
import type { Database } from '../../../src/db/database.ts';
import { runReconcile, type ReconcileRequest, type Reconciliation } from '../../../src/reconcile/run-reconcile.ts';
import { silentProgress } from '../../../src/monitoring/progress.ts';
import type { TestClock } from '../suite/clock.ts';
import { BRANDS } from './enrich.ts';
import { ID_KEY, runStages } from './orders.ts';

const services = (database: Database, clock: TestClock) =>
  ({ database, clock, version: '0.0.0', signal: new AbortController().signal, progress: silentProgress, idKey: ID_KEY, spill: 'none' }) as const;

/** Assembles orders and attributes refunds, of everybody. */
export async function bringOrdersUp(database: Database, clock: TestClock): Promise<void> {
  await runStages(database, clock);
}

/** Reconciles all brands as of 1 April 2026. */
export function reconcileAll(database: Database, clock: TestClock, changes: Partial<ReconcileRequest> = {}): Promise<Reconciliation> {
  const request = { brands: BRANDS, allBrands: BRANDS, asOf: '2026-04-01' as LocalDate, dryRun: false, list: new Set<never>(), ...changes };
  return runReconcile({ ...services(database, clock), activeDaysOf: () => 90, pricesIncludeTax: () => true }, request);
}

/** The steps of a bridge by reason: how many each takes off or adds. */
export function stepsOf({ report }: Reconciliation, name: string): Record<string, number> {
  const bridge = report.totals.bridges.find((each) => each.name === name);
  return Object.fromEntries((bridge?.steps ?? []).map(({ reason, change }) => [reason, change]));
}

/** What a measure counts over all brands. */
export function measureOf({ report }: Reconciliation, name: string): number | undefined {
  return report.totals.measures.find((each) => each.name === name)?.total;
}

/** A subscriber of the e-mail tool, mailed in March 2026 unless told otherwise. */
export async function addSubscriber(database: Database, email: string, changes: Readonly<Record<string, string | null>> = {}): Promise<void> {
  const sha256 = sha256Hex(email);
  await database.write(async (tx) => {
    await tx('email_subscribers').insert({
      brand: 'alpina',
      person_id: sha256.slice(0, 32),
      email_sha256: sha256,
      email_md5: sha256.slice(0, 32),
      first_sent: '2026-03-01 00:00:00.000000',
      created_run: 'r',
      updated_at: '2026-03-01 00:00:00.000000',
      change_no: 1,
      ...changes,
    });
  });
}

/** Hands the newest version of every order document to a CRM, in this state; those handed over before too, or they stay. */
export async function relayDocuments(database: Database, state: string, others: 'too' | 'stay' = 'too'): Promise<void> {
  await database.write(async (tx) => {
    const rows = await tx<{ brand: string; public_id: string; version: number }>('order_documents').select('brand', 'public_id').max('version as version').groupBy('brand', 'public_id');
    for (const { brand, public_id: id, version } of rows as unknown as { brand: string; public_id: string; version: number }[]) {
      const row = tx('relays')
        .insert({ relay_id: `${id}:${version}`, destination: 'crm', kind: 'order.assembled', brand, subject_id: id, version, dedupe_key: `${id}:${version}`, has_body: 1, bucket: 0, state, attempts: 1, tries: 1, created_at: '2026-04-01 00:00:00.000000' })
        .onConflict('relay_id');
      await (others === 'too' ? row.merge({ state }) : row.ignore());
    }
  });
}

/** Changes a column of all rows of a table by hand, for as long as the work takes. */
export async function whileTampered(database: Database, table: string, values: Readonly<Record<string, string | number>>, work: () => Promise<void>): Promise<void> {
  const rows = await database.read((knex) => knex<Record<string, unknown>>(table));
  await database.write((tx) => tx(table).update(values));
  await work();
  await database.write(async (tx) => {
    await tx(table).delete();
    await tx(table).insert(rows);
  });
}
