import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { wholeShard } from '../../../src/core/shard.ts';
import type { Clock, LocalDate } from '../../../src/core/time.ts';
import type { Database } from '../../../src/db/database.ts';
import { compileAudiences, type Audience } from '../../../src/audiences/declare/audience.ts';
import { openFolderStore } from '../../../src/audiences/deliver/folder-store.client.ts';
import type { ManifestEntry, RefusedEntry } from '../../../src/audiences/deliver/manifest.ts';
import { runAudiences, type AudiencesRequest } from '../../../src/audiences/run-audiences.ts';
import type { AudienceStore } from '../../../src/audiences/deliver/store.ts';
import type { Lake } from '../../../src/lake/port/lake.ts';
import { silentProgress } from '../../../src/monitoring/progress.ts';
import type { JobReport } from '../../../src/engine/runs/job.ts';

const BRANDS = ['alpina', 'belmont', 'corvina'];

/** Audiences from the text of a file. */
export function audiencesOf(text: string): Audience[] {
  return compileAudiences('audiences.yaml', text, BRANDS);
}

export interface BuildChanges extends Partial<AudiencesRequest> {
  readonly store?: AudienceStore;
  readonly signal?: AbortSignal;
  readonly lake?: Pick<Lake, 'listFeed'>;
  readonly googleConsent?: ReadonlySet<string>;
  readonly refreshDays?: number;
}

/** A lake in which no unsubscription waits. */
const emptyLake: Pick<Lake, 'listFeed'> = { listFeed: () => Promise.resolve({ batches: [], unread: [] }) };

/** Builds audiences into a folder, as of 1 April 2026 unless told otherwise. */
export function buildAudiences(database: Database, clock: Clock, audiences: readonly Audience[], folder: string, changes: BuildChanges = {}): Promise<JobReport> {
  const { store = openFolderStore(folder), signal = new AbortController().signal, lake = emptyLake, googleConsent = new Set<string>(), refreshDays = 500, ...request } = changes;
  return runAudiences(
    { database, clock, version: '0.0.0', audiences, store, signal, lake: () => Promise.resolve(lake), googleConsent, refreshDays, progress: silentProgress },
    { audiences: undefined, platforms: undefined, brands: BRANDS, asOf: '2026-04-01' as LocalDate, shard: wholeShard, allowShrink: false, allowUnreadObjections: false, dryRun: false, ...request },
  );
}

/** The manifest of a date. */
export function readManifest(folder: string, date = '2026-04-01'): { delivered: ManifestEntry[]; refused: RefusedEntry[] } {
  return JSON.parse(readFileSync(join(folder, date, 'manifest.json'), 'utf8')) as { delivered: ManifestEntry[]; refused: RefusedEntry[] };
}

/** The lines of a file without its header. */
export function readLines(folder: string, file: string, date = '2026-04-01'): string[] {
  return readFileSync(join(folder, date, file), 'utf8').split('\n').slice(1, -1);
}

/** All files below a folder with their content, by name; those that wait in the staging place too. */
export function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** A list after the lines of a delta, by the address: what a platform that follows the deltas has. */
export function applyDelta(list: ReadonlyMap<string, string>, delta: readonly string[]): Map<string, string> {
  const next = new Map(list);
  for (const line of delta) {
    const [action, key = ''] = line.split(',');
    if (action === 'remove') next.delete(key);
    else next.set(key, line.slice('add,'.length));
  }
  return next;
}

/** The lines of a list by their first column. */
export function byAddress(lines: readonly string[]): Map<string, string> {
  return new Map(lines.map((line) => [line.split(',')[0] ?? '', line]));
}
