import { HubError } from '../../core/errors.ts';
import { useOneOf } from '../../core/text/nearest.ts';
import { isBroken, type BrokenDestination, type DeclaredDestination } from './destination.ts';
import type { RelayKind } from '../outbox/relay.ts';

/**
 * The destinations that are named, or all.
 * @throws HubError usage if there is one with a name that nobody has, configuration if every one of them is broken
 */
export function chooseDestinations(all: readonly DeclaredDestination[], ids: readonly string[] | undefined): readonly DeclaredDestination[] {
  const unknown = ids?.find((id) => !all.some((destination) => destination.id === id));
  if (unknown !== undefined) throw unknownDestination(unknown, all);
  const chosen = ids === undefined ? all : all.filter(({ id }) => ids.includes(id));
  const broken = brokenAmong(chosen);
  if (broken.length === 0 || broken.length < chosen.length) return chosen;
  throw new HubError('configuration', 'destinations_invalid', `No destination can be used: ${broken.map(({ problem }) => problem).join('; ')}.`, {
    nextStep: 'Correct the line or the variable; what is for them waits in the outbox. config/destinations.yaml in the repository explains every key.',
  });
}

/** Those that should be sent to and cannot, as their declaration or their variables are wrong. */
export function brokenAmong(destinations: readonly DeclaredDestination[]): BrokenDestination[] {
  return destinations.filter(isBroken).filter(({ enabled }) => enabled);
}

/** The error for a name that no destination has. */
export function unknownDestination(id: string, all: readonly DeclaredDestination[]): HubError {
  return new HubError('usage', 'unknown_destination', `There is no destination "${id}".`, {
    nextStep: `${useOneOf(id, all.map((each) => each.id))} See hub relays destinations.`,
  });
}

/** The error for a kind of relay that a destination does not take. */
export function kindNotTaken({ id, kinds }: Pick<DeclaredDestination, 'id' | 'kinds'>, kind: RelayKind | undefined): HubError {
  return new HubError('usage', 'kind_not_taken', `${id} does not take ${kind ?? 'anything'}.`, { nextStep: `It takes: ${[...kinds].join(', ')}.` });
}
