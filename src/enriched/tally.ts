import { RecordCounts } from '../engine/records/record-counts.ts';
import { Notes } from './facts/notes.ts';

/** What a run did, summed over its chunks. */
export class Tally extends RecordCounts {
  persons = 0;
  accounts = 0;
  readonly notes = new Notes();

  override merge(other: Tally): void {
    super.merge(other);
    this.persons += other.persons;
    this.accounts += other.accounts;
    this.notes.merge(other.notes);
  }
}
