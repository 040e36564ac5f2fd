import { HubError } from '../../core/errors.ts';
import { failpoint } from '../../core/failpoint.ts';
import { JsonPaths } from '../../core/text/json-paths.ts';
import type { BatchManifest } from '../../lake/sources/manifest.ts';
import { PartWriter } from '../../lake/sources/part-writer.client.ts';
import { recordsOf } from '../../lake/sources/records.ts';
import type { SourceLake } from '../../lake/sources/source-lake.ts';
import { withoutErased } from '../../raw/erasure/erased-text.ts';
import { contractOf } from '../../sources/streams/index.ts';

/** What became of the batches of the source lake that name a person. */
export interface LakeErasure {
  /** Batches that were written again. */
  batches: number;
  /** Batches that could not be read or written. */
  toDo: number;
  records: number;
}

/** Whose addresses are erased, by the SHA-256. */
type IsErased = (emailSha256: string) => boolean;

/**
 * Takes the records that name an address out of the source lake: what is left of one is `{"__erased":true}` and its key, in new
 * parts under a new manifest, batch by batch (sources specification, "hub import-sources"). A batch whose manifest is
 * replaced is done; parts that a killed run left are removed by the next.
 * @param write false: only count
 */
export async function eraseFromLake(lake: SourceLake, isErased: IsErased, write: boolean, signal: AbortSignal): Promise<LakeErasure> {
  const done: LakeErasure = { batches: 0, toDo: 0, records: 0 };
  for (const feed of await lake.feeds()) {
    for (const batch of await lake.batches(feed)) {
      if (signal.aborted) throw new HubError('interrupted', 'interrupted', 'The erasure was interrupted: what was written stays erased, run it again.');
      const place = { ...feed, batch };
      try {
        const manifest = await lake.manifest(place);
        if (manifest === undefined) continue;
        if (write) await removeStrays(lake, manifest);
        const records = await countNamed(lake, manifest, isErased);
        if (records === 0) continue;
        if (write) await rewrite(lake, manifest, isErased);
        done.batches++;
        done.records += records;
      } catch (error) {
        if (!(error instanceof HubError) || error.kind === 'interrupted') throw error;
        done.toDo++;
      }
    }
  }
  return done;
}

/** Parts that no manifest names: those of before, or of a run that was killed. */
async function removeStrays(lake: SourceLake, manifest: BatchManifest): Promise<void> {
  const own = new Set(manifest.parts.map(({ name }) => name));
  for (const name of (await lake.partSizes(manifest)).keys()) if (!own.has(name)) await lake.removePart(manifest, name);
}

async function countNamed(lake: SourceLake, manifest: BatchManifest, isErased: IsErased): Promise<number> {
  let count = 0;
  for await (const { text } of recordsOf(lake, manifest)) if (names(text, isErased)) count++;
  return count;
}

function names(text: string, isErased: IsErased): boolean {
  return withoutErased(text, isErased) !== text;
}

async function rewrite(lake: SourceLake, manifest: BatchManifest, isErased: IsErased): Promise<void> {
  const erased = eraserOf(manifest);
  const writer = new PartWriter(await lake.stage(manifest));
  for await (const { text } of recordsOf(lake, manifest)) await writer.add(names(text, isErased) ? erased(text) : text);
  const parts = (await writer.finish()).map((part) => ({ ...part, name: nextName(part.name, manifest) }));
  for (const part of parts) await lake.putPart(manifest, part);
  failpoint('forget.parts.written');
  await lake.putManifest({ ...manifest, parts: parts.map(({ name, records, bytes, sha256 }) => ({ name, records, bytes, sha256 })) });
  failpoint('forget.manifest.written');
  for (const { name } of manifest.parts) await lake.removePart(manifest, name);
  await lake.unstage(manifest);
}

/** `part-00000.ndjson.gz` → `part-00000-1.ndjson.gz` → `part-00000-2.ndjson.gz`: never a name that the manifest has. */
function nextName(name: string, { parts }: BatchManifest): string {
  const generations = parts.map((part) => Number(/^part-\d+-(\d+)\./.exec(part.name)?.[1] ?? 0));
  return name.replace(/^(part-\d+)(?:-\d+)?\./, `$1-${Math.max(0, ...generations) + 1}.`);
}

/** Makes what is left of a record: its key, as far as that names no address itself. */
function eraserOf({ platform, stream, key_properties: keys }: BatchManifest): (text: string) => string {
  const { record } = contractOf(platform, stream) ?? {};
  const paths = record === undefined || record.platform === '' ? (keys ?? ['id']) : record.key;
  const read = new JsonPaths(paths);
  return (text) => {
    const values = read.read(text) ?? [];
    const key = paths.flatMap((path, index) => {
      const value = values[index] ?? null;
      return value === null || value.includes('@') ? [] : [[path, value] as const];
    });
    return JSON.stringify({ __erased: true, ...Object.fromEntries(key) });
  };
}
