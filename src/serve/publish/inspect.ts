import { readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { HubError, codeOf } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import { segmentsIn, writersIn } from '../journal/folder.ts';
import type { ClosedSegment } from '../journal/open-segment.ts';
import { WRITER } from '../journal/segment.ts';
import { sortRecords } from './sort-records.ts';

/** A segment on disk. */
export interface SegmentSummary {
  readonly writer: string;
  readonly number: number;
  readonly file: string;
  readonly bytes: number;
}

/** The same, read to its end. */
export interface VerifiedSegment extends SegmentSummary {
  readonly openedAt: Instant | undefined;
  readonly records: number;
  readonly corrupt: number;
  readonly tornBytes: number;
}

/** A writer's folder with its segments. */
export interface WriterFolder {
  readonly writer: string;
  readonly folder: string;
  readonly segments: readonly ClosedSegment[];
}

/**
 * The writers' folders of a journal; of a folder that is a writer's own, that one.
 * @throws HubError usage if there is no such folder
 */
export function writerFolders(place: string): WriterFolder[] {
  const path = resolve(place);
  try {
    const own = segmentsIn(path);
    if (own.length > 0 && WRITER.test(basename(path))) return [{ writer: basename(path), folder: path, segments: own }];
    return writersIn(path).map((writer) => ({ writer, folder: join(path, writer), segments: segmentsIn(join(path, writer)) }));
  } catch (cause) {
    throw new HubError('usage', 'no_journal', `There is no journal in ${place}.`, {
      context: { code: codeOf(cause) },
      nextStep: 'Name the folder of HUB_JOURNAL, or that of one writer in it.',
      cause,
    });
  }
}

/** The segments of a writer, in their order. */
export function listSegments({ writer, segments }: WriterFolder): SegmentSummary[] {
  return segments.map(({ number, file }) => ({ writer, number, file, bytes: statSync(file).size }));
}

/** Reads a segment to its end; nothing is changed. */
export function verifySegment(segment: SegmentSummary): VerifiedSegment {
  const { openedAt, records, corrupt, torn } = sortRecords(readFileSync(segment.file));
  return { ...segment, openedAt, records, corrupt: corrupt.length, tornBytes: torn === undefined ? 0 : torn.to - torn.from };
}
