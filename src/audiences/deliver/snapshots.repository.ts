import type { RunId } from '../../core/ids.ts';
import type { Instant, LocalDate } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { ManifestEntry, RefusedEntry } from './manifest.ts';
import type { PlatformName } from '../platforms/index.ts';

interface SnapshotRow {
  audience: string;
  platform: PlatformName;
  snapshot_date: LocalDate;
  members: number;
  location: string;
  delivered: string | null;
  pending: string | null;
  refused: string | null;
  run_id: RunId;
  updated_at: Instant;
}

/** A snapshot of an audience on a platform. */
export interface Snapshot {
  readonly audience: string;
  readonly platform: PlatformName;
  readonly date: LocalDate;
  readonly location: string;
  readonly delivered: ManifestEntry | undefined;
  readonly pending: ManifestEntry | undefined;
}

/** By whom and when a snapshot is written. */
export interface SnapshotWriter {
  readonly runId: RunId;
  readonly now: Instant;
  readonly location: string;
}

const MANIFEST_LOCK = 'audience_manifest';

/** All snapshots of the audiences, the oldest first. */
export async function readSnapshots(database: Database, audiences: readonly string[]): Promise<Snapshot[]> {
  const rows = await database.read((knex) => knex<SnapshotRow>('audience_snapshots').whereIn('audience', audiences).orderBy(['snapshot_date', 'audience', 'platform']));
  return rows.map((row) => ({
    audience: row.audience,
    platform: row.platform,
    date: row.snapshot_date,
    location: row.location,
    delivered: row.delivered === null ? undefined : (JSON.parse(row.delivered) as ManifestEntry),
    pending: row.pending === null ? undefined : (JSON.parse(row.pending) as ManifestEntry),
  }));
}

/** Audiences on platforms that have something delivered, with the date of the last time and how many persons. */
export async function readDelivered(database: Database): Promise<{ audience: string; platform: string; date: LocalDate; members: number }[]> {
  const rows = await database.read((knex) =>
    knex<SnapshotRow>('audience_snapshots').whereNotNull('delivered').orderBy('snapshot_date').select('audience', 'platform', 'snapshot_date', 'members'),
  );
  const last = new Map(rows.map((row) => [`${row.audience} ${row.platform}`, { audience: row.audience, platform: row.platform, date: row.snapshot_date, members: row.members }]));
  return [...last.values()];
}

/** Notes a snapshot whose files are staged: from now on they will come out, whatever happens to this process. */
export async function writePending(tx: Transaction, date: LocalDate, entry: ManifestEntry, { runId, now, location }: SnapshotWriter): Promise<void> {
  const key = { audience: entry.audience, platform: entry.platform, snapshot_date: date };
  const state = { pending: JSON.stringify(entry), location, run_id: runId, updated_at: now };
  await tx<SnapshotRow>('audience_snapshots').insert({ ...key, ...state, members: 0 }).onConflict(['audience', 'platform', 'snapshot_date']).merge(state);
}

/** Notes a snapshot that was not delivered; what was delivered on the date stays. */
export async function writeRefused(tx: Transaction, date: LocalDate, entry: RefusedEntry, { runId, now, location }: SnapshotWriter): Promise<void> {
  const key = { audience: entry.audience, platform: entry.platform, snapshot_date: date };
  const state = { refused: JSON.stringify(entry), run_id: runId, updated_at: now };
  await tx<SnapshotRow>('audience_snapshots').insert({ ...key, ...state, members: 0, location }).onConflict(['audience', 'platform', 'snapshot_date']).merge(state);
}

/** What was pending has come out. */
export async function writeDelivered(tx: Transaction, date: LocalDate, entry: ManifestEntry, { runId, now }: SnapshotWriter): Promise<void> {
  await tx<SnapshotRow>('audience_snapshots')
    .where({ audience: entry.audience, platform: entry.platform, snapshot_date: date })
    .update({ delivered: JSON.stringify(entry), pending: null, refused: null, members: entry.members, run_id: runId, updated_at: now });
}

/** What was pending can never come out: its staged files are gone. */
export async function forgetPending(tx: Transaction, { audience, platform, date }: Snapshot): Promise<void> {
  const key = { audience, platform, snapshot_date: date };
  await tx<SnapshotRow>('audience_snapshots').where(key).whereNull('delivered').whereNull('refused').delete();
  await tx<SnapshotRow>('audience_snapshots').where(key).update({ pending: null });
}

/**
 * The entries of a date's manifest, in order. Whoever asks holds off all others until the end of the transaction, so
 * that two runs cannot overwrite each other's manifest with an older one.
 */
export async function lockManifest(tx: Transaction, date: LocalDate): Promise<{ delivered: ManifestEntry[]; refused: RefusedEntry[] }> {
  await tx('counters').insert({ name: MANIFEST_LOCK, value: 0 }).onConflict('name').merge(['name']);
  await tx('counters').where({ name: MANIFEST_LOCK }).increment('value', 1);
  const rows = await tx<SnapshotRow>('audience_snapshots').where({ snapshot_date: date }).orderBy(['audience', 'platform']);
  return {
    delivered: rows.flatMap(({ delivered }) => (delivered === null ? [] : [JSON.parse(delivered) as ManifestEntry])),
    refused: rows.flatMap(({ refused }) => (refused === null ? [] : [JSON.parse(refused) as RefusedEntry])),
  };
}
