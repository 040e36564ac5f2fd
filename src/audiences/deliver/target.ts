import { byKey } from '../../core/compare.ts';
import { checksum } from '../../core/hash.ts';
import type { LocalDate } from '../../core/time.ts';
import type { Audience } from '../declare/audience.ts';
import type { LeftOutReason } from '../members/eligibility.ts';
import type { SnapshotCounts } from './manifest.ts';
import { stepMember, type Line, type MemberStep, type SnapshotDates, type StoredMember } from '../members/membership.ts';
import { platforms, type PlatformName } from '../platforms/index.ts';
import { removalLine, type Platform, type PlatformRow } from '../platforms/platform.ts';

/** Digits of an address's hash that tell it from all others of a list. */
const KEY_DIGITS = 32;

/** Takes the lines of the two files. */
export interface FileSink {
  list(line: string): void;
  delta(line: string): void;
}

/** An audience on a platform while its snapshot is made: persons come in the order of their ids. */
export class Target {
  readonly audience: Audience;
  readonly platformName: PlatformName;
  readonly dates: SnapshotDates;
  /** Persons of the last delivered snapshot; undefined if there is none. */
  readonly last: number | undefined;
  /** Tells the brands of the audience from others. */
  readonly brandsKey: string;
  readonly #platform: Platform;
  readonly #leftOut = new Map<LeftOutReason, number>();
  /** Addresses given out so far, where two persons can have the same. */
  readonly #shared = new Set<bigint>();
  #members = 0;
  #added = 0;
  #removed = 0;
  #updated = 0;
  #refreshed = 0;

  constructor(audience: Audience, platformName: PlatformName, dates: SnapshotDates, last: number | undefined) {
    this.audience = audience;
    this.platformName = platformName;
    this.#platform = platforms[platformName];
    this.brandsKey = audience.brands.join(' ');
    this.dates = dates;
    this.last = last;
  }

  get platform(): Platform {
    return this.#platform;
  }

  get date(): LocalDate {
    return this.dates.date;
  }

  get counts(): SnapshotCounts {
    const reasons = [...this.#leftOut].sort(byKey);
    return { members: this.#members, added: this.#added, removed: this.#removed, updated: this.#updated, refreshed: this.#refreshed, left_out: Object.fromEntries(reasons) };
  }

  /**
   * Takes up the next person: writes the lines, counts, and says what becomes of the membership.
   * @param offer the person's row; the reason why there is none; undefined if the audience does not ask for the person
   */
  take(stored: StoredMember | undefined, offer: PlatformRow | LeftOutReason | undefined, sink: FileSink): MemberStep {
    const row = this.#accept(offer);
    const next: Line | undefined = row === undefined ? undefined : { hashes: row.hashes, lineHash: checksum(row.line) };
    const step = stepMember(stored, next, this.dates);
    if (step.delta === 'removed' || step.delta === 'updated') this.#writeRemoval(step.baseHashes ?? '', step.delta, sink);
    if (row !== undefined) {
      sink.list(row.line);
      if (step.delta !== 'kept') sink.delta(`add,${row.line}`);
      this.#members++;
    }
    if (step.delta === 'added') this.#added++;
    if (step.delta === 'removed') this.#removed++;
    if (step.delta === 'updated') this.#updated++;
    if (step.delta === 'refreshed') this.#refreshed++;
    return step;
  }

  #accept(offer: PlatformRow | LeftOutReason | undefined): PlatformRow | undefined {
    if (offer === undefined) return undefined;
    if (typeof offer === 'string') {
      this.#leaveOut(offer);
      return undefined;
    }
    if (offer.shared) {
      const key = keyOf(offer.hashes);
      if (this.#shared.has(key)) {
        this.#leaveOut('same_address');
        return undefined;
      }
      this.#shared.add(key);
    }
    return offer;
  }

  /** A removal would take off the platform whom another person with the same address has just put there. */
  #writeRemoval(hashes: string, delta: 'removed' | 'updated', sink: FileSink): void {
    if (delta === 'removed' && this.#shared.has(keyOf(hashes))) return;
    sink.delta(`remove,${removalLine(this.#platform, hashes)}`);
  }

  #leaveOut(reason: LeftOutReason): void {
    this.#leftOut.set(reason, (this.#leftOut.get(reason) ?? 0) + 1);
  }
}

/** As a number: a set of them takes a third of the memory of one of texts. */
function keyOf(hashes: string): bigint {
  return BigInt(`0x${hashes.slice(0, KEY_DIGITS)}`);
}
