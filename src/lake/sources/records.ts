import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { HubError, messageOf } from '../../core/errors.ts';
import { startSha256 } from '../../core/hash.ts';
import { linesIn } from '../../core/text/lines-in.ts';
import type { BatchManifest, ManifestPart } from './manifest.ts';
import { damagedBatch } from './place.ts';
import type { SourceLake } from './source-lake.ts';

/** A record as it lies in the lake. */
export interface LakeRecord {
  /** The JSON text as it was received, but for white space between its tokens. */
  readonly text: string;
  readonly part: string;
  /** In its part, from 1. */
  readonly line: number;
}

/**
 * The records of a batch in their order. Whoever takes them must be able to take them back: that a part is not what the
 * manifest says shows at its end.
 * @throws HubError refused (`damaged_batch`) if a part is missing, not whole, or has another SHA-256 or number of records
 */
export async function* recordsOf(lake: SourceLake, manifest: BatchManifest): AsyncGenerator<LakeRecord> {
  for (const part of manifest.parts) yield* recordsOfPart(lake, manifest, part);
}

async function* recordsOfPart(lake: SourceLake, manifest: BatchManifest, { name, records, sha256 }: ManifestPart): AsyncGenerator<LakeRecord> {
  const sum = startSha256();
  const source = await lake.openPart(manifest, name);
  const measured = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      sum.update(chunk);
      yield chunk;
    }
  };
  let line = 0;
  try {
    for await (const text of linesIn(pipeline(measured, createGunzip(), () => undefined))) {
      line++;
      yield { text, part: name, line };
    }
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    throw damagedBatch(manifest, `${name} cannot be read (${messageOf(cause)})`, cause);
  }
  if (sum.hex() !== sha256) throw damagedBatch(manifest, `${name} has another SHA-256 than its manifest says`);
  if (line !== records) throw damagedBatch(manifest, `${name} has ${line} records, and its manifest says ${records}`);
}
