import { checksum } from '../../core/hash.ts';
import { scrub } from '../../core/text/scrub.ts';
import { batchOfInstant, parseBatchId, parseInstant, type BatchId } from '../../core/time.ts';
import { decodedUrlText } from '../../core/text/url-text.ts';

/** A file of a batch as a listing shows it. */
export interface LakeFile {
  readonly name: string;
  readonly bytes: number;
  /** What changes when the file is written again: its ETag, or the time of its last change. */
  readonly version: string;
}

/** What a file of a batch folder is, by its name. Exporters and engines hide what is no data behind `_` and `.`. */
export type FileRole = 'data' | 'manifest' | 'hidden' | 'other';

/** The file that says how many rows each file of its batch has. */
export const MANIFEST = '_manifest.json';

const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;
const MOST_SHOWN = 160;

/** The role of a file (billing specification, "Lake layout"): `.csv`, `.gz` in any case and names without an extension are data. */
export function fileRole(name: string): FileRole {
  if (name === MANIFEST) return 'manifest';
  if (/^[._]/.test(name)) return 'hidden';
  return /^[^.]+$|\.(csv|gz)$/i.test(name) ? 'data' : 'other';
}

/** The value of a partition folder: of `brand=al%70ina`, `alpina`. Undefined if it is no folder of that key. */
export function partitionValue(folder: string, key: 'brand' | 'batch'): string | undefined {
  if (!folder.startsWith(`${key}=`)) return undefined;
  const value = folder.slice(key.length + 1);
  return decodedUrlText(value) ?? value;
}

/**
 * The batch that a partition value names: `20260301T230000Z`, or the same instant as Hive escapes it in a folder,
 * `2026-03-01T23%3A00%3A00Z`, once that is decoded. Undefined if it is no load time.
 */
export function batchOfValue(value: string): BatchId | undefined {
  const batch = parseBatchId(value);
  if (batch !== undefined || !ISO_INSTANT.test(value)) return batch;
  const instant = parseInstant(value);
  return instant === undefined ? undefined : batchOfInstant(instant);
}

/** 16 hex digits that change as soon as a file comes, goes or is written again. The order of the files does not matter. */
export function fingerprintOf(files: readonly LakeFile[]): string {
  const lines = files.map(({ name, bytes, version }) => JSON.stringify([name, bytes, version]));
  return checksum(lines.sort().join('\n'));
}

/** A name of the lake as messages may show it: without addresses and control characters, and not without end. */
export function shownName(name: string): string {
  const plain = scrub(name).replace(/\p{Cc}/gu, '?');
  return plain.length > MOST_SHOWN ? `${plain.slice(0, MOST_SHOWN)} …` : plain;
}
