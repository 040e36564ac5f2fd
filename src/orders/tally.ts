import { increase } from '../engine/records/record-counts.ts';
import { PersonTally } from '../engine/stage/person-tally.ts';

/** What a run did, summed over its chunks. */
export class Tally extends PersonTally {
  relays = 0;
  /** New versions of documents by brand and what happened: assembled, changed, withdrawn. */
  readonly documents = new Map<string, number>();

  addDocument(brand: string, what: string): void {
    increase(this.documents, `${brand}\t${what}`, 1);
  }

  /** With the documents. */
  override get mended(): number {
    return super.mended + [...this.documents.values()].reduce((sum, count) => sum + count, 0);
  }

  override merge(other: Tally): void {
    super.merge(other);
    this.relays += other.relays;
    for (const [key, count] of other.documents) increase(this.documents, key, count);
  }
}
