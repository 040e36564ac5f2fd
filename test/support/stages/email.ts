import { openFileLake } from '../../../src/lake/files/files.client.ts';
import type { Database } from '../../../src/db/database.ts';
import type { RestoringConfig } from '../../../src/enriched/subscribers/restoring.ts';
import { foldSubscribers } from '../../../src/enriched/subscribers/run-fold.ts';
import { silentProgress } from '../../../src/monitoring/progress.ts';
import { emailEvents } from '../../../src/sources/index.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import { runImport, type ImportRequest } from '../../../src/raw/import/run-import.ts';
import { AuditWriter } from '../../../src/engine/records/audit.repository.ts';
import { runJob, type JobReport } from '../../../src/engine/runs/job.ts';
import { wholeShard } from '../../../src/core/shard.ts';
import type { Clock } from '../../../src/core/time.ts';
import type { TestClock } from '../suite/clock.ts';
import { batchOf, csv, hexId, type ExportRow, type TestLake } from '../lakes/lake.ts';
import { dumpTables, type TableDump } from '../databases/tables.ts';

export type EventName = 'send' | 'open' | 'click' | 'unsubscribe';

const COMMON = ['EventId', 'MessageId', 'CampaignId', 'CampaignName', 'ContactId', 'Email', 'OccurredAt'];
/** The columns of each export. */
const columnsOf: Record<EventName, readonly string[]> = {
  send: COMMON,
  open: [...COMMON, 'UserAgent', 'IpAddress', 'IsMachine'],
  click: [...COMMON, 'Url', 'UserAgent', 'IpAddress', 'IsBot'],
  unsubscribe: [...COMMON, 'Reason', 'Scope'],
};

/** An event of a number, as the exporter writes it. */
export function eventRow(event: EventName, number: number, changes: ExportRow = {}): ExportRow {
  const row: ExportRow = {
    ...{ EventId: hexId(number), MessageId: `m-${number}`, CampaignId: 'c-1', CampaignName: 'Spring' },
    ...{ ContactId: '', Email: `person${number}@mail.invalid`, OccurredAt: '2026-03-01 10:00:00' },
    ...(event === 'unsubscribe' ? { Reason: 'link', Scope: 'brand' } : {}),
    ...changes,
  };
  return Object.fromEntries(columnsOf[event].map((column) => [column, row[column] ?? '']));
}

/** Puts events into a batch. */
export function writeEvents(lake: TestLake, event: EventName, batch: string, rows: readonly ExportRow[], brand = 'alpina'): void {
  lake.write(event, batch, csv(rows, columnsOf[event]), { feed: 'email', brand });
}

/** Imports the e-mail of alpina as the command does: events, then subscribers. */
export async function importEmail(database: Database, lake: TestLake, clock: Clock, changes: Partial<ImportRequest> = {}, config = purchasesRestore(false)): ReturnType<typeof runImport> {
  const services = {
    database,
    clock,
    version: '0.0.0',
    lake: openFileLake(lake.root),
    signal: new AbortController().signal,
    config: { brands: ['alpina', 'belmont', 'corvina'].map((id) => ({ id })) },
    progress: silentProgress,
  };
  const request: ImportRequest = {
    command: 'import-email',
    brands: ['alpina'],
    entities: emailEvents,
    range: undefined,
    until: batchOf('20270101T000000Z'),
    shard: wholeShard,
    rejectLimit: parseRejectLimit('1%'),
    dryRun: false,
    ...changes,
  };
  return runImport(services, request, async (job) => {
    const { created, updated, removed } = await foldSubscribers({ ...services, config }, job, new AuditWriter(job.runId, clock), request.brands);
    return { totals: { subscribers_created: created, subscribers_updated: updated, subscribers_removed: removed } };
  });
}

/** A configuration in which purchases of people who had left restore them, or do not. */
export function purchasesRestore(restores: boolean): RestoringConfig {
  return { email: { purchase_restores: restores }, brands: [] };
}

/** Brings the subscribers up to date, without an import. */
export async function fold(database: Database, clock: TestClock, config = purchasesRestore(false)): Promise<JobReport> {
  const spec = { command: 'import-email', brands: ['alpina'], shard: '1/1', params: {}, dryRun: false };
  return runJob({ database, clock, version: '0.0.0' }, spec, async (job) => {
    const totals = await foldSubscribers({ database, clock, signal: new AbortController().signal, config }, job, new AuditWriter(job.runId, clock), ['alpina']);
    return { status: 'succeeded', totals: { ...totals }, items: [], problems: [] };
  });
}

/** The events and subscribers, without when and by which run they were written. */
export function emailState(database: Database): Promise<Record<string, TableDump>> {
  const tables = [...emailEvents.map(({ table }) => table), 'email_subscribers', 'email_contacts', 'email_touches', 'rejected_rows'];
  return dumpTables(database, tables, ['run_id', 'change_no', 'created_run', 'updated_at', 'rejected_at']);
}
