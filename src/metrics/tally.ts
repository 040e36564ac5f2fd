import { PersonTally } from '../engine/stage/person-tally.ts';
import { Partitions } from './partitions/partitions.ts';
import type { MrrCoverage } from './person-mrr.ts';

/** What a run did, summed over its chunks. */
export class Tally extends PersonTally {
  /** What could not be known, by chain. */
  coverage: MrrCoverage = { unpriced: 0, withoutTax: 0, earlierCharges: 0, undated: 0 };
  /** Whose sums the changes concern. */
  readonly partitions = new Partitions();

  addCoverage(own: MrrCoverage): void {
    const { unpriced, withoutTax, earlierCharges, undated } = this.coverage;
    this.coverage = {
      unpriced: unpriced + own.unpriced,
      withoutTax: withoutTax + own.withoutTax,
      earlierCharges: earlierCharges + own.earlierCharges,
      undated: undated + own.undated,
    };
  }

  override merge(other: Tally): void {
    super.merge(other);
    this.addCoverage(other.coverage);
    this.partitions.addAll(other.partitions.list);
  }
}
