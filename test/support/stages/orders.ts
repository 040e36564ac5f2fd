import { fileURLToPath } from 'node:url';

import { wholeShard } from '../../../src/core/shard.ts';
import type { Clock } from '../../../src/core/time.ts';
import type { Database } from '../../../src/db/database.ts';
import { outcomeOf } from '../../../src/orders/orders-report.ts';
import type { OrdersCommand } from '../../../src/orders/queue.repository.ts';
import { runOrders, type OrdersRequest, type OrdersServices } from '../../../src/orders/run-orders.ts';
import { recordTables } from '../../../src/orders/records/order-tables.ts';
import { silentProgress } from '../../../src/monitoring/progress.ts';
import type { JobReport } from '../../../src/engine/runs/job.ts';
import type { Outbox, RelayEvent } from '../../../src/engine/outbox.ts';
import type { TestClock } from '../suite/clock.ts';
import { customerRows, type Rows } from '../rows/customers.ts';
import { BRANDS, enrich, importAll } from './enrich.ts';
import { hexId, type ExportRow, type TestLake } from '../lakes/lake.ts';
import { dumpTables, type TableDump } from '../databases/tables.ts';

export const ID_KEY = 'a key of the tests, as long as one must be';
const WHEN_WRITTEN = ['created_run', 'updated_at', 'change_no'];
const OF_A_VERSION = ['version', 'created_run', 'created_at', 'change_no'];
const RECORD_TABLES = Object.values(recordTables).map(({ name }) => name);
/** All tables that the two commands write, but what every command writes. */
const ORDER_TABLES = [...RECORD_TABLES, 'order_documents', 'order_changes'];

/** Both commands in the order in which cron starts them. */
export const BOTH: readonly OrdersCommand[] = ['assemble-orders', 'attribute-refunds'];

/** The lake that comes with the project. */
export const fixtureLake: TestLake = {
  root: fileURLToPath(new URL('../../../fixtures/lake', import.meta.url)),
  write() {
    throw new Error('The example lake stays as it is.');
  },
};

/** Nobody is to be told anything. */
const NO_DESTINATIONS: Outbox = { enqueue: () => Promise.resolve(0) };

type Changes = Partial<OrdersRequest> & Partial<Pick<OrdersServices, 'outbox' | 'idKey' | 'spill' | 'version'>>;

/** Runs one of the two commands over everything, unless told otherwise. */
export function runStage(database: Database, clock: Clock, command: OrdersCommand, changes: Changes = {}): Promise<JobReport> {
  const { outbox = NO_DESTINATIONS, idKey = ID_KEY, spill = 'none', version = '0.0.0', ...request } = changes;
  const services = { database, clock, version, outbox, idKey, spill, signal: new AbortController().signal, progress: silentProgress };
  const whole = { command, allBrands: BRANDS, brands: BRANDS, accounts: undefined, range: undefined, shard: wholeShard, dryRun: false, recompute: false };
  return runOrders(services, { ...whole, ...request }, outcomeOf, () => undefined);
}

/** Runs commands one after the other. */
export async function runStages(database: Database, clock: TestClock, commands: readonly OrdersCommand[] = BOTH, changes: Changes = {}): Promise<JobReport[]> {
  const reports: JobReport[] = [];
  for (const command of commands) reports.push(await runStage(database, clock, command, changes));
  return reports;
}

/** Imports what the lake has, and enriches it. */
export async function fill(database: Database, lake: TestLake, clock: TestClock): Promise<void> {
  await importAll(database, lake, clock);
  await enrich(database, clock);
}

/**
 * What the stage has come to: all records, and the documents in force, without when and by which run they were written
 * and without the number of versions that it took.
 */
export async function ordersState(database: Database): Promise<Record<string, TableDump>> {
  const records = await dumpTables(database, RECORD_TABLES, WHEN_WRITTEN);
  const { order_documents: versions = [] } = await dumpTables(database, ['order_documents']);
  const newest = new Map<string, TableDump[number]>();
  for (const row of versions) {
    const known = newest.get(`${String(row['brand'])} ${String(row['order_id'])}`);
    if (known === undefined || Number(known['version']) < Number(row['version'])) newest.set(`${String(row['brand'])} ${String(row['order_id'])}`, row);
  }
  const inForce = [...newest.values()].filter(({ doc }) => doc !== null);
  const documents = inForce.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !OF_A_VERSION.includes(column))));
  return { ...records, documents: documents.sort((a, b) => (String(a['order_id']) < String(b['order_id']) ? -1 : 1)) };
}

/** Takes back all that the two commands have done, as if they had never run. */
export async function forgetOrders(database: Database): Promise<void> {
  await database.write(async (tx) => {
    for (const table of ORDER_TABLES) await tx(table).delete();
    await tx('stage_marks').whereIn('stage', BOTH).delete();
  });
}

/** An outbox that keeps what it is given; each transaction that is rolled back would show here, so tests see those too. */
export function recordingOutbox(): Outbox & { readonly events: RelayEvent[] } {
  const events: RelayEvent[] = [];
  return {
    events,
    enqueue(_tx, added) {
      events.push(...added);
      return Promise.resolve(added.length);
    },
  };
}

/** Rows of a customer beside the first ones; `place` keeps their ids apart. */
const furtherId = (number: number, place: number, kind: number): string => hexId(number * 256 + 16 + place * 8 + kind);

/** The id of a further invoice, line or refund of a customer. */
export const furtherIds = (number: number, place: number) => ({
  invoice: furtherId(number, place, 0),
  line: furtherId(number, place, 1),
  payment: furtherId(number, place, 2),
  application: furtherId(number, place, 3),
  refund: furtherId(number, place, 4),
});

/** A further invoice of a customer's subscription, paid; the amounts are those of the export. */
export function invoiceRows(number: number, place: number, date: string, amount: string, updated = '2026-03-01 04:00:00'): Rows {
  const own = customerRows({ number, updated, price: amount });
  const ids = furtherIds(number, place);
  const first = (entity: string): ExportRow => own[entity]?.[0] ?? {};
  return {
    invoice: [{ ...first('invoice'), Id: ids.invoice, InvoiceNumber: `I${number}-${place}`, InvoiceDate: date }],
    invoice_item: [{ ...first('invoice_item'), Id: ids.line, InvoiceId: ids.invoice, SKU: 'TEA' }],
    payment: [{ ...first('payment'), Id: ids.payment, PaymentNumber: `P${number}-${place}`, EffectiveDate: date }],
    invoice_payment: [{ ...first('invoice_payment'), Id: ids.application, InvoiceId: ids.invoice, PaymentId: ids.payment }],
  };
}

/** A further refund of a customer for the product TEA. */
export function refundRows(number: number, place: number, date: string, amount: string, changes: ExportRow = {}): Rows {
  const refund = {
    ...customerRows({ number }).refund?.[0],
    ...{ Id: furtherIds(number, place).refund, RefundNumber: `R${number}-${place}`, RefundDate: date, Amount: amount, Type: 'Electronic', SourceType: 'Payment', Comment: '', ProductSKU__c: 'TEA' },
    ...changes,
  };
  return { refund: [refund] };
}

/** A customer without the invoice and the refund that every customer has: only what a test adds counts. */
export function bareCustomerRows(number: number, changes: { readonly email?: string; readonly reference?: string } = {}): Rows {
  const { email, reference = '' } = changes;
  const rows = customerRows({ number, ...(email === undefined ? {} : { email }) });
  const subscription = (rows['subscription'] ?? []).map((row) => ({ ...row, OrderReference__c: reference }));
  const kept = Object.entries(rows).filter(([entity]) => !['refund', 'invoice', 'invoice_item', 'payment', 'invoice_payment'].includes(entity));
  return { ...Object.fromEntries(kept), subscription };
}
