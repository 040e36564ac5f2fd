import { addDays, type LocalDate } from '../../core/time.ts';

/** What a file says of a person. */
export interface Line {
  readonly hashes: string;
  /** Checksum of the whole line. */
  readonly lineHash: string;
}

/** What is stored of a person in an audience on a platform: see audienceMembers. */
export interface StoredMember {
  readonly current: Line | null;
  /** As of the snapshot before `changedOn`. */
  readonly before: Line | null;
  readonly changedOn: LocalDate;
}

/** The snapshot that is made. */
export interface SnapshotDates {
  readonly date: LocalDate;
  /** The last date before it on which files were delivered; null: never. The delta is against that snapshot. */
  readonly base: LocalDate | null;
  /** Days after which the platform is told a member again; undefined: it forgets nobody. */
  readonly refreshDays?: number | undefined;
}

/** What becomes of a person's membership. */
export interface MemberStep {
  /** Against the base: what the delta says. `updated` is a removal and an addition, `refreshed` the same addition again. */
  readonly delta: 'added' | 'removed' | 'updated' | 'refreshed' | 'kept' | 'absent';
  /** The hashes with which the person is in the base. */
  readonly baseHashes: string | undefined;
  /** What is to be stored; `keep`: as it is. */
  readonly store: StoredMember | 'delete' | 'keep';
  /** Against what is stored: what the audit trail says. */
  readonly change: 'insert' | 'update' | 'delete' | undefined;
}

/**
 * Decides a person's membership in a new snapshot. What changed after the base was never delivered, or was delivered on
 * this very date and is delivered anew: there the state before the change counts as the base. So a run can be repeated
 * on its date, and a date whose files never came out is passed over as if it had not been.
 */
export function stepMember(stored: StoredMember | undefined, next: Line | undefined, dates: SnapshotDates): MemberStep {
  const { date, base } = dates;
  const from = baseOf(stored, base);
  const to = next ?? null;
  if (stored !== undefined && from !== null && from.lineHash === to?.lineHash && isDue(stored, dates)) {
    const again = { current: to, before: from, changedOn: date };
    return { delta: 'refreshed', baseHashes: from.hashes, store: sameMember(stored, again) ? 'keep' : again, change: changeOf(stored.current, to) };
  }
  return {
    delta: deltaOf(from, to),
    baseHashes: from?.hashes,
    store: storeOf(stored, { from, to }, { date, base }),
    change: changeOf(stored?.current ?? null, to),
  };
}

/**
 * True if the platform was last told the member so long ago that it is to be told again, or was to be by files that never
 * came out: what is stored then is the same line before and after.
 */
function isDue({ current, before, changedOn }: StoredMember, { date, base, refreshDays }: SnapshotDates): boolean {
  if (refreshDays === undefined || base === null) return false;
  return changedOn > base ? current !== null && before?.lineHash === current.lineHash : addDays(changedOn, refreshDays) <= date;
}

function baseOf(stored: StoredMember | undefined, base: LocalDate | null): Line | null {
  if (stored === undefined || base === null) return null;
  return stored.changedOn > base ? stored.before : stored.current;
}

function deltaOf(from: Line | null, to: Line | null): MemberStep['delta'] {
  if (from === null) return to === null ? 'absent' : 'added';
  if (to === null) return 'removed';
  return from.lineHash === to.lineHash ? 'kept' : 'updated';
}

function changeOf(from: Line | null, to: Line | null): MemberStep['change'] {
  const delta = deltaOf(from, to);
  return delta === 'added' ? 'insert' : delta === 'removed' ? 'delete' : delta === 'updated' ? 'update' : undefined;
}

function storeOf(stored: StoredMember | undefined, { from, to }: { from: Line | null; to: Line | null }, { date, base }: SnapshotDates): MemberStep['store'] {
  if (from === null && to === null) return stored === undefined ? 'keep' : 'delete';
  const unchanged = from !== null && from.lineHash === to?.lineHash;
  // Changed since the base and back again: as if it had never changed.
  const next = unchanged && base !== null ? { current: to, before: null, changedOn: base } : { current: to, before: from, changedOn: date };
  const isStored = stored !== undefined && (unchanged ? stored.changedOn <= next.changedOn : sameMember(stored, next));
  return isStored ? 'keep' : next;
}

function sameMember(one: StoredMember, other: StoredMember): boolean {
  return one.changedOn === other.changedOn && one.current?.lineHash === other.current?.lineHash && one.before?.lineHash === other.before?.lineHash;
}
