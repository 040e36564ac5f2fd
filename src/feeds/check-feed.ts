import { groupBy } from '../core/group-by.ts';
import { HubError } from '../core/errors.ts';
import type { BatchId } from '../core/time.ts';
import type { Lake, LakeBatch } from '../lake/port/lake.ts';
import { parseRejectLimit } from '../raw/quarantine/reject-limit.ts';
import type { Reject } from '../raw/quarantine/quarantine.repository.ts';
import { BatchReader } from '../raw/read/batch-reader.ts';
import { describeDrift, type DriftReport } from '../raw/rows/drift.ts';
import type { DeclaredFeed } from './declare/feeds.ts';

/** Rows that are rejected for one reason; values are not shown, as they can be personal. */
interface RejectedFor {
  readonly code: Reject['code'];
  readonly column: string | null;
  readonly rows: number;
  /** Of the first one. */
  readonly file: string;
  readonly line: number;
}

/** What an import would make of the newest batch of a feed. */
export interface FeedCheck {
  readonly brand: string;
  readonly entity: string;
  readonly path: string;
  /** Null if there is none. */
  readonly batch: BatchId | null;
  readonly read: number;
  readonly stored: number;
  readonly repaired: number;
  readonly rejected: number;
  readonly reasons: readonly RejectedFor[];
  /** Columns that hub does not know, or that the feed lacks, and values that are not listed. */
  readonly drift: DriftReport;
  /** Why nothing of it would be stored. */
  readonly refused: { readonly code: string; readonly message: string; readonly next: string | null } | null;
}

/**
 * Reads some rows of the newest batch of a feed as an import does, and stores nothing.
 * @param rows so many are read, or a few more
 */
export async function checkFeed(lake: Lake, feed: DeclaredFeed, { rows, until, signal }: { readonly rows: number; readonly until: BatchId; readonly signal: AbortSignal }): Promise<FeedCheck> {
  const { batches } = await lake.listFeed(lakeFeedOf(feed), { until }, signal);
  const newest = batches.at(-1);
  const none = { brand: feed.brand, entity: feed.entity.name, path: feed.template.text, batch: null, read: 0, stored: 0, repaired: 0, rejected: 0, reasons: [], drift: {}, refused: null };
  return newest === undefined ? none : { ...none, batch: newest.batch, ...(await readSome(lake, feed, newest, rows, signal)) };
}

/** The feed as a lake knows it. */
export function lakeFeedOf({ entity, brand }: DeclaredFeed): LakeBatch['feed'] {
  return { source: entity.feed, entity: entity.name, brand };
}

async function readSome(lake: Lake, { entity }: DeclaredFeed, batch: LakeBatch, rows: number, signal: AbortSignal): Promise<Omit<FeedCheck, 'brand' | 'entity' | 'path' | 'batch'>> {
  const reader = new BatchReader({ lake, signal, rejectLimit: parseRejectLimit('100%'), onRows: () => undefined }, entity, { batch, attempt: 1, again: false });
  let refused: FeedCheck['refused'] = null;
  let stored = 0;
  try {
    for (let some = await reader.next(rows); some !== undefined && stored < rows; some = stored < rows ? await reader.next(rows - stored) : undefined) stored += some.length;
  } catch (error) {
    if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
    refused = { code: error.code, message: refusalText(error), next: error.nextStep ?? null };
  } finally {
    await reader.close();
  }
  const groups = groupBy(reader.rejects, ({ code, column }) => `${code}/${column ?? ''}`);
  const reasons = [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ code: first.code, column: first.column, rows: group.length, file: first.part, line: first.line }];
  });
  return {
    ...{ read: stored + reader.rejects.length, stored: refused === null ? stored : 0, repaired: reader.repairs.length, rejected: reader.rejects.length },
    ...{ reasons: reasons.sort((a, b) => b.rows - a.rows), drift: describeDrift(reader.drift), refused },
  };
}

/** The message with its file, which the log shows beside it. */
function refusalText(error: HubError): string {
  const { file } = error.context;
  return file === undefined ? error.message : `${error.message} (${file})`;
}
