import { attempt } from '../runs/fault.ts';
import type { UndecidableAccount } from '../runs/undecidable.ts';

/** An account of a person. */
export interface AccountName {
  readonly brand: string;
  readonly accountId: string;
}

/** What some persons come to; of those who could not be decided nothing is to be written. */
export interface DecidedPersons<Person, Decision> {
  readonly people: readonly Person[];
  /** Of each of `people`. */
  readonly decisions: readonly Decision[];
  readonly undecidable: readonly UndecidableAccount[];
}

/**
 * Decides persons one by one, so that one who cannot be decided stops nobody.
 * @throws HubError what concerns everybody (runs/fault.ts)
 */
export function decidePersons<Person, Decision>(
  people: readonly Person[],
  accountsOf: (person: Person) => readonly AccountName[],
  decide: (person: Person) => Decision,
): DecidedPersons<Person, Decision> {
  const [decided, decisions, undecidable]: [Person[], Decision[], UndecidableAccount[]] = [[], [], []];
  for (const person of people) {
    const result = attempt(() => decide(person), person);
    if ('fault' in result) {
      undecidable.push(...accountsOf(person).map(({ brand, accountId }) => ({ brand, accountId, fault: result.fault })));
      continue;
    }
    decided.push(person);
    decisions.push(result.decided);
  }
  return { people: decided, decisions, undecidable };
}
