import { HubError } from '../../core/errors.ts';
import type { Mark } from './stage-marks.repository.ts';
import type { ChosenPersons, PersonSelection } from './person-queue.repository.ts';

/** What a run of a later stage was asked for, as far as it decides who is taken up. */
export interface PersonRequest extends ChosenPersons {
  /** All configured brands. */
  readonly allBrands: readonly string[];
}

/** True if only a part of what there is was asked for: the mark then stays. */
export function isRestricted({ accounts, range, brands, allBrands }: PersonRequest): boolean {
  return accounts !== undefined || range !== undefined || brands.length < allBrands.length;
}

/** Why everybody is taken up by what the stage remembers; undefined if changes are enough. */
export function reasonOfMark(mark: Mark | undefined, version: string): 'first_run' | 'program_or_configuration_changed' | undefined {
  if (mark === undefined) return 'first_run';
  return mark.version === version ? undefined : 'program_or_configuration_changed';
}

/** Whom a run takes up. @param whole why everybody, if so */
export function selectionOf(request: PersonRequest, whole: string | undefined, mark: Mark | undefined, upTo: number): PersonSelection {
  if (isRestricted(request)) return { kind: 'some', chosen: request };
  return whole === undefined && mark !== undefined ? { kind: 'changes', after: mark.mark, upTo } : { kind: 'all' };
}

/** @throws HubError usage if accounts were named and none of them is enriched */
export function requireKnownAccounts({ accounts, range }: ChosenPersons, queued: number): void {
  if (accounts === undefined || range !== undefined || queued > 0) return;
  throw new HubError('usage', 'unknown_account', 'None of these accounts is enriched.', {
    nextStep: 'Give account ids as the billing platform writes them (Id, not AccountNumber), and run hub enrich first.',
  });
}
