import { failpoint } from '../../core/failpoint.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { AuditWriter } from '../../engine/records/audit.repository.ts';
import type { Audience } from '../declare/audience.ts';
import { fileNames, manifestEntry, MANIFEST_NAME, manifestText, stagedName, type ManifestEntry, type RefusedEntry } from './manifest.ts';
import { applyChanges } from '../members/members.repository.ts';
import { forgetPending, lockManifest, readSnapshots, writeDelivered, writePending, writeRefused, type Snapshot, type SnapshotWriter } from './snapshots.repository.ts';
import { readSpool, type SpooledFile } from './spool.client.ts';
import type { AudienceStore } from './store.ts';
import type { LocalDate } from '../../core/time.ts';
import type { Target } from './target.ts';

/** What a delivery works with. */
export interface Delivery {
  readonly database: Database;
  readonly store: AudienceStore;
  readonly audit: AuditWriter;
  /** A transaction under the run's locks. */
  readonly commit: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
  readonly writer: () => SnapshotWriter;
  /** Brands that state that their customers agreed to what Google asks for. */
  readonly googleConsent: ReadonlySet<string>;
}

/** The files of an audience on a platform, made and not yet anywhere. */
export interface MadeFiles {
  readonly target: Target;
  readonly list: SpooledFile;
  readonly delta: SpooledFile;
}

/**
 * Delivers an audience: stages the files, commits the snapshot with the promise that they come out, moves them to their
 * places, and writes the manifest last (docs/decisions/0011). Killed anywhere, the next run goes on from the promise.
 */
export async function deliver(
  delivery: Delivery,
  audience: Audience,
  made: readonly MadeFiles[],
  refused: readonly { readonly target: Target; readonly reason: string }[],
  changes: SpooledFile,
): Promise<void> {
  const { database, store, commit, writer, audit } = delivery;
  const entries: ManifestEntry[] = [];
  for (const files of made) entries.push(await stage(delivery, audience, files));
  failpoint('audiences.files.staged');
  const date = made[0]?.target.date ?? refused[0]?.target.date;
  if (date === undefined) return;
  await commit(async (tx) => {
    await applyChanges(database, tx, audit, audience, new Set(entries.map(({ platform }) => platform)), readSpool(changes.path));
    for (const entry of entries) await writePending(tx, date, entry, writer());
    for (const { target, reason } of refused) await writeRefused(tx, date, refusedEntry(target, reason), writer());
    failpoint('audiences.snapshot.written');
  });
  failpoint('audiences.snapshot.committed');
  for (const entry of entries) await publishFiles(store, date, entry);
  await confirm(delivery, date, entries);
}

/**
 * Brings out what an earlier run promised and did not come to. Gives the snapshots whose staged files are gone: they
 * count as never made.
 */
export async function finishPending(delivery: Delivery, audiences: readonly string[]): Promise<Snapshot[]> {
  const lost: Snapshot[] = [];
  for (const snapshot of await readSnapshots(delivery.database, audiences)) {
    const { pending, date } = snapshot;
    if (pending === undefined) continue;
    if (await publishFiles(delivery.store, date, pending)) {
      await confirm(delivery, date, [pending]);
    } else {
      await delivery.commit((tx) => forgetPending(tx, snapshot));
      lost.push(snapshot);
    }
  }
  return lost;
}

async function stage({ store, googleConsent }: Delivery, audience: Audience, { target, list, delta }: MadeFiles): Promise<ManifestEntry> {
  const names = fileNames(audience.name, target.platformName);
  await store.put(stagedName(names.list), list.path, list.sha256);
  await store.put(stagedName(names.delta), delta.path, delta.sha256);
  const described = ({ sha256, bytes, rows }: SpooledFile, file: string) => ({ file, sha256, bytes, rows });
  const files = {
    list: described(list, names.list),
    delta: { ...described(delta, names.delta), against: target.dates.base },
  };
  const isGranted = audience.brands.every((brand) => googleConsent.has(brand));
  return manifestEntry(audience, target.platformName, target.counts, files, isGranted ? 'GRANTED' : 'UNSPECIFIED');
}

/** Moves the staged files to their places; false, and nothing moved, if one of them is neither here nor there. */
async function publishFiles(store: AudienceStore, date: LocalDate, { list, delta }: ManifestEntry): Promise<boolean> {
  const waiting: { from: string; to: string }[] = [];
  for (const { file, sha256 } of [list, delta]) {
    const names = { from: stagedName(file), to: `${date}/${file}` };
    if ((await store.sha256Of(names.from)) === sha256) waiting.push(names);
    else if ((await store.sha256Of(names.to)) !== sha256) return false;
  }
  for (const { from, to } of waiting) {
    await store.move(from, to);
    failpoint('audiences.file.published');
  }
  return true;
}

async function confirm({ commit, store, writer }: Delivery, date: LocalDate, entries: readonly ManifestEntry[]): Promise<void> {
  await commit(async (tx) => {
    for (const entry of entries) await writeDelivered(tx, date, entry, writer());
    const { delivered, refused } = await lockManifest(tx, date);
    await store.putText(`${date}/${MANIFEST_NAME}`, manifestText(date, delivered, refused));
    failpoint('audiences.manifest.written');
  });
  failpoint('audiences.delivered');
}

function refusedEntry({ audience, platformName, counts }: Target, reason: string): RefusedEntry {
  return { audience: audience.name, platform: platformName, reason, ...counts };
}
