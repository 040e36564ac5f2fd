import { HubError } from '../core/errors.ts';

/**
 * What a command is to work on: the ids that it was given, or undefined for all that its filters leave; never all by mistake.
 * @param what in the plural: rows
 * @param remedy what to do where nothing is named
 * @throws HubError usage if neither is named, or both
 */
export function idsOrAll(ids: readonly string[], isAll: boolean, { what, remedy }: { readonly what: string; readonly remedy: string }): readonly string[] | undefined {
  if (ids.length === 0 && !isAll) throw new HubError('usage', 'selection_missing', `No ${what} are named.`, { nextStep: remedy });
  if (ids.length > 0 && isAll) {
    throw new HubError('usage', 'conflicting_options', '--all and ids exclude each other.', { nextStep: 'Give the ids alone, or --all with filters and without ids.' });
  }
  return isAll ? undefined : ids;
}
