import { RecordCounts } from '../records/record-counts.ts';

/** What a run of a stage by person did, summed over its chunks. */
export class PersonTally extends RecordCounts {
  persons = 0;
  /** Test accounts, which are left out. */
  testAccounts = 0;

  override merge(other: PersonTally): void {
    super.merge(other);
    this.persons += other.persons;
    this.testAccounts += other.testAccounts;
  }
}
