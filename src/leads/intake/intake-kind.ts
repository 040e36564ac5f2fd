import { HubError } from '../../core/errors.ts';
import type { Problem } from '../../core/problem.ts';
import type { BatchId } from '../../core/time.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import type { ImportCounts } from '../../engine/runs/import-batches.repository.ts';
import type { Reject } from '../../raw/quarantine/quarantine.repository.ts';
import { exceedsLimit, formatRejectLimit, type RejectLimit } from '../../raw/quarantine/reject-limit.ts';
import type { PersonCounts } from './decide-persons.ts';
import type { IntakePart } from './intake-line.ts';

/** The kinds of records that are imported from the intake; each is a feed of its own in the history of imports. */
export const intakeKindNames = ['lead', 'visit', 'consent', 'event', 'webhook'] as const;
export type IntakeKindName = (typeof intakeKindNames)[number];

/** A batch that is read and not yet stored. */
export interface ReadBatch {
  readonly read: number;
  readonly rejects: readonly Reject[];
  /** Stores it in the caller's transaction. */
  store(target: RecordTarget): Promise<StoredBatch>;
}

/** What became of a batch. */
export interface StoredBatch {
  readonly counts: ImportCounts;
  readonly fold: PersonCounts;
  /** The SHA-256 of erased persons' addresses that the batch names. */
  readonly erased: ReadonlySet<string>;
  /** What somebody has to look at; the batch is stored all the same. */
  readonly problems: readonly Problem[];
  /** Records that are stored and could not be done: the run ends with 3. */
  readonly dead: number;
}

/** How records of a kind are imported: the same slots for each. */
export interface IntakeKind {
  readonly entity: IntakeKindName;
  /** What a line is, in messages: `no leads`. */
  readonly plural: string;
  /** What helps where too many lines are rejected. */
  readonly remedy: string;
  read(parts: Iterable<IntakePart>, brand: string, batch: BatchId): Promise<ReadBatch>;
}

/** The feed of a kind in the history of imports. */
export function feedOf<Name extends IntakeKindName>(entity: Name): { readonly feed: 'intake'; readonly entity: Name } {
  return { feed: 'intake', entity };
}

/**
 * Holds the rejects of a batch against the limit.
 * @throws HubError refused (too_many_rejects)
 */
export function requireFewRejects({ read, rejects }: Pick<ReadBatch, 'read' | 'rejects'>, { plural, remedy }: IntakeKind, limit: RejectLimit): void {
  if (!exceedsLimit(limit, rejects.length, read)) return;
  const [first] = rejects;
  throw new HubError('refused', 'too_many_rejects', `${rejects.length} of ${read} lines are no ${plural}, more than ${formatRejectLimit(limit)}: ${first?.reason ?? ''} (line ${first?.line ?? 0} of ${first?.part ?? ''}).`, {
    context: { file: first?.part, line: first?.line },
    nextStep: `${remedy}, or allow more with --max-rejects; nothing of this batch was stored.`,
  });
}
