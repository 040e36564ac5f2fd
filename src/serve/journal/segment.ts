import { join } from 'node:path';

import { batchOfInstant, parseInstant, toIso, type BatchId, type Instant } from '../../core/time.ts';

/** What the first record of a segment says (serve specification, "Journal"). */
export interface SegmentOpening {
  readonly v: 1;
  readonly kind: 'journal';
  readonly writer: string;
  /** ISO 8601, UTC, whole seconds: a writer opens at most one segment in each. */
  readonly opened_at: string;
}

/** The name of a writer's folder, and the end of its batches' names: HUB_WRITER. */
export const WRITER = /^[a-z0-9]{1,16}$/;

const SEGMENT = /^(\d{10})\.(journal|torn|corrupt)$/;

/** The 10-digit number of a segment or of what was kept of one, by its file name; undefined for other files. */
export function numberOf(file: string): { readonly number: number; readonly kind: 'journal' | 'torn' | 'corrupt' } | undefined {
  const [, digits, kind] = SEGMENT.exec(file) ?? [];
  return digits === undefined ? undefined : { number: Number(digits), kind: kind as 'journal' | 'torn' | 'corrupt' };
}

/** The path of a segment, or of what is kept of it. */
export function segmentFile(folder: string, number: number, kind: 'journal' | 'torn' | 'corrupt' = 'journal'): string {
  return join(folder, `${paddedNumber(number)}.${kind}`);
}

function paddedNumber(number: number): string {
  return String(number).padStart(10, '0');
}

export function openingRecord(writer: string, openedAt: Instant): SegmentOpening {
  return { v: 1, kind: 'journal', writer, opened_at: toIso(openedAt) };
}

/** What an opening record says; undefined if the value is none. */
export function readOpening(value: unknown): { readonly writer: string; readonly openedAt: Instant } | undefined {
  const { kind, writer, opened_at: openedAt } = Object(value) as Partial<SegmentOpening>;
  const instant = typeof openedAt === 'string' ? parseInstant(openedAt) : undefined;
  return kind === 'journal' && typeof writer === 'string' && WRITER.test(writer) && instant !== undefined ? { writer, openedAt: instant } : undefined;
}

/** Where the records of a segment are published, relative to the intake: one part for each kind and brand. */
export function partPath(kind: string, brand: string, batch: BatchId, number: number): string {
  return `${kind}/brand=${brand}/batch=${batch}/part-${paddedNumber(number)}.ndjson.gz`;
}

/** Beside a part: that its segment had corrupt ranges, as `{corrupt, corruptBytes, tornBytes}`. Lakes hide the name from readers of data. */
export function damagePath(kind: string, brand: string, batch: BatchId, number: number): string {
  return `${kind}/brand=${brand}/batch=${batch}/_damage-${paddedNumber(number)}.json`;
}

/** The batch of a segment. */
export function batchOf(openedAt: Instant, writer: string): BatchId {
  return batchOfInstant(openedAt, writer);
}
